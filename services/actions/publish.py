"""Publish the catalogue files: every item, theme and rule set becomes a version by its content, never twice."""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Max

from govsim.core import clock
from govsim.core.canonical import digest
from govsim.core.errors import Refused
from services import queries, schema
from services.models import CatalogueEntry, ItemVersion, Publication, RuleSetVersion, ThemeVersion


class CatalogueFaults(Refused):
    """The files have faults, so nothing was published: `problems` with file, line and sentences."""

    code = "catalogue_faults"

    def __init__(self, problems: list[schema.Problem]) -> None:
        super().__init__(f"目录文件有 {len(problems)} 处错误", f"The catalogue files have {len(problems)} faults")
        self.problems = problems


@dataclass(slots=True)
class PublishReport:
    """What a publication changed: (key, version) of what is new or in force again, and keys no longer in the files."""

    items: list[tuple[str, int]] = field(default_factory=list)
    themes: list[tuple[str, int]] = field(default_factory=list)
    rule_sets: list[tuple[str, int]] = field(default_factory=list)
    withdrawn: list[str] = field(default_factory=list)

    @property
    def changed(self) -> bool:
        """Say whether anything is different from before."""
        return bool(self.items or self.themes or self.rule_sets or self.withdrawn)


def publish(*, root: Path = queries.ROOT) -> PublishReport:
    """Publish all files below `root`. Repeating it changes nothing.

    Raises CatalogueFaults before anything is written, FileNotFoundError when the folder is not there.
    """
    found = schema.read(root)
    problems = schema.check(found, queries.known())
    if found.standing is None:
        problems = [*problems, schema.Problem(str(root), 1, "缺少 standing.yaml", "standing.yaml is missing")]
    if problems:
        raise CatalogueFaults(problems)
    standing = found.standing.body if found.standing else {}
    items = {key: document.body for key, document in found.items.items()}
    themes = {key: schema.whole_theme(document.body, items) for key, document in found.themes.items()}
    rules = {key: queries.rule_set_body(body, standing) for key, body in items.items()}
    with transaction.atomic():
        return _store(items, themes, rules, clock.wall())


def _store(
    items: dict[str, dict[str, Any]], themes: dict[str, dict[str, Any]], rules: dict[str, dict[str, Any]], at: datetime
) -> PublishReport:
    entries = {(entry.kind, entry.key): entry.row for entry in CatalogueEntry.objects.all()}
    kinds = CatalogueEntry.Kind
    now: dict[tuple[str, str], tuple[int, int]] = {}  # what is in force now: primary key and version
    for key, body in items.items():
        now[kinds.ITEM, key] = _version(ItemVersion, {"key": key}, body, at)
    for key, body in themes.items():
        now[kinds.THEME, key] = _version(ThemeVersion, {"key": key}, body, at)
    for key, body in rules.items():
        now[kinds.RULES, key] = _version(RuleSetVersion, {"item": key, "world": None}, body, at)
    changed = {name: found for name, found in now.items() if entries.get(name) != found[0]}
    gone = sorted(entries.keys() - now.keys())
    for (kind, key), (row, _) in changed.items():
        CatalogueEntry.objects.update_or_create(kind=kind, key=key, defaults={"row": row})
    for kind, key in gone:
        CatalogueEntry.objects.filter(kind=kind, key=key).delete()
    report = PublishReport(withdrawn=[key for kind, key in gone if kind != kinds.RULES])
    for (kind, key), (_, version) in changed.items():
        shelf = {kinds.ITEM: report.items, kinds.THEME: report.themes}.get(kinds(kind), report.rule_sets)
        shelf.append((key, version))
    if report.changed:
        everything = sorted((kind, key, row) for (kind, key), (row, _) in now.items())
        Publication.objects.create(sha256=digest(everything).hex(), published_at=at)
    return report


def _version(
    model: type[ItemVersion] | type[ThemeVersion] | type[RuleSetVersion],
    name: dict[str, Any],
    body: dict[str, Any],
    at: datetime,
) -> tuple[int, int]:
    """Return primary key and number of the version with this content, made now if it is new."""
    sha256 = digest(body).hex()
    mine = model._default_manager.filter(**name)
    known = mine.filter(sha256=sha256).values_list("pk", "version").first()
    if known is not None:
        return known
    number = (mine.aggregate(newest=Max("version"))["newest"] or 0) + 1
    made = model._default_manager.create(**name, version=number, sha256=sha256, body=body, published_at=at)
    return made.pk, number
