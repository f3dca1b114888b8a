"""One application on its pages: the passport, the papers as PDF, the review, the list, and who has only its code."""

import json
import re
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.http import HttpResponse
from django.urls import reverse

from approvals.actions import submit
from approvals.actions.ask_correction import ask_correction
from approvals.models import Application
from approvals.pages import lists, progress, scales
from approvals.tasks import drain_worlds
from govsim.core import access, documents
from govsim.core import world as worlds
from govsim.core.actors import Actor
from govsim.core.models import World
from govsim.exchange import queries as registers
from govsim.exchange.queries import PersonView
from govsim.web import fonts
from tests.pages.browser import Page
from tests.pages.conftest import sit, visit

pytestmark = [pytest.mark.django_db]

type Claim = Callable[..., Application]
type Run = Callable[..., None]


@pytest.fixture
def granted(claim: Claim, run: Run) -> Application:
    """A claim that the rules grant."""
    case = claim()
    run()
    case.refresh_from_db()
    assert case.state == "granted"
    return case


@pytest.fixture
def undecided(town: World, claim: Claim) -> Application:
    """A claim that waits for an officer."""
    worlds.staff(town, "sz.civil", "people")
    case = claim(human_route=True)
    drain_worlds([town])
    case.refresh_from_db()
    return case


@pytest.fixture
def refused(town: World, claim: Claim, run: Run, elder: PersonView) -> tuple[Application, PersonView]:
    """The claim of somebody who is registered elsewhere."""
    [outsider] = registers.sample_persons(
        town, household_city="jiangmen", min_age=72, lacking=("allowance_roll", "deaths"), limit=1
    )
    case = submit.submit(
        world=town, actor=Actor("applicant", outsider.number), applicant_name=outsider.name,
        item_key="sz.old_age_allowance", form={"mobile": "10100000001"},
    )  # fmt: skip
    run()
    case.refresh_from_db()
    assert case.state == "refused"
    return case, outsider


def seen(town: World, person: PersonView, case: Application, *, language: str = "zh", view: str = "") -> Page:
    """Return the page of a case as its applicant sees it."""
    address = reverse("application", args=[case.number]) + view
    return visit(sit(town, "applicant", person), language=language).get(address)


# --- the passport -----------------------------------------------------------------------------------------------------


def test_a_grant_says_what_is_granted_first(town: World, elder: PersonView, granted: Application) -> None:
    page = seen(town, elder, granted)
    [headline] = [words for _, words in page.words if words.startswith("准予：")]
    assert "月津贴金额" in headline
    assert "若不符合" in page.text  # what would have changed it
    assert "另有 6 条每个事项都要核对的条件，全部通过" in page.text


def test_a_refusal_says_why_and_what_would_have_granted(town: World, refused: tuple[Application, PersonView]) -> None:
    case, outsider = refused
    page = seen(town, outsider, case)
    assert "不予许可：您的户籍不在深圳市" in page.text
    assert "怎样补救" in page.text
    assert "只改这一条，结论不变" in page.text  # another rule that failed as well would not have mattered
    assert re.search(r"如果“户籍所在市”为深圳市（现为江门市），即可自动批准", page.text)


def test_as_long_as_nobody_decided_no_word_of_a_refusal_is_said(
    town: World, elder: PersonView, undecided: Application
) -> None:
    assert undecided.state == "received"
    for view in ("", "?view=expert"):
        page = seen(town, elder, undecided, view=view)
        assert "不予" not in page.text
        assert "还没有决定：1 项由工作人员核实" in page.text
    english = seen(town, elder, undecided, language="en").text
    assert "efused" not in english


def test_the_seconds_of_the_sources_have_a_table(town: World, elder: PersonView, granted: Application) -> None:
    page = seen(town, elder, granted)
    log = registers.log_of_case(town, granted.number)
    slowest = max(each.seconds for each in log)
    assert f"{slowest:.2f}" in page.text
    took = (granted.decision.decided_at - max(each.at for each in log)).total_seconds()
    assert f"{took:.1f} 秒里发生了什么" in page.text


