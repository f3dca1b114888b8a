"""What other rooms ask the catalogue: items, themes and rule sets in force, their words, figures and search.

What is published is remembered in each process; one small query per question notices that something new was published.
"""

import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from django.core.signals import request_finished, request_started
from django.db import connection

from govsim.core import organisations
from govsim.core.errors import NotFound
from services import figures, finding, schema
from services.models import CatalogueEntry, ItemVersion, RuleSetVersion, ThemeVersion
from services.queries.files import ROOT as ROOT
from services.queries.files import file_problems as file_problems
from services.queries.files import known as known
from services.queries.files import standing as standing
from services.queries.files import word as word
from services.queries.proposals import open_proposals as open_proposals
from services.queries.proposals import proposal as proposal
from services.queries.proposals import proposals as proposals
from services.queries.proposals import rule_set_proposals as rule_set_proposals

TRUSTED: Final = 0.2  # seconds for which one request trusts its look at what is in force
RULE_PARTS: Final = ("key", "form", "facts", "parameters", "rules", "outcome", "result_certificate", "registers")


@dataclass(slots=True)
class _Shelf:
    """Everything in force after one publication, and the worlds' own rule sets as they are asked for."""

    stamp: object = None
    items: dict[str, ItemVersion] = field(default_factory=dict)
    themes: dict[str, ThemeVersion] = field(default_factory=dict)
    rules: dict[str, RuleSetVersion] = field(default_factory=dict)
    worlds: dict[int, dict[str, list[RuleSetVersion]]] = field(default_factory=dict)
    older: dict[tuple[str, str, int], Any] = field(default_factory=dict)


_shelf = _Shelf()
_NEWEST: Final = "SELECT id, sha256, published_at FROM services_publication ORDER BY id DESC LIMIT 1"


def _now() -> _Shelf:
    """Return what is in force, read again only when something was published since; a request looks once."""
    global _shelf  # one memory per process, replaced as a whole
    if getattr(_request, "until", 0.0) > time.monotonic():
        return _shelf
    with connection.cursor() as cursor:  # of our own: the ORM would make it anew for every request
        cursor.execute(_NEWEST)
        stamp = cursor.fetchone()
    if stamp is None or stamp != _shelf.stamp:
        _shelf = _read(stamp)
    if hasattr(_request, "until"):
        _request.until = time.monotonic() + TRUSTED
    return _shelf


def _begin(**_: object) -> None:
    _request.until = 0.0


def _end(**_: object) -> None:
    vars(_request).clear()


_request = threading.local()  # of the thread that answers a request, from its beginning to its end
request_started.connect(_begin)
request_finished.connect(_end)


def _read(stamp: object) -> _Shelf:
    kinds = CatalogueEntry.Kind
    rows: dict[str, list[int]] = {kind: [] for kind in kinds}
    for kind, row in CatalogueEntry.objects.order_by("key").values_list("kind", "row"):
        rows[kind].append(row)
    items = ItemVersion.objects.filter(pk__in=rows[kinds.ITEM]).order_by("key")
    themes = ThemeVersion.objects.filter(pk__in=rows[kinds.THEME]).order_by("key")
    rules = RuleSetVersion.objects.filter(pk__in=rows[kinds.RULES]).order_by("item")
    return _Shelf(
        stamp,
        {each.key: each for each in items},
        {each.key: each for each in themes},
        {each.item: each for each in rules},
    )


def items(*, city: str = "") -> list[ItemVersion]:
    """Return the items in force by key, of one city or of all."""
    return [each for each in _now().items.values() if not city or each.body["city"] == city]


def item(key: str) -> ItemVersion:
    """Return the item in force. Raises NotFound."""
    found = _now().items.get(key)
    if found is None:
        raise NotFound("没有这个事项", "There is no such item")
    return found


def item_version(key: str, version: int) -> ItemVersion:
    """Return one version of an item, in force or not. Raises NotFound."""
    found = _version(ItemVersion, _now().items.get(key), key, version)
    if found is None:
        raise NotFound("没有这个版本的事项", "There is no such version of the item")
    return found


def _version[T: (ItemVersion, ThemeVersion)](model: type[T], current: T | None, key: str, version: int) -> T | None:
    """Return one version from memory, or from the table the first time."""
    if current is not None and current.version == version:
        return current
    older, name = _now().older, (model.__name__, key, version)
    if name not in older:
        older[name] = model._default_manager.filter(key=key, version=version).first()
    found: T | None = older[name]
    return found


def themes(*, city: str = "") -> list[ThemeVersion]:
    """Return the themes in force by key, of one city or of all."""
    return [each for each in _now().themes.values() if not city or each.body["city"] == city]


def theme(key: str) -> ThemeVersion:
    """Return the theme in force. Raises NotFound."""
    found = _now().themes.get(key)
    if found is None:
        raise NotFound("没有这个主题", "There is no such theme")
    return found


def theme_version(key: str, version: int) -> ThemeVersion:
    """Return one version of a theme, in force or not. Raises NotFound."""
    found = _version(ThemeVersion, _now().themes.get(key), key, version)
    if found is None:
        raise NotFound("没有这个版本的主题", "There is no such version of the theme")
    return found


