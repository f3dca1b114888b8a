"""Replay a draft of rules over the past decisions of its item and world: start it, then take it on chunk by chunk.

A replay is a row. Whoever looks at it takes it on for a moment and leaves it where it is, so that it survives a closed
page, a restart and 100,000 passports, and needs no worker. Its chunks are guarded by where they begin: of two who
take on the same chunk, one records it.
"""

import json
import time
from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from django.db import transaction
from django.db.models import Max

from approvals.models import Decision, Replay, ReplayChange
from approvals.rules import engine
from approvals.rules.replay import Again, again
from approvals.rules.ruleset import RuleSet
from govsim.core import clock
from govsim.core.actors import Actor
from govsim.core.canonical import digest
from govsim.core.errors import NotAllowed
from govsim.core.models import World
from services import queries as catalogue

CHUNK: Final = 500  # passports of one transaction
BUDGET: Final = 1.0  # wall seconds that one request gives to it
REPLAYERS: Final = ("rule_officer", "trainer")


def start(*, world: World, item: str, number: int, actor: Actor, figures_of: date | None = None) -> Replay:
    """Make a replay of a draft as it is now, over the decisions that there are now. `advance` does the work.

    Raises NotAllowed for anybody but a rule officer or trainer, NotFound for an unknown draft.
    """
    if not any(actor.has(role) for role in REPLAYERS):
        raise NotAllowed("只有规则管理员或培训教师可以重放规则", "Only a rule officer or a trainer may replay rules")
    draft = catalogue.proposal(world.pk, item, number)
    newest = Decision.objects.filter(world=world, item_key=item).aggregate(newest=Max("application"))["newest"]
    with transaction.atomic():
        before = Replay.objects.filter(proposal_id=draft.pk).aggregate(newest=Max("number"))["newest"] or 0
        return Replay.objects.create(
            world=world, proposal_id=draft.pk, number=before + 1, item_key=item, body=draft.body,
            rule_set=digest(draft.body).hex(), figures_of=figures_of, by=actor.key,
            below=None if newest is None else newest + 1, started_at=clock.now(world), recorded_at=clock.wall(),
        )  # fmt: skip


def advance(replay: Replay, *, budget: float = BUDGET) -> Replay:
    """Judge chunk after chunk until nothing is left or `budget` wall seconds are over; at least one."""
    ruleset = engine.load(replay.body, replay.body["standing"], sha256=replay.rule_set)
    end = time.monotonic() + budget
    while replay.below is not None:
        _chunk(replay, ruleset)
        replay.refresh_from_db()
        if time.monotonic() >= end:
            break
    return replay


def _chunk(replay: Replay, ruleset: RuleSet) -> None:
    """Judge the next decisions, newest first, and record what would change, unless another has done so meanwhile."""
    begun = time.monotonic()
    rows = Decision.objects.filter(world=replay.world_id, item_key=replay.item_key, application__lt=replay.below)
    found = list(rows.order_by("-application").values_list("application", "passport")[:CHUNK])
    judged = [(case, again(json.loads(passport), ruleset, figures_of=replay.figures_of)) for case, passport in found]
    with transaction.atomic():
        mine = Replay.objects.select_for_update().filter(pk=replay.pk, below=replay.below).first()
        if mine is None:
            return
        mine.below = found[-1][0] if len(found) == CHUNK else None
        _count(mine, [each for _, each in judged])
        mine.seconds += time.monotonic() - begun
        mine.save()
        ReplayChange.objects.bulk_create(
            ReplayChange(
                replay=mine, application_id=case, kind=each.kind, rules=list(each.rules), result=dict(each.result)
            )
            for case, each in judged
            if each.differs
        )


def _count(replay: Replay, judged: list[Again]) -> None:
    replay.seen += len(judged)
    replay.flips += sum(each.flips for each in judged)
    replay.other_results += sum(each.differs and not each.flips for each in judged)
    replay.kinds = _added(replay.kinds, Counter(each.kind for each in judged))
    replay.by_rule = _added(replay.by_rule, Counter(rule for each in judged if each.flips for rule, _, _ in each.rules))


def _added(counted: Mapping[str, Any], more: Counter[str]) -> dict[str, int]:
    return dict(Counter(counted) + more)
