"""Faults of the worker processes."""

import contextlib
import os
import signal
import time

from govsim.core import draws
from govsim.lab.brokers import client, queued
from govsim.lab.faults import fault
from govsim.lab.stack import Stack, children, wait
from govsim.lab.trial import Trial
from govsim.lab.watch import Turn, Watch

LATE = "came too late"  # what a worker says whose fence has changed
BURIED = "SELECT number, attempts, dead_reason FROM approvals_application WHERE dead_reason <> ''"


@fault("F1", "批次处理中强杀办理进程", "a worker is killed in the middle of its batches")
def killed_mid_batch(trial: Trial) -> None:
    """Kill the worker five times, a drawn moment after it has begun a batch; a new one takes over each time.

    Without a sweeper until then: one that nobody hears would decide the cases itself while a worker starts.
    """
    lab = trial.town(cases=400, GOVSIM_DRAIN_BATCH="20", GOVSIM_LEASE_SECONDS="1")
    draw = draws.stream(trial.seed, "kills")
    watch = Watch(lab, hook=trial.hook)
    lab.start_broker()
    lab.work("ring", times=100)  # enough for five workers, each of which takes some along
    left, held = [], []
    for _ in range(5):
        lab.start_worker()
        before = len(watch.turns())

        def begun(before: int = before) -> list[Turn]:
            own = children(lab.running["worker"].pid)
            return [each for each in watch.turns()[before:] if each.pid in own]

        wait(begun, seconds=60, every=0.002)
        time.sleep(draw.uniform(0.0, 0.05))
        trial.break_()
        lab.kill("worker")
        held.append(max(watch.held(each) for each in watch.turns()[before:]))
        left.append(lab.due())
    trial.reached(f"killed with {held} rows in hand and {left} cases left", unless=not any(held) or not all(left))
    lab.start_worker()
    lab.start_sweeper()
    trial.recovered(lambda: lab.due() == 0)
    trial.verify(lab, lab.numbers)


@fault("F2", "强杀办理子进程", "the pool child of a worker is killed")
def killed_child(trial: Trial) -> None:
    """Kill the child that holds a claim: its rows are claimed again, with one attempt more."""
    lab = trial.town(cases=200, GOVSIM_DRAIN_BATCH="20", GOVSIM_LEASE_SECONDS="2")
    watch = Watch(lab, hook=trial.hook, stop=True)
    lab.start_broker()
    lab.start_worker()
    lab.work("ring")
    turn = watch.stopped()
    held = watch.held(turn)
    trial.break_()
    os.kill(turn.pid, signal.SIGKILL)
    trial.reached(f"killed the child {turn.pid} with {held} rows in hand", unless=not held)
    lab.start_sweeper()
    wait(lambda: any(each.attempts > 1 for each in watch.turns()), seconds=30)
    trial.hold("its rows were claimed again with one attempt more", True)
    trial.recovered(lambda: lab.due() == 0)
    trial.verify(lab, lab.numbers)


@fault("F3", "消息已取走、尚未登记时强杀", "a worker is killed between taking a message and writing it down")
def loss_window(trial: Trial) -> None:
    """The one moment in which Celery on Redis loses a message for ever: the sweeper rings again."""
    lab = trial.town()
    lab.start_broker()
    lab.work("ring")
    broker = client(lab)
    [queue] = [key for key in broker.scan_iter("govsim:*drain") if broker.type(key) == b"list"]
    bell = broker.lindex(queue, 0)  # the same message at once: a new process takes longer than the moment lasts
    lab.start_worker()
    wait(lambda: not any(queued(lab).values()), seconds=60)
    numbers: list[str] = []
    for _ in range(6):  # the moment is there while the worker waits for a message, which is nearly always
        numbers += lab.work("fill", count=50, elders=False)["numbers"]
        lab.signal("worker", signal.SIGSTOP)
        broker.lpush(queue, bell)
        time.sleep(0.2)
        left = queued(lab)
        if not any(left.values()):
            break
        lab.signal("worker", signal.SIGCONT)
        wait(lambda: lab.due() == 0, seconds=60)
        time.sleep(1.0)
    trial.break_()
    lab.kill("worker")
    trial.reached(f"the message is nowhere: {left}", unless=any(left.values()) or lab.due() != 50)
    lab.start_worker()
    lab.start_sweeper()
    trial.recovered(lambda: lab.due() == 0)
    trial.verify(lab, numbers)


