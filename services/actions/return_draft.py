"""Send a draft of rules back to its authors, with the reason."""

from datetime import datetime

from django.db import transaction

from govsim.core.actors import Actor
from govsim.core.errors import BadInput, Conflict, NotAllowed, Refused
from govsim.core.models import World
from services.actions.drafting import held
from services.models import RuleSetProposal

LONGEST = 500  # characters of a reason


@transaction.atomic
def return_draft(
    *, world: World, proposal_id: int, version: int, reason: str, actor: Actor, at: datetime
) -> RuleSetProposal:
    """Return a draft that waits for review. Its authors may change it and hand it over again.

    Raises NotAllowed for anybody but a rule officer or trainer, NotFound, Refused for an author, Conflict when it does
    not wait (any more), BadInput without a reason.
    """
    if not (actor.has("rule_officer") or actor.has("trainer")):
        raise NotAllowed("只有规则管理员或培训教师可以复核规则", "Only a rule officer or a trainer may review rules")
    draft = held(world, proposal_id, version)
    if actor.key in draft.authors:
        raise Refused("规则须由另一名管理员复核", "Another officer has to review the rules")
    if draft.state != RuleSetProposal.State.SUBMITTED:
        raise Conflict("这份草案不在等待复核", "This draft does not wait for review")
    if not reason.strip() or len(reason) > LONGEST:
        raise BadInput({"reason": (f"请写明退回的理由，不超过 {LONGEST} 字", f"Say why, in {LONGEST} characters")})
    draft.state, draft.reason, draft.reviewer = RuleSetProposal.State.RETURNED, reason.strip(), actor.key
    draft.changed_at, draft.version = at, draft.version + 1
    draft.save(update_fields=["state", "reason", "reviewer", "changed_at", "version"])
    return draft
