"""Faults of the worker processes."""

import os
import signal
import time

from govsim.lab.faults import fault
from govsim.lab.stack import children, wait
from govsim.lab.trial import Trial

CASES = 400


@fault("F1", "批次处理中强杀办理进程", "a worker is killed in the middle of its batches")
def killed_mid_batch(trial: Trial) -> None:
    """Kill the worker five times while it works through 400 cases; a new one takes over each time."""
    lab = trial.stack(GOVSIM_DRAIN_BATCH="20", GOVSIM_LEASE_SECONDS="3", GOVSIM_MOST_WAITING="100000")
    lab.work("prepare", people=3000, seed=trial.seed)
    numbers = lab.work("fill", count=CASES)["numbers"]
    lab.start_broker()
    lab.start_sweeper()
    killed_with_work = 0
    for _ in range(5):
        lab.start_worker()
        time.sleep(2.5)
        killed_with_work += lab.work("standing")["due"] > 0
        trial.break_()
        lab.kill("worker")
    trial.reached(f"killed {killed_with_work} times with work left", unless=not killed_with_work)
    lab.start_worker()
    trial.recovered(lambda: lab.work("standing")["due"] == 0)
    told = lab.work("checked", numbers=numbers)
    trial.hold("nothing is lost, undecided or decided twice",
               not told["lost"] and not told["undecided"] and not told["doubled"], found=told)  # fmt: skip
    trial.verify(lab)


@fault("F2", "强杀办理子进程", "the pool child of a worker is killed")
def killed_child(trial: Trial) -> None:
    """Kill the child that holds a claim: its rows are claimed again, with one attempt more."""
    lab = trial.stack(GOVSIM_DRAIN_BATCH="20", GOVSIM_LEASE_SECONDS="3")
    lab.work("prepare", people=2000, seed=trial.seed)
    numbers = lab.work("fill", count=200)["numbers"]
    lab.start_broker()
    lab.start_worker()
    lab.start_sweeper()
    wait(lambda: children(lab.running["worker"].pid), seconds=30)
    born = children(lab.running["worker"].pid)
    trial.break_()
    for child in born:
        os.kill(child, signal.SIGKILL)
    trial.reached(f"killed the children {born}", unless=not born)
    trial.recovered(lambda: lab.work("standing")["due"] == 0)
    told = lab.work("checked", numbers=numbers)
    trial.hold("nothing is lost or decided twice", not told["lost"] and not told["doubled"], found=told)
    trial.verify(lab)
