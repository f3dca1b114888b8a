"""What an experiment does inside its installation: `python -m govsim.lab.work <verb> <json>` prints one line of JSON.

The experimenter's own process belongs to the user's installation, so everything that touches the throwaway one runs
here, in a process with that one's environment.
"""

import json
import sys
from collections.abc import Callable, Mapping
from typing import Any

import django

django.setup()

from django.core.management import call_command

from approvals import queries as approvals
from approvals.actions import submit_batch
from govsim.celery import app
from govsim.core import clock
from govsim.core import world as worlds
from govsim.core.actors import Actor
from govsim.core.models import World
from govsim.demo import first_run
from govsim.exchange import queries as registers
from govsim.load import check, town
from govsim.load.profile import Profile
from services.actions import publish

ITEM = "sz.old_age_allowance"
ELDERS: dict[str, Any] = {
    "household_city": "shenzhen", "min_age": 70, "having": ("identity_library", "social_security_card"),
    "lacking": ("allowance_roll", "deaths"),
}  # fmt: skip


def found() -> dict[str, Any]:
    """Make tables, catalogue and secrets."""
    from django.conf import settings

    call_command("migrate", interactive=False, verbosity=0)
    first_run.ensure_secrets(settings.VAR)
    publish()
    return {}


def prepare(*, people: int = 2000, seed: int = 1, base_url: str = "") -> dict[str, Any]:
    """Make tables, catalogue, secrets and a world in live mode with people and tokens; return what clients need."""
    found()
    return town.build(Profile(people=people, seed=seed), base_url=base_url).manifest


def fill(*, count: int, item: str = ITEM, elders: bool = True) -> dict[str, Any]:
    """Store applications in bulk, of people who are entitled to the allowance, or of anybody; return the numbers."""
    world = worlds.current(town.NAME)
    found = registers.sample_persons(world, **(ELDERS if elders else {}), limit=count)
    officer = Actor("window", "seat:1", "sz.civil")
    numbers: list[str] = []
    for start in range(0, count, submit_batch.MOST):
        chosen = [found[place % len(found)] for place in range(start, min(start + submit_batch.MOST, count))]
        entries = [
            {"item": item, "applicant": each.number, "form": town.TYPED.get(item, {}), "corrections": {},
             "materials": {}, "human_route": False, "subject": "", "channel": "window", "consent": True}
            for each in chosen
        ]  # fmt: skip
        made = submit_batch.submit_batch(world=world, actor=officer, applicant_name="", entries=entries)
        numbers += [row.number for row in made if not isinstance(row, Exception)]
    return {"numbers": numbers, "people": len(found)}


def standing() -> dict[str, Any]:
    """Return how many applications are due now, how many there are in each state, and how many failed for good."""
    world = worlds.current(town.NAME)
    counted: dict[str, int] = {}
    for _, _, state, _ in approvals.numbers_of(world):
        counted[state] = counted.get(state, 0) + 1
    due = approvals.backlog(world.pk, clock.now(world), most=1_000_000)
    return {"due": due, "states": counted, "dead": approvals.dead(world).count()}


def checked(*, numbers: list[str]) -> dict[str, Any]:
    """Return what became of acknowledged numbers: lost, undecided, decided twice."""
    world = World.objects.get(name=town.NAME, retired_at=None)
    found = check.check(world, [])
    there = {number for _, number, _, _ in approvals.numbers_of(world)}
    return {
        "lost": sorted(set(numbers) - there),
        "undecided": found.undecided,
        "doubled": found.doubled,
        "stored": found.stored,
        "settled": len(found.settled),
    }


def ring(*, times: int = 1) -> dict[str, Any]:
    """Wake the workers so many times, as the sweeper does."""
    for _ in range(times):
        app.send_task("approvals.drain", ignore_result=True, retry=False)
    return {"rung": times}


def send(*, name: str, options: dict[str, Any]) -> dict[str, Any]:
    """Send any message to the workers' queue."""
    app.send_task(name, queue="drain", ignore_result=True, retry=False, **options)
    return {"sent": name}


VERBS: dict[str, Callable[..., dict[str, Any]]] = {
    "found": found, "prepare": prepare, "fill": fill, "standing": standing, "checked": checked, "ring": ring,
    "send": send,
}  # fmt: skip


def main(verbs: Mapping[str, Callable[..., dict[str, Any]]] = VERBS) -> None:
    """Do the deed that the command line names, and print what it returns."""
    sys.stdout.write(json.dumps(verbs[sys.argv[1]](**json.loads(sys.argv[2] if len(sys.argv) > 2 else "{}"))))


if __name__ == "__main__":
    main()
