"""A world of its own for one run: people with tokens, offices, certificates to verify; and what became of it."""

from dataclasses import dataclass
from typing import Any, Final

from certificates import queries as certificates
from certificates.actions import seed as seed_certificates
from govsim.core import access, clock
from govsim.core import world as worlds
from govsim.core.models import World
from govsim.exchange import queries as registers
from govsim.exchange.actions import populate
from govsim.load import LoadError
from govsim.load.profile import Profile
from services import queries as catalogue

NAME: Final = "load"
TOKEN_HOURS: Final = 48.0
CARDS: Final = 200  # certificates that verifiers look at
# What an applicant types for an item; items without an entry ask for nothing of their own.
TYPED: Final[dict[str, dict[str, Any]]] = {
    "sz.old_age_allowance": {"mobile": "10100000001"},
    "sz.unemployment_benefit": {"register_as_unemployed": True},
}


@dataclass(frozen=True)
class Town:
    """The world of a run, and what the generators need to know of it."""

    world: World
    manifest: dict[str, Any]


def build(profile: Profile, *, base_url: str) -> Town:
    """Make the world: population, certificates, a seat and a token for each person. Raises LoadError for an item
    that there is not, or that asks for more than a generator can type.
    """
    for key in profile.items:
        _check(key)
    world = worlds.create(name=NAME, seed=profile.seed, mode=World.Mode.LIVE)
    populate(world=world, persons=profile.people)
    seed_certificates(world=world)
    people = registers.sample_persons(world, limit=profile.people)
    tokens = access.crowd(world, [(each.number, each.name, each.pinyin) for each in people], hours=TOKEN_HOURS)
    officer = access.new_token(access.seat(world, role="handler", department="sz.civil"), hours=TOKEN_HOURS)
    cards = _cards(world, [each.number for each in people])
    manifest = {
        "base": base_url,
        "tokens": tokens,
        "officer": officer,
        "verify": [f"/w/{worlds.address(world)}/verify/{each}" for each in cards],
        "typed": {key: TYPED.get(key, {}) for key in profile.items},
        "profile": profile.as_data(),
    }
    return Town(world, manifest)


def _check(key: str) -> None:
    body = catalogue.item(key).body
    needed = [each["key"] for each in body["form"] if "source" not in each and each.get("required")]
    missing = [each for each in needed if each not in TYPED.get(key, {})]
    if missing or body["subject"] != "person":
        raise LoadError(f"这个事项不能用于压测 / this item cannot be used for load: {key} ({', '.join(missing)})")


def _cards(world: World, holders: list[str]) -> list[str]:
    found: list[str] = []
    at = clock.now(world)
    for holder in holders[:: max(1, len(holders) // CARDS)]:
        found += [each.identifier for each in certificates.wallet(world, holder, at=at)]
        if len(found) >= CARDS:
            break
    return found[:CARDS]
