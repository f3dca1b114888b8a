"""The rows of approvals: applications and packages, their decisions, desk stays, pauses and what comes after."""

import re
from typing import Any

from django.db import models

LIVE = models.Q(due_at__isnull=False)


@models.CharField.register_lookup
@models.TextField.register_lookup
class Among(models.Lookup):
    """One of some words that are written into the statement, not bound to it.

    SQLite uses a partial index only where it can read its condition in the statement.
    """

    lookup_name = "among"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """Return `column IN ('a', 'b')`. Raises ValueError for anything but plain words."""
        if not all(re.fullmatch("[a-z_]*", word) for word in self.rhs):
            raise ValueError(self.rhs)
        column, params = self.process_lhs(compiler, connection)
        return f"{column} IN ({', '.join(f"'{word}'" for word in self.rhs)})", tuple(params)


# Cases that a person has to move on: an instant decision never enters these indexes.
OPEN_STATES = ("received", "correcting", "accepted", "reviewing", "approving", "special")
WITH_PEOPLE = models.Q(state__among=OPEN_STATES)
STUCK = ~models.Q(dead_reason__among=("",))


class Package(models.Model):
    """One form and one set of materials for several applications (decision 11). Its state is derived from them."""

    world = models.ForeignKey("core.World", on_delete=models.CASCADE, related_name="+", db_index=False)
    number = models.CharField(max_length=20)
    theme_key = models.CharField(max_length=60)
    theme_version = models.PositiveIntegerField()
    city = models.CharField(max_length=12)
    applicant = models.CharField(max_length=18)
    applicant_name = models.CharField(max_length=60)
    state = models.CharField(max_length=12, default="signing")
    version = models.PositiveIntegerField(default=1)
    form = models.JSONField(default=dict)
    materials = models.JSONField(default=dict)
    consents = models.JSONField(default=list)
    branches = models.JSONField(default=list)  # keys of the branches that were chosen, in the theme's order
    created_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["world", "number"], name="package_number"),)
        indexes = (models.Index(fields=["world", "applicant", "-id"], name="package_of_applicant"),)

    def __str__(self) -> str:
        return self.number


class Signature(models.Model):
    """One person who has to sign a package: checked against the identity library, then signed by themselves."""

    package = models.ForeignKey(Package, on_delete=models.CASCADE, related_name="signatures")
    person = models.CharField(max_length=18)
    name = models.CharField(max_length=60)
    roles = models.JSONField(default=list)
    verified_at = models.DateTimeField(null=True)
    signed_at = models.DateTimeField(null=True)
    signed_by = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["package", "person"], name="signature_once"),)
        indexes = (models.Index(fields=["person", "-package"], name="signature_of_person"),)

    def __str__(self) -> str:
        return f"{self.name} · {self.package_id}"


class Application(models.Model):
    """One request for one service item, from draft to outcome. A row that is due is its own outbox (law 1)."""

    world = models.ForeignKey("core.World", on_delete=models.CASCADE, related_name="+", db_index=False)
    number = models.CharField(max_length=20)
    long_number = models.CharField(max_length=64, blank=True)  # made at acceptance
    query_code = models.CharField(max_length=6)  # 查询密码
    item_key = models.CharField(max_length=60)
    item_version = models.PositiveIntegerField()
    city = models.CharField(max_length=12)
    department = models.CharField(max_length=20)  # who decides
    applicant = models.CharField(max_length=18)
    applicant_name = models.CharField(max_length=60)
    subject = models.CharField(max_length=18)  # whom it is about: the applicant, or a firm
    channel = models.CharField(max_length=12, default="web")
    state = models.CharField(max_length=12)
    version = models.PositiveIntegerField(default=1)
    form = models.JSONField(default=dict)
    corrections = models.JSONField(default=dict)  # shared values that the applicant says are wrong
    materials = models.JSONField(default=dict)
    consents = models.JSONField(default=list)
    human_route = models.BooleanField(default=False)
    missing = models.JSONField(default=list)  # what the last correction notice asked for
    package = models.ForeignKey(Package, null=True, on_delete=models.CASCADE, related_name="applications")
    branch = models.CharField(max_length=24, blank=True)
    reviews = models.ForeignKey("self", null=True, on_delete=models.CASCADE, related_name="reviewed_by", db_index=False)
    assessment = models.TextField(blank=True)  # the newest passport that ended in doubt, for the officer
    created_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    recorded_at = models.DateTimeField()
    opened_by = models.CharField(max_length=60, blank=True)  # a person who has it open; the simulation leaves it
    # --- work that is due ---
    due_at = models.DateTimeField(null=True)  # world time
    asked = models.PositiveSmallIntegerField(default=0)  # rounds of asking the sources
    claim = models.CharField(max_length=32, blank=True)  # the fence: changes with every claim
    lease_until = models.DateTimeField(null=True)  # wall time
    attempts = models.PositiveSmallIntegerField(default=0)
    dead_reason = models.TextField(blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["world", "number"], name="application_number"),
            models.UniqueConstraint(
                fields=["package", "branch"],
                condition=models.Q(package__isnull=False)
                & ~models.Q(state__in=["refused", "withdrawn", "returned", "not_accepted", "voided"]),
                name="one_live_application_per_branch",
            ),
        )
        indexes = (
            models.Index(fields=["world", "due_at", "id"], condition=LIVE, name="application_due"),
            models.Index(fields=["world", "applicant", "-id"], name="application_of_applicant"),
            models.Index(fields=["world", "department", "state", "-id"], name="application_of_department"),
            models.Index(fields=["world", "submitted_at", "id"], condition=WITH_PEOPLE, name="application_open"),
            models.Index(
                fields=["world", "department", "submitted_at", "id"],
                condition=WITH_PEOPLE,
                name="application_open_in_office",
            ),
            models.Index(fields=["world", "-id"], condition=STUCK, name="application_stuck"),
        )

    def __str__(self) -> str:
        return self.number


