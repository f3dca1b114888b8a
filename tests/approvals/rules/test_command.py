"""`manage.py rules`: what it prints, and with which exit code and sentence it refuses."""

import json
from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import DatabaseError

from services import queries
from tests.approvals.rules.conftest import CATALOGUE

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("published")]
ITEM = "sz.old_age_allowance"
FILES = ("--catalogue", str(CATALOGUE))


def rules(*words):
    out = StringIO()
    call_command("rules", *words, stdout=out)
    return out.getvalue()


def refused(*words):
    with pytest.raises(CommandError) as caught:
        rules(*words)
    return caught.value.returncode, str(caught.value)


@pytest.fixture
def listed():
    return json.loads(rules("facts", ITEM, "--json"))


@pytest.fixture
def write(tmp_path):
    def written(data, name="facts.json"):
        path = tmp_path / name
        path.write_text(data if isinstance(data, str) else json.dumps(data, indent=1), encoding="utf-8")
        return str(path)

    return written


def test_facts_lists_what_the_item_reads(listed):
    assert listed["item"] == ITEM
    assert listed["facts"][0] == {
        "name": "household_city",
        "type": "choice",
        "choices": ["jiangmen", "other", "shenzhen", "zhaoqing"],
        "source": "sz.psb",
        "dataset": "population",
        "absence": "unknown",
    }
    assert {each["name"] for each in listed["facts"]} == set(listed["example"])


def test_the_example_of_facts_fed_to_try_grants(listed, write):
    made = json.loads(rules("try", ITEM, "--facts", write(listed["example"]), "--json"))
    assert made["outcome"] == "GRANT"
    assert made["result"] == {"monthly_fen": 20000, "first_payment_on": "2022-01-01"}
    assert made["nearest"]["fact"] == "age"
    assert {"item", "outcome", "rule_set", "as_of", "rules", "result", "remedy", "nearest"} <= set(made)


@pytest.mark.parametrize("name", ["age", "deceased", "materials_complete"])
def test_without_a_fact_it_does_not(listed, write, name):
    del listed["example"][name]
    made = json.loads(rules("try", ITEM, "--facts", write(listed["example"]), "--json"))
    assert made["outcome"] == "MANUAL"


@pytest.mark.parametrize("source", ["population", "sz.psb", "psb"])
def test_a_source_that_is_down(listed, write, source):
    path = write(listed["example"])
    made = json.loads(rules("try", ITEM, "--facts", path, "--json", "--unavailable", source))
    assert made["outcome"] == "MANUAL"
    why = {rule["id"]: rule["why_unknown"] for rule in made["rules"]}
    assert (why["A1"], why["A3"]) == ("source_down", None)


def test_another_day_and_other_figures(listed, write):
    path = write(listed["example"])
    older = json.loads(rules("try", ITEM, "--facts", path, "--as-of", "2019-06-30", "--json"))
    assert older["result"]["monthly_fen"] == 10000
    figures = write({"age_threshold": 75, "monthly_tiers": [{"from": 60, "value": 1}]}, "figures.json")
    assert json.loads(rules("try", ITEM, "--facts", path, "--parameters", figures, "--json"))["outcome"] == "REJECT"


def test_for_people_it_is_said_in_both_languages(listed, write):
    listed["example"]["age"] = 69
    said = rules("try", ITEM, "--facts", write(listed["example"]))
    assert "不予批准 / refused" in said
    assert "✗ A2" in said
    assert "未满起领年龄" in said


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ('{\n"age": 72,\n"agee": 1}', ":3: the item has no fact agee"),
        ('{"age": 72,\n "age": 73}', ":2: not valid: age"),
        ('{"age":\n}', ":2: not JSON"),
        ('{"age": NaN}', ":1: not valid: NaN"),
        ("[]", "one JSON object"),
        ("[" * 100_000, ":1:"),
    ],
)
def test_a_bad_facts_file_is_named_with_its_line(write, content, says):
    code, sentence = refused("try", ITEM, "--facts", write(content))
    assert code == 2
    assert says in sentence


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--facts", "/no/such/file"), "cannot be read"),
        (("--as-of", "tomorrow"), "is no date"),
        (("--unavailable", "moon"), "uses no source moon"),
    ],
)
def test_wrong_usage_is_refused_with_a_sentence(listed, write, words, says):
    given = () if words[0] == "--facts" else ("--facts", write(listed["example"]))
    code, sentence = refused("try", ITEM, *given, *words)
    assert code == 2
    assert says in sentence


