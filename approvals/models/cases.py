"""Applications and packages, their decisions, desk stays and pauses."""

from django.db import models

from approvals.models import lookups as lookups  # `among` has to be known before an index names it

LIVE = models.Q(due_at__isnull=False)
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
            models.Index(
                fields=["world", "item_key", "submitted_at", "id"],
                condition=WITH_PEOPLE,
                name="application_open_of_item",
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
