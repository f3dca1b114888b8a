"""The catalogue's pages: items, the guide of each item, the route of each theme; in both languages."""

from datetime import date

import pytest
from django.test import Client

from govsim.core import organisations
from govsim.core.models import World
from govsim.exchange.queries import PersonView
from services import pages, queries
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
        assert f"{each['before']} {each['unit']['en']}" in page.text


def test_the_drawing_puts_what_waits_further_right() -> None:
    def branch(key: str, *after: str) -> dict[str, object]:
        return {"key": key, "after": after, "name": {}, "promised_working_hours": 1, "chosen_by": "always"}

    drawing = pages._drawing([branch("last", "left", "right"), branch("left", "first"), branch("right", "first"),
                              branch("first")])  # fmt: skip
    left = {each["x"] for each in drawing["nodes"]}
    assert len(left) == 3
    assert len(drawing["lines"]) == 4
    assert all(each["y"] + pages.HIGH <= drawing["height"] for each in drawing["nodes"])


def test_a_parameter_not_yet_in_force_has_no_figure() -> None:
    found = {"key": "x", "label": {}, "unit": {"zh": "分", "en": "fen"}, "reference": {},
             "values": [{"from": date(2022, 1, 1), "value": 100}]}  # fmt: skip
    assert pages._parameter(found, date(2021, 12, 31))["figure"] is None
    assert pages._parameter(found, date(2022, 1, 1))["figure"] == "1.00"


def test_unknown_names_are_not_found(published: None, world: World) -> None:
    visit().get("/items/sz.nothing", status=404)
    visit().get("/themes/sz.nothing", status=404)
