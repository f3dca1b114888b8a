"""The rows of the catalogue: published versions of items, themes and rule sets, and which of them is in force."""

from typing import Any

from django.db import models
from django.db.models import Q

KEY = 60
SHA256 = 64


class Version(models.Model):
    """Content that was published once and never changes: its SHA-256 names it in decisions and passports."""

    version = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=SHA256)
    body = models.JSONField()
    published_at = models.DateTimeField()  # wall time

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"v{self.version} {self.sha256[:12]}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store a new version. Raises ValueError for one that is stored already."""
        if self.pk is not None:
            raise ValueError("a published version never changes; publish a new one")
        super().save(*args, **kwargs)


class ItemVersion(Version):
    """One version of a service item (实施清单): its whole file as data."""

    key = models.CharField(max_length=KEY)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["key", "sha256"], name="item_content_once"),
            models.UniqueConstraint(fields=["key", "version"], name="item_version"),
        )


class ThemeVersion(Version):
    """One version of a theme (一件事), with the form and the materials that its items have together."""

    key = models.CharField(max_length=KEY)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["key", "sha256"], name="theme_content_once"),
            models.UniqueConstraint(fields=["key", "version"], name="theme_version"),
        )


class RuleSetVersion(Version):
    """One version of what decides about an item, with the standing conditions in it (decision 4).

    Without a world it is the installation's, from files, and holds on any date: its parameters carry their own. A
    world's own comes from the rule studio and holds there from `valid_from`.
    """

    item = models.CharField(max_length=KEY)
    world = models.ForeignKey("core.World", on_delete=models.CASCADE, null=True, related_name="+", db_index=False)
    valid_from = models.DateField(null=True)  # world time; null: always
    author = models.CharField(max_length=60, blank=True)
    approver = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["item", "sha256"], condition=Q(world=None), name="rules_content_once"),
            models.UniqueConstraint(fields=["item", "version"], condition=Q(world=None), name="rules_version"),
            models.UniqueConstraint(
                fields=["world", "item", "version"], condition=~Q(world=None), name="world_rules_version"
            ),
        )


class RuleSetProposal(models.Model):
    """A change of an item's rules in one world: written by officers, then published or sent back by another one.

    `version` changes with every change of the row, so that of two who change it at once only the first one wins.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "草案 / draft"
        SUBMITTED = "submitted", "待复核 / for review"
        RETURNED = "returned", "已退回 / sent back"
        PUBLISHED = "published", "已发布 / published"
        WITHDRAWN = "withdrawn", "已撤回 / withdrawn"

    OPEN = (State.DRAFT, State.SUBMITTED, State.RETURNED)

    world = models.ForeignKey("core.World", on_delete=models.CASCADE, related_name="+", db_index=False)
    item = models.CharField(max_length=KEY)
    number = models.PositiveIntegerField()  # 1, 2 … of the item in the world
    state = models.CharField(max_length=9, choices=State, default=State.DRAFT)
    version = models.PositiveIntegerField(default=1)
    base = models.CharField(max_length=SHA256)  # the rule set that it changes
    body = models.JSONField()
    note = models.CharField(max_length=200, blank=True)
    author = models.CharField(max_length=60)
    authors = models.JSONField(default=list)  # everybody who changed it: none of them may publish it
    reviewer = models.CharField(max_length=60, blank=True)
    reason = models.CharField(max_length=500, blank=True)  # why it was sent back
    proposed_at = models.DateTimeField()  # world time
    changed_at = models.DateTimeField()  # world time
    published = models.OneToOneField(RuleSetVersion, on_delete=models.CASCADE, null=True, related_name="proposal")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["world", "item", "number"], name="rule_proposal_number"),
            models.UniqueConstraint(
                fields=["world", "item"],
                condition=Q(state__in=["draft", "submitted", "returned"]),
                name="one_open_rule_proposal",
            ),
        )

    def __str__(self) -> str:
        return f"{self.item} · {self.author}"


class CatalogueEntry(models.Model):
    """Which version of an item, theme or installation rule set is in force; what left the files has no entry."""

    class Kind(models.TextChoices):
        ITEM = "item", "事项 / item"
        THEME = "theme", "主题 / theme"
        RULES = "rules", "规则集 / rule set"

    kind = models.CharField(max_length=5, choices=Kind)
    key = models.CharField(max_length=KEY)
    row = models.BigIntegerField()  # primary key of the version

    class Meta:
        constraints = (models.UniqueConstraint(fields=["kind", "key"], name="catalogue_entry"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class Publication(models.Model):
    """One publication that changed something. The newest one tells every process whether what it remembers holds."""

    sha256 = models.CharField(max_length=SHA256)
    published_at = models.DateTimeField()  # wall time

    def __str__(self) -> str:
        return self.sha256[:12]
