"""Applying on pages: consent, a form that is filled in, corrections, drafts, the receipt; and a case at its desk."""

from collections.abc import Callable

import pytest
from django.urls import reverse

from approvals.models import Application
from govsim.core.models import World
from govsim.exchange import queries as registers
from govsim.exchange.queries import PersonView
from tests.pages.browser import Form, Page
from tests.pages.conftest import sit, visit
from tests.pages.test_open_company import biggest

pytestmark = [pytest.mark.django_db]

APPLY = "/items/sz.old_age_allowance/apply"


def filled(page: Page) -> Form:
    """Return the form of a page with every declaration ticked."""
    form = biggest(page)
    for name in ("consent", "declared", "declaration"):
        if name in form.values:
            form.put(name, "true")
    return form


def press(form: Form, *names: str) -> tuple[str, str] | None:
    """Return the first button of a form whose value is one of these, if the form has such."""
    return next(((name, value) for name, value, _ in form.buttons if value in names), None)


def test_an_elder_applies_and_is_granted(town: World, elder: PersonView, run: Callable[..., None]) -> None:
    visitor = visit(sit(town, "applicant", elder))
    page = visitor.get(APPLY)
    for _ in range(4):  # consent, form, check of the answers
        form = filled(page)
        page = visitor.send(form, button=press(form, "submit", "check", "fill", "next", "consent"))
        if visitor.at.startswith("/applications/"):
            break
    case = Application.objects.get(world=town)
    assert case.state == "submitted"
    assert case.consents
    assert visitor.at.partition("?")[0] == reverse("application", args=[case.number])
    assert case.number in page.text
    run()
    told = visitor.get(reverse("application", args=[case.number]))
    assert "准予" in told.text
    assert "您的户籍登记在深圳市" in told.text  # the passport says it to the person
    assert any(each.dataset == "population" for each in registers.log_of(town, elder.number))
    form = next(each for each in told.forms if each.action.endswith("/rate"))
    visitor.send(form.put("code", "1"))
    case.refresh_from_db()
    assert case.rating.code == 1


def test_the_form_is_filled_in_with_its_sources(town: World, elder: PersonView) -> None:
    visitor = visit(sit(town, "applicant", elder))
    page = visitor.get(APPLY)
    if elder.name not in page.text.replace("\n", " ").split("main", 1)[-1] or "户籍" not in page.text:
        form = filled(page)
        page = visitor.send(form, button=press(form, "fill", "next", "consent"))
    assert elder.name in page.text
    assert elder.address in page.text
    assert "公安局" in page.text


def test_a_case_goes_over_three_desks(
    town: World, elder: PersonView, claim: Callable[..., Application], run: Callable[..., None]
) -> None:
    case = claim(human_route=True)
    run(1)
    address = reverse("case", args=[case.number])

    def act(role: str, verb: str, **typed: str) -> None:
        office = visit(sit(town, role, department="sz.civil"))
        page = office.get(address)
        form = next(each for each in page.forms if each.action.endswith(f"/{verb}"))
        for name, text in typed.items():
            form.put(name, text)
        office.send(form)

    case.refresh_from_db()
    assert case.state == "received", case.state
    act("handler", "open")
    act("handler", "accept")
    act("handler", "handle", opinion="材料齐全")
    act("reviewer", "review", opinion="同意")
    act("approver", "grant", opinion="准予")
    case.refresh_from_db()
    assert case.state == "granted"
    assert not case.decision.automatic


def test_a_correction_is_asked_for_once_and_made(
    town: World, elder: PersonView, claim: Callable[..., Application], run: Callable[..., None]
) -> None:
    case = claim(human_route=True)
    run(1)
    office = visit(sit(town, "handler", department="sz.civil"))
    page = office.get(reverse("case", args=[case.number]))
    form = next(each for each in page.forms if each.action.endswith("/ask_correction"))
    empty = office.send(form, status=422)
    assert any(each.attrs.get("role") == "alert" for each in empty.elements)
    form = next(each for each in empty.forms if each.action.endswith("/ask_correction"))
    text = next(name for name in form.values if name not in ("csrfmiddlewaretoken", "next", "version"))
    _ask(form, text)
    office.send(form)
    case.refresh_from_db()
    assert case.state == "correcting"
    mine = visit(sit(town, "applicant", elder))
    told = mine.get(reverse("application", args=[case.number]))
    assert "请补手机号码" in told.text
    mine.send(next(each for each in told.forms if each.action.endswith("/correct")))
    case.refresh_from_db()
    assert case.state == "submitted"


def _ask(form: Form, text: str) -> None:
    for name in form.values:
        if "zh" in name:
            form.put(name, "请补手机号码")
        elif "what" in name or "mobile" in name:
            form.put(name, "mobile" if "what" in name else "true")


def test_a_refusal_needs_a_reason_and_keeps_what_was_typed(
    town: World, claim: Callable[..., Application], run: Callable[..., None]
) -> None:
    case = claim(human_route=True)
    run(1)
    office = visit(sit(town, "handler", department="sz.civil"))
    page = office.get(reverse("case", args=[case.number]))
    form = next(each for each in page.forms if each.action.endswith("/decline"))
    answer = office.send(form, status=422)
    assert next(answer.all("title")) is not None
    assert "错误" in answer.text
    case.refresh_from_db()
    assert case.state == "received"


def test_an_applicant_withdraws(town: World, elder: PersonView, claim: Callable[..., Application]) -> None:
    case = claim(human_route=True)
    mine = visit(sit(town, "applicant", elder))
    page = mine.get(reverse("application", args=[case.number]))
    mine.send(next(each for each in page.forms if each.action.endswith("/withdraw")))
    case.refresh_from_db()
    assert case.state == "withdrawn"
