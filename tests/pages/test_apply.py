"""Applying on pages: consent, a form that is filled in, the receipt, withdrawing; and a case at its three desks."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from approvals.actions.ask_correction import ask_correction
from approvals.models import Application
from approvals.tasks import drain_worlds
from govsim.core import access, clock
from govsim.core import world as worlds
from govsim.core.models import World
from govsim.exchange import queries as registers
from govsim.exchange.actions import consent
from govsim.exchange.queries import PersonView
from tests.pages.browser import Form, Page, Visitor
from tests.pages.conftest import sit, visit
from tests.pages.test_open_company import biggest

pytestmark = [pytest.mark.django_db]

APPLY = "/items/sz.old_age_allowance/apply"


def consented(visitor: Visitor) -> Page:
    """Open the form of the allowance, consenting to the use of shared data."""
    visitor.send(biggest(visitor.get(APPLY)).put("consent", "true"))
    return visitor.get(f"{visitor.at}/details")


def submitted(visitor: Visitor, form: Form, *, human: bool = False) -> Page:
    """Send a filled form, use every certificate, check the answers and declare them true."""
    visitor.send(form, button=("step", "save"))
    tasks = visitor.at
    visitor.send(biggest(visitor.get(f"{tasks}/materials")), button=("step", "all"))
    last = biggest(visitor.get(f"{tasks}/check")).put("declaration", "true")
    return visitor.send(last.put("human_route", "true" if human else "false"), button=("step", "submit"))


def move(page: Page, verb: str) -> Form:
    """Return the small form that makes one move."""
    found = [each for each in page.forms if each.action.endswith(f"/{verb}") or each.values.get("verb") == [verb]]
    assert len(found) == 1, (verb, [(each.action, each.values.get("verb")) for each in page.forms])
    return found[0]


@pytest.fixture
def waiting(town: World, claim: Callable[..., Application]) -> Application:
    """A claim of somebody who wants a person to decide, where people sit at the desks."""
    worlds.staff(town, "sz.civil", "people")
    case = claim(human_route=True)
    drain_worlds([town])
    case.refresh_from_db()
    assert case.state == "received"
    return case


def test_nothing_is_looked_up_before_consent(town: World, elder: PersonView) -> None:
    visitor = visit(sit(town, "applicant", elder))
    assert elder.address not in visitor.get(APPLY).text
    assert registers.log_of(town, elder.number) == []


def test_the_form_is_filled_in_with_its_sources(town: World, elder: PersonView) -> None:
    visitor = visit(sit(town, "applicant", elder))
    page = consented(visitor)
    assert elder.address in page.text
    assert "公安局" in page.text
    materials = visitor.get(visitor.at.replace("/details", "/materials"))
    assert "居民身份证" in materials.text  # what need not be handed in
    assert {each.dataset for each in registers.log_of(town, elder.number)} >= {"population", "social_security_card"}


def test_an_elder_applies_and_is_granted(town: World, elder: PersonView, run: Callable[..., None]) -> None:
    visitor = visit(sit(town, "applicant", elder))
    page = submitted(visitor, biggest(consented(visitor)).put("f-mobile", "10100000001"))
    case = Application.objects.get(world=town)
    assert (case.state, case.form) == ("submitted", {"mobile": "10100000001"})
    assert case.consents
    assert visitor.at == reverse("application-sent", args=[case.number])
    assert case.number in page.text
    assert case.query_code in page.text
    assert case.number in visitor.get(visitor.at).text  # it can be opened again
    run()
    told = visitor.get(reverse("application", args=[case.number]))
    assert "准予" in told.text
    assert "您的户籍登记在深圳市" in told.text  # the passport says it to the person
    assert not any(each.attrs.get("hx-trigger", "").startswith("every") for each in told.elements)
    assert case.number in visitor.get(reverse("applications")).text
    visitor.send(move(told, "rate").put("code", "1"))
    case.refresh_from_db()
    assert case.rating.code == 1


def test_a_form_with_faults_keeps_what_was_typed(town: World, elder: PersonView) -> None:
    visitor = visit(sit(town, "applicant", elder))
    form = biggest(consented(visitor)).put("f-mobile", "13800138000")
    page = visitor.send(form, button=("step", "save"), status=422)
    assert biggest(page).values["f-mobile"] == ["13800138000"]
    assert next(each for each in page.words if each[1].startswith("错误"))
    ids = {each.attrs.get("id") for each in page.elements}
    assert "#mobile" in page.links
    assert "mobile" in ids
    assert Application.objects.get(world=town).form == {}


def test_nothing_is_submitted_without_consent_or_declaration(town: World, elder: PersonView) -> None:
    visitor = visit(sit(town, "applicant", elder))
    page = visitor.send(biggest(visitor.get(APPLY)), status=422)
    assert "#consent" in page.links
    assert not Application.objects.filter(world=town).exists()
    tasks = visitor.send(biggest(consented(visitor)).put("f-mobile", "10100000001"), button=("step", "save"))
    address = visitor.at
    assert f"{address}/check" not in tasks.links  # the materials are not chosen yet
    visitor.get(f"{address}/check")
    assert visitor.at == address
    visitor.send(biggest(visitor.get(f"{address}/materials")), button=("step", "all"))
    checked = visitor.get(f"{address}/check")
    assert "10100000001" in checked.text
    again = visitor.send(biggest(checked), button=("step", "submit"), status=422)
    assert "#declaration" in again.links
    assert biggest(visitor.get(f"{address}/details")).values["f-mobile"] == ["10100000001"]
    assert Application.objects.get(world=town).state == "draft"


def test_a_draft_is_kept_and_gone_on_with(town: World, elder: PersonView) -> None:
    visitor = visit(sit(town, "applicant", elder))
    visitor.send(biggest(consented(visitor)).put("f-mobile", "101"), button=("step", "later"))
    case = Application.objects.get(world=town)
    assert (case.state, case.form) == ("draft", {"mobile": "101"})
    assert case.consents  # given once, for this case
    onward = reverse("apply-tasks", args=[case.number])
    assert onward in visitor.get(reverse("application", args=[case.number])).links
    assert onward in visitor.get(APPLY).links
    form = biggest(visitor.get(f"{onward}/details"))
    assert form.values["f-mobile"] == ["101"]
    submitted(visitor, form.put("f-mobile", "10100000001"))
    given = case.consents
    case.refresh_from_db()
    assert (case.state, case.consents) == ("submitted", given)
    assert Application.objects.filter(world=town).count() == 1
    visitor.get(onward, status=404)  # no draft any more


def test_a_draft_is_its_own_applicants(town: World, elder: PersonView, founder: PersonView) -> None:
    mine = visit(sit(town, "applicant", elder))
    consented(mine)
    address = mine.at.removesuffix("/details")
    other = visit(sit(town, "applicant", founder))
    for part in ("", "/details", "/materials", "/check"):
        other.get(address + part, status=404)
    office = visit(sit(town, "handler", department="sz.civil"))
    office.get(address, status=403)


def materials_of(visitor: Visitor) -> Form:
    """Open the materials of a new draft of the allowance."""
    consented(visitor)
    return biggest(visitor.get(visitor.at.replace("/details", "/materials")))


def test_every_certificate_is_consented_to_by_itself(town: World, elder: PersonView) -> None:
    visitor = visit(sit(town, "applicant", elder))
    form = materials_of(visitor)
    page = visitor.send(form.put("m-identity_card-way", "certificate"), button=("step", "save"), status=422)
    assert "#materials.household_register" in page.links
    case = Application.objects.get(world=town)
    assert set(case.materials) == {"identity_card"}  # what was chosen is kept
    assert case.materials["identity_card"]["certificate"].startswith("1.2.156.")


def test_a_certificate_that_is_withheld_is_not_used(town: World, elder: PersonView, run: Callable[..., None]) -> None:
    worlds.staff(town, "sz.civil", "people")
    visitor = visit(sit(town, "applicant", elder))
    form = materials_of(visitor).put("m-identity_card-way", "certificate").put("m-household_register-way", "withhold")
    visitor.send(form, button=("step", "save"))
    visitor.send(biggest(visitor.get(f"{visitor.at}/check")).put("declaration", "true"), button=("step", "submit"))
    run(1)
    case = Application.objects.get(world=town)
    assert (case.state, case.materials["household_register"]) == ("received", {"withhold": True})
    assert [each["material"] for each in json.loads(case.assessment)["certificates"]] == ["identity_card"]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.pdf", b"%PDF-1.7 " + bytes(5 * 1024 * 1024), "所选文件必须小于 5 MB"),
        ("a.exe", b"MZ not a picture", "所选文件必须是 PDF、JPG 或 PNG"),
        ("a.pdf", b"MZ not a picture", "所选文件必须是 PDF、JPG 或 PNG"),
        ("a.html", b"%PDF-1.7 <script>", "所选文件必须是 PDF、JPG 或 PNG"),
        ("a.png", b"%PDF-1.7 scan", "所选文件必须是 PDF、JPG 或 PNG"),
        ("a.pdf", b"", "所选文件是空的"),
        (None, b"", "请选择要上传的文件"),
    ],
)
def test_a_file_that_will_not_do_is_refused_in_words(
    town: World, elder: PersonView, name: str | None, content: bytes, said: str
) -> None:
    visitor = visit(sit(town, "applicant", elder))
    materials_of(visitor)
    posted: dict[str, Any] = {"step": "save", "m-identity_card-way": "upload"}
    if name is not None:
        posted["m-identity_card-file"] = SimpleUploadedFile(name, content)
    answer = visitor.client.post(visitor.at, posted)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert "identity_card" not in Application.objects.get(world=town).materials


def test_a_scan_is_kept_by_its_name(town: World, elder: PersonView) -> None:
    visitor = visit(sit(town, "applicant", elder))
    materials_of(visitor)
    scan = SimpleUploadedFile("身份证.pdf", b"%PDF-1.7 scan")
    posted = {"step": "later", "m-identity_card-way": "upload", "m-identity_card-file": scan}
    assert visitor.client.post(visitor.at, posted).status_code == 302
    assert Application.objects.get(world=town).materials == {"identity_card": {"upload": "身份证.pdf"}}


def test_who_cannot_be_granted_is_told_before_filling_in_anything(town: World) -> None:
    [outsider] = registers.sample_persons(town, household_city="jiangmen", min_age=72, limit=1)
    visitor = visit(sit(town, "applicant", outsider))
    tasks = visitor.send(biggest(visitor.get(APPLY)).put("consent", "true"))
    assert "您的户籍不在深圳市" in tasks.text
    assert f"{visitor.at}/details" in tasks.links  # one may go on all the same
    logged = len(registers.log_of(town, outsider.number))
    assert logged > 0


def test_a_consent_that_is_taken_back_stops_the_looking_up(town: World, elder: PersonView) -> None:
    visitor = visit(sit(town, "applicant", elder))
    consented(visitor)
    address = visitor.at.removesuffix("/details")
    [given] = Application.objects.get(world=town).consents
    consent.withdraw(world=town, consent_id=given, subject=elder.number, at=clock.now(town))
    logged = len(registers.log_of(town, elder.number))
    page = visitor.get(f"{address}/details")
    assert "您没有同意使用共享数据" in page.text
    assert elder.address not in page.text
    tasks = visitor.get(address)
    assert len(registers.log_of(town, elder.number)) == logged
    again = next(each for each in tasks.forms if each.method == "post" and not each.action)
    visitor.send(again)
    assert elder.address in visitor.get(f"{address}/details").text


def test_who_wants_a_person_gets_one(town: World, elder: PersonView, run: Callable[..., None]) -> None:
    worlds.staff(town, "sz.civil", "people")
    visitor = visit(sit(town, "applicant", elder))
    submitted(visitor, biggest(consented(visitor)), human=True)
    run(1)
    case = Application.objects.get(world=town)
    assert (case.human_route, case.state) == (True, "received")


def test_the_live_part_of_a_case_answers_nothing_new_with_304(
    town: World, elder: PersonView, claim: Callable[..., Application], run: Callable[..., None]
) -> None:
    case = claim()
    mine = visit(sit(town, "applicant", elder)).client
    live = reverse("application-live", args=[case.number])
    tag = mine.get(live).headers["ETag"]
    assert mine.get(live, headers={"If-None-Match": tag}).status_code == 304
    run()
    assert mine.get(live, headers={"If-None-Match": tag}).status_code == 200


def test_the_expert_view_shows_rules_and_hashes(
    town: World, elder: PersonView, claim: Callable[..., Application], run: Callable[..., None]
) -> None:
    case = claim()
    run()
    case.refresh_from_db()
    mine = visit(sit(town, "applicant", elder))
    address = reverse("application", args=[case.number])
    assert case.decision.passport_hash not in mine.get(address).text
    assert case.decision.passport_hash in mine.get(address + "?view=expert").text


def test_a_wrong_value_is_corrected_and_goes_to_a_person(
    town: World, elder: PersonView, run: Callable[..., None]
) -> None:
    worlds.staff(town, "sz.civil", "people")
    visitor = visit(sit(town, "applicant", elder))
    submitted(visitor, biggest(consented(visitor)).put("c-household_address", "深圳市南山区样例路9号"))
    run(1)
    case = Application.objects.get(world=town)
    assert case.corrections == {"household_address": "深圳市南山区样例路9号"}
    assert case.state == "received"
    [dispute] = registers.disputes_of(town, elder.number)
    assert dispute.claimed_value == "深圳市南山区样例路9号"
    assert case.number in visitor.get(reverse("my-data") + "?tab=disputes").text


def test_a_case_goes_over_three_desks(town: World, waiting: Application) -> None:
    address = reverse("case", args=[waiting.number])

    def act(role: str, verb: str, **typed: str) -> None:
        office = visit(sit(town, role, department="sz.civil"))
        assert address in office.get(reverse("inbox")).links
        form = move(office.get(address), verb)
        for name, text in typed.items():
            form.put(name, text)
        office.send(form)

    act("handler", "accept")
    act("handler", "handle", opinion="材料齐全")
    act("reviewer", "review", opinion="同意")
    act("approver", "grant", opinion="准予", confirm="true")
    waiting.refresh_from_db()
    assert waiting.state == "granted"
    assert not waiting.decision.automatic


def test_an_officer_is_offered_only_the_moves_of_the_role(town: World, waiting: Application) -> None:
    address = reverse("case", args=[waiting.number])
    page = visit(sit(town, "approver", department="sz.civil")).get(address)
    offered = {each.values["verb"][0] for each in page.forms if "verb" in each.values}
    offered |= {each.action.rpartition("/")[2] for each in page.forms}
    assert not offered & {"accept", "handle", "review", "grant", "refuse"}
    for role, department in (("handler", "sz.tax"), ("certificate_officer", "sz.amr")):
        visit(sit(town, role, department=department)).get(address, status=404)


def test_a_refusal_without_a_reason_changes_nothing(town: World, waiting: Application) -> None:
    office = visit(sit(town, "handler", department="sz.civil"))
    form = move(office.get(reverse("case", args=[waiting.number])), "decline")
    page = office.send(form.put("confirm", "true"), status=422)
    assert "错误" in page.text
    waiting.refresh_from_db()
    assert waiting.state == "received"


def test_a_correction_names_everything_at_once(town: World, elder: PersonView, waiting: Application) -> None:
    office = visit(sit(town, "handler", department="sz.civil"))
    address = reverse("case", args=[waiting.number])
    empty = office.send(move(office.get(address), "ask_correction"), status=422)
    assert any(each.attrs.get("role") == "alert" for each in empty.elements)
    form = move(empty, "ask_correction")
    form.put("what", "mobile", "identity_card").put("zh-mobile", "请补手机号码")
    office.send(form)
    waiting.refresh_from_db()
    assert [each["what"] for each in waiting.missing] == ["mobile", "identity_card"]
    assert waiting.missing[0]["zh"] == "请补手机号码"
    assert "居民身份证" in waiting.missing[1]["zh"]


def test_who_takes_a_case_keeps_it(town: World, waiting: Application) -> None:
    handler = sit(town, "handler", department="sz.civil")
    office = visit(handler)
    page = office.send(move(office.get(reverse("case", args=[waiting.number])), "open"))
    waiting.refresh_from_db()
    assert waiting.opened_by
    assert not [each for each in page.forms if each.action.endswith("/open")]


def test_an_applicant_withdraws(town: World, elder: PersonView, claim: Callable[..., Application]) -> None:
    case = claim(human_route=True)
    mine = visit(sit(town, "applicant", elder))
    mine.send(move(mine.get(reverse("application", args=[case.number])), "withdraw"))
    case.refresh_from_db()
    assert case.state == "withdrawn"


def test_a_correction_that_is_asked_for_is_made(town: World, elder: PersonView, waiting: Application) -> None:
    handler = access.actor(sit(town, "handler", department="sz.civil"))
    missing = [{"what": "identity_card", "zh": "请补身份证", "en": "Identity card, please"}]
    ask_correction(world=town, actor=handler, number=waiting.number, missing=missing)
    mine = visit(sit(town, "applicant", elder))
    page = mine.get(reverse("application", args=[waiting.number]))
    assert "请补身份证" in page.text
    form = move(page, "correct")
    assert form.values["m-identity_card-way"] == form.values["m-household_register-way"] == ["certificate"]
    scan = SimpleUploadedFile("身份证.jpg", b"\xff\xd8\xff\xe0 scan")
    given = form.put("m-identity_card-way", "upload").put("m-household_register-way", "withhold").values
    posted = {name: values[0] for name, values in given.items() if values} | {"m-identity_card-file": scan}
    assert mine.client.post(form.action, posted).status_code == 302
    waiting.refresh_from_db()
    assert waiting.state == "submitted"
    assert waiting.materials == {"identity_card": {"upload": "身份证.jpg"}, "household_register": {"withhold": True}}


def test_who_does_not_consent_applies_all_the_same(town: World, elder: PersonView) -> None:
    mine = visit(sit(town, "applicant", elder))
    tasks = mine.send(biggest(mine.get(APPLY)), button=("step", "without"))
    assert "没有您的同意，不取任何数据，本件由工作人员办理" in tasks.text
    papers = mine.get(f"{mine.at}/materials")
    ways = [name for name in biggest(papers).values if name.endswith("-way")]
    assert ways
    assert "certificate" not in [each.attrs.get("value") for each in papers.all("input")]
    form = biggest(papers)
    for name in ways:
        form.put(name, "withhold")
    mine.send(form, button=("step", "save"))
    check = mine.get(f"{mine.at}/check")
    assert "human_route" not in biggest(check).values
    mine.send(biggest(check).put("declaration", "true"), button=("step", "submit"))
    drain_worlds([town])
    case = Application.objects.get(world=town)
    assert (case.state, case.consents) == ("received", [])
    desk = visit(sit(town, "handler", department="sz.civil")).get(f"/inbox/{case.number}")
    assert "申请人没有同意使用共享数据" in desk.text
    assert elder.address not in desk.text
    assert registers.log_of(town, elder.number) == []
