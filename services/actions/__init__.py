"""The verbs of the catalogue."""

from services.actions.draft_rule_set import draft_rule_set
from services.actions.propose_rule_set import propose_rule_set
from services.actions.publish import CatalogueFaults, PublishReport, publish
from services.actions.publish_rule_set import publish_rule_set
from services.actions.return_draft import return_draft
from services.actions.save_draft import save_draft
from services.actions.submit_draft import submit_draft
from services.actions.withdraw_draft import withdraw_draft

__all__ = [
    "CatalogueFaults",
    "PublishReport",
    "draft_rule_set",
    "propose_rule_set",
    "publish",
    "publish_rule_set",
    "return_draft",
    "save_draft",
    "submit_draft",
    "withdraw_draft",
]
