"""Drafts of rules, tried on the past."""

from django.db import models

from approvals.models.cases import Application


class Replay(models.Model):
    """Past decisions of an item judged again by a draft of rules, in chunks: how far it came and what it counted."""

    world = models.ForeignKey("core.World", on_delete=models.CASCADE, related_name="+", db_index=False)
    proposal = models.ForeignKey("services.RuleSetProposal", on_delete=models.CASCADE, related_name="+", db_index=False)
    number = models.PositiveIntegerField()  # 1, 2 … of the proposal
    item_key = models.CharField(max_length=60)
    rule_set = models.CharField(max_length=64)  # content hash of what was replayed
    body = models.JSONField()  # the rules as they were when it began; the draft may change meanwhile
    figures_of = models.DateField(null=True)  # by the figures of this day; null: each case's own
    below = models.BigIntegerField(null=True)  # the next chunk takes cases before this one; null: nothing left
    seen = models.PositiveIntegerField(default=0)
    flips = models.PositiveIntegerField(default=0)
    kinds = models.JSONField(default=dict)  # {"GRANT>REJECT": 3}, unchanged outcomes too
    other_results = models.PositiveIntegerField(default=0)  # granted both times, with another result
    by_rule = models.JSONField(default=dict)  # {"A2": 3}: outcomes that changed with a changed verdict of the rule
    by = models.CharField(max_length=60)
    started_at = models.DateTimeField()  # world time
    recorded_at = models.DateTimeField()  # wall time
    seconds = models.FloatField(default=0.0)  # wall time spent on it

    class Meta:
        constraints = (models.UniqueConstraint(fields=["proposal", "number"], name="replay_number"),)

    def __str__(self) -> str:
        return f"{self.item_key} · {self.number}"


class ReplayChange(models.Model):
    """One past case that the replayed rules would have decided otherwise, or with another result."""

    replay = models.ForeignKey(Replay, on_delete=models.CASCADE, related_name="changes", db_index=False)
    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=14)  # "GRANT>REJECT"
    rules = models.JSONField()  # [["A2", "PASS", "FAIL"]]
    result = models.JSONField(default=dict)  # {"monthly_fen": [20000, 30000]}

    class Meta:
        constraints = (models.UniqueConstraint(fields=["replay", "application"], name="replay_change_once"),)
        indexes = (models.Index(fields=["replay", "kind", "-application"], name="replay_changes"),)

    def __str__(self) -> str:
        return f"{self.application_id} {self.kind}"
