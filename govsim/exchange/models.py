"""The rows of the room: registers, the exchange log, consents, data disputes, source faults, reserved names."""

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.db.models.lookups import IsNull


class Leader(models.Func):
    """The legal representative whom a record names. Written alike in the index and in a query, so that they meet."""

    template = "JSON_EXTRACT(%(expressions)s, '$.legal_representative')"
    output_field = models.CharField()

    def as_postgresql(self, compiler: Any, connection: Any, **more: Any) -> Any:
        """Return the same in the words of PostgreSQL."""
        return self.as_sql(compiler, connection, template="(%(expressions)s ->> 'legal_representative')", **more)


class Record(models.Model):
    """One record of one department's register; all datasets share this table (`datasets.yaml` describes `body`)."""

    world = models.ForeignKey("core.World", on_delete=models.CASCADE, related_name="+", db_index=False)
    dataset = models.CharField(max_length=24)
    key = models.CharField(max_length=32)  # citizen number, credit code or address code
    source = models.CharField(max_length=20)  # the department that keeps it
    body = models.JSONField()  # dates are written YYYY-MM-DD, money in fen

    class Meta:
        # Serves every question of the platform: these subjects in these datasets.
        indexes = (
            models.Index(fields=["world", "dataset", "key"], name="record_subject"),
            # Serves the wallet: the enterprises that somebody leads.
            models.Index(F("world"), Leader("body"), condition=Q(IsNull(Leader("body"), False)), name="record_led_by"),
        )

    def __str__(self) -> str:
        return f"{self.dataset} {self.key}"


class ExchangeLog(models.Model):
    """One look by one department at one subject in one dataset, answered or not: kept for the subject to see."""

    class Status(models.TextChoices):
        ANSWERED = "answered", "已答复 / answered"
        DOWN = "down", "来源不可用 / source down"
        CONFLICT = "conflict", "记录不一致 / records differ"

    world = models.ForeignKey("core.World", on_delete=models.CASCADE, related_name="+", db_index=False)
    number = models.CharField(max_length=40, blank=True)  # the case it was asked for; empty while only a form is open
    case_id = models.BigIntegerField(null=True)
    dataset = models.CharField(max_length=24)
    subject = models.CharField(max_length=32)
    department = models.CharField(max_length=20)  # who asked
    source = models.CharField(max_length=20)  # who answered
    purpose = models.CharField(max_length=60)
    consent_id = models.BigIntegerField(null=True)
    status = models.CharField(max_length=8, choices=Status)
    rows = models.PositiveSmallIntegerField()
    seconds = models.FloatField()  # simulated answer time
    at = models.DateTimeField()  # world time of the question
    recorded_at = models.DateTimeField()

    class Meta:
        indexes = (
            models.Index(fields=["world", "subject", "-at"], name="exchange_of_subject"),  # who looked at my data
            models.Index(fields=["world", "number"], name="exchange_of_case"),
        )

    def __str__(self) -> str:
        return f"{self.department} → {self.dataset} {self.number}"


class Consent(models.Model):
    """What a subject allows: for which purpose, which data and certificates, and until when (decision 10)."""

    world = models.ForeignKey("core.World", on_delete=models.CASCADE, related_name="+", db_index=False)
    subject = models.CharField(max_length=32)
    purpose = models.CharField(max_length=120)
    datasets = models.JSONField(default=list)
    certificate_types = models.JSONField(default=list)
    fields = models.JSONField(default=list)
    given_at = models.DateTimeField()
    until = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    recorded_at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=["world", "subject", "-given_at"], name="consent_of_subject"),)

    def __str__(self) -> str:
        return f"{self.subject}: {self.purpose}"


class DataDispute(models.Model):
    """A subject says that a shared value is wrong; the department that keeps the register answers (B.3 数据异议)."""

    class State(models.TextChoices):
        OPEN = "open", "待核实 / being checked"
        CORRECTED = "corrected", "已更正 / corrected"
        UPHELD = "upheld", "核实无误 / found right"

    world = models.ForeignKey("core.World", on_delete=models.CASCADE, related_name="+", db_index=False)
    number = models.CharField(max_length=40)
    subject = models.CharField(max_length=32)
    dataset = models.CharField(max_length=24)
    field = models.CharField(max_length=40)
    source = models.CharField(max_length=20)
    source_value = models.JSONField(null=True)
    claimed_value = models.JSONField(null=True)
    state = models.CharField(max_length=9, choices=State, default=State.OPEN)
    note = models.CharField(max_length=400, blank=True)
    opened_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["world", "number", "subject", "dataset", "field"], name="dispute_once_per_case"
            ),
        )
        indexes = (
            models.Index(fields=["world", "subject", "-opened_at"], name="dispute_of_subject"),
            # Serves the inbox of the department that keeps the register.
            models.Index(
                fields=["world", "source", "opened_at"], condition=models.Q(state="open"), name="dispute_open"
            ),
        )

    def __str__(self) -> str:
        return f"{self.dataset}.{self.field} {self.number}"


class SourceFault(models.Model):
    """A source that answers slowly, not at all, or twice: set by a trainer, and kept after it is cleared."""

    class Mode(models.TextChoices):
        SLOW = "slow", "响应慢 / slow"
        DOWN = "down", "不可用 / down"
        CONFLICT = "conflict", "记录冲突 / records in conflict"

    world = models.ForeignKey("core.World", on_delete=models.CASCADE, related_name="+", db_index=False)
    source = models.CharField(max_length=24)  # a dataset (deaths) or a department (sz.civil)
    mode = models.CharField(max_length=8, choices=Mode)
    factor = models.FloatField(default=1.0)
    set_at = models.DateTimeField()
    until = models.DateTimeField(null=True)
    cleared_at = models.DateTimeField(null=True)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["world", "source"], condition=models.Q(cleared_at=None), name="one_fault_per_source"
            ),
        )

    def __str__(self) -> str:
        return f"{self.source}: {self.mode}"


class NameReservation(models.Model):
    """A self-declared enterprise name, kept for its applicant for two months (C.13 N12)."""

    world = models.ForeignKey("core.World", on_delete=models.CASCADE, related_name="+", db_index=False)
    name = models.CharField(max_length=60)
    city = models.CharField(max_length=12)
    by = models.CharField(max_length=32)
    reserved_at = models.DateTimeField()
    until = models.DateTimeField()
    released_at = models.DateTimeField(null=True)  # given up, used, or found run out
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["world", "name"], condition=models.Q(released_at=None), name="name_once"),
        )
        indexes = (models.Index(fields=["world", "city"], condition=models.Q(released_at=None), name="name_of_city"),)

    def __str__(self) -> str:
        return self.name
