"""The form opens filled, each value with its source; what cannot be filled says why."""

import pytest

from govsim.core.expressions import ExpressionError
from govsim.exchange import actions, queries
from tests.exchange.conftest import AT, CHEN, LIN

pytestmark = [pytest.mark.django_db, pytest.mark.database]

FIELDS = [
    ("name", "population", "applicant", "record.name"),
    ("birth_date", "population", "applicant", "record.birth_date"),
    ("age", "population", "applicant", "age(record.birth_date, as_of)"),
    ("account", "social_security_card", "applicant", "record.account"),
    ("homes", "real_estate", "applicant", "size(records)"),
]


def test_fields_are_filled_with_their_source(cast):
    found = queries.prefill(cast, CHEN, FIELDS, at=AT, purpose="prefill", consent=None)
    assert {name: each.value for name, each in found.items()} == {
        "name": "陈样甲",
        "birth_date": "1940-03-15",
        "age": 81,
        "account": "SIM0000000000000001",
        "homes": 2,
    }
    assert found["account"].source == "sz.hrss"
    assert found["account"].dataset == "social_security_card"
    assert found["account"].at > AT
    assert found.missing == {}
    assert found.seconds > 0


def test_the_log_of_an_open_form_has_no_case_and_names_who_asked(cast):
    found = queries.prefill(cast, CHEN, FIELDS, at=AT, purpose="prefill", consent=None, department="sz.civil")
    actions.log.record(found.log)
    lines = queries.log_of(cast, CHEN)
    assert sorted(line.dataset for line in lines) == ["population", "real_estate", "social_security_card"]
    assert {(line.department, line.number, line.case_id) for line in lines} == {("sz.civil", "", None)}


def test_the_spouse_is_found_through_the_household_register(cast):
    found = queries.prefill(
        cast, LIN, [("spouse_name", "population", "spouse", "record.name")], at=AT, purpose="prefill", consent=None
    )
    assert found["spouse_name"].value == "陈样甲"


def test_what_cannot_be_filled_says_why(cast):
    actions.fault.set(world=cast, source="deaths", mode="down")
    actions.fault.set(world=cast, source="employment", mode="conflict")
    fields = [
        ("died", "deaths", "applicant", "record.died_on"),
        ("work", "employment", "applicant", "record.status"),
        ("degree", "degrees", "applicant", "record.level"),
        ("guardian", "population", "applicant", "record.guardian"),
        ("missing", "population", "applicant", "record.shoe_size"),
        ("address", "address_codes", "form.address_code", "record.address"),
        ("spouse", "population", "spouse", "record.name"),
    ]
    found = queries.prefill(cast, CHEN, fields, at=AT, purpose="prefill", consent=None)
    assert dict(found) == {}
    assert found.missing == {
        "died": "down",
        "work": "conflict",
        "degree": "no_record",
        "guardian": "no_value",
        "missing": "no_value",
        "address": "needs_answer",
        "spouse": "no_record",
    }


def test_an_undeclared_name_is_refused(cast):
    with pytest.raises(ExpressionError):
        queries.prefill(cast, CHEN, [("x", "population", "applicant", "secret")], at=AT, purpose="", consent=None)
