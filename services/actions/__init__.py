"""The verbs of the catalogue."""

from services.actions.propose_rule_set import propose_rule_set
from services.actions.publish import CatalogueFaults, PublishReport, publish
from services.actions.publish_rule_set import publish_rule_set

__all__ = ["CatalogueFaults", "PublishReport", "propose_rule_set", "publish", "publish_rule_set"]
