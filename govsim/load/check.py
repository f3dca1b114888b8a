"""What a run left in the database, held against what the generators wrote down: lost, doubled, decided when.

Nothing is believed that a generator says of the platform: an acknowledged number has to be there, under the key that
asked for it, once, with one outcome.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from approvals import queries as approvals
from govsim.core.models import IdempotentCall, JournalEntry, World
from govsim.load.records import Call

# Where an application stands, by the last of these events: what a machine does is over then.
ENDS = {
    "ApplicationGranted": "granted",
    "ApplicationRefused": "refused",
    "ApplicationReferred": "person",
    "ApplicationAccepted": "person",
}


@dataclass(frozen=True)
class Found:
    """What became of the applications of a run. `settled` maps numbers to (outcome, wall moment)."""

    stored: int = 0
    acknowledged: int = 0
    lost: list[str] = field(default_factory=list)  # acknowledged and not there
    undecided: list[str] = field(default_factory=list)  # there and still waiting for a worker
    duplicates: list[str] = field(default_factory=list)  # stored more than once under one key
    doubled: list[str] = field(default_factory=list)  # with more than one outcome
    unanswered: int = 0  # calls without an answer, of which so many were stored all the same:
    unanswered_stored: int = 0
    settled: dict[str, tuple[str, datetime]] = field(default_factory=dict)


def check(world: World, calls: Iterable[Call]) -> Found:
    """Compare. Reads the world of the run alone."""
    submits = [each for each in calls if each.what == "submit"]
    told = {each.number for each in submits if each.number}
    rows = {number: (pk, state, due) for pk, number, state, due in approvals.numbers_of(world)}
    by_key = _numbers_by_key(world)
    unanswered = [each for each in submits if each.status == 0 and each.tries]
    settled, doubled = _settled(world, {pk: number for number, (pk, _, _) in rows.items()})
    named = set(by_key.values())
    return Found(
        stored=len(rows),
        acknowledged=len(told),
        lost=sorted(told - set(rows)),
        undecided=sorted(number for number, (_, _, due) in rows.items() if due and number not in settled),
        duplicates=sorted(set(rows) - named),
        doubled=doubled,
        unanswered=len(unanswered),
        unanswered_stored=sum(each.key in by_key for each in unanswered),
        settled=settled,
    )


def _numbers_by_key(world: World) -> dict[str, str]:
    """Return the number that was stored under each key of the world's seats."""
    rows = IdempotentCall.objects.filter(user__seat__world=world, route="applications", status=202)
    return {key: location.rpartition("/")[2] for key, location in rows.values_list("key", "location")}


def _settled(world: World, numbers: dict[int, str]) -> tuple[dict[str, tuple[str, datetime]], list[str]]:
    entries = JournalEntry.objects.filter(world=world, kind="application", event__in=ENDS).order_by("row", "seq")
    settled: dict[str, tuple[str, datetime]] = {}
    decided: dict[str, int] = {}
    for row, event, at in entries.values_list("row", "event", "recorded_at").iterator(5000):
        number = numbers[row]
        settled.setdefault(number, (ENDS[event], at))
        if ENDS[event] != "person":
            settled[number] = (ENDS[event], at)
            decided[number] = decided.get(number, 0) + 1
    return settled, sorted(number for number, count in decided.items() if count > 1)
