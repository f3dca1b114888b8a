from datetime import timedelta

import pytest

from govsim.core.errors import BadInput, Conflict, NotFound
from govsim.exchange import actions, queries
from tests.exchange.conftest import AT, CHEN, LIN

pytestmark = [pytest.mark.django_db, pytest.mark.database]

DAY = timedelta(days=1)


def give(world, **changes):
    values = {"subject": CHEN, "purpose": "申请高龄津贴", "datasets": ["deaths"], "until": AT + 30 * DAY, "at": AT}
    return actions.consent.give(world=world, **{**values, **changes})


def in_force(world, consent, at):
    return consent.pk in queries.consents_in_force(world, [consent.pk], at=at)


def test_a_consent_holds_from_when_it_is_given_until_its_end(world):
    consent = give(world)
    assert not in_force(world, consent, AT - DAY)
    assert in_force(world, consent, AT)
    assert in_force(world, consent, AT + 30 * DAY - timedelta(seconds=1))
    assert not in_force(world, consent, AT + 30 * DAY)


def test_chen_withdraws_and_what_was_before_stays_allowed(world):
    consent = give(world)
    actions.consent.withdraw(world=world, consent_id=consent.pk, subject=CHEN, at=AT + 2 * DAY)
    assert in_force(world, consent, AT + DAY)
    assert not in_force(world, consent, AT + 2 * DAY)
    again = actions.consent.withdraw(world=world, consent_id=consent.pk, subject=CHEN, at=AT + 5 * DAY)
    assert again.withdrawn_at == AT + 2 * DAY


def test_nobody_else_withdraws_it_and_no_other_world_knows_it(world, neighbour):
    consent = give(world)
    for where, who in ((world, LIN), (neighbour, CHEN)):
        with pytest.raises(NotFound):
            actions.consent.withdraw(world=where, consent_id=consent.pk, subject=who, at=AT)
    assert not in_force(neighbour, consent, AT)


def test_a_consent_that_has_ended_cannot_be_withdrawn(world):
    consent = give(world)
    with pytest.raises(Conflict):
        actions.consent.withdraw(world=world, consent_id=consent.pk, subject=CHEN, at=AT + 31 * DAY)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"purpose": " "}, "purpose"),
        ({"datasets": []}, "datasets"),
        ({"datasets": ["horoscope"]}, "datasets"),
        ({"until": AT}, "until"),
    ],
)
def test_a_consent_must_say_for_what_of_what_and_until_when(world, changes, field):
    with pytest.raises(BadInput) as refused:
        give(world, **changes)
    assert list(refused.value.fields) == [field]


def test_data_and_certificates_share_one_table(world):
    give(world, certificate_types=["household_register"], fields=["name"])
    give(world, datasets=[], certificate_types=["resident_identity_card"], at=AT + DAY)
    newest, oldest = queries.consents_of(world, CHEN)
    assert newest.certificate_types == ["resident_identity_card"]
    assert (oldest.datasets, oldest.fields) == (["deaths"], ["name"])
