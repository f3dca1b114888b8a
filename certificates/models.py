"""The rows of the room: certificates, the status lists that speak for them, their use, requests to present one."""

from django.db import models

from certificates import states


class Certificate(models.Model):
    """One version of one certificate (电子证照) of one world. A seeded one has no token until its first use.

    `edition` is 证照版本号; `version` counts the changes of this row and is the number of its last journal entry.
    """

    class Origin(models.TextChoices):
        DECISION = "decision", "审批结果 / decision"
        SEED = "seed", "存量证照 / held before"
        REGISTER = "register", "登记机关 / register"

    world = models.ForeignKey("core.World", on_delete=models.CASCADE, related_name="+", db_index=False)
    identifier = models.CharField(max_length=100)
    type_key = models.CharField(max_length=40)
    holder_code = models.CharField(max_length=32)
    holder_name = models.CharField(max_length=80)
    issuer_key = models.CharField(max_length=20)
    number = models.CharField(max_length=60)
    edition = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=10, default=states.VALID)
    version = models.PositiveIntegerField(default=0)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)
    issued_at = models.DateTimeField()  # world time
    recorded_at = models.DateTimeField()
    fields = models.JSONField(default=dict)  # dates YYYY-MM-DD, money in fen
    token = models.TextField(null=True)  # noqa: DJ001 - none yet is not an empty token
    kid = models.CharField(max_length=64, blank=True)
    status_list = models.PositiveIntegerField()
    status_index = models.PositiveIntegerField()
    origin = models.CharField(max_length=8, choices=Origin)
    case_number = models.CharField(max_length=40, blank=True)
    supersedes = models.ForeignKey("self", on_delete=models.CASCADE, null=True, related_name="+")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["world", "identifier"], name="certificate_identifier"),
            models.UniqueConstraint(fields=["world", "status_list", "status_index"], name="certificate_status_entry"),
            models.UniqueConstraint(
                fields=["world", "case_number"],
                condition=models.Q(origin="decision", state__in=states.LIVE),
                name="one_live_result_per_case",
            ),
        )
        indexes = (
            # Serves the match of material and certificate, and the wallet.
            models.Index(fields=["world", "holder_code", "type_key"], name="certificate_of_holder"),
            # Serves the published status list: only the entries that are not 0.
            models.Index(
                fields=["world", "status_list"], condition=~models.Q(state=states.VALID), name="certificate_not_valid"
            ),
        )

    def __str__(self) -> str:
        return self.identifier


class StatusList(models.Model):
    """One status list of a world; `next` entries are given away, in the order that `seed` makes of them."""

    world = models.ForeignKey("core.World", on_delete=models.CASCADE, related_name="+", db_index=False)
    number = models.PositiveIntegerField()
    next = models.PositiveIntegerField(default=0)
    seed = models.BigIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["world", "number"], name="status_list_number"),)

    def __str__(self) -> str:
        return f"{self.world_id}-{self.number}"


class UseLog(models.Model):
    """One use of one certificate (用证日志): kept for the holder to see and to question (domain.md B.4 step 7)."""

    world = models.ForeignKey("core.World", on_delete=models.CASCADE, related_name="+", db_index=False)
    certificate = models.ForeignKey(Certificate, on_delete=models.CASCADE, related_name="+")
    holder_code = models.CharField(max_length=32)
    actor = models.CharField(max_length=60)
    department = models.CharField(max_length=20)
    item_key = models.CharField(max_length=60, blank=True)
    case_number = models.CharField(max_length=40, blank=True)
    purpose = models.CharField(max_length=200)
    consent_id = models.BigIntegerField(null=True)
    fields = models.JSONField(default=list)
    result = models.CharField(max_length=20)  # code of the verdict
    at = models.DateTimeField()  # world time
    recorded_at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=["world", "holder_code", "-at"], name="use_of_holder"),)

    def __str__(self) -> str:
        return f"{self.department} · {self.purpose}"


class Challenge(models.Model):
    """A verifier's request to present: its nonce is good once and for a short while (wall time; F50)."""

    world = models.ForeignKey("core.World", on_delete=models.CASCADE, related_name="+", db_index=False)
    nonce = models.CharField(max_length=64)
    audience = models.CharField(max_length=200)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["world", "nonce"], name="challenge_nonce"),)

    def __str__(self) -> str:
        return self.audience
