"""What the command centre counts."""

from django.db import models


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
