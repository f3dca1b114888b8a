"""Open a case as an officer: it is this person's now, and the simulated officer leaves it alone (decision 12)."""

from django.db import transaction

from approvals import states
from approvals.actions import cases
from approvals.models import Application
from govsim.core.actors import OFFICERS, Actor
from govsim.core.errors import Conflict, NotAllowed
from govsim.core.models import World


def open_case(*, world: World, actor: Actor, number: str) -> Application:
    """Take one case of the officer's department to work on; taking one's own again changes nothing.

    Raises NotFound, NotAllowed for a role that can move no case from here, Conflict when the case is on no desk or
    another officer has it open.
    """
    with transaction.atomic():
        row = cases.application(world, number, actor)
        if actor.role not in OFFICERS:
            raise NotAllowed("只有工作人员可以打开办件", "Only an officer may open a case")
        if row.state not in states.ON_DESK:
            raise Conflict("该办件不在办理环节", "This case is on no desk now")
        if not states.APPLICATION.allowed(row.state, actor):
            raise NotAllowed("当前环节由其他岗位办理", "Another role has to act at this step")
        free = Application.objects.filter(pk=row.pk, state=row.state, opened_by__in=("", actor.key))
        if free.update(opened_by=actor.key) != 1:
            raise Conflict("该办件已由他人打开", "Another officer has this case open")
        row.opened_by = actor.key
    return row
