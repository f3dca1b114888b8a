"""The catalogue's pages: items, the guide of each item, the route of each theme; in both languages."""

from datetime import date

import pytest
from django.test import Client

from govsim.core import organisations
from govsim.core.models import World
from govsim.exchange.queries import PersonView
from services import queries
from services.pages import drawing, steps, wording
from tests.pages.conftest import sit, visit

pytestmark = pytest.mark.django_db


def _is_strict(client: Client, address: str) -> None:
    text = client.get(address).content.decode()
    assert "style=" not in text
    assert "<script>" not in text
    assert " onclick" not in text


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_item_and_theme_has_a_page(published: None, world: World, language: str) -> None:
    visitor = visit(language=language)
    page = visitor.get("/items/")
    addresses = {f"/items/{each.key}": each.body for each in queries.items()}
    addresses |= {f"/themes/{each.key}": each.body for each in queries.themes()}
    for address, body in addresses.items():
        assert address in page.links
        assert body["name"][language] in visitor.get(address).text
        _is_strict(visitor.client, address)
    _is_strict(visitor.client, "/items/")


def test_items_are_found_by_word_and_city(published: None, world: World) -> None:
    visitor = visit()
    page = visitor.get("/items/?q=高龄&city=shenzhen")
    assert "/items/sz.old_age_allowance" in page.links
    assert "/items/sz.food_filing" not in page.links
    page = visitor.get("/items/?city=zhaoqing")
    assert all(not each.startswith("/items/sz.") for each in page.links)
    assert "没有找到" in visitor.get("/items/?q=没有这样的事").text
    assert "/items/sz.old_age_allowance" in visitor.get("/items/?city=atlantis").links
    form = visitor.get("/items/").form("/items/")
    assert "/items/sz.old_age_allowance" in visitor.send(form.put("q", "津贴")).links


def test_a_guide_tells_everything(published: None, world: World) -> None:
    text = visit().get("/items/sz.old_age_allowance").text
    civil = organisations.department("sz.civil")
    for words in (
        civil.name_zh, "行政给付", "即办件", "440511001000", f"{civil.credit_code}3440511001000",  # what it is
        "电子证照", "居民身份证", "数据共享核验",  # what replaces paper
        "您的户籍登记在深圳市", "不符合的，不予批准", "示例文本：高龄老人津贴发放条件（年龄）",  # rules in plain words
        "70", "200.00", "元/月", "2020年1月1日", "所需材料已经齐备", "按月发放计划", "未核实",
    ):  # fmt: skip
        assert words in text, words
    assert "100.00" not in text  # the older scale is not in force


def test_who_may_apply_sees_the_button(published: None, town: World, elder: PersonView) -> None:
    assert "/items/sz.old_age_allowance/apply" in visit().get("/items/sz.old_age_allowance").links
    mine = visit(sit(town, "applicant", elder))
    assert "/items/sz.old_age_allowance/apply" in mine.get("/items/sz.old_age_allowance").links
    officer = visit(sit(town, "handler", department="sz.civil"))
    assert "/items/sz.old_age_allowance/apply" not in officer.get("/items/sz.old_age_allowance").links


def test_a_theme_shows_its_route(published: None, world: World) -> None:
    page = visit(language="en").get("/themes/sz.open_company")
    assert "/packages/new/sz.open_company" in page.links
    assert "/items/sz.seal_record" in page.links
    body = queries.theme("sz.open_company").body
    assert len(list(page.all("rect"))) >= len(body["branches"])
    for each in body["branches"]:
        assert each["name"]["en"] in page.text
    for each in body["before_after"]:
        said = ("Before", str(each["before"]), "After", str(each["after"]), each["unit"]["en"])
        assert "\n".join((each["label"]["en"], *said)) in page.text


def test_the_drawing_puts_what_waits_further_right() -> None:
    def step(key: str, *after: str) -> dict[str, object]:
        return {"key": key, "after": after, "name": {}, "note": {}, "strong": True}

    found = drawing.drawn([step("last", "left", "right"), step("left", "first"), step("right", "first"), step("first")])
    left = {each["x"] for each in found["nodes"]}
    assert len(left) == 3
    assert len(found["lines"]) == 4
    assert all(each["y"] + drawing.HIGH <= found["height"] for each in found["nodes"])


def test_a_parameter_not_yet_in_force_has_no_figure() -> None:
    found = {"key": "x", "label": {}, "unit": {"zh": "分", "en": "fen"}, "reference": {},
             "values": [{"from": date(2022, 1, 1), "value": 100}]}  # fmt: skip
    assert wording.parameter(found, date(2021, 12, 31))["figure"] is None
    assert wording.parameter(found, date(2022, 1, 1))["figure"] == "1.00"


@pytest.mark.parametrize("key", ["sz.old_age_allowance", "sz.tax_registration"])
def test_before_and_after_come_from_the_items_own_data(published: None, key: str) -> None:
    body = queries.item(key).body
    told = {each["label"]["en"]: (each["before"], each["after"]) for each in steps.change(body)}
    assert told["Papers"] == (len(body["materials"]), 0)
    assert told["Fields to type"] == (len(body["form"]), sum("source" not in each for each in body["form"]))
    assert told["Limit (legal and promised)"] == (body["limits"]["legal_days"], body["limits"]["promised_days"])
    assert "visits" not in str(told)  # how often people came before is not in the data


def test_a_route_goes_from_application_to_result(published: None) -> None:
    for each in queries.items():
        route = steps.route(each.body)
        names = {one["key"] for one in route}
        assert route[0]["key"] == "apply"
        assert route[-1]["key"] == "result"
        assert all(set(one["after"]) <= names for one in route)
        assert ("doubt" in names) == (each.body["route"] == "instant")


def test_questions_examples_and_sample_come_from_the_rules(published: None, world: World) -> None:
    text = visit().get("/items/sz.senior_citizen_card").text
    body = queries.item("sz.senior_citizen_card").body
    for each in body["rules"]:
        assert each["failed"]["zh"] in text
        assert each["remedy"]["zh"] in text
    for each in body["examples"]:
        assert each["name"]["zh"] in text
    assert "样本" in text
    assert "事项数据未登记收费项目" in text


def test_lists_are_narrowed_by_theme_and_by_whom_they_are_for(published: None, world: World) -> None:
    visitor = visit()
    branches = {f"/items/{each['item']}" for each in queries.theme("sz.open_company").body["branches"]}

    def found(query: str) -> set[str]:
        return {each for each in visitor.get(f"/items/?{query}").links if each.startswith("/items/") and "." in each}

    assert found("theme=sz.open_company") == branches
    firms = {f"/items/{each.key}" for each in queries.items() if each.body["subject"] == "firm"}
    assert found("subject=firm") == firms
    assert found("subject=firm&theme=sz.open_company") == firms & branches
    assert len(found("theme=nothing&subject=nobody&city=nowhere")) == len(queries.items())


def test_unknown_names_are_not_found(published: None, world: World) -> None:
    visit().get("/items/sz.nothing", status=404)
    visit().get("/themes/sz.nothing", status=404)
