"""Save what an officer changed in a draft of rules, checked as it will be when it is published."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from govsim.core.actors import Actor
from govsim.core.errors import Conflict
from govsim.core.models import World
from services.actions.drafting import held, officer, only_changeable, problems_by_field
from services.models import RuleSetProposal


@transaction.atomic
def save_draft(
    *,
    world: World,
    proposal_id: int,
    version: int,
    changes: Mapping[str, Any],
    actor: Actor,
    at: datetime,
    note: str | None = None,
) -> RuleSetProposal:
    """Replace the parts in `changes`. Who saves becomes an author; what waited for review has to be handed over again.

    Raises NotAllowed for anybody but a rule officer, NotFound for another world's draft, Conflict when somebody else
    changed it since `version` or it is closed, BadInput with a fault at each place (`rules-2-expression`).
    """
    officer(actor)
    only_changeable(changes)
    draft = held(world, proposal_id, version)
    if draft.state not in RuleSetProposal.OPEN:
        raise Conflict("这份草案已经办结，不能再改", "This draft is closed and cannot be changed")
    body = {**draft.body, **changes}
    problems_by_field(draft.item, body)
    draft.body, draft.changed_at, draft.state = body, at, RuleSetProposal.State.DRAFT
    draft.note = draft.note if note is None else note
    draft.authors = sorted({*draft.authors, actor.key})
    draft.version += 1
    draft.save(update_fields=["body", "note", "changed_at", "state", "authors", "version"])
    return draft