@pytest.mark.parametrize(
    ("value", "turn", "granted", "threshold", "upwards"),
    [(77, 69, True, 70, True), (3, 6, True, 5, False), (60, 70, False, 70, True), (9, 5, False, 5, False)],
)
def test_a_scale_stands_where_the_rule_turns(
    value: int, turn: int, granted: bool, threshold: int, upwards: bool
) -> None:
    rule = {"values": [{"fact": "age", "value": value}]}
    found = scales.scale(rule, {"fact": "age", "to": turn}, granted=granted)
    assert found is not None
    assert found.threshold == threshold
    assert (found.ok_to == 100.0) is upwards
    assert (found.ok_from <= found.at <= found.ok_to) is granted


# --- papers -----------------------------------------------------------------------------------------------------------


def paper(town: World, person: PersonView, name: str, case: Application, *, language: str = "zh") -> HttpResponse:
    """Ask for a paper as its applicant."""
    return visit(sit(town, "applicant", person), language=language).client.get(reverse(name, args=[case.number]))


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("name", ["application-receipt", "application-decision"])
def test_papers_are_pdf(town: World, elder: PersonView, granted: Application, name: str, language: str) -> None:
    answer = paper(town, elder, name, granted, language=language)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")
    assert answer.content.rstrip().endswith(b"%%EOF")
    assert granted.number in answer.headers["Content-Disposition"]


def test_a_paper_holds_what_it_was_given(
    monkeypatch: pytest.MonkeyPatch, town: World, elder: PersonView, granted: Application
) -> None:
    held: list[dict[str, Any]] = []
    monkeypatch.setattr(documents, "pdf", lambda template, data: held.append(data) or b"%PDF-")
    paper(town, elder, "application-decision", granted)
    [data] = held
    said = json.dumps(data, ensure_ascii=False)
    for each in (
        granted.number,
        "模拟系统，非政府网站",
        granted.decision.passport_hash,
        "您的户籍登记在深圳市",
        "<svg",
    ):
        assert each in said
    assert len(data["rules"]) == 12  # all of them, also those that the page folds away


def covered(font: Path) -> set[int]:
    """Return the characters of a TrueType font: the segments of its Unicode table (cmap, format 4)."""
    held = font.read_bytes()
    tables = struct.unpack(">H", held[4:6])[0]
    entries = [struct.unpack(">4sLLL", held[12 + 16 * at : 28 + 16 * at]) for at in range(tables)]
    start = next(offset for name, _, offset, _ in entries if name == b"cmap")
    count = struct.unpack(">H", held[start + 2 : start + 4])[0]
    places = [struct.unpack(">HHL", held[start + 4 + 8 * at : start + 12 + 8 * at])[2] for at in range(count)]
    at = next(start + each for each in places if held[start + each : start + each + 2] == b"\x00\x04")
    twice = struct.unpack(">H", held[at + 6 : at + 8])[0]
    ends = struct.unpack(f">{twice // 2}H", held[at + 14 : at + 14 + twice])
    starts = struct.unpack(f">{twice // 2}H", held[at + 16 + twice : at + 16 + 2 * twice])
    return {code for first, last in zip(starts, ends, strict=True) for code in range(first, last + 1)}


def test_the_fonts_of_papers_hold_the_characters_of_names() -> None:
    text = covered(documents.HERE / "fonts" / "noto-sans-sc-400.ttf")
    assert {ord(each) for each in fonts.standard()} <= text
    titles = covered(documents.HERE / "fonts" / "noto-serif-sc-600.ttf")
    assert {ord(each) for each in fonts.common()} <= titles
    used = {ord(each) for each in fonts.used() if ord(each) in fonts.HAN}
    assert used - (text & titles) <= {0x9FFF}, "run govsim.web.fonts"  # patterns name the end of the range


