"""One case on an officer's desk: what it shows, the moves, three people and two officers at a time."""

from collections.abc import Callable

import pytest
from django.urls import reverse

from approvals.models import Application
from certificates import queries as certificates
from certificates.actions import suspend
from govsim.core import clock, trainer
from govsim.core import world as worlds
from govsim.core.actors import SYSTEM
from govsim.core.models import World
from govsim.exchange import queries as registers
from govsim.exchange.queries import PersonView
from tests.pages.conftest import sit, visit
from tests.pages.test_desk import OFFICE, address, move, officer, put_on_desk

pytestmark = [pytest.mark.django_db]


@pytest.fixture
def waiting(town: World, claim: Callable[..., Application], run: Callable[..., None]) -> Application:
    """A case that waits for people."""
    return put_on_desk(town, claim, run)


# --- one case --------------------------------------------------------------------------------------------------------


def test_a_case_shows_sources_corrections_and_certificates(
    town: World, elder: PersonView, claim: Callable[..., Application], run: Callable[..., None]
) -> None:
    worlds.staff(town, OFFICE, "people")
    case = claim(corrections={"household_address": "深圳市南山区样例路9号"})
    run(2)
    page = officer(town, "handler").get(address(case))
    assert "深圳市南山区样例路9号" in page.text
    assert "申请人更正" in page.text
    assert elder.name in page.text
    assert "户籍人口信息" in page.text
    assert "证照有效" in page.text
    card = certificates.wallet(town, elder.number, at=clock.now(town))
    identity = next(each for each in card if each.name.zh == "居民身份证")
    suspend(world=town, identifier=identity.identifier, reason="x", actor=SYSTEM)
    assert "暂扣" in officer(town, "handler").get(address(case)).text
    assert registers.log_of(town, elder.number)  # the look was written down


def test_nothing_on_an_undecided_case_says_refused(town: World, waiting: Application) -> None:
    page = officer(town, "reviewer").get(address(waiting))
    assert "规则核对结果" in page.text
    assert "不予" not in page.text
    assert "怎样可以确定" in page.text


