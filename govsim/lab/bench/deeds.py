"""What `bench` does inside an installation: `python -m govsim.lab.bench.deeds <verb> <json>` prints JSON."""

import time
from itertools import batched
from pathlib import Path
from typing import Any, Final

from govsim.lab import work  # sets Django up

# ruff: isort: split
from django.conf import settings
from django.db import connection
from psycopg import sql

from approvals import queries as approvals
from approvals.actions import drain, submit_batch, tally
from govsim.celery import app
from govsim.core import access, clock
from govsim.core import world as worlds
from govsim.core.actors import Actor
from govsim.core.models import Department, JournalEntry
from govsim.lab.bench import cohort, multiply, single
from govsim.lab.bench.exchanging import exchange
from govsim.load import check, town
from govsim.load.profile import Profile
from govsim.load.run import Run

LOOK: Final = 0.02  # seconds between two looks at what is due
RING: Final = 1.0  # seconds between two rings, as the sweeper rings
LONGEST: Final = 240.0
ENOUGH: Final = 1_000_000


def settle(*, people: int, elders: int, tokens: int, seed: int) -> dict[str, Any]:
    """Make the installation and its world; return the tokens of elders, of a window officer, of a handler."""
    work.prepare(people=people, seed=seed)
    world = worlds.current(town.NAME)
    window = access.new_token(access.seat(world, role="window", department="sz.civil"), hours=town.TOKEN_HOURS)
    handler = access.new_token(access.seat(world, role="handler", department="sz.civil"), hours=town.TOKEN_HOURS)
    made = cohort.settle(world, elders=elders, tokens=tokens)
    return {"elders": made, "window": window, "handler": handler}


def entries(numbers: list[str], *, human: bool = False) -> list[dict[str, Any]]:
    """Return one application of each person, as the batch door takes them; `human` asks for an officer."""
    return [
        {"item": cohort.ITEM, "applicant": number, "form": cohort.FORM, "corrections": {}, "materials": {},
         "human_route": human, "subject": "", "channel": "window", "consent": True}
        for number in numbers
    ]  # fmt: skip


def store(*, first: int, count: int) -> dict[str, Any]:
    """Store one application of each of these elders, and say how many are due. Raises RuntimeError for a refusal."""
    return _store(cohort.numbers(count, first=first))


def refer(*, first: int, people: int, each: int) -> dict[str, Any]:
    """Store as many applications of each of these elders, all for people at the desks, whom the department now has."""
    worlds.staff(worlds.current(town.NAME), "sz.civil", Department.Staff.PEOPLE)
    return _store(cohort.numbers(people, first=first) * each, human=True)


def _store(numbers: list[str], *, human: bool = False) -> dict[str, Any]:
    world, officer = worlds.current(town.NAME), Actor("window", "seat:1", "sz.civil")
    for some in batched(numbers, submit_batch.MOST, strict=False):
        given = entries(list(some), human=human)
        made = submit_batch.submit_batch(world=world, actor=officer, applicant_name="", entries=given)
        if refused := [each for each in made if isinstance(each, Exception)]:
            raise RuntimeError(f"not stored: {refused[0]}")
    return {"due": _due()}


def catch_up(*, count: int, rings: int) -> dict[str, Any]:
    """Ring for workers that are there, and return the seconds until none of the `count` due applications is left.

    Raises RuntimeError when the work was not as much as said, or is not done in time.
    """
    if (due := _due()) != count:
        raise RuntimeError(f"{due} applications are due, not {count}")
    began = time.perf_counter()
    rung = began - RING
    while _busy():
        now = time.perf_counter()
        if now - began > LONGEST:
            raise RuntimeError(f"{_due()} of {count} still due after {LONGEST:.0f} s")
        if now - rung >= RING:
            for _ in range(rings):
                app.send_task("approvals.drain", ignore_result=True, retry=False, expires=10)
            rung = now
        time.sleep(LOOK)
    return {"seconds": time.perf_counter() - began}


