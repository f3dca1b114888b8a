"""Where certificates come from, for the check of the books (decisions 18, I5)."""

from collections.abc import Iterator

from certificates import states
from certificates.models import Certificate


def origins(world_id: int) -> Iterator[tuple[str, str, str, bool]]:
    """Yield (identifier, origin, case number or empty, live) of every certificate of a world, oldest first."""
    rows = Certificate.objects.filter(world_id=world_id).order_by("pk")
    found = rows.values_list("identifier", "origin", "case_number", "state")
    for identifier, origin, case_number, state in found.iterator(chunk_size=2000):
        yield identifier, origin, case_number, state in states.LIVE
