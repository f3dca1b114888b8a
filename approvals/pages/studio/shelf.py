"""What the studio starts from: the list of rule sets, one rule set as sentences, and its file."""

from collections.abc import Mapping
from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from approvals import queries
from approvals.actions.replay import REPLAYERS
from approvals.pages.studio import telling
from approvals.rules import examples
from govsim.core import clock, organisations
from govsim.core.doors import SeatedRequest, seated
from govsim.core.errors import NotFound
from services import queries as catalogue

READERS: Final = (*REPLAYERS, "auditor")  # who may look; an auditor changes nothing


def today(request: SeatedRequest) -> Any:
    """Return the day of the world's clock."""
    return clock.now(request.seat.world).astimezone(clock.ZONE).date()


def may_edit(request: SeatedRequest) -> bool:
    """Say whether the seat may change drafts."""
    return request.seat.role == "rule_officer"


@require_GET
@seated(*READERS)
def rule_sets(request: SeatedRequest) -> HttpResponse:
    """List the rule sets in force in the world, city by city, and the drafts that are open."""
    world, on = request.seat.world, today(request)
    items = catalogue.items()
    held = catalogue.current_rule_sets([each.key for each in items], world.pk, on)
    drafts = catalogue.open_proposals(world.pk)
    lines = [
        {
            "key": each.key,
            "name": each.body["name"],
            "city": each.body["city"],
            "version": held[each.key].version,
            "sha256": held[each.key].sha256,
            "own": held[each.key].world_id is not None,
            "since": held[each.key].valid_from,
            "rules": len(held[each.key].body["rules"]),
            "draft": _draft(drafts[each.key]) if each.key in drafts else None,
        }
        for each in items
    ]
    cities = [
        {"zh": city.zh, "en": city.en, "lines": [each for each in lines if each["city"] == key]}
        for key, city in organisations.cities().items()
    ]
    context = {
        "cities": [each for each in cities if each["lines"]],
        "open": [each for each in lines if each["draft"]],
        "own": sum(each["own"] for each in lines),
        "many": len(lines),
    }
    return render(request, "approvals/studio.html", context)


def _draft(found: Any) -> dict[str, Any]:
    state = found.state
    return {
        "number": found.number,
        "state": telling.STATES[state],
        "tone": telling.TONES[state],
        "at": found.changed_at,
    }


def version_of(request: SeatedRequest, key: str, chosen: str) -> Any:
    """Return the version in force, or the one whose hash begins with `chosen`. Raises NotFound."""
    if not chosen:
        return catalogue.current_rule_set(key, request.seat.world.pk, today(request))
    versions = catalogue.rule_set_versions(key, request.seat.world.pk)
    found = next((each for each in reversed(versions) if each.sha256.startswith(chosen)), None)
    if found is None or len(chosen) < 8:
        raise NotFound("没有这个版本的规则", "There is no such version of the rules")
    return found


@require_GET
@seated(*READERS)
def rule_set(request: SeatedRequest, key: str) -> HttpResponse:
    """Show one rule set: sentences first, then figures, facts, examples and history; expressions for experts."""
    world, item = request.seat.world, catalogue.item(key)
    shown, held = version_of(request, key, request.GET.get("version", "")), version_of(request, key, "")
    installed = catalogue.installed_rule_set(key)
    ran = examples.run(catalogue.with_rules(key, shown.body), standing_of(shown.body))
    versions = [
        {"row": each, "current": each.pk == held.pk, "shown": each.pk == shown.pk}
        for each in reversed(catalogue.rule_set_versions(key, world.pk))
    ]
    open_draft = catalogue.open_proposals(world.pk).get(key)
    context = {
        "item": item,
        "shown": shown,
        "held": held,
        "is_current": shown.pk == held.pk,
        "own": held.world_id is not None,
        "expert": request.GET.get("view") == "expert",
        "draft": _draft(open_draft) if open_draft else None,
        "may_edit": may_edit(request),
        "may_restore": may_edit(request) and held.sha256 != installed.sha256 and not open_draft,
        "may_try": request.seat.role in REPLAYERS,
        "examples": [_example(each, telling.labels(shown.body)) for each in ran],
        "broken": sum(not each.holds for each in ran),
        "versions": versions,
        "names": telling.officers(world),
        "proposals": [
            {"row": each, "state": telling.STATES[each.state], "tone": telling.TONES[each.state]}
            for each in catalogue.proposals(world.pk, key)
        ],
        **telling.rule_set(shown.body, item.body, today(request)),
    }
    return render(request, "approvals/studio_rule_set.html", context)


def standing_of(body: Any) -> dict[str, Any]:
    """Return the standing conditions of a rule set with the file's examples, whose facts hold in every example."""
    return {**body["standing"], "examples": catalogue.standing()["examples"]}


def _example(ran: examples.Ran, labels: Mapping[str, telling.Words]) -> dict[str, Any]:
    return {
        "name": ran.name,
        "as_of": ran.as_of,
        "holds": ran.holds,
        "expected": telling.outcome(ran.expected, labels),
        "found": telling.outcome(ran.found, labels),
    }


def examples_of(key: str, body: Any, old: Any) -> list[dict[str, Any]]:
    """Run the worked examples by a draft and by the rules that it changes: what each says and gives by either."""
    labels = telling.labels(body)
    now, before = (examples.run(catalogue.with_rules(key, each), standing_of(each)) for each in (body, old))
    return [
        {**_example(ran, labels), "before": telling.outcome(was.found, labels)}
        for ran, was in zip(now, before, strict=True)
    ]


@require_GET
@seated(*READERS)
def export(request: SeatedRequest, key: str) -> HttpResponse:
    """Hand out a rule set as the YAML of a catalogue file, as `rules export` writes it."""
    found = version_of(request, key, request.GET.get("version", ""))
    text = queries.as_yaml(catalogue.with_rules(key, found.body), version=found.version, sha256=found.sha256)
    answer = HttpResponse(text, content_type="application/yaml; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{key}.v{found.version}.yaml"'
    return answer
