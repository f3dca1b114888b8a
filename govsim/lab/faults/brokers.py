"""Faults of the broker: a doorbell, so that nothing may be lost with it and submitting goes on without it."""

import shutil
import signal
import time

import redis

from govsim.lab.brokers import client, queued
from govsim.lab.clients import Applicants, ask, p95
from govsim.lab.faults import fault
from govsim.lab.stack import Stack, free_port, wait
from govsim.lab.trial import Trial

SILENT = "the sweeper drains by itself"
AGAIN = "the broker answers again"
SOON = 2.0  # seconds: less than any of our time-outs, more than a busy machine takes


def running(trial: Trial) -> tuple[Stack, int]:
    """Return a whole installation and the port of its web server."""
    lab, port = trial.town(), free_port()
    lab.start_broker()
    lab.start_worker()
    lab.start_sweeper()
    lab.start_web(port)
    return lab, port


def degraded(port: int) -> bool:
    """Say whether /readyz says that the broker is down and the service goes on."""
    told = ask(port, "/readyz")
    return told.status == 200 and told.body["status"] == "degraded"


def well(lab: Stack, port: int) -> bool:
    """Say whether /readyz is content and nothing waits."""
    told = ask(port, "/readyz")
    return told.status == 200 and told.body["status"] == "ok" and lab.due() == 0


def judge(trial: Trial, lab: Stack, applicants: Applicants) -> None:
    """Everything that was submitted was taken, once, and is decided."""
    told = applicants.statuses()
    trial.hold("every submission was taken", set(told) == {202}, found=told)
    trial.verify(lab, applicants.numbers())


def without_broker(trial: Trial, *, empty: bool) -> None:
    lab, port = running(trial)
    with Applicants(lab, port, rate=5) as applicants:
        time.sleep(1)
        trial.break_()
        lab.kill("broker")
        wait(lambda: degraded(port), seconds=30)
        trial.hold("/readyz says degraded and stays ready", True)
        wait(lambda: SILENT in lab.said("sweeper"), seconds=60)
        trial.reached("the broker was away for so long that the sweeper drained by itself")
        if empty:
            shutil.rmtree(lab.var / "broker")
        lab.start_broker()
        time.sleep(1)
    trial.recovered(lambda: AGAIN in lab.said("sweeper") and well(lab, port))
    judge(trial, lab, applicants)


@fault("F5", "消息中间件被强杀后重启", "the broker is killed and comes back with its data")
def killed(trial: Trial) -> None:
    """Submitting goes on, the sweeper drains, and the workers take over again."""
    without_broker(trial, empty=False)


@fault("F6", "消息中间件重启后为空", "the broker is killed and comes back empty")
def emptied(trial: Trial) -> None:
    """As F5, with nothing left of its data."""
    without_broker(trial, empty=True)


@fault("F7", "消息中间件挂起不应答", "the broker accepts and never answers")
def hangs(trial: Trial) -> None:
    """Submitting never asks the broker, so it is as fast as before; the sweeper's ring times out."""
    lab, port = running(trial)
    with Applicants(lab, port, rate=5, prefix="before") as before:
        time.sleep(3)
    with Applicants(lab, port, rate=5) as applicants:
        trial.break_()
        lab.signal("broker", signal.SIGSTOP)
        wait(lambda: SILENT in lab.said("sweeper"), seconds=60)
        time.sleep(2)
    usual, hung = p95(before.all()), p95(applicants.all())
    trial.reached(f"accepted p95 {usual * 1000:.0f} ms before, {hung * 1000:.0f} ms meanwhile")
    trial.hold("accepting is not held up", hung < max(3 * usual, SOON), found=(usual, hung))
    lab.signal("broker", signal.SIGCONT)
    trial.recovered(lambda: well(lab, port))
    judge(trial, lab, applicants)


@fault("F8", "消息中间件从未启动", "the broker was never there")
def never_there(trial: Trial) -> None:
    """The web serves and says so; the sweeper does the work."""
    lab, port = trial.town(), free_port()
    trial.break_()
    lab.start_worker()
    lab.start_sweeper()
    lab.start_web(port)
    wait(lambda: degraded(port), seconds=30)  # the sweeper may only just have begun
    trial.reached("/readyz says degraded")
    with Applicants(lab, port, rate=5) as applicants:
        time.sleep(3)
    trial.recovered(lambda: lab.due() == 0)
    trial.hold("the sweeper did it", SILENT in lab.said("sweeper"))
    trial.hold("it did not complain again and again", lab.said("sweeper").count(SILENT) == 1)
    judge(trial, lab, applicants)


