"""Visitors of every role in a town of 300 people, at rest on its first morning."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from approvals.actions import submit
from approvals.models import Application
from approvals.tasks import drain_worlds
from govsim.core import access, clock
from govsim.core.actors import Actor
from govsim.core.models import Seat, World
from govsim.exchange import queries as registers
from govsim.exchange.queries import PersonView
from tests.pages.browser import Visitor

ROLES: dict[str, str] = {
    "window": "sz.civil",
    "handler": "sz.civil",
    "reviewer": "sz.civil",
    "approver": "sz.civil",
    "certificate_officer": "sz.amr",
    "quality_inspector": "",
    "auditor": "",
    "rule_officer": "sz.civil",
    "dispatcher": "",
    "trainer": "",
}


@pytest.fixture(autouse=True)
def _nothing_to_collect(settings: Any, tmp_path: Path) -> None:
    settings.STATIC_ROOT = tmp_path


@pytest.fixture
def founder(town: World) -> PersonView:
    """Somebody who may open a company."""
    lacking = ("dishonest_persons", "disqualified_officers", "abnormal_taxpayers")
    return registers.sample_persons(
        town, household_city="shenzhen", min_age=30, max_age=50, lacking=lacking, limit=1
    )[0]  # fmt: skip


@pytest.fixture
def elder(town: World) -> PersonView:
    """Somebody who is entitled to the old-age allowance."""
    return registers.sample_persons(
        town, household_city="shenzhen", min_age=72, lacking=("allowance_roll", "deaths"), limit=1
    )[0]  # fmt: skip


def sit(world: World, role: str, person: PersonView | None = None, department: str = "") -> Seat:
    """Return the seat of a person or an officer."""
    if person is not None:
        return access.seat(world, role=role, holder=person.number, name_zh=person.name, name_en=person.pinyin)
    return access.seat(world, role=role, department=department)


def visit(seat: Seat | None = None, *, language: str = "zh", **options: Any) -> Visitor:
    """Return somebody with a browser, signed in to a seat."""
    client = Client(**options)
    client.cookies["django_language"] = {"zh": "zh-hans", "en": "en"}[language]
    if seat is not None:
        client.force_login(seat.user, backend="django.contrib.auth.backends.ModelBackend")
    return Visitor(client)


@pytest.fixture
def run(town: World) -> Callable[..., None]:
    """Let the workers work and the clock step until nothing is due, or `steps` due moments have passed."""

    def work(steps: int = 80) -> None:
        drain_worlds([town])
        for _ in range(steps):
            if clock.earliest_due(town.pk) is None:
                return
            clock.advance(town)
            drain_worlds([town])

    return work


@pytest.fixture
def claim(town: World, elder: PersonView) -> Callable[..., Application]:
    """Hand in the elder's claim of the allowance."""

    def apply(**more: Any) -> Application:
        return submit.submit(
            world=town, actor=Actor("applicant", elder.number), applicant_name=elder.name,
            item_key="sz.old_age_allowance", form={"mobile": "10100000001"}, **more,
        )  # fmt: skip

    return apply
