"""The worker's batch: claimed under a fence, prepared, recorded once, whatever dies or returns on the way."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import connection, connections, transaction
from django.db.utils import IntegrityError, OperationalError

from approvals.actions import assess, drain, incidents, rulings
from approvals.models import Application, Decision
from govsim.core import clock
from govsim.core.actors import SYSTEM
from govsim.core.errors import Busy, Conflict
from govsim.core.models import JournalEntry, World
from tests.approvals.conftest import GU

pytestmark = [pytest.mark.django_db, pytest.mark.database]
Apply = Callable[..., Application]


def _ruled(city: World, rows: list[Application]) -> list[rulings.Ruling]:
    moments = {row.pk: row.due_at for row in rows}
    return [assess.ruling(city, case, judged) for case, judged in assess.assess(city, rows, moments)]


def test_a_claim_takes_each_row_once(claim_allowance: Apply, city: World) -> None:
    rows = [claim_allowance() for _ in range(3)]
    now = clock.now(city)
    first = drain.claim(city, until=now, limit=2)
    second = drain.claim(city, until=now, limit=5)
    assert [row.pk for row in first + second] == [row.pk for row in rows]
    assert drain.claim(city, until=now, limit=5) == []
    assert first[0].claim == first[1].claim != second[0].claim


def test_what_is_due_later_is_not_claimed_whatever_the_zone_of_the_clock(claim_allowance: Apply, city: World) -> None:
    row = claim_allowance()
    now = clock.now(city).astimezone(clock.ZONE)
    Application.objects.filter(pk=row.pk).update(due_at=now + timedelta(hours=2))
    assert drain.claim(city, until=now, limit=5) == []
    assert drain.claim(city, until=now + timedelta(hours=2), limit=5) == [row]


def test_a_worker_whose_lease_ran_out_records_nothing(claim_allowance: Apply, city: World) -> None:
    claim_allowance()
    now = clock.now(city)
    zombie = drain.claim(city, until=now, limit=5)
    late = _ruled(city, zombie)
    Application.objects.update(lease_until=clock.wall() - timedelta(seconds=1))  # the lease ends, the worker sleeps on
    alive = drain.claim(city, until=now, limit=5)
    assert rulings.record(city, _ruled(city, alive)) == 1
    assert rulings.record(city, late) == 0
    assert Decision.objects.count() == 1
    assert JournalEntry.objects.filter(kind="application", event="ApplicationGranted").count() == 1


def test_one_decision_per_application_is_a_constraint(claim_allowance: Apply, city: World) -> None:
    row = claim_allowance()
    drain.drain(city)
    decision = Decision.objects.get(application=row)
    with pytest.raises(IntegrityError), transaction.atomic():
        Decision.objects.bulk_create([decision])


def test_a_failed_recording_leaves_no_trace(
    claim_allowance: Apply, city: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim_allowance()
    rows = drain.claim(city, until=clock.now(city), limit=5)

    def die(*_: Any, **__: Any) -> None:
        raise RuntimeError("power cut")

    monkeypatch.setattr(rulings.audit, "append", die)
    with pytest.raises(RuntimeError):
        rulings.record(city, _ruled(city, rows))
    assert not Decision.objects.exists()
    assert Application.objects.get().state == "submitted"


def test_a_poison_row_is_halved_out_counted_and_shown(
    claim_allowance: Apply, city: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    rows = [claim_allowance() for _ in range(4)]
    poison, honest = rows[1], assess.assess

    def choke(world: World, batch: Any, moments: Any) -> Any:
        if any(row.pk == poison.pk for row in batch):
            raise ValueError("poison")
        return honest(world, batch, moments)

    monkeypatch.setattr(assess, "assess", choke)
    for _ in range(django_settings.MAX_ATTEMPTS):
        drain.drain(city)
        Application.objects.filter(pk=poison.pk).update(lease_until=None)
    poison.refresh_from_db()
    assert Decision.objects.count() == 3
    assert (poison.state, poison.due_at, poison.attempts) == ("submitted", None, django_settings.MAX_ATTEMPTS)
    assert "poison" in poison.dead_reason
    monkeypatch.setattr(assess, "assess", honest)
    incidents.retry(world=city, actor=SYSTEM, number=poison.number)
    drain.drain(city)
    assert Decision.objects.count() == 4
    with pytest.raises(Conflict):
        incidents.retry(world=city, actor=SYSTEM, number=poison.number)


def test_a_row_that_kills_its_worker_is_buried_after_its_attempts(claim_allowance: Apply, city: World) -> None:
    row = claim_allowance()
    for _ in range(django_settings.MAX_ATTEMPTS):
        assert drain.claim(city, until=clock.now(city), limit=1)  # and the worker is gone
        Application.objects.update(lease_until=clock.wall() - timedelta(seconds=1))
    drain.drain(city)
    row.refresh_from_db()
    assert row.dead_reason
    assert clock.earliest_due(city.pk) is None  # the world's clock is not held up by it


def test_rows_whose_worker_never_came_back_are_taken_in_ever_smaller_parts(
    claim_allowance: Apply, city: World, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.DRAIN_BATCH = 32
    for _ in range(4):
        claim_allowance()
    handled: list[int] = []
    monkeypatch.setattr(drain, "_handle", lambda _, rows: handled.append(len(rows)) or len(rows))
    gone = {"lease_until": clock.wall() - timedelta(seconds=1)}
    assert len(drain.claim(city, until=clock.now(city), limit=32)) == 4
    Application.objects.update(**gone)  # the worker of all four is gone
    drain.drain(city)
    drain.drain(city)
    Application.objects.update(**gone)  # and so are those of two and two
    drain.drain(city)
    assert handled == [2, 2, 1]
    assert sorted(Application.objects.values_list("attempts", flat=True)) == [2, 2, 2, 3]  # one alone is to blame


def test_the_databases_own_failure_is_nobodys_attempt(
    claim_allowance: Apply, city: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim_allowance()
    claim_allowance()

    def full(*_: Any) -> None:
        raise OperationalError("database or disk is full")

    monkeypatch.setattr(rulings, "record", full)
    with pytest.raises(OperationalError):
        drain.drain(city)
    assert set(Application.objects.values_list("attempts", "claim", "lease_until")) == {(0, "", None)}


def test_a_missing_key_uses_up_no_attempts_and_halves_nothing(
    claim_allowance: Apply, city: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [claim_allowance() for _ in range(3)]
    tried: list[int] = []

    def no_key(_: World, made: Any, **__: Any) -> None:
        tried.append(len(made))
        raise Busy("没有密钥", "no key", retry_after=60)

    with monkeypatch.context() as broken:
        broken.setattr(rulings, "sign", no_key)
        for _ in range(django_settings.MAX_ATTEMPTS + 1):
            drain.drain(city)
            Application.objects.update(lease_until=None)
    assert tried == [3] * (django_settings.MAX_ATTEMPTS + 1)
    assert set(Application.objects.values_list("attempts", "dead_reason")) == {(0, "")}
    drain.drain(city)
    assert Decision.objects.count() == len(rows)


def test_a_batch_costs_a_fixed_number_of_statements(
    claim_allowance: Apply, city: World, django_assert_max_num_queries: Any
) -> None:
    def cost(count: int) -> int:
        for _ in range(count):
            claim_allowance()
        with django_assert_max_num_queries(120) as found:
            drain.drain(city)
        return len(found)

    cost(1)
    few, many = cost(2), cost(40)
    assert many - few <= 6 * django_settings.AUDIT_SHARDS  # one link for each shard; nothing else grows


@pytest.mark.django_db(transaction=True)
def test_two_drains_at_once_decide_each_case_once(claim_allowance: Apply, city: World) -> None:
    rows = [claim_allowance() for _ in range(30)]
    World.objects.filter(pk=city.pk).update(mode="live")
    city.mode = "live"
    faults: list[BaseException] = []

    def work() -> None:
        try:
            for _ in range(20):
                drain.drain(World.objects.get(pk=city.pk), limit=4)
        except BaseException as error:
            faults.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert Decision.objects.count() == len(rows)
    assert set(Application.objects.values_list("version", flat=True)) == {2}
    assert connection.vendor in ("sqlite", "postgresql")


def test_gu_is_not_asked_twice_by_the_same_batch(claim_allowance: Apply, city: World) -> None:
    claim_allowance(GU)
    claim_allowance(GU)
    drain.drain(city)
    # Both were submitted before either was on the roll: each is judged by what was known at its moment.
    assert Decision.objects.filter(outcome="granted").count() == 2
