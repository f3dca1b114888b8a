"""Puts something to see into a demo world, by the actions that people use, and waits until the workers are done."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from approvals import queries as approvals
from approvals.actions import package as packages
from approvals.actions import submit
from approvals.pages.examples import example
from certificates import queries as certificates
from govsim.core import access, clock
from govsim.core import world as worlds
from govsim.core.actors import Actor
from govsim.core.models import Seat, World
from govsim.demo import CannotStart
from govsim.exchange import queries as registers
from services import queries as catalogue

PATIENCE = 120.0  # wall seconds
PACE = 2400.0  # a working day in a quarter of a minute
THEME = "sz.open_company"
ALLOWANCE = "sz.old_age_allowance"
FOUNDERS: dict[str, Any] = {
    "household_city": "shenzhen",
    "min_age": 30,
    "max_age": 50,
    "lacking": ("dishonest_persons",),
}
ELDERS: dict[str, Any] = {
    "household_city": "shenzhen", "min_age": 72, "max_age": 79,
    "having": ("identity_library", "social_security_card"), "lacking": ("allowance_roll", "deaths"),
}  # fmt: skip
STRANGERS: dict[str, Any] = {"household_city": "jiangmen", "min_age": 72, "lacking": ("allowance_roll",)}
OFFICES = {
    "handler": "sz.civil", "approver": "sz.civil", "certificate_officer": "sz.amr", "rule_officer": "sz.civil",
    "quality_inspector": "", "trainer": "", "auditor": "",
}  # fmt: skip


@dataclass(frozen=True)
class Showcase:
    """Who can be whom in the filled world (a seat for each name), and the numbers of what there is to see."""

    seats: dict[str, Seat]
    numbers: dict[str, str]


def fill(world: World) -> Showcase:
    """Open a company, grant and refuse an allowance, leave one case to officers; return who and what.

    The workers of a running stack do the work; afterwards the clock stands still. Raises CannotStart when they have
    not done it in two minutes.
    """
    founder, elder = (_person(world, **wanted) for wanted in (FOUNDERS, ELDERS))
    stranger, doubtful = _person(world, **STRANGERS), _person(world, **ELDERS, skip=1)
    seats = {"founder": founder, "elder": elder, "stranger": stranger, "doubtful": doubtful}
    seats |= {role: access.seat(world, role=role, department=place) for role, place in OFFICES.items()}
    worlds.staff(world, "sz.civil", "people")
    clock.run(world, mode=World.Mode.PACED, pace=PACE)
    numbers = {
        "package": _company(founder),
        "granted": _claim(elder),
        "refused": _claim(stranger),
        "waiting": _claim(doubtful, human_route=True),
    }
    _wait(lambda: _finished(world, seats, numbers))
    clock.run(world, mode=World.Mode.FROZEN)
    certificate = certificates.wallet(world, elder.holder, at=clock.now(world))[0].identifier
    firm = registers.firms_led_by(world, founder.holder)[0].code
    held = certificates.wallet(world, firm, at=clock.now(world))
    licence = next(each.identifier for each in held if each.type_key == "business_licence")
    numbers |= {"certificate": certificate, "firm": firm, "licence": licence}
    return Showcase(seats, numbers | {"address": worlds.address(world)})


def _person(world: World, *, skip: int = 0, **wanted: Any) -> Seat:
    found = registers.sample_persons(world, limit=skip + 1, **wanted)[-1]
    return access.seat(world, role="applicant", holder=found.number, name_zh=found.name, name_en=found.pinyin)


def _claim(seat: Seat, **more: Any) -> str:
    row = submit.submit(
        world=seat.world, actor=Actor("applicant", seat.holder), applicant_name=seat.name_zh, item_key=ALLOWANCE,
        form={"mobile": "10100000001"}, **more,
    )  # fmt: skip
    return str(row.number)


def _company(seat: Seat) -> str:
    theme = catalogue.theme(THEME)
    package = packages.start(
        world=seat.world, actor=Actor("applicant", seat.holder), applicant_name=seat.name_zh, theme_key=THEME,
        form=example(seat, theme.body), sign_all=True,
    )  # fmt: skip
    return str(package.number)


def _finished(world: World, seats: dict[str, Seat], numbers: dict[str, str]) -> bool:
    package = approvals.packages_of(world, seats["founder"].holder).get(number=numbers["package"])
    claims = {"elder": "granted", "stranger": "refused", "doubtful": "waiting"}
    states = [
        approvals.of_applicant(world, seats[name].holder).get(number=numbers[claim]).state
        for name, claim in claims.items()
    ]
    return package.state == "done" and states == ["granted", "refused", "received"]


def _wait(done: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not done():
        if time.monotonic() > end:
            raise CannotStart("演示数据没有办完 / what the demo shows was not finished")
        time.sleep(0.25)
