"""Look ahead: what the rules would say of a draft today, so that nobody fills in a form for nothing."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from approvals.actions import cases
from approvals.actions.assess import assess
from govsim.core import clock
from govsim.core.actors import Actor
from govsim.core.models import World
from govsim.exchange.actions import log


def precheck(*, world: World, actor: Actor, number: str) -> list[Mapping[str, Any]]:
    """Return the rules that would refuse the draft as the registers stand, as the passport tells them.

    The registers are asked under the consent of the draft, and each question is logged as any other. An answer that
    does not come proves nothing and refuses nothing. Raises NotFound when it is not the actor's draft.
    """
    row = cases.application(world, number, actor, state="draft")
    [(case, judged)] = assess(world, [row], {row.pk: clock.now(world)}, purpose="look_ahead")
    with transaction.atomic():
        log.record(case.log)
    if judged is None:
        return []
    _, passport = judged
    return [each for each in passport["rules"] if each["verdict"] == "FAIL" and each["on_fail"] == "REJECT"]
