"""Drafts of rules: one at a time, guarded against two authors, published or sent back by somebody else."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from govsim.core import clock
from govsim.core import world as worlds
from govsim.core.actors import Actor
from govsim.core.errors import BadInput, Conflict, NotAllowed, NotFound, Refused
from govsim.core.models import World
from services import actions, queries
from services.models import RuleSetProposal

pytestmark = [pytest.mark.django_db, pytest.mark.database]
AT = datetime(2021, 12, 1, 9, 0, tzinfo=clock.ZONE)
TODAY = AT.date()
ITEM = "sz.old_age_allowance"
LIN = Actor(role="rule_officer", key="seat:1")
WU = Actor(role="rule_officer", key="seat:2")
TRAINER = Actor(role="trainer", key="seat:3")
HANDLER = Actor(role="handler", key="seat:4", department="sz.civil")


@pytest.fixture
def world(published: None) -> World:
    return worlds.create(name="studio", seed=7, mode=World.Mode.FROZEN, at=AT)


def age(years: int) -> dict[str, Any]:
    parameters = queries.item(ITEM).body["parameters"]
    values = [{"from": "2015-01-01", "value": years}]
    return {
        "parameters": [{**each, "values": values} if each["key"] == "age_threshold" else each for each in parameters]
    }


def start(world: World, **more: Any) -> RuleSetProposal:
    return actions.draft_rule_set(world=world, item=ITEM, actor=LIN, at=AT, **more)


def save(world: World, draft: RuleSetProposal, years: int = 75, actor: Actor = LIN) -> RuleSetProposal:
    return actions.save_draft(
        world=world, proposal_id=draft.pk, version=draft.version, changes=age(years), actor=actor, at=AT
    )


def submit(world: World, draft: RuleSetProposal) -> RuleSetProposal:
    return actions.submit_draft(world=world, proposal_id=draft.pk, version=draft.version, actor=LIN, at=AT)


def publish(world: World, draft: RuleSetProposal, actor: Actor = WU, on: date = TODAY) -> Any:
    return actions.publish_rule_set(
        world=world, proposal_id=draft.pk, version=draft.version, actor=actor, valid_from=on
    )


def test_one_draft_of_an_item_is_open_in_a_world(world: World) -> None:
    first = start(world)
    with pytest.raises(Conflict):
        start(world)
    with pytest.raises(IntegrityError), transaction.atomic():  # the database says so too
        RuleSetProposal.objects.create(
            world=world, item=ITEM, number=9, base="", body={}, author="seat:2", proposed_at=AT, changed_at=AT
        )
    actions.withdraw_draft(world=world, proposal_id=first.pk, version=first.version, actor=LIN, at=AT)
    assert start(world).number == 2


def test_of_two_who_save_only_the_first_wins(world: World) -> None:
    draft = start(world)
    seen_by_wu = RuleSetProposal.objects.get(pk=draft.pk)
    save(world, draft, 75)
    with pytest.raises(Conflict) as refusal:
        save(world, seen_by_wu, 80, actor=WU)
    assert refusal.value.code == "draft_changed"
    assert queries.proposal(world.pk, ITEM, 1).body["parameters"] == age(75)["parameters"]
    assert queries.proposal(world.pk, ITEM, 1).authors == ["seat:1"]


def test_an_approver_publishes_what_they_have_seen(world: World) -> None:
    seen = submit(world, save(world, start(world), 75))
    submit(world, save(world, seen, 80))
    with pytest.raises(Conflict):
        publish(world, seen)
    assert queries.current_rule_set(ITEM, world.pk, AT.date()).world_id is None


def test_whoever_saved_is_an_author_and_cannot_publish(world: World) -> None:
    draft = submit(world, save(world, save(world, start(world), 75), 76, actor=WU))
    for author in (LIN, WU):
        with pytest.raises(Refused):
            publish(world, draft, actor=author)
    assert publish(world, draft, actor=TRAINER).approver == "seat:3"


def test_nothing_is_published_before_it_was_handed_over_or_without_a_change(world: World) -> None:
    draft = start(world)
    with pytest.raises(Refused):
        submit(world, draft)
    draft = save(world, draft)
    with pytest.raises(Refused):
        publish(world, draft)
    with pytest.raises(NotAllowed):
        publish(world, submit(world, draft), actor=HANDLER)


def test_saving_again_takes_it_back_from_review(world: World) -> None:
    draft = submit(world, save(world, start(world)))
    assert queries.rule_set_proposals(world.pk) == [draft]
    save(world, draft, 77)
    assert queries.rule_set_proposals(world.pk) == []


def test_rules_hold_from_today_or_later(world: World) -> None:
    draft = submit(world, save(world, start(world)))
    with pytest.raises(BadInput) as refusal:
        publish(world, draft, on=AT.date() - timedelta(days=1))
    assert set(refusal.value.fields) == {"valid_from"}


def test_a_draft_of_rules_that_are_no_longer_in_force_is_not_published(world: World) -> None:
    old = submit(world, save(world, start(world), 75))
    RuleSetProposal.objects.filter(pk=old.pk).update(base="0" * 64)  # as if other rules had come into force
    with pytest.raises(Conflict):
        publish(world, queries.proposal(world.pk, ITEM, 1))


def test_sent_back_with_a_reason_it_can_be_handed_over_again(world: World) -> None:
    draft = submit(world, save(world, start(world)))
    told: dict[str, Any] = {"world": world, "proposal_id": draft.pk, "version": draft.version, "at": AT}
    with pytest.raises(BadInput):
        actions.return_draft(**told, reason="  ", actor=WU)
    with pytest.raises(Refused):
        actions.return_draft(**told, reason="why", actor=LIN)
    with pytest.raises(NotAllowed):
        actions.return_draft(**told, reason="why", actor=HANDLER)
    draft = actions.return_draft(**told, reason="why", actor=WU)
    assert (draft.state, draft.reason, draft.reviewer) == ("returned", "why", "seat:2")
    assert publish(world, submit(world, draft)).version == 1


@pytest.mark.parametrize("closed", ["published", "withdrawn"])
def test_what_is_closed_stays_as_it_is(world: World, closed: str) -> None:
    draft = submit(world, save(world, start(world)))
    if closed == "published":
        publish(world, draft)
    else:
        actions.withdraw_draft(world=world, proposal_id=draft.pk, version=draft.version, actor=LIN, at=AT)
    draft = queries.proposal(world.pk, ITEM, 1)
    with pytest.raises(Conflict):
        save(world, draft, 90)
    with pytest.raises(Conflict):
        submit(world, draft)
    assert draft.state == closed


def test_another_world_cannot_touch_it(world: World) -> None:
    neighbour = worlds.create(name="beside", seed=7, mode=World.Mode.FROZEN, at=AT)
    draft = start(world)
    with pytest.raises(NotFound):
        save(neighbour, draft)
    with pytest.raises(NotFound):
        queries.proposal(neighbour.pk, ITEM, 1)
    assert queries.open_proposals(neighbour.pk) == {}


def test_faults_are_told_by_place_and_nothing_is_stored(world: World) -> None:
    draft = start(world)
    rows = [{"from": 70, "to": 79, "value": 1}, {"from": 85, "value": 2}]
    parameters = [
        {**each, "values": [{"from": "2015-01-01", "rows": rows}]} if each["key"] == "monthly_tiers" else each
        for each in draft.body["parameters"]
    ]
    with pytest.raises(BadInput) as refusal:
        actions.save_draft(
            world=world, proposal_id=draft.pk, version=1, changes={"parameters": parameters}, actor=LIN, at=AT
        )
    assert [each for each in refusal.value.fields if each.startswith("parameters-1-values-0-rows")]
    assert queries.proposal(world.pk, ITEM, 1).version == 1


def test_the_way_back_has_the_installations_content_under_a_number_of_its_own(world: World) -> None:
    publish(world, submit(world, save(world, start(world), 75)))
    installed = queries.installed_rule_set(ITEM)
    back = publish(world, submit(world, start(world, installed=True)))
    assert (back.sha256, back.version, back.world_id) == (installed.sha256, 2, world.pk)
    named = queries.rule_set_by_hash(ITEM, installed.sha256, world_id=world.pk, version=installed.version)
    assert named.pk == installed.pk  # what was decided before still names the installation's
