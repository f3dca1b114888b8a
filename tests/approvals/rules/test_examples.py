"""The worked examples of the eight items hold, and one that does not is named."""

from approvals.rules import examples
from tests.approvals.rules import bus_pass


def test_every_example_of_an_item_holds(item, standing):
    assert examples.broken(item, standing) == []


def test_the_standing_examples_hold(standing):
    assert examples.broken_standing(standing) == []


def test_an_example_that_does_not_hold_says_what_came_out():
    good = {"name": {"zh": "好", "en": "good"}, "as_of": "2021-12-01", "facts": bus_pass.GRANTED, "outcome": "GRANT"}
    good["result"] = {"fare_fen": 0, "valid_until": "2022-12-01", "half": 0}
    bad = {**good, "name": {"zh": "坏", "en": "bad"}, "facts": {**bus_pass.GRANTED, "age": 59, "name": None}}
    found = examples.broken(bus_pass.body(examples=[good, bad]), bus_pass.STANDING)
    assert [each.name["en"] for each in found] == ["bad"]
    assert found[0].found == {"outcome": "REJECT", "failed": ["P1"], "unknown": ["P5"], "result": {}}


def test_standing_facts_lie_under_those_of_the_item(item, standing):
    flat = examples.granting(item, standing)
    assert flat["identity_verified"] is True
    assert set(item["examples"][0]["facts"]) < set(flat)