def wait_idle() -> dict[str, Any]:
    """Wait until the workers have done everything. Raises RuntimeError."""
    began = time.perf_counter()
    while _busy():
        if time.perf_counter() - began > LONGEST:
            raise RuntimeError(f"{_due()} still due after {LONGEST:.0f} s")
        time.sleep(0.2)
    return {"due": 0}


def publish_single(*, count: int, queue: str) -> dict[str, Any]:
    """Publish one task for each of `count` due applications, into a queue that nobody reads yet.

    Says also what stands before every key that this installation's Celery makes.
    """
    world = worlds.current(town.NAME)
    with app.connection_for_write() as connection, app.amqp.Producer(connection.default_channel) as producer:
        for _ in range(count):
            single.single.apply_async((world.pk,), queue=queue, producer=producer)
    return {"published": count, "prefix": settings.BROKER_PREFIX}


def finish() -> dict[str, Any]:
    """Work through everything that is due, in this process; return how long it took."""
    world = worlds.current(town.NAME)
    began = time.perf_counter()
    while drain.drain(world):
        pass
    return {"seconds": time.perf_counter() - began, "due": _due()}


def in_process(*, first: int, count: int, warm_up: int) -> dict[str, Any]:
    """Submit in bulk and decide in this one process, after a warm-up; return the seconds that it took."""
    store(first=first, count=warm_up)
    finish()
    began = time.perf_counter()
    store(first=first + warm_up, count=count)
    finish()
    return {"seconds": time.perf_counter() - began}


def mark() -> dict[str, Any]:
    """Return the place in the journal up to which everything has happened before."""
    newest = JournalEntry.objects.order_by("-pk").values_list("pk", flat=True).first()
    return {"mark": newest or 0}


def decided(*, since: int) -> dict[str, Any]:
    """Return how many applications were settled after a mark, by outcome, and the wall moment of the last."""
    rows = JournalEntry.objects.filter(pk__gt=since, kind="application", event__in=check.ENDS)
    outcomes: dict[str, int] = {}
    last = 0.0
    for event, at in rows.values_list("event", "recorded_at").iterator(5000):
        outcomes[check.ENDS[event]] = outcomes.get(check.ENDS[event], 0) + 1
        last = max(last, at.timestamp())
    return {"outcomes": outcomes, "last": last}


def links(*, place: int) -> dict[str, str]:
    """Return one-time links for those who look at lists; the applicant is the elder at a place."""
    world, number = worlds.current(town.NAME), cohort.numbers(1, first=place)[0]
    seats = {
        "handler": access.seat(world, role="handler", department="sz.civil"),
        "applicant": access.seat(world, role="applicant", holder=number),
        "dispatcher": access.seat(world, role="dispatcher"),
    }
    return {role: access.new_link(seat) for role, seat in seats.items()}


def settle_down() -> dict[str, Any]:
    """Count what the sweeper would count during a measure, and let the database settle."""
    while tally.count():
        pass
    return multiply.settle()


def load(*, base_url: str, profile: dict[str, Any], folder: str) -> dict[str, Any]:
    """Put an open load on the installation's web server; return the report's figures."""
    return Run(Profile(**profile), base_url, Path(folder)).make()


def create_database(*, name: str) -> dict[str, Any]:
    """Make a database beside ours on the same PostgreSQL, unless it is there."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        if cursor.fetchone() is None:
            cursor.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    return {"name": name}


def _due() -> int:
    world = worlds.current(town.NAME)
    return approvals.backlog(world.pk, clock.now(world), most=ENOUGH)


def _busy() -> bool:
    world = worlds.current(town.NAME)
    return approvals.due_now(world.pk, clock.now(world))


VERBS: Final = {
    each.__name__: each
    for each in (
        settle, store, catch_up, wait_idle, publish_single, finish, in_process, mark, decided, load, create_database,
        exchange, refer, links, settle_down, multiply.multiply,
    )
}  # fmt: skip


if __name__ == "__main__":
    work.main(VERBS)
