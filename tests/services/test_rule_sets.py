"""A world's own rules: Lin proposes, Wu approves, and only their world decides by them."""

from datetime import date, datetime

import pytest

from govsim.core import clock
from govsim.core import world as worlds
from govsim.core.actors import Actor
from govsim.core.errors import BadInput, Conflict, NotAllowed, NotFound, Refused
from govsim.core.models import World
from services import actions, queries

pytestmark = [pytest.mark.django_db, pytest.mark.database]
AT = datetime(2021, 12, 1, 9, 0, tzinfo=clock.ZONE)
ITEM = "sz.old_age_allowance"
LIN = Actor(role="rule_officer", key="seat:1")
WU = Actor(role="rule_officer", key="seat:2")
CHEN = Actor(role="applicant", key="440399194003150011")


@pytest.fixture
def world(nothing_published):
    actions.publish()
    return worlds.create(name="classroom", seed=7, mode=World.Mode.FROZEN, at=AT)


@pytest.fixture
def neighbour(world):
    return worlds.create(name="neighbour", seed=7, mode=World.Mode.FROZEN, at=AT)


def threshold(years):
    parameters = [dict(each) for each in queries.item(ITEM).body["parameters"]]
    assert parameters[0]["key"] == "age_threshold"
    parameters[0]["values"] = [{"from": "2015-01-01", "value": years}]
    return {"parameters": parameters}


def propose(world, years=65):
    return actions.propose_rule_set(world=world, item=ITEM, changes=threshold(years), actor=LIN, at=AT)


def publish(world, proposal, *, actor=WU, valid_from=date(2021, 12, 1)):
    return actions.publish_rule_set(world=world, proposal_id=proposal.pk, actor=actor, valid_from=valid_from)


def test_a_second_officer_puts_it_in_force_in_this_world_only(world, neighbour):
    proposal = propose(world)
    installed = queries.current_rule_set(ITEM, world.pk, AT.date())
    assert queries.rule_set_proposals(world.pk) == [proposal]

    published = publish(world, proposal)

    assert queries.current_rule_set(ITEM, world.pk, AT.date()).sha256 == published.sha256
    assert queries.current_rule_set(ITEM, neighbour.pk, AT.date()).sha256 == installed.sha256
    assert (published.author, published.approver) == ("seat:1", "seat:2")
    assert published.body["parameters"][0]["values"][0]["value"] == 65
    assert queries.rule_set_proposals(world.pk) == []
    assert queries.rule_set_by_hash(ITEM, published.sha256, world_id=world.pk) == published
    with pytest.raises(NotFound):
        queries.rule_set_by_hash(ITEM, published.sha256, world_id=neighbour.pk)


def test_it_holds_from_its_day(world):
    published = publish(world, propose(world), valid_from=date(2022, 1, 1))

    assert queries.current_rule_set(ITEM, world.pk, date(2021, 12, 31)).world_id is None
    assert queries.current_rule_set(ITEM, world.pk, date(2022, 1, 1)).pk == published.pk


def test_a_later_proposal_starts_from_what_is_in_force(world):
    publish(world, propose(world, 65))
    second = publish(world, propose(world, 68))

    assert second.version == 2
    assert queries.current_rule_set(ITEM, world.pk, AT.date()).body["parameters"][0]["values"][0]["value"] == 68
    assert [each.version for each in queries.rule_set_versions(ITEM, world.pk)] == [1, 1, 2]


def test_the_author_cannot_approve(world):
    with pytest.raises(Refused, match="Another officer"):
        publish(world, propose(world), actor=LIN)
    assert queries.current_rule_set(ITEM, world.pk, AT.date()).world_id is None


def test_a_proposal_is_published_once_and_in_its_own_world(world, neighbour):
    proposal = propose(world)
    with pytest.raises(NotFound):
        publish(neighbour, proposal)
    publish(world, proposal)
    with pytest.raises(Conflict):
        publish(world, proposal)


def test_only_rule_officers_change_rules(world):
    with pytest.raises(NotAllowed):
        actions.propose_rule_set(world=world, item=ITEM, changes=threshold(65), actor=CHEN, at=AT)
    with pytest.raises(NotAllowed):
        publish(world, propose(world), actor=CHEN)


def test_faulty_rules_are_refused_with_the_reason(world):
    rules = [{**each, "expression": "dead == false"} for each in queries.item(ITEM).body["rules"]]
    with pytest.raises(BadInput) as refusal:
        actions.propose_rule_set(world=world, item=ITEM, changes={"rules": rules}, actor=LIN, at=AT)
    assert "undeclared name: dead" in refusal.value.fields["rules-0-expression"][1]


def test_the_name_of_the_item_is_not_a_rule(world):
    with pytest.raises(BadInput):
        actions.propose_rule_set(world=world, item=ITEM, changes={"key": "sz.other"}, actor=LIN, at=AT)
