"""What rule officers do inside the throwaway installation of a trial: hand in rules that are wrong, or new ones."""

import copy
import time
from io import StringIO
from pathlib import Path
from typing import Any, Final

from django.core.management import call_command

from approvals import queries as approvals
from govsim.core import access, clock
from govsim.core import world as worlds
from govsim.core.actors import Actor
from govsim.core.errors import GovsimError
from govsim.core.models import World
from govsim.lab.work import ITEM
from govsim.load import town
from services import actions, queries

PATIENCE: Final = 60.0  # wall seconds
# What a rule's expression may be replaced with: it cannot be read, never ends, cannot be known, or is no judgement.
POISONS: Final = {
    "syntax error": "age >= ", "unknown function": "launch_missiles(age)", "unknown fact": "shoe_size > 40",
    "not a judgement": "age + 1", "an import": "__import__('os').system('true')",
    "ten million characters": "true || " * 1_250_000,
    "deep nesting": "(" * 2000 + "true" + ")" * 2000, "nested loops": "[1].all(a, " * 40 + "true" + ")" * 40,
    "text against a number": "age > 'seventy'", "empty": "", "NUL": "age > 7\0",
}  # fmt: skip


def _officer(world: World, role: str) -> Actor:
    return access.actor(access.seat(world, role=role))


def checked(*, folder: str) -> dict[str, Any]:
    """Check each catalogue file of a folder as the command does; return its exit codes and the slowest CPU seconds."""
    codes, slowest = {}, 0.0
    for path in sorted(Path(folder).iterdir()):
        began = time.process_time()
        try:
            call_command("catalogue", "check", str(path), stdout=StringIO(), stderr=StringIO())
            codes[path.stem] = 0
        except SystemExit as ended:
            codes[path.stem] = int(ended.code or 0)
        slowest = max(slowest, time.process_time() - began)
    return {"codes": codes, "slowest": slowest}


def poisoned() -> dict[str, Any]:
    """Hand in every poisoned rule set; return why each was refused ("" when taken), and the slowest CPU seconds."""
    world = worlds.current(town.NAME)
    today = clock.now(world).astimezone(clock.ZONE)
    body = queries.current_rule_set(ITEM, world.pk, today.date()).body
    tried: dict[str, dict[str, Any]] = {}
    for name, expression in POISONS.items():
        rules = copy.deepcopy(body["rules"])
        rules[1]["expression"] = expression
        tried[name] = {"rules": rules}
    tried["a gap in a table"] = {"parameters": _with_a_gap(body["parameters"])}
    tried["no rules"] = {"rules": []}
    tried["the same rule twice"] = {"rules": [*body["rules"], body["rules"][0]]}
    tried["not a list"] = {"rules": "true"}
    tried["rules of another shape"] = {"rules": [{"id": "A1"}]}
    told, slowest = {}, 0.0
    for name, changes in tried.items():
        began = time.process_time()
        try:
            actions.propose_rule_set(
                world=world, item=ITEM, changes=changes, actor=_officer(world, "rule_officer"), at=today
            )
            told[name] = ""
        except GovsimError as refused:
            told[name] = str(refused)[:100]
        slowest = max(slowest, time.process_time() - began)
    now = queries.current_rule_set(ITEM, world.pk, today.date())
    return {"refused": told, "slowest": slowest, "same": now.body == body}


def _with_a_gap(parameters: Any) -> Any:
    found = copy.deepcopy(parameters)
    del found[1]["values"][-1]["rows"][1]
    return found


def change(*, after: int, ready: str) -> dict[str, Any]:
    """Once `after` cases are decided, publish rules with another amount for the running world; return their hash.

    The file `ready` is made as soon as this is waiting for them.
    """
    world = worlds.current(town.NAME)
    today = clock.now(world).astimezone(clock.ZONE)
    body = queries.current_rule_set(ITEM, world.pk, today.date()).body
    parameters = copy.deepcopy(body["parameters"])
    for row in parameters[1]["values"][-1]["rows"]:
        row["value"] += 100
    Path(ready).touch()
    end = time.monotonic() + PATIENCE
    while sum(1 for each in approvals.decided(world.pk)) < after and time.monotonic() < end:
        time.sleep(0.02)
    proposal = actions.propose_rule_set(
        world=world, item=ITEM, changes={"parameters": parameters}, actor=_officer(world, "rule_officer"), at=today
    )
    made = actions.publish_rule_set(
        world=world, proposal_id=proposal.pk, actor=_officer(world, "trainer"), valid_from=today.date()
    )
    return {"sha256": made.sha256, "decided": sum(1 for each in approvals.decided(world.pk))}
