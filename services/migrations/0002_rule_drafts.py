"""Drafts of rules: a number in the world, a state, a guard against two authors, and who reviewed."""

from django.db import migrations, models
from django.db.models import F, Q


def number_them(apps, schema_editor):
    """Give proposals that were made before their number, and let only the newest open one of an item stay open."""
    proposals = apps.get_model("services", "RuleSetProposal")
    newest = {}
    for each in proposals.objects.order_by("-pk"):
        key = (each.world_id, each.item)
        open_before = key in newest
        newest.setdefault(key, each.pk)
        each.number, each.authors = each.pk, [each.author]
        each.state = "published" if each.published_id else "withdrawn" if open_before else "submitted"
        each.save()
    proposals.objects.update(changed_at=F("proposed_at"))


class Migration(migrations.Migration):
    dependencies = [("services", "0001_initial")]

    operations = [
        migrations.RemoveIndex("rulesetproposal", "rule_proposals"),
        migrations.AddField("rulesetproposal", "number", models.PositiveIntegerField(default=0), preserve_default=False),
        migrations.AddField(
            "rulesetproposal",
            "state",
            models.CharField(
                max_length=9,
                default="draft",
                choices=[
                    ("draft", "草案 / draft"),
                    ("submitted", "待复核 / for review"),
                    ("returned", "已退回 / sent back"),
                    ("published", "已发布 / published"),
                    ("withdrawn", "已撤回 / withdrawn"),
                ],
            ),
        ),
        migrations.AddField("rulesetproposal", "version", models.PositiveIntegerField(default=1)),
        migrations.AddField(
            "rulesetproposal", "base", models.CharField(max_length=64, default=""), preserve_default=False
        ),
        migrations.AddField("rulesetproposal", "authors", models.JSONField(default=list)),
        migrations.AddField("rulesetproposal", "reviewer", models.CharField(max_length=60, blank=True, default="")),
        migrations.AddField("rulesetproposal", "reason", models.CharField(max_length=500, blank=True, default="")),
        migrations.AddField(
            "rulesetproposal", "changed_at", models.DateTimeField(null=True)
        ),
        migrations.RunPython(number_them, migrations.RunPython.noop),
        migrations.AlterField("rulesetproposal", "changed_at", models.DateTimeField()),
        migrations.AlterField("rulesetproposal", "reviewer", models.CharField(max_length=60, blank=True)),
        migrations.AlterField("rulesetproposal", "reason", models.CharField(max_length=500, blank=True)),
        migrations.AddConstraint(
            "rulesetproposal",
            models.UniqueConstraint(fields=["world", "item", "number"], name="rule_proposal_number"),
        ),
        migrations.AddConstraint(
            "rulesetproposal",
            models.UniqueConstraint(
                fields=["world", "item"],
                condition=Q(state__in=["draft", "submitted", "returned"]),
                name="one_open_rule_proposal",
            ),
        ),
    ]
