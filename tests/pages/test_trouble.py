"""Trouble in a show: picked before or during it, seen on the stage, undone, and gone when the show begins again."""

from itertools import product
from typing import Any

import pytest
from django.urls import reverse

from govsim.core import clock, trainer
from govsim.core.models import World
from govsim.exchange import queries as registers
from govsim.walkthroughs.schema import packs
from govsim.web import troubles
from govsim.web.models import Show
from govsim.web.presenter import offers, queries
from tests.pages.browser import Page, Visitor
from tests.pages.conftest import visit
from tests.pages.test_every_page import proper
from tests.pages.test_present import _alone, begin, presenter, to

__all__ = ["_alone", "presenter"]
pytestmark = [pytest.mark.django_db]


def panel(presenter: Visitor, show: Show) -> Page:
    page = presenter.get(reverse("present-trouble", args=[show.code]))
    assert proper(page, "zh") == []
    return page


def make(presenter: Visitor, show: Show, do: str, **chosen: str) -> Page:
    """Pick one kind of trouble in the panel, by its own form."""
    page = panel(presenter, show)
    mode = chosen.pop("mode", None)
    form = next(
        each for each in page.forms
        if each.values.get("do") == [do] and (mode is None or do == "certificate" or each.values.get("mode") == [mode])
    )  # fmt: skip
    for name, value in chosen.items():
        form.put(name, value)
    if mode is not None and do == "certificate":
        form.put("mode", mode)
    made = presenter.send(form)
    show.refresh_from_db()
    return made


def undo(presenter: Visitor, show: Show, do: str) -> Page:
    page = panel(presenter, show)
    form = next(each for each in page.forms if each.values.get("do") == [do] and "撤销" in str(each.buttons))
    return presenter.send(form)


def test_each_kind_tells_what_it_does_and_what_to_look_at(presenter: Visitor) -> None:
    show, _ = begin(presenter, "one_window_within_a_day")
    page = panel(presenter, show)
    offered = offers.offers(queries.pack_named(show.pack), show.world)
    assert [(each.kind.do, each.kind.mode) for each in offered] == list(offers.OFFERED)
    for each in offered:
        for words in (each.kind.name, each.kind.does, each.kind.look):
            assert words["zh"] in page.text
    english = presenter.get(reverse("present-trouble", args=[show.code]) + "?lang=en")
    assert offered[0].kind.does["en"] in english.text


def test_a_register_that_is_down_before_the_show_stops_the_decision_and_can_be_undone(presenter: Visitor) -> None:
    show, opening = begin(presenter)
    assert "看：" not in opening.text
    made = make(presenter, show, "source", mode="down", source="deaths")
    assert troubles.BY_MODE["source", "down"].look["zh"] in made.text
    opening = presenter.get(reverse("present-show", args=[show.code]))
    assert "没有应答" in opening.text
    page = to(presenter, show, len(queries.pack_named(show.pack).steps))
    failed = next(at for at, each in enumerate(show.results, start=1) if not each["passed"])
    assert "难题是您出的" in page.text
    assert queries.pack_named(show.pack).steps[show.position - 1].say.zh not in page.text, "it would not be true"
    undo(presenter, show, "clear_source")
    assert not troubles.in_force(show.world)
    before = show.version
    show.refresh_from_db()
    assert show.version > before, "both windows learn of it"
    assert failed == show.done


def test_a_closed_department_opens_again_by_itself(presenter: Visitor) -> None:
    show, _ = begin(presenter, "one_window_within_a_day")
    make(presenter, show, "office", mode="down", department="sz.tax")
    (tax,) = trainer.faults(show.world)
    until = trainer.ends(tax)
    assert (tax.key, until) == ("sz.tax", clock.now(show.world) + offers.CLOSED)
    assert [each["do"] for each in troubles.in_force(show.world)] == ["clear_office"]


def test_a_certificate_is_taken_away_and_given_back(presenter: Visitor) -> None:
    show, _ = begin(presenter, "certificate_free_card")
    offered = {each.kind.do: each for each in offers.offers(queries.pack_named(show.pack), show.world)}
    identifier = next(iter(offered["certificate"].choices))
    make(presenter, show, "certificate", certificate=identifier)
    assert show.world.settings[trainer.SET_ASIDE] == [identifier]
    undo(presenter, show, "give_back")
    show.world.refresh_from_db()
    assert not troubles.in_force(show.world)


