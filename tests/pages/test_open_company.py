"""A newcomer opens a company with two clicks and watches it come, on pages alone."""

from collections.abc import Callable

import pytest
from django.urls import reverse

from approvals.models import Package
from approvals.tasks import drain_worlds
from govsim.core import clock
from govsim.core.models import World
from govsim.exchange import queries as registers
from govsim.exchange.queries import PersonView
from tests.pages.browser import Form, Page, Visitor
from tests.pages.conftest import sit, visit

pytestmark = [pytest.mark.django_db]

NEW = "/packages/new/sz.open_company"


def open_company(visitor: Visitor) -> Package:
    """Ask for the example, send it as it stands, and return the package that was made."""
    page = visitor.get(NEW + "?example=1")
    visitor.send(biggest(page))
    return Package.objects.get(number=visitor.at.rpartition("/")[2])


def biggest(page: Page) -> Form:
    """Return the form of a page that asks most: the one that the page is about."""
    return max(page.forms, key=lambda each: len(each.values))


def test_a_company_is_opened_in_two_clicks(town: World, founder: PersonView, run: Callable[..., None]) -> None:
    visitor = visit(sit(town, "applicant", founder))
    package = open_company(visitor)
    assert package.state == "running"  # the simulation has signed for the others
    assert package.submitted_at is not None
    lanes = reverse("package", args=[package.number])
    assert package.form["company_name"] in visitor.get(lanes).text
    drain_worlds([town])
    clock.advance(town)
    drain_worlds([town])
    under_way = visitor.get(lanes)
    assert any("hx-get" in each.attrs for each in under_way.elements)
    run()
    package.refresh_from_db()
    assert package.state == "done"
    finished = visitor.get(lanes)
    assert not any(each.attrs.get("hx-trigger", "").startswith("every") for each in finished.elements)
    assert "全部办结" in finished.text
    assert "营业执照" in finished.text
    firm = registers.records(town, "enterprises", [_credit_code(package)])
    assert [each["name"] for each in firm] == [package.form["company_name"]]


def _credit_code(package: Package) -> str:
    licence = package.applications.get(branch="licence", state="granted")
    return str(licence.decision.result["credit_code"])


def test_the_live_part_answers_nothing_new_with_304(town: World, founder: PersonView, run: Callable[..., None]) -> None:
    visitor = visit(sit(town, "applicant", founder))
    package = open_company(visitor)
    run(3)
    live = reverse("package-live", args=[package.number])
    first = visitor.client.get(live)
    assert first.status_code == 200
    tag = first.headers.get("ETag", "")
    assert tag
    assert visitor.client.get(live, headers={"If-None-Match": tag}).status_code == 304
    run()
    assert visitor.client.get(live, headers={"If-None-Match": tag}).status_code == 200


def test_a_refused_form_keeps_what_was_typed(town: World, founder: PersonView) -> None:
    visitor = visit(sit(town, "applicant", founder))
    form = visitor.get(NEW + "?example=1")
    filled = biggest(form)
    name = next(each for each in filled.values if each.endswith("company_name"))
    capital = next(each for each in filled.values if each.endswith("capital_fen"))
    kept = filled.values[capital]
    filled.put(name, "深圳市国家第一科技有限公司")
    page = visitor.send(filled, status=422)
    again = biggest(page)
    assert again.values[name] == ["深圳市国家第一科技有限公司"]
    assert again.values[capital] == kept
    ids = {each.attrs.get("id") for each in page.elements}
    summary = [link for link in page.links if link.startswith("#") and link != "#main"]
    assert summary == ["#company_name"]
    assert all(each.removeprefix("#") in ids for each in summary), (summary, ids)
    assert not Package.objects.filter(world=town).exists()


def test_everybody_signs_for_themselves_when_asked_to(town: World, founder: PersonView) -> None:
    visitor = visit(sit(town, "applicant", founder))
    form = biggest(visitor.get(NEW + "?example=1"))
    form.put("sign_all")
    visitor.send(form)
    package = Package.objects.get(world=town)
    assert package.state == "signing"
    others = [each for each in package.signatures.all() if each.signed_at is None]
    assert others
    for each in others:
        person = registers.person(town, each.person)
        signer = visit(sit(town, "applicant", person))
        page = signer.get(reverse("package", args=[package.number]))
        signer.send(page.form(reverse("package-sign", args=[package.number])))
    package.refresh_from_db()
    assert package.state == "running"
