"""What a presenter can break in a show: of every kind of trouble, that which its story comes across."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from certificates import queries as certificates
from govsim.core import clock
from govsim.core.models import World
from govsim.core.organisations import departments
from govsim.exchange import queries as registers
from govsim.walkthroughs.story import Pack
from govsim.web import troubles
from govsim.web.troubles import Kind, Words
from services import queries as catalogue

OFFERED: Final = (
    ("office", "slow"), ("office", "down"), ("source", "down"), ("source", "conflict"), ("certificate", "suspend"),
    ("declining", ""),
)  # fmt: skip
FIELDS: Final = {"office": "department", "source": "source", "certificate": "certificate", "declining": "bank"}
CLOSED: Final = timedelta(hours=3)  # of world time: the story goes on by itself


@dataclass(frozen=True)
class Offer:
    """One kind of trouble with what it can strike: the name of the field, and its choices by value."""

    kind: Kind
    field: str
    choices: Mapping[str, Words]
    ends: str = ""  # when it ends by itself, as typed into the form


def offers(pack: Pack, world: World) -> list[Offer]:
    """Return the trouble that can be made in the world of a show, leaving out kinds that its story does not meet."""
    items = _items(pack)
    at = clock.now(world)
    struck = {
        "office": _departments(items),
        "source": _datasets(items),
        "certificate": _papers(pack, world),
        "declining": {key: troubles.name(key) for key in _banks(items)},
    }
    ends = f"{at + CLOSED:%Y-%m-%dT%H:%M}"
    return [
        Offer(troubles.BY_MODE[do, mode], FIELDS[do], struck[do], ends if (do, mode) == ("office", "down") else "")
        for do, mode in OFFERED
        if struck[do]
    ]


def _items(pack: Pack) -> list[Mapping[str, Any]]:
    """Return what the story applies for, single items and the branches of themes, in the order in which it does."""
    asked = [step.body for step in pack.steps if isinstance(step.body, Mapping)]
    themes = [catalogue.theme(body["theme"]).body for body in asked if "theme" in body]
    keys = [body["item"] for body in asked if "item" in body]
    keys += [branch["item"] for theme in themes for branch in theme["branches"]]
    return [catalogue.item(key).body for key in dict.fromkeys(keys)]


def _departments(items: list[Mapping[str, Any]]) -> dict[str, Words]:
    keys = dict.fromkeys(each["department"] for each in items)
    return {key: troubles.name(key) for key in keys if departments()[key].kind != "bank"}


def _banks(items: list[Mapping[str, Any]]) -> list[str]:
    cities = {
        departments()[each["department"]].city for each in items if departments()[each["department"]].kind == "bank"
    }
    return [each.key for each in departments().values() if each.kind == "bank" and each.city in cities]


def _datasets(items: list[Mapping[str, Any]]) -> dict[str, Words]:
    asked = {fact.get("dataset") for each in items for fact in each["facts"]}
    return {each.key: {"zh": each.zh, "en": each.en} for each in registers.catalogue() if each.key in asked}


def _papers(pack: Pack, world: World) -> dict[str, Words]:
    """Return the valid certificates of the people in the story."""
    at = clock.now(world)
    holders = [role.holder for role in pack.roles.values() if role.holder]
    return {
        card.identifier: troubles.paper(world, card)
        for holder in holders
        for card in certificates.wallet(world, holder, at=at)
        if card.state.key == "valid"
    }  # fmt: skip
