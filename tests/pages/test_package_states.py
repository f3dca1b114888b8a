"""The page of a package when something happens to it: sent back, declined, refused, unsigned; and the clock."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from approvals.actions import ask_correction
from approvals.models import Application, Package
from govsim.core import access, clock, trainer
from govsim.core import world as worlds
from govsim.core.models import World
from govsim.exchange import queries as registers
from govsim.exchange.queries import PersonView
from tests.pages.browser import Page, Visitor
from tests.pages.conftest import sit, visit
from tests.pages.test_open_company import NEW, biggest, open_company

pytestmark = [pytest.mark.django_db]
type Run = Callable[..., None]


@pytest.fixture
def visitor(town: World, founder: PersonView) -> Visitor:
    """The founder in front of a browser."""
    return visit(sit(town, "applicant", founder))


@pytest.fixture
def sent_back(town: World, visitor: Visitor, run: Run) -> Package:
    """A package whose tax branch waits for the founder: too many invoices; the rest is done."""
    worlds.staff(town, "sz.tax", "people")
    package = open_company(visitor, invoices_wanted="60")
    run()
    tax = package.applications.get(branch="tax")
    officer = access.actor(access.seat(town, role="handler", department="sz.tax"))
    told = {"what": "invoices_wanted", "zh": "首次不超过 25 份", "en": "At most 25 at first"}
    ask_correction.ask_correction(world=town, actor=officer, number=tax.number, missing=[told])
    return package


def page_of(visitor: Visitor, package: Package) -> Page:
    return visitor.get(reverse("package", args=[package.number]))


def lines(page: Page) -> int:
    """Return how many sentences the journal of a page has."""
    live = next(each for each in page.elements if each.attrs.get("id") == "live")
    return int(live.attrs["hx-get"].rpartition("lines=")[2])


# --- sent back --------------------------------------------------------------------------------------------------------


def test_a_branch_that_is_sent_back_is_answered_on_the_page(
    town: World, visitor: Visitor, sent_back: Package, run: Run
) -> None:
    page = page_of(visitor, sent_back)
    for words in ("首次不超过 25 份", "时钟停着，等您补正", "停表，等您补正", "其余各路照常办理", "如果没有退回"):
        assert words in page.text, words
    form = page.form(reverse("package-answer", args=[sent_back.number, "tax"]))
    assert [name for name in form.values if name.startswith("f-")] == ["f-invoices_wanted"]  # only what is asked
    assert form.values["f-invoices_wanted"] == ["60"]
    clock.advance(town, until=clock.now(town) + timedelta(minutes=30))
    after = visitor.send(form.put("f-invoices_wanted", "25"))
    assert visitor.at == reverse("package", args=[sent_back.number])
    assert "补正已提交" in after.text
    tax = sent_back.applications.get(branch="tax")
    assert (tax.form["invoices_wanted"], tax.missing[0]["what"]) == (25, "invoices_wanted")
    assert tax.state != "correcting"
    worlds.staff(town, "sz.tax", "simulation")
    again = page_of(visitor, sent_back)
    assert "这一路退回过一次" in again.text
    assert not [each for each in again.forms if "/answer/" in each.action]


def test_an_answer_that_cannot_be_read_is_shown_again(visitor: Visitor, sent_back: Package) -> None:
    form = page_of(visitor, sent_back).form(reverse("package-answer", args=[sent_back.number, "tax"]))
    page = visitor.send(form.put("f-invoices_wanted", "many"), status=422)
    assert "#invoices_wanted" in page.links
    again = page.form(reverse("package-answer", args=[sent_back.number, "tax"]))
    assert again.values["f-invoices_wanted"] == ["many"]
    assert sent_back.applications.get(branch="tax").state == "correcting"


def test_only_the_branch_that_waits_can_be_answered(visitor: Visitor, sent_back: Package, town: World) -> None:
    seals = reverse("package-answer", args=[sent_back.number, "seals"])
    assert visitor.client.post(seals, {}).status_code == 404
    [stranger] = registers.sample_persons(town, household_city="jiangmen", min_age=30, limit=1)
    other = visit(sit(town, "applicant", stranger))
    tax = reverse("package-answer", args=[sent_back.number, "tax"])
    assert other.client.post(tax, {"f-invoices_wanted": "25"}).status_code == 404


def test_the_form_to_answer_arrives_beside_the_live_part(visitor: Visitor, sent_back: Package) -> None:
    live = reverse("package-live", args=[sent_back.number])
    arrives = visitor.client.get(f"{live}?asked=&lines=0").content.decode()
    assert 'id="answers" hx-swap-oob' in arrives
    assert 'id="journal-box" hx-swap-oob' in arrives
    known = lines(page_of(visitor, sent_back))
    stays = visitor.client.get(f"{live}?asked=tax&lines={known}").content.decode()
    assert 'id="answers"' not in stays  # what is being typed is left alone
    assert 'id="journal-box"' not in stays  # and nothing is read aloud twice


def test_an_answer_is_not_offered_to_officers(town: World, sent_back: Package) -> None:
    desk = visit(sit(town, "handler", department="sz.tax"))
    page = page_of(desk, sent_back)
    assert not [each for each in page.forms if "/answer/" in each.action]


def test_it_is_all_told_in_english(town: World, founder: PersonView, sent_back: Package) -> None:
    text = page_of(visit(sit(town, "applicant", founder), language="en"), sent_back).text
    for words in ("please answer here", "At most 25 at first", "The clock has stopped", "Had nothing been sent back"):
        assert words in text, words


# --- declined, refused, unsigned ------------------------------------------------------------------------------------


def test_a_bank_that_declines_is_named_with_the_one_that_took_its_place(
    town: World, visitor: Visitor, run: Run
) -> None:
    trainer.decide_otherwise(world=town, declining=["sz.bank1"])
    package = open_company(visitor)
    run()
    package.refresh_from_db()
    assert package.state == "done"
    text = page_of(visitor, package).text
    assert "湾区银行 没有接受" in text.replace("\n", " ")
    assert "已自动改由南粤银行办理" in text
    assert "改由南粤银行办理" in text


def test_a_refused_licence_ends_in_words_and_with_a_way_on(visitor: Visitor, run: Run) -> None:
    package = open_company(visitor, shares="600000\n300000")
    run()
    page = page_of(visitor, package)
    for words in ("注册资本、出资或期限前后不一致", "后面各路没有开始", "不再办理", "改好再办", "看决定说明书"):
        assert words in page.text, words
    assert "一日内办结" not in page.text
    assert reverse("package-new", args=["sz.open_company"]) in page.links


def test_the_end_counts_the_run_and_quotes_the_report_apart(visitor: Visitor, run: Run) -> None:
    package = open_company(visitor)
    run()
    page = page_of(visitor, package)
    for words in ("模拟：由本件的记录计数", "张，分开办要 7 张", "报道的数", "SZ-02"):
        assert words in page.text, words
    licence = package.applications.get(branch="licence").decision
    assert reverse("certificate", args=[licence.certificate]) in page.links


def test_the_founder_may_have_the_others_signed_for_and_nobody_else_may(town: World, visitor: Visitor) -> None:
    form = biggest(visitor.get(NEW + "?example=1"))
    form.put("sign_all")
    visitor.send(form)
    package = Package.objects.get(world=town)
    other = next(each for each in package.signatures.all() if each.signed_at is None)
    signer = visit(sit(town, "applicant", registers.person(town, other.person)))
    where = reverse("package-sign", args=[package.number])
    assert signer.client.post(where, {"for_others": "true"}).status_code == 403
    assert package.signatures.filter(signed_at=None).exists()
    visitor.send(page_of(visitor, package).form(where))
    package.refresh_from_db()
    assert package.state == "running"
    assert {each.signed_by for each in package.signatures.exclude(person=package.applicant)} == {
        "simulation:simulation"
    }


# --- the clock ----------------------------------------------------------------------------------------------------


@pytest.fixture
def before_the_demo(settings: Any) -> None:
    settings.DEMO = True


def test_the_clock_is_moved_only_before_a_demo(town: World, visitor: Visitor, settings: Any) -> None:
    settings.DEMO = False
    package = open_company(visitor)
    where = reverse("package-clock", args=[package.number])
    assert where not in [each.action for each in page_of(visitor, package).forms]
    now = clock.now(town)
    assert visitor.client.post(where, {"do": "step"}).status_code == 403
    settings.DEMO = True
    assert visitor.client.post(where, {"do": "step"}, REMOTE_ADDR="192.0.2.7").status_code == 403
    town.refresh_from_db()
    assert clock.now(town) == now


@pytest.mark.usefixtures("before_the_demo")
def test_a_founder_lets_the_day_pass(town: World, visitor: Visitor) -> None:
    package = open_company(visitor)
    form = page_of(visitor, package).form(reverse("package-clock", args=[package.number]))
    fastest = next(each for each in form.buttons if each[1] == "1800")
    visitor.send(form, button=fastest[:2])
    town.refresh_from_db()
    assert (town.mode, town.pace) == (World.Mode.PACED, 1800)
    visitor.send(form, button=("do", "stop"))
    town.refresh_from_db()
    assert town.mode == World.Mode.FROZEN
    assert "时钟停着" in page_of(visitor, package).text
    assert visitor.client.post(form.action, {"do": "backwards"}).status_code == 422


@pytest.mark.usefixtures("before_the_demo")
def test_a_step_goes_to_the_next_event_but_never_past_an_hour(town: World, visitor: Visitor, run: Run) -> None:
    package = open_company(visitor)
    where = reverse("package-clock", args=[package.number])
    run()
    town.refresh_from_db()
    package.refresh_from_db()
    assert package.state == "done"
    before = clock.now(town)
    visitor.client.post(where, {"do": "step"})
    town.refresh_from_db()
    assert timedelta(0) < clock.now(town) - before <= timedelta(hours=2)  # the noon break may lie in between


@pytest.mark.usefixtures("before_the_demo")
def test_at_night_one_skips_to_opening_time(town: World, visitor: Visitor, run: Run) -> None:
    clock.advance(town, until=clock.now(town).replace(hour=20, minute=0))
    package = open_company(visitor)
    run(1)  # the licence needs nobody at a desk
    page = page_of(visitor, package)
    assert "柜台没有人" in page.text
    form = page.form(reverse("package-clock", args=[package.number]))
    visitor.send(form, button=("do", "opening"))
    town.refresh_from_db()
    now = clock.now(town)
    assert (now.hour, now.minute) == (8, 30)
    assert "柜台没有人" not in page_of(visitor, package).text


@pytest.mark.usefixtures("before_the_demo")
def test_the_clock_answers_with_the_live_part_when_the_page_asks_for_it(visitor: Visitor) -> None:
    package = open_company(visitor)
    where = reverse("package-clock", args=[package.number])
    answer = visitor.client.post(where, {"do": "step"}, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert answer.content.decode().lstrip().startswith('<div id="live"')


def test_the_live_part_is_another_one_in_another_language(visitor: Visitor) -> None:
    package = open_company(visitor)
    live = reverse("package-live", args=[package.number])
    tag = visitor.client.get(live).headers["ETag"]
    assert visitor.client.get(live, headers={"If-None-Match": tag}).status_code == 304
    visitor.client.cookies["django_language"] = "en"
    assert visitor.client.get(live, headers={"If-None-Match": tag}).status_code == 200


def test_what_is_told_after_an_answer_names_the_desk_again(visitor: Visitor, sent_back: Package) -> None:
    tax = Application.objects.get(package=sent_back, branch="tax")
    assert tax.state == "correcting"
    text = page_of(visitor, sent_back).text
    assert "税务局一次告知补正：首次不超过 25 份。停表，其余各路照常" in text
