"""A decision's certificate: numbered, signed, checked, stored, vouched for."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from certificates import queries, sdjwt, status
from certificates.actions import issue
from certificates.actions.allocate import allocate
from certificates.models import Certificate, StatusList
from certificates.queries import audited, keys
from govsim.core import audit
from govsim.core.errors import BadInput, Refused
from tests.certificates.conftest import AT, CHEN, a_request, issue_now


def test_chen_gets_a_card(world, wall):
    [made] = issue_now(world, wall)
    held = queries.held(world, made.identifier, at=AT)
    assert (held.holder_code, held.state.key, held.origin) == (CHEN, "valid", "decision")
    assert held.fields["birth_date"] == "1940-03-15"
    assert held.number == made.number
    assert made.identifier.split(".")[7].startswith("20211201")
    content = sdjwt.verify(queries.token(world, made.identifier), keys=keys.trusted().get, wall=wall)
    assert content.claims["holder_name"] == "陈样甲"
    assert content.claims["iss"].endswith("/w/classroom-1")
    assert queries.verify(queries.token(world, made.identifier), world=world, at=AT, wall=wall).code == "VALID"


def test_nothing_about_the_holder_stands_in_plain_sight(card):
    signed = card.token.split("~")[0].split(".")[1]
    plain = sdjwt.decode(signed).decode()
    assert CHEN not in plain
    assert "陈样甲" not in plain


def test_a_batch_costs_the_same_statements_whatever_its_size(world, wall, django_assert_num_queries):
    issue_now(world, wall)
    for size in (2, 60):
        requests = [a_request(case_number=f"{size}-{place}") for place in range(size)]
        with django_assert_num_queries(2):  # one look and one guarded update for the status entries
            prepared = issue.prepare(world, requests, at=AT, wall=wall)
        with transaction.atomic(), django_assert_num_queries(1):
            issue.record(world, prepared)


def test_numbers_and_entries_are_never_used_twice(world, wall):
    requests = [a_request(case_number=str(place)) for place in range(150)]
    rows = [each.row for each in issue_now(world, wall, *requests)]
    assert len({row.identifier for row in rows}) == len({row.number for row in rows}) == 150
    assert len({(row.status_list, row.status_index) for row in rows}) == 150


def test_a_full_list_is_followed_by_another(world):
    allocate(world, 1)
    StatusList.objects.update(next=status.CAPACITY - 2)
    entries = allocate(world, 5)
    assert [number for number, _ in entries] == [1, 1, 2, 2, 2]


def test_a_case_has_at_most_one_live_result(world, wall):
    issue_now(world, wall)
    with pytest.raises(IntegrityError), transaction.atomic():
        issue_now(world, wall)
    assert Certificate.objects.count() == 1


def test_the_same_case_number_in_another_world_is_another_case(world, neighbour, wall):
    issue_now(world, wall)
    issue_now(neighbour, wall)
    assert Certificate.objects.count() == 2


def test_what_was_prepared_for_one_world_is_not_recorded_in_another(world, neighbour, wall):
    prepared = issue.prepare(world, [a_request()], at=AT, wall=wall)
    with pytest.raises(ValueError, match="world"):
        issue.record(neighbour, prepared)


def test_every_row_is_vouched_for(world, wall):
    issue_now(world, wall, *[a_request(case_number=str(place)) for place in range(3)])
    computed = {ref: content.hex() for ref, content in audited.recompute(world.pk, None)}
    assert computed == audit.latest(world.pk, "certificate")
    assert len(computed) == 3
    one = next(iter(computed))
    assert dict(audited.recompute(world.pk, [one])).keys() == {one}
    Certificate.objects.filter(identifier=one.partition("@")[0]).update(holder_name="李样乙")
    assert dict(audited.recompute(world.pk, [one]))[one].hex() != computed[one]


@pytest.mark.parametrize(
    ("changes", "error", "named"),
    [
        ({"type_key": "flying_licence"}, BadInput, "type_key"),
        ({"fields": {}}, BadInput, "city"),
        ({"fields": {"city": "深圳市", "shoe_size": 41}}, BadInput, "shoe_size"),
        ({"valid_until": date(2020, 1, 1)}, BadInput, "valid_until"),
        ({"issuer_key": "sz.tax"}, Refused, "issuer_not_entitled"),
        ({"issuer_key": "nobody"}, Refused, "issuer_not_entitled"),
    ],
)
def test_what_must_not_be_issued_is_refused_before_anything_is_signed(world, wall, changes, error, named):
    with pytest.raises(error) as refusal:
        issue.prepare(world, [a_request(), a_request(**changes)], at=AT, wall=wall)
    assert named in (getattr(refusal.value, "fields", {}) or refusal.value.code)
    assert not StatusList.objects.exists()


def test_the_usual_term_is_taken_when_nobody_says_otherwise(world, wall):
    licence = a_request(
        type_key="food_business_licence",
        holder_code="91440399MN0000012Y",
        issuer_key="sz.amr",
        fields={"premises": "深圳市样例路 1 号", "scope": "预包装食品销售"},
    )
    [made] = issue_now(world, wall, licence)
    assert queries.held(world, made.identifier, at=AT).valid_until == date(2026, 12, 1)


def test_an_empty_batch_needs_no_key(world, wall):
    assert issue.prepare(world, [], at=AT, wall=wall) == []
