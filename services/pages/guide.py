"""The guide of one item (办事指南): the field's standard fields, the rules in force, the route, what it replaced."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from certificates import queries as certificates
from govsim.core import clock, organisations
from govsim.core.codes.items import implementation_code
from services import queries, vocabulary
from services.pages import drawing, steps, wording


@require_GET
def item(request: HttpRequest, key: str) -> HttpResponse:
    """Show the guide of one item with the rules in force on the world's day. Raises NotFound."""
    found = queries.item(key)
    world = wording.world_of(request)
    today = (clock.now(world) if world else clock.DAWN).astimezone(clock.ZONE).date()
    held = queries.current_rule_set(key, world.pk if world else None, today)
    parameters = [wording.parameter(each, today) for each in held.body.get("parameters", ())]
    body = found.body
    office = organisations.department(body["department"])
    route = steps.route(body)
    return render(request, "services/item.html", {
        "item": found,
        "body": body,
        **wording.line(key, body),
        "today": today,
        "item_type": wording.coded(vocabulary.ITEM_TYPES, body["item_type"]),
        "level": wording.coded(vocabulary.EXERCISE_LEVELS, body["level"]),
        "objects": [wording.coded(vocabulary.SERVICE_OBJECTS, each) for each in body["service_object"]],
        "case_type": wording.coded(vocabulary.CASE_TYPES, body["case_type"]),
        "depth": wording.coded(vocabulary.DEPTHS, body["online_depth"]),
        "fully_online": body["online_depth"] in vocabulary.FULLY_ONLINE,
        "channels": [wording.coded(vocabulary.CHANNELS, each) for each in body["channels"]],
        "implementation": implementation_code(office.credit_code, body["level"], body["basic_code"]),
        "materials": wording.materials(body["materials"]),
        "filled": sum("source" in each for each in body["form"]),
        "change": steps.change(body),
        "steps": route,
        "drawing": drawing.drawn(route),
        "examples": steps.examples(body),
        "rules": [wording.rule(each, parameters) for each in held.body["rules"]],
        "standing": [wording.rule(each, []) for each in held.body["standing"]["rules"]],
        "parameters": parameters,
        "rule_set": held,
        "sample": _sample(body),
        "in_themes": [each for each in queries.themes() if key in {one["item"] for one in each.body["branches"]}],
        "may_apply": wording.may_apply(request),
    })  # fmt: skip


def _sample(body: dict[str, Any]) -> dict[str, Any] | None:
    """Return what the certificate of a grant looks like: its name, who issues it, what it says. None without one."""
    if "result_certificate" not in body:
        return None
    kind = certificates.type_of(body["result_certificate"]["type"])
    return {
        "name": wording.type_name(kind.key),
        "issuer": wording.office(body["department"]),
        "fields": [{"zh": each.label.zh, "en": each.label.en} for each in kind.fields.values()],
    }