def test_the_live_part_answers_304_and_shows_what_moved(town: World, waiting: Application) -> None:
    office = officer(town, "reviewer")
    where = reverse("case-live", args=[waiting.number]) + f"?seen={waiting.version}"
    first = office.client.get(where)
    again = office.client.get(where, headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    handler = officer(town, "handler")
    handler.send(move(handler.get(address(waiting)), "accept"))
    moved = office.client.get(where, headers={"If-None-Match": first.headers["ETag"]})
    assert moved.status_code == 200
    assert "您打开之后，本件有了变化" in moved.content.decode()


def test_a_correction_is_one_notice_with_a_reason_for_each(town: World, waiting: Application) -> None:
    office = officer(town, "handler")
    page = office.get(address(waiting))
    unsaid = move(page, "ask_correction").put("what", "mobile", "identity_card").put("zh-mobile", "")
    page = office.send(unsaid, status=422)
    assert "请写明补正的理由" in page.text
    office.get(next(each for each in page.links if each.endswith("?live=off")))  # also from a page that was posted
    form = move(page, "ask_correction")
    assert form.values["what"] == ["mobile", "identity_card"]  # still ticked
    office.send(form.put("zh-mobile", "号码少一位"))
    waiting.refresh_from_db()
    assert waiting.state == "correcting"
    assert [(each["what"], each["zh"]) for each in waiting.missing] == [
        ("mobile", "号码少一位"), ("identity_card", "请补交：居民身份证"),
    ]  # fmt: skip
    office.client.post(reverse("case-do", args=[waiting.number, "ask_correction"]), {"version": waiting.version})
    assert not [form for form in office.get(address(waiting)).forms if form.action.endswith("ask_correction")]


def test_what_cannot_be_taken_back_is_confirmed_and_keeps_what_was_typed(town: World, waiting: Application) -> None:
    office = officer(town, "handler")
    form = move(office.get(address(waiting)), "decline").put("reason_zh", "不属于本部门职责")
    page = office.send(form, status=422)
    assert "请勾选确认" in page.text
    again = move(page, "decline")
    assert again.values["reason_zh"] == ["不属于本部门职责"]
    office.send(again.put("confirm", "true"))
    waiting.refresh_from_db()
    assert waiting.state == "not_accepted"


def through(town: World, case: Application, *steps: tuple[str, str]) -> None:
    """Let officers make these moves one after another."""
    for role, verb in steps:
        office = officer(town, role)
        form = move(office.get(address(case)), verb)
        office.send(form.put("confirm", "true") if "confirm" in form.values else form)


def test_three_people_from_acceptance_over_a_correction_to_the_decision(
    town: World, elder: PersonView, waiting: Application, run: Callable[..., None]
) -> None:
    office = officer(town, "handler")
    through(town, waiting, ("window", "accept"))
    office.send(move(office.get(address(waiting)), "ask_correction").put("what", "mobile"))
    assert "等申请人补正" in office.get(address(waiting)).text
    mine = visit(sit(town, "applicant", elder))
    form = mine.get(reverse("application", args=[waiting.number])).form("/correct")
    mine.send(form.put("f-mobile", "10100000002"))
    run(2)
    page = office.get(address(waiting))
    assert "已补正" in page.text
    assert "10100000002" in page.text
    through(
        town, waiting, ("handler", "accept"), ("handler", "handle"), ("reviewer", "send_back"), ("handler", "handle"),
        ("reviewer", "review"), ("approver", "grant"),
    )  # fmt: skip
    waiting.refresh_from_db()
    assert waiting.state == "granted"
    approver = officer(town, "approver")
    page = approver.get(reverse("inbox"))
    assert "我今天作出的决定" in page.text
    assert address(waiting) in page.links
    assert address(waiting) not in officer(town, "reviewer").get(reverse("inbox")).links


def test_a_refusal_tells_its_reason_and_every_remedy(town: World, waiting: Application) -> None:
    through(town, waiting, ("handler", "accept"), ("handler", "handle"), ("reviewer", "review"))
    office = officer(town, "approver")
    form = move(office.get(address(waiting)), "refuse")
    form.put("reason_zh", "户籍不在本市").put("remedy_zh", "迁入后可再申请").put("confirm", "true")
    office.send(form)
    waiting.refresh_from_db()
    assert waiting.state == "refused"
    assert waiting.decision.remedy["zh"].startswith("迁入后可再申请")
    assert "行政复议" in waiting.decision.remedy["zh"]


def test_an_inspector_sees_what_was_drawn_and_says_what_they_found(
    town: World, claim: Callable[..., Application], run: Callable[..., None]
) -> None:
    trainer.decide_otherwise(world=town, quality_share=1)
    case = claim()
    run()
    inspector = visit(sit(town, "quality_inspector"))
    assert address(case) in inspector.get(reverse("inbox")).links
    page = inspector.send(move(inspector.get(address(case)), "inspect"), status=422)
    assert "请选择抽查结果" in page.text
    page = inspector.send(move(page, "inspect").put("passed", "true").put("words", "属实"))
    assert "属实" in page.text
    assert address(case) not in inspector.get(reverse("inbox")).links


# --- two officers ----------------------------------------------------------------------------------------------------


def test_of_two_officers_the_second_is_told_who_won_and_loses_no_word(town: World, waiting: Application) -> None:
    one, two = officer(town, "window"), officer(town, "handler")
    mine, yours = one.get(address(waiting)), two.get(address(waiting))
    one.send(move(mine, "accept"))
    waiting.refresh_from_db()
    version = waiting.version
    # From the new state this move would be possible too: it is the version that refuses it.
    late = move(yours, "ask_correction").put("what", "mobile").put("zh-mobile", "请补一位数字")
    page = two.send(late, status=409)
    assert "有人先办了" in page.text
    assert "窗口受理人员" in page.text
    assert "请补一位数字" in page.text
    waiting.refresh_from_db()
    assert (waiting.state, waiting.version) == ("accepted", version)


def test_a_form_without_its_version_changes_nothing(town: World, waiting: Application) -> None:
    office = officer(town, "handler")
    for told in ({}, {"version": "x"}, {"version": "0"}, {"version": "9" * 30}):
        answer = office.client.post(reverse("case-do", args=[waiting.number, "accept"]), told)
        assert answer.status_code == 409, told
    waiting.refresh_from_db()
    assert waiting.state == "received"
