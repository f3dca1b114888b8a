"""The rows of the floor: worlds, their departments, seats, the journal, the audit chain, numbers."""

from django.conf import settings
from django.db import models


class World(models.Model):
    """Everything that a run makes belongs to one world, which has its own clock (decisions 7 and 8)."""

    class Mode(models.TextChoices):
        FROZEN = "frozen", "静止 / frozen"
        STEP = "step", "步进 / step"
        PACED = "paced", "倍速 / paced"
        LIVE = "live", "实时 / live"

    name = models.SlugField(max_length=40)
    generation = models.PositiveIntegerField(default=1)
    seed = models.BigIntegerField()
    mode = models.CharField(max_length=8, choices=Mode)
    pace = models.FloatField(default=1.0)
    anchor_at = models.DateTimeField()  # world time ...
    anchor_wall = models.DateTimeField()  # ... at this wall time
    settings = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["name", "generation"], name="world_generation"),)

    def __str__(self) -> str:
        return f"{self.name}#{self.generation}"


class Department(models.Model):
    """A department, bank or seal maker in one world: desks, hours, speed, faults (decision 12)."""

    class Staff(models.TextChoices):
        SIMULATION = "simulation", "模拟人员 / simulation"
        PEOPLE = "people", "真人 / people"

    world = models.ForeignKey(World, on_delete=models.CASCADE, related_name="departments")
    key = models.CharField(max_length=20)
    name_zh = models.CharField(max_length=60)
    name_en = models.CharField(max_length=90)
    city = models.CharField(max_length=12)
    credit_code = models.CharField(max_length=18)
    desks = models.PositiveSmallIntegerField(default=3)
    hours = models.JSONField(default=list)  # [["08:30", "12:00"], ["13:30", "18:00"]]
    staffed_by = models.CharField(max_length=10, choices=Staff, default=Staff.SIMULATION)
    faults = models.JSONField(default=dict)  # {"mode": "slow|down|garbage|lost", "factor": 5, "until": iso}

    class Meta:
        constraints = (models.UniqueConstraint(fields=["world", "key"], name="department_key"),)

    def __str__(self) -> str:
        return self.name_zh


class Seat(models.Model):
    """A place in a world from which a signed-in user acts: an applicant, or an officer of a department (§E.2)."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="seat")
    world = models.ForeignKey(World, on_delete=models.CASCADE, related_name="seats")
    role = models.CharField(max_length=20)
    holder = models.CharField(max_length=18, blank=True)  # citizen number or credit code of an applicant
    department = models.CharField(max_length=20, blank=True)
    name_zh = models.CharField(max_length=60)
    name_en = models.CharField(max_length=90)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["world", "role", "holder", "department"], name="seat_of_role"),)

    def __str__(self) -> str:
        return f"{self.name_zh} ({self.role})"


class SeatKey(models.Model):
    """What opens a seat from outside: a one-time sign-in link or an API token. Only its digest is stored."""

    class Kind(models.TextChoices):
        LINK = "link", "一次性链接 / one-time link"
        TOKEN = "token", "接口令牌 / API token"

    seat = models.ForeignKey(Seat, on_delete=models.CASCADE, related_name="keys")
    kind = models.CharField(max_length=5, choices=Kind)
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.kind} of {self.seat_id}"


class JournalEntry(models.Model):
    """One thing that happened to one row, in order. `due` marks what has still to be told: this is the outbox."""

    world = models.ForeignKey(World, on_delete=models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=12)  # application, package …
    row = models.BigIntegerField()
    seq = models.PositiveIntegerField()
    event = models.CharField(max_length=40)
    data = models.JSONField(default=dict)
    actor = models.CharField(max_length=60)
    at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    due = models.BooleanField(default=False)
    attempts = models.PositiveSmallIntegerField(default=0)
    retry_at = models.DateTimeField(null=True)  # wall time

    class Meta:
        constraints = (models.UniqueConstraint(fields=["world", "kind", "row", "seq"], name="journal_order"),)
        # Serves the sweeper: what has still to be told, oldest first.
        indexes = (models.Index(fields=["world", "at", "id"], condition=models.Q(due=True), name="journal_due"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.row} · {self.seq} {self.event}"


class AuditHead(models.Model):
    """The end of one audit chain: one per world and shard, locked while a link is added (decision 17)."""

    world = models.ForeignKey(World, on_delete=models.CASCADE, related_name="+")
    shard = models.PositiveSmallIntegerField()
    links = models.PositiveBigIntegerField(default=0)
    hash = models.CharField(max_length=64)
    closed = models.JSONField(null=True)  # the signed closing head of a retired world

    class Meta:
        constraints = (models.UniqueConstraint(fields=["world", "shard"], name="audit_head"),)

    def __str__(self) -> str:
        return f"{self.world_id}/{self.shard} · {self.links}"


class AuditLink(models.Model):
    """One transaction in one shard: the Merkle root over its entries, chained to the link before."""

    world = models.ForeignKey(World, on_delete=models.CASCADE, related_name="+", db_index=False)
    shard = models.PositiveSmallIntegerField()
    number = models.PositiveBigIntegerField()
    previous = models.CharField(max_length=64)
    root = models.CharField(max_length=64)
    leaves = models.PositiveIntegerField()
    at = models.DateTimeField()  # wall time
    hash = models.CharField(max_length=64)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["world", "shard", "number"], name="audit_link_number"),
            models.UniqueConstraint(fields=["world", "shard", "previous"], name="audit_no_fork"),
        )

    def __str__(self) -> str:
        return f"{self.world_id}/{self.shard} · {self.number}"


class AuditEntry(models.Model):
    """What one link vouches for: the hash of the content of one row."""

    link = models.ForeignKey(AuditLink, on_delete=models.CASCADE, related_name="entries")
    leaf = models.PositiveIntegerField()
    world = models.ForeignKey(World, on_delete=models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=12)
    ref = models.CharField(max_length=120)
    content = models.CharField(max_length=64)

    class Meta:
        indexes = (models.Index(fields=["world", "kind", "ref"], name="audit_entry_ref"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.ref}"


class Counter(models.Model):
    """The next number of one series in one world; blocks are taken by a single UPDATE (decision 14)."""

    world = models.ForeignKey(World, on_delete=models.CASCADE, related_name="+", db_index=False)
    series = models.CharField(max_length=40)
    next = models.BigIntegerField(default=1)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["world", "series"], name="counter_series"),)

    def __str__(self) -> str:
        return f"{self.series} → {self.next}"


class IdempotentCall(models.Model):
    """The stored answer to a POST that carried an Idempotency-Key, per user and route (experience: API)."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    route = models.CharField(max_length=120)
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    body = models.JSONField(default=dict)
    location = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["user", "route", "key"], name="idempotent_call"),)

    def __str__(self) -> str:
        return f"{self.route} {self.key}"
