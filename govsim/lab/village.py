"""A small world for trials that need known people: elders with a claim, founders of a firm, and officers with tokens.

Runs inside the throwaway installation, as the deeds of `govsim.lab.work` do; `settle` is called by `govsim.lab.site`.
"""

import itertools
from collections.abc import Sequence
from typing import Any, Final

from django.conf import settings
from django.core.management import call_command

from certificates import queries as certificates
from certificates.actions import seed as seed_certificates
from govsim.core import access, clock, plaintext
from govsim.core import world as worlds
from govsim.core.codes.citizen import check_digit
from govsim.core.errors import BadInput
from govsim.core.models import World
from govsim.demo import first_run
from govsim.exchange.actions import load_cast
from govsim.load import town
from services.actions import publish

STAFF: Final = (
    ("trainer", ""), ("auditor", ""), ("window", "sz.civil"), ("handler", "sz.civil"), ("reviewer", "sz.civil"),
    ("approver", "sz.civil"), ("certificate_officer", "sz.psb"), ("certificate_officer", "sz.civil"),
    ("rule_officer", ""), ("handler", "sz.tax"),
)  # fmt: skip
SITE: Final = "DZ440399000901"
WANTS: Final = ("tax", "social_insurance", "medical_insurance", "housing_fund", "bank")


def number(birth: str, place: int) -> str:
    """Return a citizen number that can be nobody's (the region is unassigned)."""
    bare = f"440399{birth}{place:03d}"
    return bare + check_digit(bare)


def settle(
    *, elders: int = 6, names: Sequence[str] = (), mode: str = "live", seed: int = 1, name: str = ""
) -> dict[str, Any]:
    """Make tables, catalogue, secrets and a world; return everybody's number and token, and the body of a package.

    `names` are those of the first elders; the others have names of their own. `name` is that of a further world.
    """
    call_command("migrate", interactive=False, verbosity=0)
    first_run.ensure_secrets(settings.VAR)
    publish()
    world = worlds.create(name=name or town.NAME, seed=seed, mode=mode)
    called = [*names, *(f"样{each}" for each in itertools.islice(_COUNTING, elders - len(names)))]
    old = [(number("19400301", place), each) for place, each in enumerate(called, start=1)]
    founders = [(number("19850307", place), each) for place, each in ((1, "林样乙"), (2, "何样丙"), (3, "梁样丁"))]
    people = [*old, *founders]
    load_cast(world=world, data={
        "people": [
            {"number": each, "name": said, "household_city": "shenzhen", "household_region": "440305"}
            for each, said in people
        ],
        "records": {
            "social_security_card": [_card(index, each, said) for index, (each, said) in enumerate(people)],
            "photos": [{"key": each, "meets_standard": True, "taken_on": "2021-06-01"} for each, _ in old],
            "address_codes": [{
                "key": SITE, "address": "深圳市南山区样例路1号", "address_en": "No. 1 Yangli Road, Nanshan, Shenzhen",
                "city": "shenzhen", "district": "南山区", "status": "normal", "registered": 0, "limit": 5,
            }],
        },
    })  # fmt: skip
    seed_certificates(world=world)
    return {
        "world": worlds.address(world),
        "people": [_seated(world, "applicant", plaintext.normal(said), holder=each) for each, said in people],
        "staff": [_seated(world, role, "", department=where) for role, where in STAFF],
        "cards": _cards(world, [each for each, _ in people]),
        "package": _package([each for each, _ in founders]),
    }


_COUNTING = (a + b for a in "甲乙丙丁戊己庚辛壬癸" for b in "子丑寅卯辰巳午未申酉戌亥")


def _card(index: int, holder: str, name: str) -> dict[str, Any]:
    return {
        "key": holder, "number": f"SIM{index}", "bank": "模拟湾区银行", "account": f"SIM{index:016d}",
        "account_name": name, "account_status": "active",
    }  # fmt: skip


def _seated(world: World, role: str, name: str, **where: str) -> dict[str, str]:
    seat = access.seat(world, role=role, name_zh=name, name_en=name, **where)
    return {
        "role": role, "number": seat.holder, "name": name, "department": seat.department,
        "token": access.new_token(seat, hours=2), "link": access.new_link(seat),
    }  # fmt: skip


def _cards(world: World, holders: Sequence[str]) -> dict[str, list[str]]:
    at = clock.now(world)
    return {each: [card.identifier for card in certificates.wallet(world, each, at=at)] for each in holders}


def _package(founders: Sequence[str]) -> dict[str, Any]:
    """Return the body of 开办企业一窗通, signed for everybody by the simulation."""
    form = {
        "company_name": "深圳市模拟云帆科技有限公司", "company_type": "limited_company", "address_code": SITE,
        "capital_fen": 100_000_000, "term_years": 0, "scope": ["I6513"], "legal_representative": founders[0],
        "shareholders": founders[:2], "shares": [60_000_000, 40_000_000], "supervisor": founders[2],
        "invoices_wanted": 20, "employees": [founders[2]], "bank": "sz.bank1",
        **{f"wants_{each}": True for each in WANTS},
    }  # fmt: skip
    return {"theme": "sz.open_company", "consent": True, "sign_all": True, "form": form}


def refuses(*, names: Sequence[str]) -> dict[str, Any]:
    """Try to put people with these names into the registers; return for each whether it was refused."""
    world = worlds.current(town.NAME)
    told = []
    for place, name in enumerate(names):
        person = {"number": number("19500301", 100 + place), "name": name, "household_city": "shenzhen"}
        try:
            load_cast(world=world, data={"people": [person]})
            told.append(False)
        except BadInput:
            told.append(True)
    return {"refused": told}
