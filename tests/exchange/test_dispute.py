import pytest

from govsim.core.errors import BadInput, Conflict, NotFound, Refused
from govsim.exchange import actions, queries
from tests.exchange.conftest import AT, CHEN, LIN

pytestmark = [pytest.mark.django_db, pytest.mark.database]

NUMBER = "21120103000001"


def open_dispute(world, **changes):
    values = {
        "subject": CHEN,
        "dataset": "social_security_card",
        "field": "bank",
        "source_value": "模拟湾区银行",
        "claimed_value": "模拟岭南银行",
        "number": NUMBER,
        "at": AT,
    }
    return actions.dispute.open(world=world, **{**values, **changes})


def bank_of_chen(world):
    return queries.records(world, "social_security_card", [CHEN])[0]["bank"]


def test_a_correction_goes_to_the_department_and_leaves_the_source_as_it_is(cast):
    dispute = open_dispute(cast)
    assert dispute.source == "sz.hrss"
    assert bank_of_chen(cast) == "模拟湾区银行"
    assert queries.open_disputes(cast, "sz.hrss") == [dispute]
    assert queries.disputed(cast, [NUMBER, "other"]) == {NUMBER: [dispute]}


def test_the_same_field_in_the_same_case_is_one_dispute(cast):
    assert open_dispute(cast) == open_dispute(cast, claimed_value="模拟第三银行")
    assert open_dispute(cast, number="21120103000002") != open_dispute(cast)
    assert len(queries.disputes_of(cast, CHEN)) == 2


def test_the_department_corrects_its_register(cast):
    dispute = open_dispute(cast)
    answered = actions.dispute.resolve(world=cast, dispute_id=dispute.pk, corrected=True, note="已核对", at=AT)
    assert answered.state == "corrected"
    assert bank_of_chen(cast) == "模拟岭南银行"
    assert queries.open_disputes(cast, "sz.hrss") == []
    with pytest.raises(Conflict):
        actions.dispute.resolve(world=cast, dispute_id=dispute.pk, corrected=False, at=AT)


def test_the_department_finds_its_register_right(cast):
    dispute = open_dispute(cast)
    actions.dispute.resolve(world=cast, dispute_id=dispute.pk, corrected=False, at=AT)
    assert bank_of_chen(cast) == "模拟湾区银行"


def test_a_value_that_the_register_cannot_hold_is_not_written(cast):
    dispute = open_dispute(cast, field="account_status", source_value="active", claimed_value="happy")
    with pytest.raises(Refused):
        actions.dispute.resolve(world=cast, dispute_id=dispute.pk, corrected=True, at=AT)
    nobody = open_dispute(cast, subject=LIN)
    with pytest.raises(Refused):
        actions.dispute.resolve(world=cast, dispute_id=nobody.pk, corrected=True, at=AT)


def test_unknown_fields_and_disputes_are_refused(cast, neighbour):
    with pytest.raises(BadInput):
        open_dispute(cast, field="colour")
    with pytest.raises(NotFound):
        actions.dispute.resolve(world=neighbour, dispute_id=open_dispute(cast).pk, corrected=True, at=AT)