@fault("F4", "办理进程停顿超过租约后继续", "a worker stops for longer than its lease and goes on")
def zombie(trial: Trial) -> None:
    """The rows are decided by another worker meanwhile; what the first one records afterwards is refused."""
    # A hard time limit would end the stopped child, on a slow machine before another has decided its rows.
    lab = trial.town(cases=100, GOVSIM_DRAIN_BATCH="20", GOVSIM_LEASE_SECONDS="1", GOVSIM_TASK_SECONDS="300")
    watch = Watch(lab, hook=trial.hook, stop=True)
    lab.start_broker()
    lab.start_worker()
    lab.work("ring")
    turn = watch.stopped()  # the child alone: a parent that sleeps, too, would end it before it can be late
    held = watch.held(turn)
    trial.break_()
    lab.start_sweeper()
    lab.start_worker("second")
    trial.recovered(lambda: lab.due() == 0)
    trial.reached(f"stopped with {held} rows in hand, which another decided meanwhile", unless=not held)
    goes_on(lab, turn)
    trial.verify(lab, lab.numbers)
    trial.hold("what the first one recorded late was refused", LATE in lab.said("worker"), found=lab.said("worker"))


def goes_on(lab: Stack, turn: Turn) -> None:
    """Let a worker that stopped itself go on, and wait for what it says to having been late."""
    os.kill(turn.pid, signal.SIGCONT)
    with contextlib.suppress(TimeoutError):
        wait(lambda: LATE in lab.said("worker"), seconds=20)


POISON = """
import os, signal, time
def patch(module):
    honest = module.assess
    def poisoned(world, rows, moments):
        if any(row.number == {number!r} for row in rows):
            {deed}
        return honest(world, rows, moments)
    module.assess = poisoned
after_import("approvals.actions.assess", patch)
"""


def poisoned(trial: Trial, lab: Stack, deed: str, *, before: tuple[str, ...] = ()) -> None:
    """Let one case in the middle do `deed` to whoever handles it; all others have to be decided, and it buried."""
    number = lab.numbers[len(lab.numbers) // 2]
    lab.hook(POISON.format(number=number, deed=deed))
    lab.start_broker()
    lab.start_worker(before=before)
    lab.start_sweeper(before=before)
    trial.break_()

    def over() -> bool:
        lab.revive()
        return lab.due() == 0

    trial.recovered(over, seconds=180)
    buried = lab.rows(BURIED)
    trial.hold("the poisoned case alone is an incident", [each[0] for each in buried] == [number], found=buried)
    most = int(lab.environ["GOVSIM_MAX_ATTEMPTS"])
    trial.hold("after its attempts", most <= buried[0][1] <= most + 1, found=buried)
    rest = [each for each in lab.numbers if each != number]
    told = lab.work("checked", numbers=lab.numbers)
    trial.hold("all others are decided once", not told["doubled"] and told["settled"] == len(rest), found=told)
    trial.verify(lab)


@fault("F29", "毒件：办理它的进程会死", "a case that kills whoever handles it")
def kills_its_worker(trial: Trial) -> None:
    """Claimed again in ever smaller parts until it is alone, then out into the incidents."""
    lab = trial.town(cases=100, GOVSIM_DRAIN_BATCH="25", GOVSIM_LEASE_SECONDS="2", GOVSIM_MAX_ATTEMPTS="4")
    log = lab.var / "deaths"
    poisoned(trial, lab, f"open({str(log)!r}, 'a').write('x'); os.kill(os.getpid(), signal.SIGKILL)")
    deaths = len(log.read_text())
    trial.reached(f"killed {deaths} processes", unless=deaths < 3)


@fault("F30", "毒件：耗尽内存", "a case that wants more memory than there is", needs=("prlimit",))
def memory_hog(trial: Trial) -> None:
    """One gigabyte and more under a limit on the address space."""
    lab = trial.town(cases=60, GOVSIM_DRAIN_BATCH="20", GOVSIM_LEASE_SECONDS="3", GOVSIM_MAX_ATTEMPTS="2")
    poisoned(trial, lab, "bytearray(1 << 32)", before=("prlimit", f"--as={2 << 30}"))
    said = lab.said("worker") + lab.said("sweeper")
    reason = lab.rows(BURIED)[0][2]
    trial.reached(f"it said {reason!r}", unless="MemoryError" not in said + reason)


@fault("F31", "毒件：办理永不结束", "a case that is never done")
def hung(trial: Trial) -> None:
    """The hard time limit ends it; its lease, its attempts and the incidents do the rest."""
    lab = trial.town(
        cases=60, GOVSIM_DRAIN_BATCH="20", GOVSIM_LEASE_SECONDS="3", GOVSIM_MAX_ATTEMPTS="2", GOVSIM_TASK_SECONDS="5"
    )
    poisoned(trial, lab, "time.sleep(3600)")
    said = lab.said("worker") + lab.said("sweeper")
    struck = {each: said.count(each) for each in ("Soft time limit", "Hard time limit", "not done within")}
    trial.reached(f"the time limits struck: {struck}", unless=not any(struck.values()))