def test_to_revoke_it_has_to_be_confirmed(presenter: Visitor) -> None:
    show, _ = begin(presenter, "certificate_free_card")
    offered = {each.kind.do: each for each in offers.offers(queries.pack_named(show.pack), show.world)}
    identifier = next(iter(offered["certificate"].choices))
    told = {"do": "certificate", "mode": "revoke", "certificate": identifier}
    answer = presenter.client.post(reverse("present-trouble", args=[show.code]), told)
    assert (answer.status_code, "请勾选确认" in answer.content.decode()) == (422, True)
    answer = presenter.client.post(reverse("present-trouble", args=[show.code]), told | {"confirm": "true"})
    assert answer.status_code == 302
    left = offers.offers(queries.pack_named(show.pack), show.world)
    assert identifier not in {value for each in left for value in each.choices}


def test_a_bank_that_declines(presenter: Visitor) -> None:
    show, _ = begin(presenter, "one_window_within_a_day")
    make(presenter, show, "declining", bank="sz.bank1")
    assert show.world.settings["declining"] == ["sz.bank1"]
    undo(presenter, show, "declining")
    show.world.refresh_from_db()
    assert show.world.settings["declining"] == []


def test_it_ends_with_the_world_of_the_show(presenter: Visitor, world: World) -> None:
    show, _ = begin(presenter)
    make(presenter, show, "source", mode="conflict", source="deaths")
    assert not troubles.in_force(world), "no other world is touched"
    presenter.client.post(reverse("present-reset", args=[show.code]))
    show = Show.objects.get(code=show.code)
    assert not troubles.in_force(show.world)
    assert not registers.faults(show.world, at=clock.now(show.world))


@pytest.mark.parametrize(
    ("told", "status"),
    [
        ({"do": "restart"}, 403), ({}, 403), ({"do": "source", "source": "nothing", "mode": "down"}, 422),
        ({"do": "office", "department": "sz.tax", "mode": "down", "ends": "2001-01-01T00:00"}, 422),
        ({"do": "office", "department": "sz.tax", "mode": "down", "ends": "soon"}, 422),
        ({"do": "office", "department": "sz.nobody", "mode": "slow"}, 404),
        ({"do": "certificate", "certificate": "none", "mode": "suspend"}, 404),
    ],
)  # fmt: skip
def test_rubbish_changes_nothing(presenter: Visitor, told: dict[str, Any], status: int) -> None:
    show, _ = begin(presenter)
    answer = presenter.client.post(reverse("present-trouble", args=[show.code]), told)
    assert answer.status_code == status, answer.content.decode()[-400:]
    assert not troubles.in_force(show.world)


def test_no_value_that_a_form_can_send_is_a_fault_of_ours(presenter: Visitor) -> None:
    show, _ = begin(presenter)
    fields = ("mode", "source", "department", "bank", "certificate", "ends", "confirm")
    presenter.client.raise_request_exception = False
    bad = []
    for verb, value in product(troubles.VERBS, ("", "x", "-1", "9" * 400, "²", "a\0b", "<b>", "文" * 5000, "revoke")):
        for mode in (value, "down", "revoke"):
            told = dict.fromkeys(fields, value) | {"do": verb, "mode": mode}
            answer = presenter.client.post(reverse("present-trouble", args=[show.code]), told)
            if answer.status_code >= 500:
                bad.append(f"{verb} {mode} {value[:20]!r}: {answer.status_code}")
    assert not bad, "\n".join(bad)


def test_it_is_the_presenters_alone(presenter: Visitor) -> None:
    show, _ = begin(presenter)
    visit().get(reverse("present-trouble", args=[show.code]), status=404)


def test_steps_that_make_trouble_are_shown_as_what_they_are(presenter: Visitor) -> None:
    found = {
        (pack.name, step.trouble): step.title.zh for pack in packs() for step in pack.steps if step.trouble
    }  # fmt: skip
    assert set(found) == {
        ("one_window_trouble", "made"), ("instant_filing_and_approval", "made"),
        ("instant_filing_and_approval", "undone"), ("certificate_free_revoked", "made"),
        ("certificate_free_revoked", "undone"),
    }  # fmt: skip
    pick = presenter.get(reverse("present"))
    assert found["one_window_trouble", "made"] in pick.text
    show, _ = begin(presenter, "one_window_trouble")
    page = to(presenter, show, 1)
    assert "这一步有意制造故障" in page.text
    assert "停办" in page.text


def test_people_are_spelt_in_pinyin_for_readers_of_english(presenter: Visitor) -> None:
    show, _ = begin(presenter)
    page = presenter.get(reverse("present-trouble", args=[show.code]) + "?lang=en")
    papers = next(
        each for each in offers.offers(queries.pack_named(show.pack), show.world) if each.field == "certificate"
    )
    assert papers.choices
    for words in papers.choices.values():
        assert words["en"].isascii()
        assert words["en"] in page.text
