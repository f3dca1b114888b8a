"""The catalogue of certificate types: 90 of them, as domain.md E.6 has them."""

from datetime import date

import pytest

from certificates import schema, sdjwt
from govsim.core.organisations import cities, department


def test_the_ninety_types_are_there_in_the_order_of_the_catalogue():
    types = schema.types()
    assert [each.number for each in types.values()] == list(range(1, 91))
    assert schema.check() == []


def test_the_five_types_of_the_report_are_marked():
    named = {key for key, kind in schema.types().items() if kind.verified}
    assert named == {
        "resident_identity_card",
        "household_register",
        "social_security_card",
        "title_certificate",
        "business_licence",
    }


@pytest.mark.parametrize("kind", schema.types().values(), ids=lambda kind: kind.key)
def test_every_type_can_be_issued_in_every_city_and_hides_all_its_fields(kind):
    for city in cities():
        issuer = department(kind.issuer_in(city))
        assert len(kind.code(issuer.credit_code)) == 21
    assert not kind.fields.keys() & (sdjwt.PLAIN | schema.STANDING.keys())


def test_the_business_licence_of_shenzhen_has_the_code_of_its_regulator():
    kind = schema.types()["business_licence"]
    assert kind.issuer_in("shenzhen") == "sz.amr"
    assert kind.code(department("sz.amr").credit_code) == "11440399MN1000014K045"
    assert schema.types()["diploma"].issuer_in("zhaoqing") == "gd.moe"


def test_terms():
    start = date(2020, 2, 29)
    assert schema.types()["food_business_licence"].until(start) == date(2025, 2, 28)
    assert schema.types()["business_licence"].until(start) is None
    assert schema.types()["title_certificate"].holder_of("91440399MN0000012Y") == "firm"
    assert schema.types()["title_certificate"].holder_of("440399194003150011") == "person"


def test_faults_name_the_field():
    kind = schema.types()["senior_citizen_card"]
    assert kind.faults({"city": "深圳市"}) == {}
    found = kind.faults({"birth_date": "1940-13-01", "colour": "red"})
    assert set(found) == {"city", "birth_date", "colour"}


@pytest.mark.parametrize(
    ("type_", "good", "bad"),
    [
        ("text", "x", 1),
        ("date", "2021-12-01", "1/12/2021"),
        ("int", 3, True),
        ("money", 300, 3.5),
        ("bool", False, 0),
        ("list", ["a"], "a"),
    ],
)
def test_values_fit_their_type(type_, good, bad):
    assert schema.fits(type_, good)
    assert not schema.fits(type_, bad)


def test_a_faulty_file_is_named_with_its_line(tmp_path):
    (tmp_path / "a.yaml").write_text(
        "good:\n  number: 1\n  name: {zh: 好, en: Good}\n  issuer: amr\n  level: city\n  holder: [firm]\n"
        "  validity: {kind: long}\n  verified: false\n  fields: {}\n"
        "odd:\n  number: 1\n  name: {zh: 坏}\n  issuer: nobody\n  level: moon\n  holder: [cat]\n"
        "  validity: {kind: years}\n  verified: false\n  fields: {number: {zh: 号, en: No, type: text}, x: {}}\n"
    )
    (tmp_path / "b.yaml").write_text("a: [")
    problems = schema.check(tmp_path)
    assert {each.place.rpartition(":")[2] for each in problems if "a.yaml" in each.place} == {"10"}
    assert len(problems) == 9
