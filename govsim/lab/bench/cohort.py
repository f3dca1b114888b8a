"""People who are entitled to a senior citizen card: what is measured is the way of a grant, with its certificate.

A drawn population has one such person in a hundred; these are written down as a cast file would name them, and hold
the certificates that their registers imply.
"""

from datetime import date, timedelta
from itertools import batched
from typing import Any, Final

from certificates.actions import seed as seed_certificates
from govsim.core import access
from govsim.core.codes import citizen, contacts, regions
from govsim.core.models import World
from govsim.exchange.actions import load_cast
from govsim.load import town

ITEM: Final = "sz.senior_citizen_card"
FORM: Final[dict[str, Any]] = town.TYPED.get("sz.senior_citizen_card", {})
FIRST_BIRTH: Final = date(1925, 1, 1)
DAYS: Final = 9_000  # births over 24 years, so that everybody is over 70
FIRST_SEQUENCE: Final = 900  # of one day; those before are left to the drawn population
STEMS: Final = "甲乙丙丁戊己庚辛壬癸"
BANK: Final = "模拟银行"


def numbers(count: int, *, first: int = 0) -> list[str]:
    """Return the citizen numbers of so many elders of the simulated Shenzhen, from the so-manieth; always the same."""
    region = regions.city("shenzhen").simulated
    return [
        citizen.make(region, FIRST_BIRTH + timedelta(days=place % DAYS), FIRST_SEQUENCE + place // DAYS)
        for place in range(first, first + count)
    ]


def name(place: int) -> str:
    """Return the name of the so-manieth elder, one of a thousand."""
    return "模" + "".join(STEMS[int(digit)] for digit in f"{place % 1000:03}")


def settle(world: World, *, elders: int, tokens: int) -> list[str]:
    """Add so many elders to a world; return the tokens of the first `tokens` of them."""
    people = list(enumerate(numbers(elders)))
    for some in batched(people, 5000, strict=False):
        load_cast(world=world, data=_file(some))
    seed_certificates(world=world)
    seats = [(number, name(place), "") for place, number in people[:tokens]]
    return access.crowd(world, seats, hours=town.TOKEN_HOURS)


def _file(people: tuple[tuple[int, str], ...]) -> dict[str, Any]:
    return {
        "people": [{"number": number, "name": name(place)} for place, number in people],
        "records": {
            "photos": [{"key": number, "meets_standard": True} for _, number in people],
            "social_security_card": [
                {
                    "key": number, "number": f"SC{place:09}", "bank": BANK,
                    "account": contacts.bank_account(9_000_000_000 + place),
                    "account_name": name(place), "account_status": "active",
                }
                for place, number in people
            ]
        },
    }  # fmt: skip
