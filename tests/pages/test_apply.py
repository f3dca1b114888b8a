"""Applying on pages: consent, a form that is filled in, the receipt, withdrawing; and a case at its three desks."""

from collections.abc import Callable

import pytest
from django.urls import reverse

from approvals.actions.ask_correction import ask_correction
from approvals.models import Application
from approvals.tasks import drain_worlds
from govsim.core import access
from govsim.core import world as worlds
from govsim.core.models import World
from govsim.exchange import queries as registers
from govsim.exchange.queries import PersonView
from tests.pages.browser import Form, Page, Visitor
from tests.pages.conftest import sit, visit
from tests.pages.test_open_company import biggest

pytestmark = [pytest.mark.django_db]

APPLY = "/items/sz.old_age_allowance/apply"


def consented(visitor: Visitor) -> Page:
    """Open the form of the allowance, consenting to the use of shared data."""
    return visitor.send(biggest(visitor.get(APPLY)).put("consent", "true"))


def submitted(visitor: Visitor, form: Form) -> Page:
    """Send a filled form, check the answers and declare them true."""
    checked = visitor.send(form, button=("step", "check"))
    return visitor.send(biggest(checked).put("declaration", "true"), button=("step", "submit"))


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
    page = consented(visit(sit(town, "applicant", elder)))
    assert elder.address in page.text
    assert "公安局" in page.text
    assert "居民身份证" in page.text  # what need not be handed in
    assert {each.dataset for each in registers.log_of(town, elder.number)} >= {"population", "social_security_card"}


def test_an_elder_applies_and_is_granted(town: World, elder: PersonView, run: Callable[..., None]) -> None:
    visitor = visit(sit(town, "applicant", elder))
    page = submitted(visitor, biggest(consented(visitor)).put("f-mobile", "10100000001"))
    case = Application.objects.get(world=town)
    assert (case.state, case.form) == ("submitted", {"mobile": "10100000001"})
    assert case.consents
    assert visitor.at.partition("?")[0] == reverse("application", args=[case.number])
    assert case.number in page.text
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
    page = visitor.send(form, button=("step", "check"), status=422)
    assert biggest(page).values["f-mobile"] == ["13800138000"]
    assert next(each for each in page.words if each[1].startswith("错误"))
    ids = {each.attrs.get("id") for each in page.elements}
    assert "#mobile" in page.links
    assert "mobile" in ids
    assert not Application.objects.filter(world=town).exists()


def test_nothing_is_submitted_without_consent_or_declaration(town: World, elder: PersonView) -> None:
    visitor = visit(sit(town, "applicant", elder))
    page = visitor.send(biggest(visitor.get(APPLY)), status=422)
    assert "#consent" in page.links
    checked = visitor.send(biggest(consented(visitor)).put("f-mobile", "10100000001"), button=("step", "check"))
    assert "10100000001" in checked.text
    again = visitor.send(biggest(checked), button=("step", "submit"), status=422)
    assert "#declaration" in again.links
    changed = visitor.send(biggest(again), button=("step", "change"))
    assert biggest(changed).values["f-mobile"] == ["10100000001"]
    assert not Application.objects.filter(world=town).exists()


def test_a_draft_is_kept_and_gone_on_with(town: World, elder: PersonView) -> None:
    visitor = visit(sit(town, "applicant", elder))
    page = visitor.send(biggest(consented(visitor)).put("f-mobile", "10100000001"), button=("step", "draft"))
    case = Application.objects.get(world=town)
    assert (case.state, case.form) == ("draft", {"mobile": "10100000001"})
    onward = next(link for link in page.links if "draft=" in link)
    form = biggest(visitor.get(onward))
    assert form.values["f-mobile"] == ["10100000001"]
    submitted(visitor, form)
    case.refresh_from_db()
    assert case.state == "submitted"
    assert Application.objects.filter(world=town).count() == 1


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
    form.put(next(name for name in form.values if name.endswith("identity_card")), "身份证.jpg")
    mine.send(form)
    waiting.refresh_from_db()
    assert (waiting.state, waiting.materials) == ("submitted", {"identity_card": {"upload": "身份证.jpg"}})