def test_figures_that_leave_a_gap_are_refused(listed, write):
    gap = write({"monthly_tiers": [{"from": 60, "to": 65, "value": 1}, {"from": 70, "value": 2}]}, "figures.json")
    code, sentence = refused("try", ITEM, "--facts", write(listed["example"]), "--parameters", gap)
    assert (code, "gap: 66–69" in sentence) == (2, True)
    code, sentence = refused(
        "try", ITEM, "--facts", write(listed["example"]), "--parameters", write({"agee": 1}, "f.json")
    )
    assert (code, "no parameter agee" in sentence) == (2, True)


def test_an_item_that_does_not_exist(write):
    code, sentence = refused("facts", "sz.moon_trip")
    assert (code, "there is no item sz.moon_trip" in sentence) == (2, True)


def test_all_examples_hold():
    assert "✗" not in rules("examples")


def test_an_example_that_does_not_hold_is_named(tmp_path):
    text = (CATALOGUE / "shenzhen" / "old_age_allowance.yaml").read_text(encoding="utf-8")
    path = tmp_path / "old_age_allowance.yaml"
    path.write_text(text.replace("facts: {<<: *granted, age: 69}", "facts: {<<: *granted, age: 70}"), encoding="utf-8")
    out = StringIO()
    with pytest.raises(CommandError) as caught:
        call_command("rules", "examples", "--catalogue", str(path), stdout=out)
    assert caught.value.returncode == 1
    assert "首次发放日69岁" in out.getvalue()


def test_export_gives_the_rules_back(tmp_path):
    path = tmp_path / "exported.yaml"
    rules("export", ITEM, "--output", str(path))
    version = queries.current_rule_set(ITEM, None, date(2021, 12, 1))
    assert path.read_text(encoding="utf-8").startswith(
        f"# {ITEM} · rule set {version.version} · sha256 {version.sha256}"
    )
    assert f"✓ {ITEM}" in rules("examples", "--catalogue", str(path))
    again = json.loads(rules("facts", ITEM, "--json", "--catalogue", str(path)))
    assert again == json.loads(rules("facts", ITEM, "--json"))


def test_a_world_that_does_not_exist_has_no_rules():
    code, sentence = refused("export", ITEM, "--world", "no such world")
    assert code == 2
    assert sentence


# --- without a published catalogue -----------------------------------------------------------------------------------


def test_files_and_the_published_catalogue_give_one_passport(listed, write):
    words = ("try", ITEM, "--facts", write(listed["example"]), "--json")
    published, from_files = json.loads(rules(*words)), json.loads(rules(*words, *FILES))
    assert published.pop("rule_set")["version"] == 1
    assert from_files.pop("rule_set")["version"] == 0
    assert published == from_files


def test_the_hash_of_a_file_is_the_one_it_is_published_under(listed, write):
    words = ("try", ITEM, "--facts", write(listed["example"]), "--json")
    version = queries.current_rule_set(ITEM, None, date(2021, 12, 1))
    assert json.loads(rules(*words, *FILES))["rule_set"]["sha256"] == version.sha256


def test_with_nothing_published_the_files_are_read(listed, write, monkeypatch):
    def no_table():
        raise DatabaseError("no such table")

    monkeypatch.setattr(queries, "items", no_table)
    made = json.loads(rules("try", ITEM, "--facts", write(listed["example"]), "--json"))
    assert (made["outcome"], made["rule_set"]["version"]) == ("GRANT", 0)


def test_a_folder_that_is_not_there():
    code, sentence = refused("facts", ITEM, "--catalogue", "/no/such/folder")
    assert (code, "cannot be read" in sentence) == (2, True)
