"""The trainer's console: what it tells, what it changes, how everything is undone, who gets in."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from approvals.models import Application
from certificates import queries as certificates
from govsim.core import clock
from govsim.core.models import Department, World
from govsim.exchange import queries as registers
from govsim.exchange.queries import PersonView
from tests.pages.browser import Form, Page, Visitor
from tests.pages.conftest import sit, visit

pytestmark = [pytest.mark.django_db]
CONSOLE = "/world"


@pytest.fixture
def trainer(town: World) -> Visitor:
    """The trainer with a browser."""
    return visit(sit(town, "trainer"))


def form(page: Page, verb: str, **holding: str) -> Form:
    """Return the one form of the console that does this, holding these values."""
    wanted = {"do": verb, **holding}
    found = [each for each in page.forms if all(each.values.get(name) == [value] for name, value in wanted.items())]
    assert len(found) == 1, (wanted, [each.values for each in found])
    return found[0]


def test_the_clock_is_told_in_words_and_run_frozen_stepped(
    town: World, trainer: Visitor, claim: Callable[..., Application]
) -> None:
    assert "一步一步走" in trainer.get(CONSOLE).text
    page = trainer.send(form(trainer.get(CONSOLE), "run", mode="paced", pace="1.000000"))
    assert "时钟在走" in page.text
    page = trainer.send(form(page, "run", mode="frozen"))
    assert "时钟静止" in page.text
    case = claim()
    page = trainer.get(CONSOLE)
    assert "接下来到期的" in page.text
    assert case.number in page.text
    assert case.number in trainer.client.get(reverse("world-live")).content.decode()
    first = trainer.client.get(reverse("world-live"))
    asked = {"If-None-Match": first.headers["ETag"]}
    assert trainer.client.get(reverse("world-live"), headers=asked).status_code == 304
    before = clock.now(World.objects.get(pk=town.pk))
    trainer.send(form(page, "step"))
    assert clock.now(World.objects.get(pk=town.pk)) >= before


def test_the_paces_of_a_training_and_as_fast_as_possible(town: World, trainer: Visitor) -> None:
    page = trainer.get(CONSOLE)
    for pace in ("0.5", "20.0"):
        chosen = next(each for each in page.forms if each.values.get("pace") not in (None, ["1000000"]) and "mode" in
                      each.values and not any(words == "运行" for *_, words in each.buttons))  # fmt: skip
        trainer.send(chosen.put("pace", pace))
        town.refresh_from_db()
        assert (town.mode, town.pace) == ("paced", float(pace))
    page = trainer.send(form(trainer.get(CONSOLE), "run", pace="1000000"))
    assert "从一件事直接走到下一件事" in page.text


def test_a_moment_that_has_passed_is_refused_and_stays_typed(town: World, trainer: Visitor) -> None:
    page = trainer.send(form(trainer.get(CONSOLE), "until").put("until", "2021-11-30T09:00"), status=422)
    assert "时钟不能倒走" in page.text
    assert form(page, "until").values["until"] == ["2021-11-30T09:00"]
    assert next(each for each in page.all("title"))
    trainer.send(form(page, "until").put("until", "2021-12-01T11:00"))
    town.refresh_from_db()
    assert f"{clock.now(town):%H:%M}" == "11:00"


def test_every_trouble_has_its_undo(town: World, trainer: Visitor, elder: PersonView, claim: Any) -> None:
    page = trainer.get(CONSOLE)
    assert "现在一切正常" in page.text
    page = trainer.send(form(page, "source").put("source", "deaths").put("mode", "conflict"))
    page = trainer.send(form(page, "source").put("source", "sz.psb").put("mode", "down"))
    page = trainer.send(form(page, "office").put("department", "sz.tax").put("mode", "garbage"))
    page = trainer.send(form(page, "declining").put("bank", "sz.bank1"))
    claim(human_route=True)
    page = trainer.get(CONSOLE)
    [card] = [
        each.identifier for each in certificates.wallet(town, elder.number, at=clock.now(town))
        if each.name.zh == "居民身份证"
    ]  # fmt: skip
    page = trainer.send(form(page, "certificate").put("certificate", card))
    assert certificates.held(town, card, at=clock.now(town)).state.key == "suspended"
    assert {each.source for each in registers.faults(town, at=clock.now(town))} == {"deaths", "sz.psb"}
    for verb, holding in (
        ("clear_source", {"source": "deaths"}), ("clear_source", {"source": "sz.psb"}),
        ("clear_office", {"department": "sz.tax"}), ("give_back", {"certificate": card}),
    ):  # fmt: skip
        page = trainer.send(form(page, verb, **holding))
    undo = [each for each in page.forms if each.values.get("do") == ["declining"] and "bank" not in each.values]
    page = trainer.send(undo[0])
    assert "现在一切正常" in page.text
    assert certificates.held(town, card, at=clock.now(town)).state.key == "valid"


def test_revoking_cannot_be_undone_and_is_confirmed(
    town: World, trainer: Visitor, elder: PersonView, claim: Any
) -> None:
    claim(human_route=True)
    page = trainer.send(form(trainer.get(CONSOLE), "certificate").put("mode", "revoke"), status=422)
    asked = form(page, "certificate")
    assert asked.values["mode"] == ["revoke"]
    card = asked.values["certificate"][0]
    trainer.send(asked.put("confirm", "true"))
    assert certificates.held(town, card, at=clock.now(town)).state.key == "revoked"
    assert card not in [value for each in trainer.get(CONSOLE).forms for value in each.values.get("certificate", [])]


def test_desks_are_handed_to_people_and_back(town: World, trainer: Visitor) -> None:
    page = trainer.send(form(trainer.get(CONSOLE), "staff").put("staffed", "sz.civil"))
    assert Department.objects.get(world=town, key="sz.civil").staffed_by == "people"
    trainer.send(form(page, "staff", staffed="sz.civil", by="simulation"))
    assert Department.objects.get(world=town, key="sz.civil").staffed_by == "simulation"
    assert "08:30–12:00" in page.text


def test_a_link_for_a_trainee_is_shown_once_and_opens_the_seat(town: World, trainer: Visitor) -> None:
    page = trainer.get(CONSOLE)
    office = next(each for each in page.forms if "role" in each.values)
    wrong = trainer.send(office.put("role", "handler"), status=422)
    assert "请选择部门" in wrong.text
    office = next(each for each in wrong.forms if "role" in each.values)
    assert office.values["role"] == ["handler"]
    made = trainer.send(office.put("seat_department", "sz.tax"))
    [link] = [each.attrs["value"] for each in made.all("input") if each.attrs.get("id") == "made-link"]
    assert "/in/" in link
    trainee = Client()
    trainee.get("/in/" + link.rpartition("/")[2])
    assert "税务局" in trainee.get(reverse("inbox")).content.decode()
    assert link.rpartition("/")[2] not in trainer.get(CONSOLE).text
    people = next(each for each in trainer.get(CONSOLE).forms if "holder" in each.values)
    assert "made-link" in [each.attrs.get("id") for each in trainer.send(people).all("input")]


def test_back_to_the_start_is_a_new_generation_with_the_same_people(
    town: World, trainer: Visitor, elder: PersonView, claim: Any
) -> None:
    claim()
    page = trainer.send(form(trainer.get(CONSOLE), "restart"), status=422)
    assert World.objects.filter(retired_at=None).count() == 1
    page = trainer.send(form(page, "restart").put("confirm", "true"))
    made = World.objects.get(retired_at=None)
    assert (made.name, made.seed, made.generation) == (town.name, town.seed, town.generation + 1)
    assert registers.person(made, elder.number) == registers.person(town, elder.number)
    assert "已回到开头" in page.text  # the trainer sits in the new generation
    assert re.search(r"第 2 代", page.text)
    assert not Application.objects.filter(world=made).exists()


def test_only_a_trainer_of_the_world_comes_in(town: World) -> None:
    for role, department in (("handler", "sz.civil"), ("auditor", "")):
        other = visit(sit(town, role, department=department))
        assert other.client.get(CONSOLE).status_code == 403
        assert other.client.get(reverse("world-live")).status_code == 403
        assert other.client.post(CONSOLE, {"do": "restart", "confirm": "true"}).status_code == 403
    assert World.objects.filter(retired_at=None).count() == 1
