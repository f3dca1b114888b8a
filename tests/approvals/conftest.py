"""A small cast for the stories of approvals: an elder, three firm founders, and the officers of two departments."""

from collections.abc import Callable
from typing import Any

import pytest

from approvals.actions import package, submit
from approvals.models import Application, Package
from approvals.tasks import drain_worlds
from certificates.actions import seed as hold_certificates
from govsim.core import clock
from govsim.core.actors import Actor
from govsim.core.codes.citizen import check_digit
from govsim.core.models import World
from govsim.exchange.actions import load_cast


def _number(prefix: str) -> str:
    return prefix + check_digit(prefix)


GU = _number("44039919400301001")  # 顾样甲, 81, of Shenzhen
OUTSIDER = _number("44079919400301001")  # 关样戊, 81, of Jiangmen
FOUNDERS = tuple(_number(each) for each in ("44039919850307001", "44039919880112002", "44039919900605003"))


def applicant(number: str) -> Actor:
    return Actor("applicant", number)


def officer(role: str, seat: int, department: str = "sz.civil") -> Actor:
    return Actor(role, f"seat:{seat}", department)


@pytest.fixture
def city(published: None, world: World) -> World:
    """Shenzhen on its first morning, with the cast and the certificates that they hold."""
    names = ("顾样甲", "林样乙", "何样丙", "梁样丁")
    people: list[dict[str, Any]] = [
        {"number": number, "name": name, "household_city": "shenzhen", "household_region": "440305"}
        for number, name in zip((GU, *FOUNDERS), names, strict=True)
    ]
    people.append({"number": OUTSIDER, "name": "关样戊", "household_city": "jiangmen", "household_region": "440703"})
    cards = [
        {
            "key": each["number"],
            "number": f"SIM{index}",
            "bank": "模拟湾区银行",
            "account": f"SIM{index:016d}",
            "account_name": each["name"],
            "account_status": "active",
        }
        for index, each in enumerate(people)
    ]
    addresses = [
        {
            "key": "DZ440399000901",
            "address": "深圳市南山区样例路1号",
            "address_en": "No. 1 Yangli Road, Nanshan, Shenzhen",
            "city": "shenzhen",
            "district": "南山区",
            "status": "normal",
            "registered": 0,
            "limit": 5,
        }
    ]
    load_cast(
        world=world,
        data={"people": people, "records": {"social_security_card": cards, "address_codes": addresses}},
    )
    hold_certificates(world=world)
    return world


@pytest.fixture
def run(city: World) -> Callable[..., None]:
    """Let the workers work and the clock step until nothing is due, or `steps` due moments have passed."""

    def work(steps: int = 60) -> None:
        drain_worlds([city])
        for _ in range(steps):
            if clock.earliest_due(city.pk) is None:
                return
            clock.advance(city)
            drain_worlds([city])

    return work


@pytest.fixture
def claim_allowance(city: World) -> Callable[..., Application]:
    """Submit an old-age allowance for somebody (Gu, unless said)."""

    def apply(number: str = GU, **more: Any) -> Application:
        form = {"mobile": "10100000001", **more.pop("form", {})}
        return submit.submit(
            world=city, actor=applicant(number), applicant_name="顾样甲", item_key="sz.old_age_allowance",
            form=form, **more,
        )  # fmt: skip

    return apply


@pytest.fixture
def open_company(city: World) -> Callable[..., Package]:
    """Start 开办企业一窗通 for the three founders; all have signed unless said otherwise."""

    def start(**more: Any) -> Package:
        form = {
            "company_name": "深圳市模拟禾穗科技有限公司",
            "company_type": "limited_company",
            "address_code": "DZ440399000901",
            "capital_fen": 100_000_000,
            "term_years": 0,
            "scope": ["I6513", "I6531"],
            "legal_representative": FOUNDERS[0],
            "shareholders": list(FOUNDERS[:2]),
            "shares": [60_000_000, 40_000_000],
            "supervisor": FOUNDERS[2],
            "seals": ["official", "finance", "invoice", "legal_representative"],
            "invoices_wanted": 25,
            "employees": [FOUNDERS[2]],
            "bank": "sz.bank1",
            **{f"wants_{each}": True for each in WANTS},
            **more.pop("form", {}),
        }
        return package.start(
            world=city, actor=applicant(FOUNDERS[0]), applicant_name="林样乙", theme_key="sz.open_company",
            form=form, **{"sign_all": True, **more},
        )  # fmt: skip

    return start


WANTS = ("seals", "tax", "social_insurance", "medical_insurance", "housing_fund", "bank")