def current_rule_set(item_key: str, world_id: int | None, on: date) -> RuleSetVersion:
    """Return the rules that decide about an item in a world on a day of its clock: the world's own first (decision 4).

    Its `body` holds form, facts, parameters, rules, outcome, result_certificate and the `standing` conditions it was
    published with; evaluate with `body["standing"]`, so that a later change of the file changes no passport.
    Raises NotFound.
    """
    return current_rule_sets([item_key], world_id, on)[item_key]


def current_rule_sets(item_keys: Iterable[str], world_id: int | None, on: date) -> dict[str, RuleSetVersion]:
    """Return the rule sets of several items as `current_rule_set` does, noticing new versions once for all."""
    shelf = _now()
    own = {} if world_id is None else _own(shelf, world_id)
    found = {}
    for key in item_keys:
        held = [each for each in own.get(key, ()) if each.valid_from is None or each.valid_from <= on]
        version = held[-1] if held else shelf.rules.get(key)
        if version is None:
            raise NotFound("没有这个事项的规则", "There are no rules for this item")
        found[key] = version
    return found


def _own(shelf: _Shelf, world_id: int) -> dict[str, list[RuleSetVersion]]:
    if world_id not in shelf.worlds:
        mine: dict[str, list[RuleSetVersion]] = {}
        for each in RuleSetVersion.objects.filter(world=world_id).order_by("valid_from", "version"):
            mine.setdefault(each.item, []).append(each)
        shelf.worlds[world_id] = mine
    return shelf.worlds[world_id]


def rule_set_by_hash(
    item_key: str, sha256: str, *, world_id: int | None = None, version: int | None = None
) -> RuleSetVersion:
    """Return the rule set that a decision named, the world's own or the installation's. Raises NotFound.

    A world that returns to earlier rules has the same content under two numbers; `version` says which one is meant.
    """
    named = RuleSetVersion.objects.filter(item=item_key, sha256=sha256)
    if version is not None:
        named = named.filter(version=version)
    found = named.filter(world=world_id).first() or named.filter(world=None).first()
    if found is None:
        raise NotFound("没有这个版本的规则", "There is no such version of the rules")
    return found


def rule_set_versions(item_key: str, world_id: int | None = None) -> list[RuleSetVersion]:
    """Return the installation's versions of an item's rules and the world's own, oldest first."""
    mine = RuleSetVersion.objects.filter(item=item_key, world=world_id) if world_id is not None else ()
    return [*RuleSetVersion.objects.filter(item=item_key, world=None).order_by("version"), *mine]


def installed_rule_set(item_key: str) -> RuleSetVersion:
    """Return the installation's rule set of an item, whatever a world has of its own. Raises NotFound."""
    found = _now().rules.get(item_key)
    if found is None:
        raise NotFound("没有这个事项的规则", "There are no rules for this item")
    return found


def rule_set_body(body: Mapping[str, Any], standing: Mapping[str, Any]) -> dict[str, Any]:
    """Return the part of an item that decides, with the standing facts and rules: the content of a rule set."""
    parts = {part: body[part] for part in RULE_PARTS if part in body}
    return {**parts, "standing": {part: standing[part] for part in ("facts", "rules")}}


def rule_set_problems(item_key: str, body: Mapping[str, Any]) -> list[schema.Problem]:
    """Return what is wrong with a changed rule set of a published item. Raises NotFound."""
    return schema.check_body(with_rules(item_key, body), known(), body["standing"], without_examples=True)


def with_rules(item_key: str, body: Mapping[str, Any]) -> dict[str, Any]:
    """Return the whole item in force with these rules in it, its worked examples among the rest. Raises NotFound."""
    return {**item(item_key).body, **{part: body[part] for part in RULE_PARTS if part in body}}


def search(text: str, *, city: str = "", limit: int = 50) -> list[ItemVersion]:
    """Return items in which every word of `text` is found, best first; all for no text. See services.finding."""
    return finding.best(text, ((each, _haystack(each.key, each.body)) for each in items(city=city)))[:limit]


def search_themes(text: str, *, city: str = "") -> list[ThemeVersion]:
    """Return themes in which every word of `text` is found, also in the names of their branches, best first."""
    return finding.best(text, ((each, _haystack(each.key, each.body)) for each in themes(city=city)))


def _haystack(key: str, body: Mapping[str, Any]) -> finding.Haystack:
    parts = ("deliverables", "materials", "branches")
    rest = [body["summary"], *(each["name"] for part in parts for each in body.get(part, ()))]
    office = organisations.department(body.get("department") or body["lead"])
    texts = [text for each in rest for text in each.values()]
    return finding.Haystack(
        body["name"]["zh"], f"{body['name']['en']} {key}",
        " ".join((*texts, office.name_zh, office.name_en, body.get("basic_code", ""))),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Totals:
    """Figures counted from the published items, simulated by definition (law 5): counts, and rates D.1 to D.6."""

    counts: Mapping[str, int]
    rates: Mapping[str, figures.Rate]


def totals(*, city: str = "") -> Totals:
    """Return the figures of the items in force, of one city or of all."""
    bodies: Sequence[Mapping[str, Any]] = [each.body for each in items(city=city)]
    counts = {**figures.counts(bodies), "themes": len(themes(city=city))}
    return Totals(counts, {key: rate(bodies) for key, rate in figures.RATES.items()})
