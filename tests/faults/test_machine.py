"""A state machine over claim, crash, lease expiry, redelivery and commit, on the real functions of the worker.

Whatever the order: nothing that was acknowledged is lost, each case has at most one decision, and a worker whose
fence has moved records nothing. The run has to have reached redelivery, stale commits and dead letters.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from approvals.actions import assess, drain, incidents, rulings, submit
from approvals.models import Application, Decision
from govsim import verify
from govsim.core import clock
from govsim.core import world as worlds
from govsim.core.actors import SYSTEM
from govsim.core.models import JournalEntry, World
from govsim.exchange.actions import load_cast
from tests.approvals.conftest import GU, OUTSIDER, applicant

pytestmark = [pytest.mark.django_db, pytest.mark.database]
ATTEMPTS = 2  # before a case becomes an incident; few, so that the machine gets there
WORKERS = st.sampled_from(["a", "b", "c"])
PEOPLE = {GU: "shenzhen", OUTSIDER: "jiangmen"}
reached: Counter[str] = Counter()


@dataclass
class Held:
    """What a worker has in its hands: claimed rows, and its rulings once it has prepared them."""

    rows: list[Application]
    made: list[rulings.Ruling] | None = None


class Workers(RuleBasedStateMachine):
    """Three workers over one world; time passes only where a rule lets a lease run out."""

    world: World

    @initialize()
    def settle(self) -> None:
        self.world = worlds.create(name="machine", seed=1, mode=World.Mode.LIVE)
        people = [
            {"number": number, "name": "样甲", "household_city": city, "household_region": region}
            for (number, city), region in zip(PEOPLE.items(), ("440305", "440703"), strict=True)
        ]
        cards = [
            {"key": number, "number": "SIM1", "bank": "模拟湾区银行", "account": f"SIM{index:016d}",
             "account_name": "样甲", "account_status": "active"}
            for index, number in enumerate(PEOPLE)
        ]  # fmt: skip
        load_cast(world=self.world, data={"people": people, "records": {"social_security_card": cards}})
        self.told: set[str] = set()  # acknowledged numbers
        self.holds: dict[str, Held] = {}
        self.decided: dict[int, str] = {}

    @rule(number=st.sampled_from(sorted(PEOPLE)), human=st.booleans())
    def submit(self, number: str, human: bool) -> None:
        row = submit.submit(
            world=self.world, actor=applicant(number), applicant_name="样甲", item_key="sz.old_age_allowance",
            form={"mobile": "10100000001"}, human_route=human,
        )  # fmt: skip
        self.told.add(row.number)

    @rule(worker=WORKERS, limit=st.integers(1, 3))
    def claim(self, worker: str, limit: int) -> None:
        rows = drain.claim(self.world, until=clock.now(self.world), limit=limit)
        reached["redelivery"] += any(row.attempts > 1 for row in rows)
        living = [row for row in rows if row.attempts <= ATTEMPTS]
        for row in rows:
            if row.attempts > ATTEMPTS:
                drain.bury(row, "attempts used up")
        if living:  # what it held before is forgotten: the process was another one
            self.holds[worker] = Held(living)

    @precondition(lambda self: self.holds)
    @rule(data=st.data())
    def prepare(self, data: st.DataObject) -> None:
        self._prepare(self.holds[data.draw(st.sampled_from(sorted(self.holds)))])

    def _prepare(self, held: Held) -> None:
        moments: dict[int, Any] = {row.pk: clock.now(self.world) for row in held.rows}
        held.made = [assess.ruling(self.world, *found) for found in assess.assess(self.world, held.rows, moments)]

    @precondition(lambda self: any(held.made for held in self.holds.values()))
    @rule(data=st.data())
    def commit(self, data: st.DataObject) -> None:
        self._commit(data.draw(st.sampled_from(sorted(name for name, held in self.holds.items() if held.made))))

    def _commit(self, worker: str) -> None:
        made = self.holds.pop(worker).made or []
        fences = dict(Application.objects.filter(world=self.world).values_list("pk", "claim"))
        ours = [each for each in made if fences[each.row.pk] == each.claim]
        rulings.sign(self.world, made, at=clock.now(self.world))
        recorded = rulings.record(self.world, made)
        assert recorded == len(ours)
        reached["stale commit"] += recorded < len(made)

    @precondition(lambda self: self.holds)
    @rule(data=st.data())
    def crash(self, data: st.DataObject) -> None:
        del self.holds[data.draw(st.sampled_from(sorted(self.holds)))]
        reached["crash"] += 1

    @rule()
    def leases_run_out(self) -> None:
        Application.objects.filter(world=self.world, due_at__isnull=False).update(
            lease_until=clock.wall() - timedelta(seconds=1)
        )

    @rule()
    def ring(self) -> None:
        """The doorbell rings, once more than needed."""
        drain.drain(self.world, limit=2)

    @precondition(lambda self: Application.objects.filter(world=self.world).exclude(dead_reason="").exists())
    @rule()
    def retry(self) -> None:
        row = Application.objects.filter(world=self.world).exclude(dead_reason="").earliest("pk")
        incidents.retry(world=self.world, actor=SYSTEM, number=row.number)

    @invariant()
    def nothing_is_lost_and_nothing_is_decided_twice(self) -> None:
        if not hasattr(self, "world"):
            return
        rows = list(Application.objects.filter(world=self.world))
        assert {row.number for row in rows} == self.told
        decisions = dict(Decision.objects.filter(world=self.world).values_list("application_id", "outcome"))
        told = Counter(JournalEntry.objects.filter(world=self.world, kind="application").values_list("row", flat=True))
        for row in rows:
            final = row.state in ("granted", "refused")
            waits, dead, with_people = row.due_at is not None, bool(row.dead_reason), row.state == "received"
            assert [final, waits and not with_people, dead, with_people].count(True) == 1, (row.state, row.due_at)
            assert decisions.get(row.pk, "") == (row.state if final else "")
            assert row.version == told[row.pk]
            reached["dead letter"] += dead
        for pk, outcome in self.decided.items():
            assert decisions[pk] == outcome  # a decision stays what it was
        self.decided = decisions

    def teardown(self) -> None:
        """However it went: others finish everything, workers that only seemed dead wake up, the books are in order."""
        if not hasattr(self, "world"):
            return
        for held in self.holds.values():
            self._prepare(held)
        for _ in range(4):
            self.leases_run_out()
            while drain.drain(self.world):
                pass
        for worker in sorted(self.holds):
            self._commit(worker)
        self.nothing_is_lost_and_nothing_is_decided_twice()
        left = Application.objects.filter(world=self.world, state="submitted", dead_reason="")
        assert not left.exists()
        found = verify.check([self.world])
        assert found["ok"], found


def test_every_order_of_claims_crashes_and_commits(published: None, settings: LazySettings) -> None:
    settings.MAX_ATTEMPTS = ATTEMPTS
    reached.clear()
    run_state_machine_as_test(Workers, settings=BOUNDS)
    missing = [name for name in ("redelivery", "stale commit", "crash", "dead letter") if not reached[name]]
    assert not missing, f"the machine never reached: {missing}"


BOUNDS = settings(
    max_examples=40, phases=[Phase.generate],  # no shrinking: a failure is told within the minute
    stateful_step_count=25, deadline=None, derandomize=True, print_blob=True,
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
