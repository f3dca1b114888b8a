"""The rows of the floor: worlds and clocks, the journal that tells once, the audit chain, numbers, seats."""

from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import transaction

from govsim.core import access, audit, clock, heads, journal, numbers
from govsim.core import world as worlds
from govsim.core.actors import SYSTEM
from govsim.core.errors import BadInput, NotAllowed, NotFound
from govsim.core.events import Event
from govsim.core.models import AuditEntry, AuditHead, AuditLink, Counter, JournalEntry, World

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@dataclass(frozen=True)
class LampLit(Event):
    room: str


# --- worlds and clocks ------------------------------------------------------------------------------------------


def test_a_step_world_moves_only_when_told(world: World) -> None:
    assert clock.now(world) == clock.DAWN
    assert clock.advance(world) == clock.DAWN  # nothing is due
    later = clock.DAWN + timedelta(hours=2)
    assert clock.advance(world, until=later) == later
    assert clock.advance(world, until=clock.DAWN) == later  # never backwards


def test_a_paced_world_runs_and_waits_for_what_is_due(db: None) -> None:
    with time_machine.travel("2026-01-01T00:00:00Z", tick=False) as wall:
        world = worlds.create(name="fast", seed=1, mode="paced", pace=60)
        wall.shift(60)
        assert clock.now(world) == clock.DAWN + timedelta(hours=1)
        noon = clock.DAWN + timedelta(hours=2)
        told = journal.record(world.pk, "lamp", 1, 1, LampLit("hall"), actor=SYSTEM, at=noon, due=True)
        wall.shift(3600)
        assert clock.now(world) == noon  # it does not pass what still has to be told
        JournalEntry.objects.filter(pk=told.pk).update(due=False)
        assert clock.now(world) == clock.DAWN + timedelta(hours=61)


def test_changing_the_pace_keeps_the_time(db: None) -> None:
    with time_machine.travel("2026-01-01T00:00:00Z", tick=False) as wall:
        world = worlds.create(name="fast", seed=1, mode="paced", pace=60)
        wall.shift(60)
        clock.run(world, mode="frozen")
        wall.shift(60)
        assert clock.now(world) == clock.DAWN + timedelta(hours=1)
        with pytest.raises(BadInput):
            clock.run(world, mode="paced", pace=0)
        with pytest.raises(BadInput):
            clock.run(world, mode="backwards")


def test_reset_makes_a_new_generation_and_leaves_the_old_address(world: World) -> None:
    again = worlds.create(name="test", seed=2)
    assert (again.generation, worlds.current("test").pk) == (2, again.pk)
    assert worlds.at_address("test-1").pk == world.pk
    assert worlds.living() == [again]
    with pytest.raises(NotFound):
        worlds.at_address("nowhere-9")
    assert world.departments.count() == again.departments.count() > 90


@pytest.mark.parametrize(("name", "pace"), [("Demo", 1.0), ("a b", 1.0), ("", 1.0), ("x" * 41, 1.0), ("demo", 0.0)])
def test_a_world_needs_a_name_for_addresses_and_a_pace(db: None, name: str, pace: float) -> None:
    with pytest.raises(BadInput):
        worlds.create(name=name, seed=1, pace=pace)
    assert not World.objects.exists()


# --- the journal --------------------------------------------------------------------------------------------------


def test_a_due_entry_is_told_once_and_with_its_effects(world: World) -> None:
    heard: list[str] = []
    journal.listen(LampLit, lambda entry: heard.append(entry.data["room"]))
    journal.record(world.pk, "lamp", 1, 1, LampLit("hall"), actor=SYSTEM, at=clock.DAWN, due=True)
    journal.record(world.pk, "lamp", 1, 2, LampLit("attic"), actor=SYSTEM, at=clock.DAWN)
    assert journal.deliver(world.pk) == 1
    assert journal.deliver(world.pk) == 0
    assert heard == ["hall"]
    assert [each.seq for each in journal.history(world.pk, "lamp", 1)] == [1, 2]