class Decision(models.Model):
    """The one decision on one application, with the passport that explains it. Never changed, never deleted."""

    application = models.OneToOneField(Application, primary_key=True, on_delete=models.CASCADE, related_name="decision")
    world = models.ForeignKey("core.World", on_delete=models.CASCADE, related_name="+", db_index=False)
    outcome = models.CharField(max_length=8)  # granted, refused
    automatic = models.BooleanField()
    officer = models.CharField(max_length=60)
    opinion = models.TextField(blank=True)
    item_key = models.CharField(max_length=60)
    rule_set = models.CharField(max_length=64)  # content hash of the version
    passport = models.TextField()  # canonical JSON
    passport_hash = models.CharField(max_length=64)
    result = models.JSONField(default=dict)
    remedy = models.JSONField(default=dict)
    certificate = models.CharField(max_length=120, blank=True)
    deliverables = models.JSONField(default=list)
    sampled = models.BooleanField(default=False)  # for the quality check (质检抽查)
    decided_at = models.DateTimeField()
    recorded_at = models.DateTimeField()

    class Meta:
        indexes = (
            models.Index(fields=["world", "item_key", "-application"], name="decision_of_item"),
            models.Index(fields=["world"], condition=models.Q(sampled=True), name="decision_sampled"),
            # Serves "what I decided today": decisions by people are few among the automatic ones.
            models.Index(
                fields=["world", "officer", "-decided_at"],
                condition=models.Q(automatic=False),
                name="decision_by_person",
            ),
        )

    def __str__(self) -> str:
        return f"{self.application_id} {self.outcome}"


class DeskStay(models.Model):
    """One stay of an application in a department: arrived, taken up by a desk, finished (decision 12)."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="stays")
    world = models.ForeignKey("core.World", on_delete=models.CASCADE, related_name="+", db_index=False)
    department = models.CharField(max_length=20)
    desk = models.PositiveSmallIntegerField()
    arrived_at = models.DateTimeField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    waits = models.JSONField(default=list)  # [[from, to, "system" | "off_hours"]] inside the stay
    answer = models.JSONField(null=True)  # the department's own record: asked twice, it answers the same
    asked = models.PositiveSmallIntegerField(default=0)

    class Meta:
        indexes = (models.Index(fields=["world", "department", "desk", "-ends_at"], name="stay_of_desk"),)

    def __str__(self) -> str:
        return f"{self.application_id} @ {self.department}"


class Pause(models.Model):
    """A time in which the limit did not run: correction or special procedure."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="pauses")
    reason = models.CharField(max_length=12)
    from_at = models.DateTimeField()
    to_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["application"], condition=models.Q(to_at__isnull=True), name="one_open_pause"
            ),
        )

    def __str__(self) -> str:
        return f"{self.application_id} {self.reason}"


class Delivery(models.Model):
    """How the result reached the applicant: window, post, kiosk, or electronic."""

    application = models.OneToOneField(Application, on_delete=models.CASCADE, related_name="delivery")
    method = models.CharField(max_length=12)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.application_id} {self.method}"


class Rating(models.Model):
    """One evaluation per application: codes of GB/T 39046, 1 = very satisfied … 5 (stars = 6 − code, §D.7)."""

    application = models.OneToOneField(Application, on_delete=models.CASCADE, related_name="rating")
    code = models.PositiveSmallIntegerField()
    words = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = (models.CheckConstraint(condition=models.Q(code__range=(1, 5)), name="rating_code"),)

    def __str__(self) -> str:
        return f"{self.application_id} {self.code}"


class QualityCheck(models.Model):
    """The check of one sampled automatic grant by a person (质检抽查, §B.0)."""

    decision = models.OneToOneField(Decision, on_delete=models.CASCADE, related_name="quality_check")
    passed = models.BooleanField()
    inspector = models.CharField(max_length=60)
    words = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.decision_id} {self.passed}"


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


class Tally(models.Model):
    """How often something happened on one day of a world: `part` says by what it is counted, `key` of which one.

    Counted from the journal, some rows at a time, and never from the cases: the wall costs the same with a million.
    """

    world = models.ForeignKey("core.World", on_delete=models.CASCADE, related_name="+", db_index=False)
    day = models.DateField()
    part = models.CharField(max_length=10)  # all, hour, department, item, street
    key = models.CharField(max_length=60, blank=True)
    measure = models.CharField(max_length=24)  # submitted, granted … or a step of a distribution (`instant.3.1`)
    count = models.BigIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["world", "day", "part", "key", "measure"], name="tally_once"),)

    def __str__(self) -> str:
        return f"{self.day} {self.part} {self.key} {self.measure}: {self.count}"


class TallyMark(models.Model):
    """Up to which entry the journal is counted; one row for the installation, locked while counting."""

    entry = models.BigIntegerField(default=0)
    counted_at = models.DateTimeField(null=True)  # wall time

    def __str__(self) -> str:
        return str(self.entry)
