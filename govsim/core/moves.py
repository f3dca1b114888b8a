"""The one door through which a row changes its state: checked against the table, guarded, and told to the journal."""

from datetime import datetime
from typing import Any, Protocol

from django.db import models

from govsim.core import journal
from govsim.core.actors import Actor
from govsim.core.errors import Conflict, NotAllowed
from govsim.core.events import Event
from govsim.core.states import Move, Table


class Moving(Protocol):
    """A row with a state: `version` counts its changes and is the number of its last journal entry."""

    pk: Any
    state: str
    version: int
    world_id: int


def check(row: Moving, table: Table, verb: str, actor: Actor) -> Move:
    """Return the move that `actor` may make on `row`.

    Raises NotAllowed when the actor's role may never do this, Conflict when the row's state does not let anyone.
    """
    found = table.find(verb, row.state, actor)
    if found is not None:
        return found
    known = table.of(verb)[0]
    if not any(actor.has(role) for each in table.of(verb) for role in each.by):
        raise NotAllowed(f"您的角色不能{known.zh}", f"Your role may not do this: {known.en.lower()}")
    state = table.states[row.state]
    raise Conflict(
        f"当前状态为“{state.zh}”，不能{known.zh}",
        f"The state is now “{state.en}”, which does not allow: {known.en.lower()}",
    )


def make(
    row: models.Model,
    table: Table,
    verb: str,
    *,
    event: Event,
    actor: Actor,
    at: datetime,
    due: bool = False,
    **changes: Any,
) -> None:
    """Make the move `verb` on `row`, set `changes`, and write `event` to the journal, in the caller's transaction.

    The update is guarded by state and version, so of two officers on one case only one wins; the other gets
    Conflict. `due` says that somebody listens for the event. The object in memory follows the row.
    """
    moving: Any = row
    target = check(moving, table, verb, actor).target
    version = moving.version + 1
    fields = {**changes, "state": target, "version": version}
    rows = type(row)._base_manager.filter(pk=row.pk, state=moving.state, version=moving.version)
    if rows.update(**fields) != 1:
        raise Conflict("该事项刚刚被他人处理，请刷新后再看", "Somebody else has just handled this; reload to see it")
    for name, value in fields.items():
        setattr(row, name, value)
    journal.record(moving.world_id, row._meta.model_name or "", row.pk, version, event, actor=actor, at=at, due=due)