def test_papers_are_for_those_who_may_see_the_case(
    town: World, founder: PersonView, elder: PersonView, granted: Application, undecided: Application
) -> None:
    for name in ("application-receipt", "application-decision"):
        assert paper(town, founder, name, granted).status_code == 404
    assert paper(town, elder, "application-decision", undecided).status_code == 404  # not decided yet


# --- after the decision -----------------------------------------------------------------------------------------------


def test_a_review_is_asked_for_with_a_reason_that_officers_read(
    town: World, elder: PersonView, granted: Application
) -> None:
    worlds.staff(town, "sz.civil", "people")
    mine = visit(sit(town, "applicant", elder))
    form = mine.get(reverse("application", args=[granted.number])).form("/ask_review")
    too_long = mine.send(form.put("reason", "长" * 501), status=422)
    assert "理由不要超过 500 个字" in too_long.text
    mine.send(form.put("reason", "出生日期登记错了"))
    drain_worlds([town])
    review = Application.objects.get(reviews=granted)
    office = visit(sit(town, "handler", department="sz.civil"))
    assert "出生日期登记错了" in office.get(reverse("case", args=[review.number])).text


def test_a_correction_notice_tells_everything_once(town: World, elder: PersonView, undecided: Application) -> None:
    missing = [
        {"what": "mobile", "zh": "请补手机号码", "en": "Mobile"},
        {"what": "other", "zh": "请补照片", "en": "Photo"},
    ]
    handler = access.actor(sit(town, "handler", department="sz.civil"))
    ask_correction(world=town, actor=handler, number=undecided.number, missing=missing)
    page = seen(town, elder, undecided)
    assert "补正告知书：一次告知，请补齐" in page.text
    assert {"请补手机号码", "请补照片"} <= {words for _, words in page.words}
    assert "停表" in page.text


# --- the list, and looking up without a seat --------------------------------------------------------------------------


def test_the_list_goes_on_with_older_cases_and_filters(
    town: World, elder: PersonView, claim: Claim, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "A_PAGE", 2)
    numbers = [claim(human_route=True).number for _ in range(3)]
    mine = visit(sit(town, "applicant", elder))
    address = reverse("applications")
    first = mine.get(address)
    shown = [each for each in numbers if reverse("application", args=[each]) in first.links]
    assert shown[0] == numbers[0] or numbers[0] not in shown
    older = next(link for link in first.links if "before=" in link)
    second = mine.get(address + older)
    assert reverse("application", args=[numbers[0]]) in second.links
    assert reverse("application", args=[numbers[2]]) not in second.links
    assert "没有这样的办件" in mine.get(f"{address}?state=granted").text
    mine.get(f"{address}?state=nonsense", status=422)


def test_who_has_the_number_and_the_code_sees_how_a_case_stands(elder: PersonView, granted: Application) -> None:
    cache.clear()
    somebody = visit()
    form = somebody.get(reverse("progress")).form("/progress").put("number", granted.number)
    page = somebody.send(form.put("code", granted.query_code))
    assert "准予" in page.text
    assert elder.name not in page.text
    assert elder.number not in page.text


def test_codes_cannot_be_tried_out(granted: Application) -> None:
    cache.clear()
    somebody = visit()
    form = somebody.get(reverse("progress")).form("/progress").put("number", granted.number)
    wrong = "000000" if granted.query_code != "000000" else "111111"
    for _ in range(progress.TRIES):
        assert "办件编号或查询密码不对" in somebody.send(form.put("code", wrong), status=422).text
    assert "输错太多次" in somebody.send(form.put("code", granted.query_code), status=422).text
    cache.clear()
    unknown = somebody.send(form.put("number", "99999999999999").put("code", "123456"), status=422)
    assert "办件编号或查询密码不对" in unknown.text  # the same words: it does not tell which numbers exist
