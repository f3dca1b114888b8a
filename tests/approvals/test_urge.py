"""The command centre urges a case or puts it under supervision: who may, what is left, and once is once."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from approvals import queries
from approvals.actions import accept as accepting
from approvals.actions import escalate, handle, urge
from approvals.models import Application
from govsim.core import clock
from govsim.core import world as worlds
from govsim.core.actors import Actor
from govsim.core.errors import Conflict, NotAllowed, NotFound, Refused
from govsim.core.models import World
from tests.approvals.conftest import GU, applicant, officer

pytestmark = [pytest.mark.django_db, pytest.mark.database]

WATCH = Actor("dispatcher", "seat:90")


@pytest.fixture
def waiting(city: World, claim_allowance: Callable[..., Application], run: Callable[..., None]) -> Application:
    """A claim on the human route that lies with people."""
    worlds.staff(city, "sz.civil", "people")
    row = claim_allowance(human_route=True)
    run(2)
    row.refresh_from_db()
    assert row.state == "received"
    return row


def events(row: Application) -> list[str]:
    return [each.event for each in queries.history(row)]


def test_urging_is_written_in_the_journal_and_moves_nothing(city: World, waiting: Application) -> None:
    urge.urge(world=city, actor=WATCH, number=waiting.number, note="请今天办结")
    after = Application.objects.get(pk=waiting.pk)
    assert (after.state, after.version) == ("received", waiting.version + 1)
    last = queries.history(after)[-1]
    assert (last.event, last.actor, last.data["note"]) == ("ApplicationUrged", "dispatcher:seat:90", "请今天办结")


def test_twice_within_the_interval_is_once(city: World, waiting: Application) -> None:
    for _ in range(3):
        urge.urge(world=city, actor=WATCH, number=waiting.number)
    assert events(waiting).count("ApplicationUrged") == 1
    clock.advance(city, until=clock.now(city) + urge.INTERVAL)
    urge.urge(world=city, actor=WATCH, number=waiting.number)
    assert events(waiting).count("ApplicationUrged") == 2


def test_supervision_follows_urging(city: World, waiting: Application) -> None:
    with pytest.raises(Refused):
        escalate.escalate(world=city, actor=WATCH, number=waiting.number)
    urge.urge(world=city, actor=WATCH, number=waiting.number)
    for _ in range(2):
        escalate.escalate(world=city, actor=WATCH, number=waiting.number)
    assert events(waiting)[-2:] == ["ApplicationUrged", "ApplicationEscalated"]


def test_an_overdue_case_needs_no_urging_first(city: World, waiting: Application) -> None:
    clock.advance(city, until=clock.now(city) + timedelta(days=60))
    escalate.escalate(world=city, actor=WATCH, number=waiting.number)
    assert events(waiting)[-1] == "ApplicationEscalated"


@pytest.mark.parametrize("actor", [applicant(GU), officer("handler", 1), Actor("auditor", "seat:91")], ids=str)
def test_nobody_else_may(city: World, waiting: Application, actor: Actor) -> None:
    with pytest.raises(NotAllowed):
        urge.urge(world=city, actor=actor, number=waiting.number)
    with pytest.raises(NotAllowed):
        escalate.escalate(world=city, actor=actor, number=waiting.number)
    assert not {"ApplicationUrged", "ApplicationEscalated"} & set(events(waiting))


def test_what_nobody_can_move_on_is_not_urged(
    city: World, claim_allowance: Callable[..., Application], run: Callable[..., None]
) -> None:
    row = claim_allowance()
    run()
    with pytest.raises(Conflict):
        urge.urge(world=city, actor=WATCH, number=row.number)
    with pytest.raises(NotFound):
        urge.urge(world=city, actor=WATCH, number="21120199999999")


def test_the_officer_goes_on_with_an_urged_case(city: World, waiting: Application) -> None:
    urge.urge(world=city, actor=WATCH, number=waiting.number)
    one: dict[str, Any] = {"world": city, "number": waiting.number}
    accepting.accept(actor=officer("window", 1), **one)
    handle.handle(actor=officer("handler", 2), **one)
    assert Application.objects.get(pk=waiting.pk).state == "reviewing"
    told = queries.told_to_go_on(city, [waiting])
    assert list(told[waiting.pk]) == ["ApplicationUrged"]
