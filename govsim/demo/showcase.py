"""Puts something to see into a demo world, by the actions that people use, and waits until the workers are done."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from approvals import queries as approvals
from approvals.actions import ask_correction, submit
from approvals.actions import package as packages
from approvals.actions import replay as replaying
from approvals.actions.begin import begin
from approvals.pages.examples import example
from certificates import queries as certificates
from govsim.core import access, clock
from govsim.core import world as worlds
from govsim.core.actors import Actor
from govsim.core.models import Seat, World
from govsim.demo import CannotStart
from govsim.exchange import queries as registers
from govsim.walkthroughs.clients import LOCAL
from govsim.web.presenter.actions.go import go
from govsim.web.presenter.actions.start import start
from govsim.web.presenter.pages import of_seat
from services import actions as drafts
from services import queries as catalogue

PATIENCE = 120.0  # wall seconds
PACE = 2400.0  # a working day in a quarter of a minute
THEME = "sz.open_company"
SHOWN = "instant_approval_granted"  # the walk-through on the stage
STAGED = {"opening": 0, "show": 4, "end": 10}  # a show at each of these places
ALLOWANCE = "sz.old_age_allowance"
DRAFT_AGE = 80
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
PAST: tuple[dict[str, Any], ...] = (
    {**ELDERS, "max_age": 105, "limit": 16},
    {**ELDERS, "min_age": 66, "max_age": 69, "limit": 3},
    {**STRANGERS, "limit": 5},
)
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
        "draft": _draft(doubtful, "sz.senior_citizen_card"),
        "draft_against": _draft(stranger, ALLOWANCE),
    }
    _past(world, {each.holder for each in seats.values()})
    _wait(lambda: _finished(world, seats, numbers))
    numbers |= {"asked": _sent_back(world, founder), "unsigned": _company(founder, sign_all=False)}
    clock.run(world, mode=World.Mode.FROZEN)
    numbers |= {name: _show(seats["trainer"], to=place) for name, place in STAGED.items()}
    numbers |= _rule_draft(world, seats["rule_officer"])
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


def _draft(seat: Seat, item: str) -> str:
    actor = Actor("applicant", seat.holder)
    return str(begin(world=seat.world, actor=actor, applicant_name=seat.name_zh, item_key=item).number)


def _past(world: World, others: set[str]) -> None:
    """Claim the allowance for more people of all ages and two cities: a past over which rules can be replayed."""
    found = [each for wanted in PAST for each in registers.sample_persons(world, **wanted)]
    for each in {each.number: each for each in found if each.number not in others}.values():
        _claim(access.seat(world, role="applicant", holder=each.number, name_zh=each.name, name_en=each.pinyin))


def _company(seat: Seat, *, sign_all: bool = True, **typed: Any) -> str:
    theme = catalogue.theme(THEME)
    package = packages.start(
        world=seat.world, actor=Actor("applicant", seat.holder), applicant_name=seat.name_zh, theme_key=THEME,
        form=example(seat, theme.body) | typed, sign_all=sign_all,
    )  # fmt: skip
    return str(package.number)


def _sent_back(world: World, founder: Seat) -> str:
    """Open a company whose tax branch a person sends back; the other branches go on."""
    worlds.staff(world, "sz.tax", "people")
    number = _company(founder, invoices_wanted=60)
    tax = approvals.packages_of(world, founder.holder).get(number=number).applications
    _wait(lambda: tax.filter(branch="tax", state="accepted").exists())
    officer = access.actor(access.seat(world, role="handler", department="sz.tax"))
    told = {
        "what": "invoices_wanted",
        "zh": "首次申领发票不超过 25 份，请修改份数",
        "en": "At most 25 invoices at first",
    }
    ask_correction.ask_correction(world=world, actor=officer, number=tax.get(branch="tax").number, missing=[told])
    worlds.staff(world, "sz.tax", "simulation")
    return number


def _show(trainer: Seat, *, to: int) -> str:
    show = start(pack_name=SHOWN, cut=10, presenter=of_seat(trainer))
    go(show, to=to, base_url=LOCAL)
    return show.code


def _rule_draft(world: World, officer: Seat) -> dict[str, str]:
    """Draft a higher age for the allowance, which breaks worked examples, replay it, and hand it over for review."""
    actor, at = access.actor(officer), clock.now(world)
    draft = drafts.draft_rule_set(world=world, item=ALLOWANCE, actor=actor, at=at)
    parameters = [
        {**each, "values": [*each["values"], {"from": at.date().isoformat(), "value": DRAFT_AGE}]}
        if each["key"] == "age_threshold"
        else each
        for each in draft.body["parameters"]
    ]
    draft = drafts.save_draft(
        world=world, proposal_id=draft.pk, version=draft.version, changes={"parameters": parameters}, actor=actor,
        at=at, note="提高起领年龄的影响有多大 / what a higher age would mean",
    )  # fmt: skip
    replay = replaying.advance(replaying.start(world=world, item=ALLOWANCE, number=draft.number, actor=actor))
    drafts.submit_draft(world=world, proposal_id=draft.pk, version=draft.version, actor=actor, at=at)
    return {"rule_draft": str(draft.number), "replay": str(replay.number)}


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