def test_a_listener_that_fails_is_asked_again_and_in_the_end_becomes_an_incident(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    @dataclass(frozen=True)
    class LampBroke(Event):
        room: str

    def fail(entry: JournalEntry) -> None:
        numbers.take(entry.world_id, "broken")
        raise RuntimeError("no bulb")

    journal.listen(LampBroke, fail)
    journal.record(world.pk, "lamp", 1, 1, LampBroke("hall"), actor=SYSTEM, at=clock.DAWN, due=True)
    for _ in range(journal.MAX_ATTEMPTS):
        assert journal.deliver(world.pk) == 0
        JournalEntry.objects.filter(due=True).update(retry_at=None)
    assert journal.deliver(world.pk) == 0
    assert [each.data["room"] for each in journal.incidents(world.pk)] == ["hall"]
    assert numbers.take(world.pk, "broken") == 1  # nothing of the failed attempts was kept


# --- the audit chain ----------------------------------------------------------------------------------------------


def _chain(world: World, count: int) -> None:
    for number in range(count):
        with transaction.atomic():
            leaves = [audit.Leaf("lamp", f"{number}.{each}", audit.digest([number, each])) for each in range(3)]
            audit.append(world.pk, leaves, shard_key=0)


def test_a_chain_verifies_and_proves_inclusion(world: World) -> None:
    _chain(world, 4)
    assert list(audit.check_chain(world.pk)) == [None] * 4
    proof = audit.proof(world.pk, "lamp", "2.1")
    assert proof is not None
    assert proof["content"] == audit.digest([2, 1]).hex()
    assert len(audit.latest(world.pk, "lamp")) == 12
    assert audit.proof(world.pk, "lamp", "9.9") is None


@pytest.mark.parametrize("hurt", ["entry", "no_hash", "entry_gone", "link", "tail", "middle"])
def test_any_edit_of_the_chain_shows(world: World, hurt: str) -> None:
    _chain(world, 4)
    links = AuditLink.objects.filter(world=world)
    match hurt:
        case "entry":
            AuditEntry.objects.filter(ref="2.1").update(content="0" * 64)
        case "no_hash":
            AuditEntry.objects.filter(ref="2.1").update(content="x")
        case "entry_gone":
            AuditEntry.objects.filter(ref="2.1").delete()
        case "link":
            links.filter(number=2).update(root="1" * 64)
        case "tail":
            links.filter(number=4).delete()
        case "middle":
            links.filter(number=2).delete()
    assert [fault for fault in audit.check_chain(world.pk) if fault is not None]


def test_nothing_to_vouch_for_adds_no_link(world: World) -> None:
    assert audit.merkle_root([b"a" * 32]) == b"a" * 32
    with transaction.atomic():
        audit.append(world.pk, [], shard_key=0)
    assert not AuditLink.objects.filter(world=world).exists()


# --- numbers and seats --------------------------------------------------------------------------------------------


def test_numbers_are_given_once_and_in_blocks(world: World) -> None:
    first = numbers.case_numbers(world.pk, "shenzhen", clock.DAWN.date(), 3)
    assert first == ["21120103000001", "21120103000002", "21120103000003"]
    assert numbers.case_numbers(world.pk, "zhaoqing", clock.DAWN.date()) == ["21120112000001"]
    assert numbers.case_numbers(world.pk, "shenzhen", clock.DAWN.date()) == ["21120103000004"]


def test_a_live_world_gives_numbers_from_a_block_that_was_committed(
    world: World, django_capture_on_commit_callbacks: Callable[..., AbstractContextManager[Any]]
) -> None:
    def given() -> int:
        return int(numbers.case_number(world, "shenzhen", clock.DAWN.date())[-6:])

    def next_in_database() -> int:
        return Counter.objects.get(world=world).next

    assert [given(), given(), next_in_database()] == [1, 2, 3]  # a clock that stands: in the order of the cases
    world.mode = World.Mode.LIVE
    with django_capture_on_commit_callbacks(execute=True), suppress(ZeroDivisionError), transaction.atomic():
        assert given() == 3
        raise ZeroDivisionError
    assert next_in_database() == 3  # the failed transaction took nothing, and nothing of its block is used
    with django_capture_on_commit_callbacks(execute=True):
        assert given() == 3
    taken = next_in_database()
    assert [given() for _ in range(4, taken)] == list(range(4, taken))
    assert next_in_database() == taken
    assert given() == taken
    other = clock.DAWN.date() + timedelta(days=1)
    assert numbers.case_number(world, "shenzhen", other).endswith("000001")


def test_a_sign_in_link_opens_its_seat_once(world: World) -> None:
    seat = access.seat(world, role="handler", department="sz.civil")
    assert access.seat(world, role="handler", department="sz.civil").pk == seat.pk
    secret = access.new_link(seat)
    assert access.use_link(secret).pk == seat.pk
    with pytest.raises(NotAllowed):
        access.use_link(secret)
    with pytest.raises(NotAllowed):
        access.use_link("never given")


def test_a_token_opens_its_seat_until_it_ends(world: World) -> None:
    seat = access.seat(world, role="applicant", holder="440399194003150011", name_zh="陈样甲")
    token = access.new_token(seat, hours=1)
    found = access.seat_of_token(token)
    assert found is not None
    assert str(access.actor(found)) == "applicant:440399194003150011"
    with time_machine.travel(clock.wall() + timedelta(hours=2)):
        assert access.seat_of_token(token) is None
    assert access.seat_of_token("guess") is None


# --- the end of a world -------------------------------------------------------------------------------------------


def test_reset_closes_the_chain_with_a_signed_head(world: World) -> None:
    _chain(world, 2)
    kept = heads.signed(world.pk)
    worlds.create(name="test", seed=3)
    assert heads.genuine(kept[0])
    assert not heads.genuine({**kept[0], "links": 1})
    assert not heads.genuine({**kept[0], "signature": "bm8="})
    with pytest.raises(RuntimeError, match="closed"):
        _chain(world, 1)
    assert [fault for fault in audit.check_chain(world.pk) if fault is not None] == []
    AuditHead.objects.filter(world=world).update(closed={**kept[0], "hash": "0" * 64})
    assert [fault.zh for fault in audit.check_chain(world.pk) if fault is not None] == ["链尾签名不符"]


def test_a_retired_world_is_removed_in_batches_and_a_living_one_is_not(world: World) -> None:
    _chain(world, 3)
    assert worlds.purge(world) == 0
    again = worlds.create(name="test", seed=3)
    [gone] = worlds.retired()
    while worlds.purge(gone, limit=40):
        pass
    assert not World.objects.filter(pk=world.pk).exists()
    assert again.departments.count() > 90
