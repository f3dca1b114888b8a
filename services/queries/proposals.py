"""Changes of rules in the worlds: what is being written, what waits for a second officer, what became of it."""

from govsim.core.errors import NotFound
from services.models import RuleSetProposal


def rule_set_proposals(world_id: int) -> list[RuleSetProposal]:
    """Return what waits for a second officer in a world, oldest first."""
    waiting = RuleSetProposal.State.SUBMITTED
    return list(RuleSetProposal.objects.filter(world=world_id, state=waiting).order_by("pk"))


def open_proposals(world_id: int) -> dict[str, RuleSetProposal]:
    """Return the change that is being written or reviewed for each item of a world; there is one at most."""
    rows = RuleSetProposal.objects.filter(world=world_id, state__in=RuleSetProposal.OPEN).defer("body")
    return {each.item: each for each in rows}


def proposal(world_id: int, item_key: str, number: int) -> RuleSetProposal:
    """Return one change of the rules of an item, open or not. Raises NotFound."""
    rows = RuleSetProposal.objects.filter(world=world_id, item=item_key, number=number)
    found = rows.select_related("published").first()
    if found is None:
        raise NotFound("没有这份规则草案", "There is no such draft of rules")
    return found


def proposals(world_id: int, item_key: str, *, most: int = 20) -> list[RuleSetProposal]:
    """Return the newest changes of the rules of an item in a world, newest first, without what they say."""
    rows = RuleSetProposal.objects.filter(world=world_id, item=item_key).select_related("published")
    return list(rows.defer("body", "published__body").order_by("-number")[:most])
