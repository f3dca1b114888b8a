"""`extends`: a city's variant is a file of a few lines, in the words of its city."""

import pytest

from services import queries, schema


@pytest.fixture(scope="module")
def items():
    return {key: document.body for key, document in schema.read(queries.ROOT).items.items()}


def test_zhaoqing_registers_companies_with_the_same_rules(items):
    base, own = items["sz.business_registration"], items["zq.business_registration"]

    assert (own["city"], own["department"]) == ("zhaoqing", "zq.amr")
    assert [rule["id"] for rule in own["rules"]] == [rule["id"] for rule in base["rules"]]
    assert own["examples"][0]["facts"]["company_name"] == "肇庆市模拟禾田科技有限公司"
    assert "extends" not in own


def test_cities_change_places_so_that_choices_stay_complete(items):
    fund = items["zq.housing_fund_withdrawal"]
    homes = next(fact for fact in fund["facts"] if fact["name"] == "own_home_here")

    assert homes["expression"] == "records.exists(r, r.city == 'zhaoqing')"
    assert fund["summary"]["zh"].startswith("高频公积金业务“不见面审批”")
    assert fund["channels"] == ["web", "mobile", "kiosk", "post"]

    moved = schema.variant({"city": "shenzhen", "choices": ["shenzhen", "jiangmen", "zhaoqing"]}, {"city": "zhaoqing"})
    assert sorted(moved["choices"]) == ["jiangmen", "shenzhen", "zhaoqing"]


def test_entries_of_a_list_are_changed_by_their_name():
    base = {"city": "shenzhen", "rules": [{"id": "A1", "on_fail": "REJECT"}, {"id": "A2", "on_fail": "REJECT"}]}
    own = {"extends": "sz.base", "rules": [{"id": "A2", "on_fail": "MANUAL"}, {"id": "A3", "on_fail": "MANUAL"}]}

    rules = schema.variant(base, own)["rules"]

    assert [(rule["id"], rule["on_fail"]) for rule in rules] == [("A1", "REJECT"), ("A2", "MANUAL"), ("A3", "MANUAL")]


def test_a_fault_that_the_base_brings_is_reported_where_it_is_extended(edit, catalogue):
    path, _ = edit("zhaoqing/seal_record.yaml", "city: zhaoqing", "city: zhaoqing\nvisits: 1")

    (problem,) = schema.check(schema.read(catalogue), queries.known())

    assert (problem.file, problem.line) == (str(path), 6)
    assert "a fully online item needs 0 visits" in problem.en


def test_a_theme_has_one_form_without_repeats():
    found = schema.read(queries.ROOT)
    items = {key: document.body for key, document in found.items.items()}
    theme = schema.whole_theme(found.themes["sz.open_company"].body, items)
    fields = {field["key"]: field for field in theme["form"]}

    assert len(fields) == len(theme["form"])
    assert "firm_name" not in fields  # the firm does not exist yet
    assert fields["seals"]["asked_when"] == "wants_seals"
    assert not fields["seals"]["required"]
    assert fields["company_name"]["required"]
    assert [each["key"] for each in theme["materials"]] == ["identity_card", "articles", "premises", "pre_licence"]
    assert theme["branches"][0]["deliverables"][0]["key"] == "business_licence"
