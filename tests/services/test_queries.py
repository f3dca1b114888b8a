"""What the catalogue answers: search, words, figures, and how soon it notices a publication."""

from datetime import date
from decimal import Decimal

import pytest

from govsim.core.errors import NotFound
from services import actions, queries

pytestmark = [pytest.mark.usefixtures("nothing_published"), pytest.mark.database]
TODAY = date(2021, 12, 1)


@pytest.fixture
def published(nothing_published):
    return actions.publish()


def keys(found):
    return [each.key for each in found]


def test_items_and_themes_by_city(published):
    assert len(queries.items()) == 22
    assert keys(queries.themes(city="zhaoqing")) == ["zq.open_company"]
    assert all(each.body["city"] == "zhaoqing" for each in queries.items(city="zhaoqing"))


def test_what_is_not_there(published):
    for question in (queries.item, queries.theme):
        with pytest.raises(NotFound):
            question("sz.nothing")
    with pytest.raises(NotFound):
        queries.item_version("sz.old_age_allowance", 9)


def test_search_finds_names_first_in_either_language(published):
    assert keys(queries.search("高龄"))[0] == "sz.old_age_allowance"
    assert keys(queries.search("old-age ALLOWANCE")) == ["sz.old_age_allowance"]
    assert keys(queries.search("公积金 提取", city="zhaoqing")) == ["zq.housing_fund_withdrawal"]
    assert queries.search("不存在的事项") == []
    assert len(queries.search("")) == 22


def test_words(published):
    assert queries.word("limited_company") == {"zh": "有限责任公司", "en": "limited company"}
    assert queries.word("I6513")["zh"] == "应用软件开发"
    assert queries.word("sz.bank1")["zh"]
    assert queries.word("unheard_of") == {"zh": "unheard_of", "en": "unheard_of"}


def test_totals_are_counted_from_items(published):
    found = queries.totals(city="shenzhen")

    assert (found.counts["items"], found.counts["themes"]) == (14, 1)
    assert (found.counts["instant_approval"], found.counts["integrated"]) == (8, 8)
    assert found.rates["immediate_rate"].percent == Decimal("57.14")
    assert found.rates["zero_visit_rate"].percent == Decimal("100.00")


def test_it_remembers_and_notices(published, django_assert_num_queries, catalogue, edit):
    queries.items()
    with django_assert_num_queries(1):
        queries.item("sz.old_age_allowance")
    with django_assert_num_queries(1):
        queries.current_rule_sets(["sz.old_age_allowance", "sz.food_filing"], None, TODAY)
    edit("shenzhen/old_age_allowance.yaml", "minutes: 45", "minutes: 50")
    actions.publish(root=catalogue)

    assert queries.item("sz.old_age_allowance").body["handling"]["minutes"] == 50


def test_nothing_is_published_yet():
    assert queries.items() == []
    assert queries.totals().rates["immediate_rate"].percent is None
