"""What `bench` measures, each once a round: applications (or tasks) per second of wall time."""

import contextlib
import json
import sys
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from govsim.demo import address, broker
from govsim.demo.supervisor import answers
from govsim.lab.bench import cohort, noop
from govsim.lab.bench.bed import HELD, PATIENCE, Bed, Failed
from govsim.lab.stack import wait
from govsim.load import figures

type Found = Mapping[str, float]
type Measure = Callable[[Bed], Found]
GRANTED: Final = 0.9  # share that has to be granted, or it was not the full product that was measured
BATCH: Final = 200
BATCH_CONNECTIONS: Final = 2


def no_op(bed: Bed) -> Found:
    """Raw Celery: published beforehand, two prefork processes, acks_late, until nothing is queued or unacknowledged."""
    bed.forget_messages()
    bed.start_celery("noop", "govsim.lab.bench.noop", noop.QUEUE, without_django=True)
    try:
        for count in (bed.sizes.warm_up, bed.sizes.noop):
            with noop.app.connection_for_write(broker.url(bed.var)) as connection:
                producer = noop.app.amqp.Producer(connection.default_channel)
                for _ in range(count):
                    noop.noop.apply_async(queue=noop.QUEUE + HELD, producer=producer)
            spent = bed.release(noop.QUEUE, prefix="", seconds=PATIENCE)
    finally:
        bed.end("noop")
    return {"noop": bed.sizes.noop / spent}


def stored(bed: Bed) -> Found:
    """Applications that are stored already are decided by the workers, from the ring until nothing is due."""
    count = bed.sizes.stored
    with bed.workers(sweeper=False):
        since = bed.deed("mark")["mark"]
        bed.deed("store", first=bed.use(count), count=count)
        spent = bed.deed("catch_up", count=count, rings=bed.pool)["seconds"]
        all_decided(bed, since, count)
    return {"stored": count / spent}


def single_task(bed: Bed) -> Found:
    """One Celery task for each application that is stored already, database connections kept."""
    count, first = bed.sizes.single, bed.use(bed.sizes.single)
    bed.forget_messages()
    bed.start_celery("single", "govsim", "single", "-I", "govsim.lab.bench.single")
    try:
        _singly(bed, bed.use(bed.sizes.warm_up), bed.sizes.warm_up)
        since = bed.deed("mark")["mark"]
        spent = _singly(bed, first, count)
        all_decided(bed, since, count)
    finally:
        bed.end("single")
    return {"single_task": count / spent}


def _singly(bed: Bed, first: int, count: int) -> float:
    bed.deed("store", first=first, count=count)
    prefix = bed.deed("publish_single", count=count, queue="single" + HELD)["prefix"]
    spent = bed.release("single", prefix=prefix, seconds=PATIENCE * 2)
    bed.deed("finish")  # what two tasks wanted at the same moment; not counted in the time
    return spent


def submit_only(bed: Bed) -> Found:
    """One POST each over HTTP, by eight connections in a closed loop, while nobody decides."""
    warm, count = bed.sizes.warm_up, bed.sizes.http
    bed.pump(submissions(bed, warm))
    told, _ = bed.pump(submissions(bed, count))
    bed.deed("finish")
    return {"submit_only": count / told["seconds"], "submit_only_p99": _p99(told)}


def http(bed: Bed) -> Found:
    """The same while workers and sweeper run, from the first POST until the last application is decided."""
    warm, count = bed.sizes.warm_up, bed.sizes.http
    with bed.workers(sweeper=True):
        bed.pump(submissions(bed, warm))
        bed.deed("wait_idle")
        since = bed.deed("mark")["mark"]
        told, wall = bed.pump(submissions(bed, count))
        bed.deed("wait_idle")
        spent = all_decided(bed, since, count) - wall
    return {"http": count / spent, "http_accepted": count / told["seconds"], "http_p99": _p99(told)}


