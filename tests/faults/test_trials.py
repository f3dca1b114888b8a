"""Trials reach their faults and hold; and with a guard taken out of the product they do not hold."""

import signal
import subprocess
from pathlib import Path

import pytest

from govsim.lab import faults, trial
from govsim.lab.stack import stack

pytestmark = [pytest.mark.stack, pytest.mark.timeout(trial.LONGEST + 60)]
SEED = 20211201

NO_LEASE = """
def patch(module):
    module._CLAIM = module._CLAIM.replace("lease_until < %s", "lease_until < '0001-' || %s")
after_import("approvals.actions.drain", patch)
"""
NO_FENCE = """
def patch(module):
    module._still_ours = list
after_import("approvals.actions.rulings", patch)
"""
# The number of each event is unique as well: without it, too, nothing but the fence would keep a case from two ends.
NO_UNIQUE = """
def one_more(module):
    honest = module.entry
    def entry(world_id, kind, row, seq, event, **given):
        seq = 1 + module.JournalEntry.objects.filter(world_id=world_id, kind=kind, row=row).count()
        return honest(world_id, kind, row, seq, event, **given)
    module.entry = entry
after_import("govsim.core.journal", one_more)

def replacing(module):
    honest = module._insert
    module._insert = lambda *given: honest(*given).replace("INSERT", "INSERT OR REPLACE", 1)
after_import("govsim.core.bulk", replacing)
"""


@pytest.mark.parametrize("name", ["F2", "F4"])
def test_a_fault_is_reached_and_held(name: str) -> None:
    outcome = trial.run(faults.matrix()[name], seed=SEED)
    assert outcome.held, outcome.why_not
    assert outcome.reached
    assert outcome.proofs
    assert outcome.recovered_s is not None


@pytest.mark.parametrize(
    ("name", "removed", "seen"),
    [
        ("F2", NO_LEASE, "not within"),
        ("F4", NO_FENCE, "recorded late was refused"),
        ("F4", NO_FENCE + NO_UNIQUE, "decided twice"),
    ],
    ids=["a lease that never ends", "no fence", "no fence and no unique decision"],
)
def test_without_a_guard_the_run_fails(name: str, removed: str, seen: str) -> None:
    outcome = trial.run(faults.matrix()[name], seed=SEED, hook=removed)
    assert not outcome.held
    assert seen in outcome.why_not
    assert outcome.reached


def test_a_process_that_nobody_wrote_down_ends_with_its_installation(tmp_path: Path) -> None:
    with stack(tmp_path) as lab:
        stray = subprocess.Popen(["sleep", "600"], env=lab.environ)  # as when Ctrl-C comes between start and list
    assert stray.wait(5) == -signal.SIGKILL
