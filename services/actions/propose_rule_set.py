"""Propose a change of the rules of one item in one world; nothing decides by it before a second officer approves."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from govsim.core.actors import Actor
from govsim.core.models import World
from services.actions.draft_rule_set import draft_rule_set
from services.actions.save_draft import save_draft
from services.actions.submit_draft import submit_draft
from services.models import RuleSetProposal


@transaction.atomic
def propose_rule_set(
    *, world: World, item: str, changes: Mapping[str, Any], actor: Actor, at: datetime, note: str = ""
) -> RuleSetProposal:
    """Draft, change and hand over in one go: the rule set in force with the parts in `changes` replaced.

    Raises NotAllowed for anybody but a rule officer, NotFound for an unknown item, Conflict when a change is open
    already, BadInput when a part cannot be changed or the changed rules have a fault (the same checks as for files;
    worked examples are not run here).
    """
    draft = draft_rule_set(world=world, item=item, actor=actor, at=at, note=note)
    draft = save_draft(
        world=world, proposal_id=draft.pk, version=draft.version, changes=changes, actor=actor, at=at, note=note
    )
    return submit_draft(world=world, proposal_id=draft.pk, version=draft.version, actor=actor, at=at)
