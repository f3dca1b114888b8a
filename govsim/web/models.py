"""The rows of the shell: shows that presenters give, and the pictures of their steps."""

from django.db import models

from govsim.core.models import World


class Show(models.Model):
    """One walk-through on a stage, in a world of its own. `position` is what is shown, `done` how far it has gone.

    Position 0 is the opening, then come the steps, and after the last of them the closing. `results` has one entry
    for each step that was done; `version` grows with every change, so that two windows can tell whether they agree.
    """

    world = models.ForeignKey(World, on_delete=models.CASCADE, related_name="+")
    code = models.CharField(max_length=12, unique=True)
    presenter = models.CharField(max_length=64, db_index=True)  # digest of who may see and move it
    pack = models.CharField(max_length=60)
    cut = models.PositiveSmallIntegerField()
    position = models.PositiveSmallIntegerField(default=0)
    done = models.PositiveSmallIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)
    values = models.JSONField(default=dict)
    results = models.JSONField(default=list)
    calls = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField()  # wall time, like the next one
    busy_until = models.DateTimeField(null=True)  # a step is being done; nobody else does one until then

    def __str__(self) -> str:
        return f"{self.code} · {self.pack} {self.position}/{self.done}"


class Picture(models.Model):
    """What a page of the platform looked like after a step, to the one whose step it was; compressed HTML."""

    world = models.ForeignKey(World, on_delete=models.CASCADE, related_name="+")
    show = models.ForeignKey(Show, on_delete=models.CASCADE, related_name="pictures")
    step = models.PositiveSmallIntegerField()
    language = models.CharField(max_length=2)
    page = models.BinaryField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["show", "step", "language"], name="picture_of_step"),)

    def __str__(self) -> str:
        return f"{self.show_id} · {self.step} {self.language}"
