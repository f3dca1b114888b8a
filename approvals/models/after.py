"""What comes after a decision: how it is taken, how it is rated, whether somebody checked it."""

from django.db import models

from approvals.models.cases import Application, Decision


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