def batch(bed: Bed) -> Found:
    """A window officer submits 200 at a time while workers and sweeper run, until the last application is decided."""
    count = bed.sizes.batch
    with bed.workers(sweeper=True):
        bed.pump(_batches(bed, bed.sizes.warm_up), connections=1)
        bed.deed("wait_idle")
        since = bed.deed("mark")["mark"]
        told, wall = bed.pump(_batches(bed, count), connections=BATCH_CONNECTIONS)
        bed.deed("wait_idle")
        spent = all_decided(bed, since, count) - wall
    return {"batch": count / spent, "batch_accepted": count / told["seconds"]}


def bare_view(bed: Bed) -> Found:
    """A bare DRF view that inserts one row, served like ours."""
    port = address.free_port("127.0.0.1", 0)
    url = bed.environ.get("DATABASE_URL", f"sqlite:///{bed.var / 'bare.sqlite3'}")
    with _serving(bed, port, url):
        body = {"item": cohort.ITEM, "form": cohort.FORM}
        bed.pump([["/rows", "", body]] * bed.sizes.warm_up, port=port)
        told, _ = bed.pump([["/rows", "", body]] * bed.sizes.http, port=port)
    return {"bare_view": bed.sizes.http / told["seconds"]}


@contextlib.contextmanager
def _serving(bed: Bed, port: int, url: str) -> Iterator[None]:
    ours = next(each for each in bed.programs(port) if each.role == "web").command
    settings = ["env", "-u", "DJANGO_SETTINGS_MODULE", f"BARE_DATABASE_URL={url}"]
    bed.start("bare", *settings, sys.executable, "-m", "govsim.lab.bench.bare")  # makes the table
    bed.running.pop("bare").wait(30)
    bed.start("bare", *settings, *ours[:-1], "govsim.lab.bench.bare:application")
    try:
        wait(lambda: answers("127.0.0.1", port), seconds=30)
        yield
    finally:
        bed.end("bare")


def in_process(bed: Bed) -> Found:
    """Bulk submission and decisions in one process, without HTTP, broker and workers."""
    warm, count = bed.sizes.warm_up, bed.sizes.in_process
    first = bed.use(warm + count)
    return {"inprocess": count / bed.deed("in_process", first=first, count=count, warm_up=warm)["seconds"]}


def exchange(bed: Bed) -> Found:
    """Shared records per second through the exchange, and through bare COPY, on PostgreSQL."""
    if bed.sqlite:
        return {}
    count = bed.sizes.records
    bed.delivered += 2 * count
    spent = bed.deed("exchange", first=len(bed.tokens) + bed.delivered - 2 * count, count=count)
    return {"exchange": count / spent["exchange"], "copy": count / spent["copy"]}


def submissions(bed: Bed, count: int) -> list[list[Any]]:
    """Return so many calls that apply, each by somebody who has not applied yet."""
    first = bed.use(count)
    body = {"item": cohort.ITEM, "form": cohort.FORM, "consent": True}
    return [["/api/v1/applications", token, body] for token in bed.tokens[first : first + count]]


def _batches(bed: Bed, count: int) -> list[list[Any]]:
    numbers = cohort.numbers(count, first=bed.use(count))
    entries = [{"item": cohort.ITEM, "applicant": each, "form": cohort.FORM, "consent": True} for each in numbers]
    parts = [entries[start : start + BATCH] for start in range(0, count, BATCH)]
    return [["/api/v1/applications/batch", bed.window, {"applications": part}] for part in parts]


def all_decided(bed: Bed, since: int, count: int) -> float:
    """Return the wall moment of the last decision. Raises Failed unless so many were decided, nearly all granted."""
    told = bed.deed("decided", since=since)
    outcomes = told["outcomes"]
    if sum(outcomes.values()) != count or outcomes.get("granted", 0) < GRANTED * count:
        raise Failed(f"not {count} decided and nearly all granted: {json.dumps(outcomes)}")
    return float(told["last"])


def _p99(told: Mapping[str, Any]) -> float:
    return figures.percentile(sorted(told["spans"]), 0.99)


# In the order of a round. The no-op has no database: it is measured once a round, for both.
SHARED: Final[dict[str, Measure]] = {"noop": no_op}
MEASURES: Final[dict[str, Measure]] = {
    "stored": stored, "single_task": single_task, "submit_only": submit_only, "http": http, "batch": batch,
    "bare_view": bare_view, "inprocess": in_process, "exchange": exchange,
}  # fmt: skip
