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


def open_company(visitor: Visitor, **typed: str) -> Package:
    """Ask for the example, send it as it stands but for what is `typed`, and return the package that was made."""
    form = biggest(visitor.get(NEW + "?example=1"))
    for name, text in typed.items():
        form.put(f"f-{name}", text)
    visitor.send(form)
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


def test_a_form_says_what_it_knows_before_anything_is_typed(town: World, founder: PersonView) -> None:
    page = visit(sit(town, "applicant", founder)).get(NEW)
    form = biggest(page)
    assert form.values["f-legal_representative"] == [founder.number]
    assert form.values["f-wants_tax"] == ["true"]
    assert form.values["f-company_name"] == [""]
    assert "来自您的实名登录" in page.text
    assert "?example=1" in page.links


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("深圳市模拟禾穗科技有限公司", "名称可以用"),
        ("深圳市国家第一科技有限公司", "可以选"),
        ("", ""),
    ],
)
def test_a_name_is_judged_while_it_is_typed(town: World, founder: PersonView, name: str, told: str) -> None:
    visitor = visit(sit(town, "applicant", founder))
    address = reverse("package-name", args=["sz.open_company"])
    answer = visitor.client.get(address, {"f-company_name": name, "f-company_type": "limited_company"})
    assert answer.status_code == 200
    text = answer.content.decode()
    assert told in text if told else text.strip() == ""
    assert "<html" not in text


def test_all_is_looked_over_before_it_is_submitted(town: World, founder: PersonView) -> None:
    visitor = visit(sit(town, "applicant", founder))
    form = biggest(visitor.get(NEW + "?example=1"))
    checked = visitor.send(form, button=("step", "check"))
    assert not Package.objects.filter(world=town).exists()
    assert form.values["f-company_name"][0] in checked.text
    again = biggest(checked)
    changed = visitor.send(again, button=("step", "change"))
    assert biggest(changed).values["f-company_name"] == form.values["f-company_name"]
    assert biggest(changed).values["f-scope"] == form.values["f-scope"]
    visitor.send(biggest(visitor.send(biggest(changed), button=("step", "check"))))
    assert Package.objects.get(world=town).state == "running"


def test_a_firm_is_founded_in_the_other_city_too(town: World, founder: PersonView, run: Callable[..., None]) -> None:
    visitor = visit(sit(town, "applicant", founder))
    visitor.send(biggest(visitor.get("/packages/new/zq.open_company?example=1")))
    package = Package.objects.get(world=town)
    run()
    package.refresh_from_db()
    page = visitor.get(reverse("package", args=[package.number]))
    assert package.state == "done", page.text
    assert "ZQ-02" in page.text


def test_the_list_goes_on_where_the_page_ended(
    town: World, founder: PersonView, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("approvals.pages.packages.PAGE", 2)
    visitor = visit(sit(town, "applicant", founder))
    made = [open_company(visitor).number for _ in range(3)]
    first = visitor.get(reverse("packages"))
    shown = [each.rpartition("/")[2] for each in first.links if each.startswith("/packages/211")]
    assert shown == made[:0:-1]
    older = next(each for each in first.links if each.startswith("?before="))
    second = visitor.get(reverse("packages") + older)
    assert [each for each in second.links if each.endswith(made[0])]
    assert visitor.client.get(reverse("packages") + "?before=99").status_code == 404
