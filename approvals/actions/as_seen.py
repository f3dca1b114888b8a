"""Make an officer's move only on the case that the officer saw: of two people on one case never both win."""

from collections.abc import Callable
from typing import Any

from django.db import transaction

from approvals.actions import cases
from approvals.models import Application
from govsim.core.actors import Actor
from govsim.core.errors import Conflict
from govsim.core.models import World

CHANGED = ("本件在您查看之后已有变化，您的操作没有执行", "The case has changed since you saw it; nothing was done")


def as_seen[Made](
    action: Callable[..., Made], *, world: World, actor: Actor, number: str, version: int, **given: Any
) -> Made:
    """Return what `action` makes of the case, which still has the version that the officer saw, in one transaction.

    Raises Conflict when it has changed since, NotFound for a case of others, and whatever the action raises.
    """
    with transaction.atomic():
        row = cases.application(world, number, actor)
        if not Application.objects.select_for_update().filter(pk=row.pk, version=version).exists():
            raise Conflict(*CHANGED)
        return action(world=world, actor=actor, number=number, **given)
