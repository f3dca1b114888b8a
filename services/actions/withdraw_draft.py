"""Give up a draft of rules, so that another may be started."""

from datetime import datetime

from django.db import transaction

from govsim.core.actors import Actor
from govsim.core.errors import Conflict
from govsim.core.models import World
from services.actions.drafting import held, officer
from services.models import RuleSetProposal


@transaction.atomic
def withdraw_draft(*, world: World, proposal_id: int, version: int, actor: Actor, at: datetime) -> RuleSetProposal:
    """Close a draft unpublished; what it said stays in the history. Raises NotAllowed, NotFound, Conflict."""
    officer(actor)
    draft = held(world, proposal_id, version)
    if draft.state not in RuleSetProposal.OPEN:
        raise Conflict("这份草案已经办结", "This draft is closed")
    draft.state, draft.changed_at, draft.version = RuleSetProposal.State.WITHDRAWN, at, draft.version + 1
    draft.save(update_fields=["state", "changed_at", "version"])
    return draft
