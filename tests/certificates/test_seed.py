"""A populated world: people and firms hold what the registers say of them, as rows without tokens."""

import pytest

from certificates import queries, schema
from certificates.actions import seed, sign_on_first_use
from certificates.models import Certificate
from certificates.queries import audited
from govsim.core import audit
from govsim.exchange import actions as exchange
from govsim.exchange import queries as registers
from tests.certificates.conftest import AT


@pytest.fixture
def populated(world):
    exchange.populate(world=world, persons=120, enterprises=30)
    return world


def held_by(world):
    rows = Certificate.objects.filter(world=world).order_by("holder_code", "type_key", "number")
    return list(rows.values_list("holder_code", "type_key", "valid_from", "valid_until", "state", "fields"))


def test_everybody_has_an_identity_card_and_every_firm_a_licence(populated):
    count = seed(world=populated)
    held = Certificate.objects.filter(world=populated)
    assert count == held.count()
    people = {each.number for each in registers.sample_persons(populated, limit=1000)}
    assert set(held.filter(type_key="resident_identity_card").values_list("holder_code", flat=True)) == people
    assert held.filter(type_key="business_licence").count() == 30
    assert held.values("type_key").distinct().count() >= 12
    assert set(held.values_list("origin", flat=True)) == {"seed"}
    assert not held.exclude(token=None).exists()


def test_what_is_held_obeys_its_type_and_the_register(populated):
    seed(world=populated)
    types = schema.types()
    for row in Certificate.objects.filter(world=populated):
        assert types[row.type_key].faults(row.fields) == {}
        assert row.issuer_key.rpartition(".")[2] == types[row.type_key].issuer
        assert row.valid_from <= AT.date() or row.valid_until
    licences = Certificate.objects.filter(type_key="business_licence")
    by_code = {firm.code: firm for firm in registers.sample_firms(populated, limit=100)}
    assert {row.holder_code for row in licences if row.state == "valid"} == by_code.keys()


def test_the_same_seed_gives_the_same_certificates(populated, neighbour):
    exchange.populate(world=neighbour, persons=120, enterprises=30)
    seed(world=populated)
    seed(world=neighbour)
    first, second = held_by(populated), held_by(neighbour)
    assert first == second
    assert not set(Certificate.objects.filter(world=populated).values_list("identifier", flat=True)) & set(
        Certificate.objects.filter(world=neighbour).values_list("identifier", flat=True)
    )


def test_seeding_again_adds_only_what_is_missing(populated):
    count = seed(world=populated, chunk=50)
    assert seed(world=populated) == 0
    gone = Certificate.objects.filter(world=populated, type_key="seal_record")
    missing = gone.count()
    gone.delete()
    assert missing
    assert seed(world=populated) == missing
    assert Certificate.objects.filter(world=populated).count() == count


def test_every_seeded_row_is_vouched_for(populated):
    seed(world=populated, chunk=100)
    computed = {ref: content.hex() for ref, content in audited.recompute(populated.pk, None)}
    assert computed == audit.latest(populated.pk, "certificate")
    assert all(fault is None for fault in audit.check_chain(populated.pk))


def test_a_seeded_certificate_is_signed_at_its_first_use(populated, wall):
    seed(world=populated)
    row = Certificate.objects.filter(world=populated, type_key="resident_identity_card", valid_until=None).first()
    token = sign_on_first_use(world=populated, identifier=row.identifier)
    assert queries.verify(token, world=populated, at=AT, wall=wall).code == "VALID"
    assert sign_on_first_use(world=populated, identifier=row.identifier) == token
    assert queries.token(populated, row.identifier) == token
    computed = {ref: content.hex() for ref, content in audited.recompute(populated.pk, None)}
    assert computed == audit.latest(populated.pk, "certificate")


def test_a_bigger_population_costs_no_more_statements(populated, django_assert_max_num_queries):
    with django_assert_max_num_queries(40):
        seed(world=populated)
