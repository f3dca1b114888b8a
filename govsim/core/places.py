"""Keyset paging of lists by time: the place of a row, and the rows before it. Never an OFFSET, never a COUNT."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Model, Q, QuerySet


@dataclass(frozen=True, slots=True)
class Place:
    """Where a row stands in a list that is ordered by a moment and its key, newest first."""

    at: datetime
    pk: int

    def __str__(self) -> str:
        """Return it as an address carries it."""
        return f"{self.at.isoformat()}~{self.pk}"


def read(text: str) -> Place | None:
    """Return the place that an address carries; None for none and for anything else."""
    at, _, pk = text.partition("~")
    try:
        place = Place(datetime.fromisoformat(at), int(pk))
    except ValueError:
        return None
    return place if place.at.tzinfo is not None and 0 < place.pk < 2**63 else None


def older[M: Model](rows: QuerySet[M], before: Place | None, moment: str = "at") -> QuerySet[M]:
    """Return the rows that stand after a place in such a list: all of them without one."""
    if before is None:
        return rows
    same: dict[str, Any] = {moment: before.at, "pk__lt": before.pk}
    # The first bound says again what the others say: it is what an index on the moment can use.
    return rows.filter(Q(**{f"{moment}__lt": before.at}) | Q(**same), **{f"{moment}__lte": before.at})
