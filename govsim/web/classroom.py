"""What the trainer's console tells: the time and what comes next, what is wrong, who works where, who sits where."""

from collections.abc import Mapping
from typing import Any, Final

from django.contrib.messages import get_messages
from django.http import HttpRequest

from approvals import queries as approvals
from certificates import queries as certificates
from govsim.core import access, clock
from govsim.core import world as worlds
from govsim.core.actors import ROLES
from govsim.core.models import Department, World
from govsim.core.organisations import City, cities, departments
from govsim.exchange import queries as registers
from govsim.web import cast, troubles
from services import queries as catalogue

type Words = Mapping[str, str]
MODES: Final[Mapping[str, Words]] = {
    "frozen": {"zh": "时钟静止", "en": "The clock stands"},
    "step": {"zh": "一步一步走", "en": "The clock moves step by step"},
    "paced": {"zh": "时钟在走", "en": "The clock runs"},
    "live": {"zh": "实时，不等办件", "en": "In real time, waiting for nothing"},
}
PACES: Final = (0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 240.0, 2400.0)
DONE: Final[Mapping[str, Words]] = {
    "step": {"zh": "已走到下一件事", "en": "Moved to the next event"},
    "until": {"zh": "时钟已拨动；途中有事要办时，先停在那一刻", "en": "Moved; the clock stops where something is due"},
    "run": {"zh": "时钟已改", "en": "The clock is changed"},
    "restart": {"zh": "已回到开头，这是新的一代", "en": "Back at the start, in a new generation"},
    "give_back": {"zh": "证照已恢复", "en": "The certificate is valid again"},
}  # fmt: skip
_DONE: Final[Words] = {"zh": "已生效", "en": "Done"}
ENTERABLE: Final = ("window", "handler", "reviewer", "approver", "certificate_officer", "rule_officer",
                    "quality_inspector", "trainer", "auditor")  # fmt: skip


def noted(request: HttpRequest) -> list[Words]:
    """Return what has just been done, once."""
    return [DONE.get(each.message, _DONE) for each in get_messages(request)]


def time_of(world: World) -> dict[str, Any]:
    """Return the time of a world, how its clock runs, and the cases that are due next."""
    names = {each.key: each.body["name"] for each in catalogue.items()}
    fastest = world.pace >= clock.FASTEST
    return {
        "mine": world,
        "now": clock.now(world),
        "mode": MODES[world.mode],
        "runs": world.mode in (World.Mode.PACED, World.Mode.LIVE),
        "fastest": fastest,
        "next_due": clock.earliest_due(world.pk),
        "coming": [
            {
                "at": each.due_at,
                "number": each.number,
                "item": names.get(each.item_key),
                "department": troubles.name(each.department),
            }
            for each in approvals.coming(world)
        ],
    }


def tag(world: World) -> str:
    """Return what changes whenever the live part of the console does: the second, the mode, what is due next."""
    due = ",".join(f"{each.number}@{each.version}" for each in approvals.coming(world))
    return f'"{clock.now(world):%Y%m%d%H%M%S}-{world.mode}-{world.pace:g}-{due}"'


def told(world: World) -> dict[str, Any]:
    """Return everything that the console shows."""
    offices = list(Department.objects.filter(world=world).order_by("pk"))
    by_people = [each for each in offices if each.staffed_by == Department.Staff.PEOPLE]
    return time_of(world) | {
        "paces": PACES,
        "datasets": registers.catalogue(),
        "offices": _by_city(offices),
        "by_people": by_people,
        "troubles": troubles.in_force(world),
        "source_modes": _modes("source"),
        "office_modes": _modes("office"),
        "banks": [(each, cities()[each.city]) for each in departments().values() if each.kind == "bank"],
        "declining": world.settings.get("declining", []),
        "papers": _papers(world, by_people),
        "people": cast.people(world),
        "roles": [(key, ROLES[key]) for key in ENTERABLE],
        "seats": [
            {"name": {"zh": each.name_zh, "en": each.name_en},
             "place": troubles.name(each.department) if each.department else ROLES[each.role] if each.holder else None}
            for each in access.seats(world)
        ],
        "address": worlds.address(world),
        "now_typed": f"{clock.now(world):%Y-%m-%dT%H:%M}",
    }  # fmt: skip


def _modes(do: str) -> list[tuple[str, Words]]:
    """Return how a source or a department can be broken, in plain words."""
    return [(each.mode, each.what) for each in troubles.KINDS if each.do == do]


def _by_city(offices: list[Department]) -> list[tuple[City | None, list[Department]]]:
    """Return the departments of each city, then those of the province."""
    places: list[tuple[City | None, list[Department]]] = [
        (city, [each for each in offices if each.city == key]) for key, city in cities().items()
    ]
    return [*places, (None, [each for each in offices if each.city not in cities()])]


def _papers(world: World, by_people: list[Department]) -> list[dict[str, Any]]:
    """Return the valid certificates of people whose cases are under way: what can be taken away on the way."""
    cases = approvals.under_way(world, [each.key for each in by_people])
    holders = dict.fromkeys(each.applicant for each in cases)
    at = clock.now(world)
    return [
        {"identifier": each.identifier, "name": troubles.paper(world, each)}
        for holder in holders
        for each in certificates.wallet(world, holder, at=at)
        if each.state.key == "valid"
    ]
