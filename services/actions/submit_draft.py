"""Hand a draft of rules over to a second officer."""

from datetime import datetime

from django.db import transaction

from govsim.core.actors import Actor
from govsim.core.canonical import digest
from govsim.core.errors import Conflict, Refused
from govsim.core.models import World
from services.actions.drafting import held, officer
from services.models import RuleSetProposal


@transaction.atomic
def submit_draft(*, world: World, proposal_id: int, version: int, actor: Actor, at: datetime) -> RuleSetProposal:
    """Let a draft wait for review. Raises NotAllowed, NotFound, Conflict as `save_draft`, Refused without a change."""
    officer(actor)
    draft = held(world, proposal_id, version)
    if draft.state not in (RuleSetProposal.State.DRAFT, RuleSetProposal.State.RETURNED):
        raise Conflict("这份草案已经送审或办结", "This draft waits for review or is closed")
    if digest(draft.body).hex() == draft.base:
        raise Refused("草案与现行规则相同，没有可以送审的改动", "The draft says what is in force; nothing is changed")
    draft.state, draft.changed_at, draft.reason = RuleSetProposal.State.SUBMITTED, at, ""
    draft.version += 1
    draft.save(update_fields=["state", "changed_at", "reason", "version"])
    return draft
