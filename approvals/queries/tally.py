"""What the first page counts of a world's cases: bounded, so that it costs the same with a million of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from approvals.models import Application

LATEST = 500  # how many of the newest cases are looked at


@dataclass(frozen=True, slots=True)
class Tally:
    """Cases opened on a day, and what became of the newest ones that were submitted."""

    opened: int
    latest: int
    automatic: int
    by_people: int
    under_way: int
    seconds: Sequence[tuple[str, float]]  # item, and world time from submission to an automatic decision


def tally(world_id: int, on: date, *, latest: int = LATEST) -> Tally:
    """Count the cases opened on a day, by their numbers, and read the newest `latest` submitted ones."""
    mine = Application.objects.filter(world_id=world_id)
    opened = mine.filter(number__gte=f"{on:%y%m%d}").count()  # numbers begin with the day (§C.6): a range of one index
    columns = ("item_key", "submitted_at", "decision__automatic", "decision__decided_at")
    rows = mine.filter(submitted_at__isnull=False).order_by("-number").values_list(*columns)[:latest]
    found = [(item, at, automatic, decided) for item, at, automatic, decided in rows if at is not None]
    return Tally(
        opened=opened,
        latest=len(found),
        automatic=sum(automatic is True for _, _, automatic, _ in found),
        by_people=sum(automatic is False for _, _, automatic, _ in found),
        under_way=sum(decided is None for _, _, _, decided in found),
        seconds=[(item, (decided - at).total_seconds()) for item, at, automatic, decided in found if automatic],
    )