@fault("F9", "消息中间件内存耗尽", "the broker is out of memory")
def out_of_memory(trial: Trial) -> None:
    """Every ring is refused; the sweeper drains until there is room again."""
    lab, port = running(trial)
    broker = client(lab)
    with Applicants(lab, port, rate=5) as applicants:
        trial.break_()
        broker.config_set("maxmemory", "1mb")
        refused = ""
        try:
            for block in range(2000):
                broker.set(f"filler:{block}", b"x" * 100_000)
        except redis.exceptions.OutOfMemoryError as error:
            refused = str(error)
        trial.reached(f"it says {refused[:60]!r}", unless=not refused)
        wait(lambda: SILENT in lab.said("sweeper"), seconds=60)
        broker.config_set("maxmemory", "256mb")
        time.sleep(1)
    trial.recovered(lambda: AGAIN in lab.said("sweeper") and well(lab, port))
    trial.hold("the sweeper tells it once", lab.said("sweeper").count(SILENT) == 1)
    judge(trial, lab, applicants)


@fault("F10", "消息中间件磁盘写满", "the broker's disk is full")
def disk_full(trial: Trial) -> None:
    """Its log of commands cannot be written: it refuses to write, and answers reading."""
    lab, port = trial.town(), free_port()
    (lab.var / "broker").mkdir()
    disk = trial.small_disk(3, lab.var / "broker")
    lab.start_broker()
    lab.start_worker()
    lab.start_sweeper()
    lab.start_web(port)
    broker = client(lab)
    with Applicants(lab, port, rate=5) as applicants:
        trial.break_()
        refused = ""
        end = time.monotonic() + 60
        while not refused and time.monotonic() < end:
            try:
                broker.set("filler", b"x" * 500_000)
                time.sleep(0.05)
            except redis.exceptions.ResponseError as error:
                refused = str(error)
        trial.reached(f"it says {refused[:60]!r}", unless="MISCONF" not in refused)
        wait(lambda: SILENT in lab.said("sweeper"), seconds=60)
        trial.remount(disk, "size=64m")
        time.sleep(1)
    trial.recovered(lambda: AGAIN in lab.said("sweeper") and well(lab, port))
    trial.hold("the sweeper tells it once", lab.said("sweeper").count(SILENT) == 1)
    judge(trial, lab, applicants)


@fault("F18", "同一消息重复投递百次", "the same message is delivered a hundred times")
def delivered_again(trial: Trial) -> None:
    """Two workers hear a hundred bells for the same cases: each gets one decision."""
    lab = trial.town(cases=200, GOVSIM_DRAIN_BATCH="10")
    lab.start_broker()
    lab.work("ring", times=100)
    trial.reached(f"{queued(lab)['waiting']} messages wait", unless=queued(lab)["waiting"] < 100)
    trial.break_()
    lab.start_worker()
    lab.start_worker("second")
    trial.recovered(lambda: lab.due() == 0 and not any(queued(lab).values()))
    trial.verify(lab, lab.numbers)


STALE = (
    ("approvals.drain", {"expires": -3600}),  # from an hour ago
    ("approvals.decide", {"args": ["440300-0", 3]}),  # a step that this version does not know
    ("approvals.drain", {"args": ["too", "many"]}),
    ("approvals.drain", {"kwargs": {"world": 999_999}}),
)


@fault("F19", "乱序、过期、无法识别的消息", "messages that are old, unknown or unreadable")
def stale(trial: Trial) -> None:
    """A message carries no step to be repeated, so an old one can only be a needless bell; others are set aside."""
    lab = trial.town(cases=50)
    lab.start_broker()
    for name, options in STALE:
        lab.work("send", name=name, options=options)
    broker = client(lab)
    [queue] = [key for key in broker.scan_iter("govsim:*drain") if broker.type(key) == b"list"]
    broker.lpush(queue, b'{"body": "bm90IGpzb24=", "headers": {}, "properties": {}}')
    sent = queued(lab)["waiting"]
    trial.reached(f"{sent} such messages wait", unless=sent != len(STALE) + 1)
    trial.break_()
    lab.start_worker()
    lab.start_sweeper()
    trial.recovered(lambda: lab.due() == 0 and not queued(lab)["waiting"])
    trial.hold("the worker lives", lab.running["worker"].poll() is None)
    trial.hold("the worker did the work", SILENT not in lab.said("sweeper"))
    trial.verify(lab, lab.numbers)


@fault("F59", "两套系统共用一个消息中间件", "two installations share one broker")
def shared(trial: Trial) -> None:
    """Each hears its own bell: a worker of one is never woken for the other."""
    one = trial.town(cases=50)
    address = one.environ["BROKER_URL"]
    other = trial.stack(BROKER_URL=address)
    shutil.copytree(one.var, other.var, dirs_exist_ok=True, ignore=shutil.ignore_patterns("secret_key", "run"))
    one.start_broker()
    one.work("ring", times=3)
    other.start_worker()
    other.work("ring")
    keys = [key.decode() for key in client(one).scan_iter("govsim:*:drain")]
    trial.reached(f"two queues on one broker: {sorted(keys)}", unless=len({key.split(":")[1] for key in keys}) != 2)
    trial.break_()
    wait(lambda: other.due() == 0, seconds=60)
    trial.hold("the first one's cases wait for its own workers", one.due() == 50, found=one.due())
    one.start_worker()
    trial.recovered(lambda: one.due() == 0)
    trial.verify(one, one.numbers)
    trial.verify(other, one.numbers)
