"""The catalogue as pages: the items to choose from, the guide of one item (办事指南), the route of one theme."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from certificates import queries as certificates
from govsim.core import clock, organisations
from govsim.core import world as worlds
from govsim.core.codes.items import implementation_code
from govsim.core.models import World
from govsim.core.templatetags.house import yuan
from govsim.exchange import queries as exchange
from services import queries, vocabulary

type Words = dict[str, str]  # {zh, en}

ON_FAIL: Mapping[str, Words] = {
    "REJECT": {"zh": "不符合的，不予批准", "en": "If not met: refused"},
    "MANUAL": {"zh": "不符合的，转人工核实", "en": "If not met: an officer checks"},
}
SIGNATORIES: Mapping[str, Words] = {
    "legal_representative": {"zh": "法定代表人", "en": "legal representative"},
    "shareholders": {"zh": "股东", "en": "shareholders"},
    "supervisor": {"zh": "监事", "en": "supervisor"},
    "finance_officer": {"zh": "财务负责人", "en": "finance officer"},
    "contact": {"zh": "联络员", "en": "contact person"},
}
# The drawing of a theme, in its own units.
BOX, HIGH, GAP_X, GAP_Y = 200, 52, 72, 16


@require_GET
def items(request: HttpRequest) -> HttpResponse:
    """List the items and themes, of one city or of all, with the words that were searched for."""
    text = request.GET.get("q", "").strip()[:100]
    city = request.GET.get("city", "")
    city = city if city in organisations.cities() else ""
    return render(request, "services/items.html", {
        "q": text,
        "city": city,
        "cities": [{"key": each.key, "zh": each.zh, "en": each.en} for each in organisations.cities().values()],
        "found": [_line(each.key, each.body) for each in queries.search(text, city=city)],
        "themes": [] if text else [{"key": each.key, **each.body} for each in queries.themes(city=city)],
    })  # fmt: skip


@require_GET
def item(request: HttpRequest, key: str) -> HttpResponse:
    """Show the guide of one item with the rules in force on the world's day. Raises NotFound."""
    found = queries.item(key)
    world = _world(request)
    today = (clock.now(world) if world else clock.DAWN).astimezone(clock.ZONE).date()
    held = queries.current_rule_set(key, world.pk if world else None, today)
    parameters = [_parameter(each, today) for each in held.body.get("parameters", ())]
    body = found.body
    office = organisations.department(body["department"])
    seat = getattr(request, "seat", None)
    return render(request, "services/item.html", {
        "item": found,
        "body": body,
        **_line(key, body),
        "today": today,
        "item_type": _words(vocabulary.ITEM_TYPES, body["item_type"]),
        "level": _words(vocabulary.EXERCISE_LEVELS, body["level"]),
        "objects": [_words(vocabulary.SERVICE_OBJECTS, each) for each in body["service_object"]],
        "case_type": _words(vocabulary.CASE_TYPES, body["case_type"]),
        "depth": _words(vocabulary.DEPTHS, body["online_depth"]),
        "fully_online": body["online_depth"] in vocabulary.FULLY_ONLINE,
        "channels": [_words(vocabulary.CHANNELS, each) for each in body["channels"]],
        "implementation": implementation_code(office.credit_code, body["level"], body["basic_code"]),
        "materials": _materials(body["materials"]),
        "filled": sum("source" in each for each in body["form"]),
        "rules": [_rule(each, parameters) for each in held.body["rules"]],
        "standing": [_rule(each, []) for each in held.body["standing"]["rules"]],
        "parameters": parameters,
        "rule_set": held,
        "result": _type_name(body["result_certificate"]["type"]) if "result_certificate" in body else None,
        "may_apply": seat is None or seat.role == "applicant",
    })  # fmt: skip


@require_GET
def theme(request: HttpRequest, key: str) -> HttpResponse:
    """Show one theme: its branches as a route, what it saves, who signs. Raises NotFound."""
    found = queries.theme(key)
    body = found.body
    names = {each["key"]: each["name"] for each in body["branches"]}
    seat = getattr(request, "seat", None)
    return render(request, "services/theme.html", {
        "theme": found,
        "body": body,
        "city": _city(body["city"]),
        "lead": _office(body["lead"]),
        "signatories": [SIGNATORIES.get(each, {"zh": each, "en": each}) for each in body["signatories"]],
        "filled": sum("source" in each for each in body["form"]),
        "materials": _materials(body["materials"]),
        "branches": [_branch(each, names) for each in body["branches"]],
        "drawing": _drawing(body["branches"]),
        "may_apply": seat is None or seat.role == "applicant",
    })  # fmt: skip


def _world(request: HttpRequest) -> World | None:
    seat = getattr(request, "seat", None)
    if seat is not None:
        world: World = seat.world
        return world
    living = worlds.living()
    return living[0] if living else None


# --- words -------------------------------------------------------------------------------------------------------


def _words(names: Mapping[str, tuple[str, str]], key: str) -> Words:
    zh, en = names[key]
    return {"zh": zh, "en": en}


def _office(key: str) -> Words:
    found = organisations.department(key)
    return {"zh": found.name_zh, "en": found.name_en}


def _city(key: str) -> Words:
    found = organisations.cities()[key]
    return {"zh": found.zh, "en": found.en}


def _type_name(key: str) -> Words:
    name = certificates.type_of(key).name
    return {"zh": name.zh, "en": name.en}


def _line(key: str, body: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "key": key,
        "name": body["name"],
        "summary": body["summary"],
        "city_name": _city(body["city"]),
        "department": _office(body["department"]),
        "route": _words(vocabulary.ROUTES, body["route"]),
        "subject": _words(vocabulary.SUBJECTS, body["subject"]),
        "promised_days": body["limits"]["promised_days"],
        "visits": body["visits"],
    }


# --- materials and rules -----------------------------------------------------------------------------------------


def _materials(found: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return each material with what replaces its paper (免证办)."""
    datasets = {each.key: {"zh": each.zh, "en": each.en} for each in exchange.catalogue()}
    told = []
    for each in found:
        by = [_type_name(key) for key in each.get("certificate_types", ())]
        by += [datasets[each["dataset"]]] if "dataset" in each else []
        mode = _words(vocabulary.REPLACE_MODES, each["replace_mode"])
        paper = each["replace_mode"] == "upload"
        told.append({"name": each["name"], "required": each["required"], "mode": mode, "by": by, "paper": paper})
    return told


def _rule(rule: Mapping[str, Any], parameters: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return a rule as applicants read it, with the parameters that its expression names."""
    named = set(re.findall(r"[A-Za-z_]\w*", rule["expression"]))
    return {**rule, "if_not": ON_FAIL[rule["on_fail"]], "uses": [each for each in parameters if each["key"] in named]}


def _parameter(found: Mapping[str, Any], today: date) -> dict[str, Any]:
    """Return a parameter as it stands on a day: one figure, or rows by tier. Money is told in yuan."""
    begun = [(_date(each["from"]), each) for each in found["values"] if _date(each["from"]) <= today]
    since, held = max(begun, key=lambda each: each[0]) if begun else (None, {})
    unit: Mapping[str, str] = found["unit"]
    money = unit["zh"].startswith("分") and unit["en"].startswith("fen")
    told = {"zh": "元" + unit["zh"][1:], "en": "yuan" + unit["en"][3:]} if money else unit
    return {
        "key": found["key"],
        "label": found["label"],
        "unit": told,
        "since": since,
        "figure": _figure(held.get("value"), money),
        "rows": [
            {"from": each["from"], "to": each.get("to"), "figure": _figure(each["value"], money)}
            for each in held.get("rows", ())
        ],
        "reference": found["reference"],
    }


def _figure(value: Any, money: bool) -> Any:
    return yuan(value) if money and value is not None else value


def _date(value: date | str) -> date:
    return date.fromisoformat(value) if isinstance(value, str) else value


# --- the route of a theme ----------------------------------------------------------------------------------------


def _branch(branch: Mapping[str, Any], names: Mapping[str, Words]) -> dict[str, Any]:
    found = queries.item(branch["item"])
    return {
        **branch,
        "item_name": found.body["name"],
        "office": _office(found.body["department"]),
        "waits_for": [names[each] for each in branch["after"]],
        "always": branch["chosen_by"] == "always",
        "offered": [_office(each) for each in branch["alternatives"]],
    }


def _drawing(branches: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Place the branches: each in the column after the last one that it waits for; lines join them."""
    depth: dict[str, int] = {}
    while len(depth) < len(branches):
        ready = [each for each in branches if each["key"] not in depth and set(each["after"]) <= depth.keys()]
        if not ready:
            break  # a published theme has no circle
        depth |= {each["key"]: 1 + max((depth[name] for name in each["after"]), default=-1) for each in ready}
    columns: dict[int, list[Mapping[str, Any]]] = {}
    for each in branches:
        columns.setdefault(depth.get(each["key"], 0), []).append(each)
    tall = max(len(column) for column in columns.values())
    height = tall * (HIGH + GAP_Y) - GAP_Y
    places: dict[str, dict[str, Any]] = {}
    for number, column in columns.items():
        top = (height - (len(column) * (HIGH + GAP_Y) - GAP_Y)) // 2
        for row, each in enumerate(column):
            x, y = 1 + number * (BOX + GAP_X), 1 + top + row * (HIGH + GAP_Y)
            places[each["key"]] = {
                "x": x, "y": y, "text_x": x + 16, "name_y": y + 22, "note_y": y + 40, "name": each["name"],
                "hours": each["promised_working_hours"], "always": each["chosen_by"] == "always",
            }  # fmt: skip
    lines = [
        _line_between(places[before], places[each["key"]]) for each in branches for before in each["after"]
    ]  # fmt: skip
    wide = len(columns) * (BOX + GAP_X) - GAP_X
    return {"width": wide + 2, "height": height + 2, "box": BOX, "high": HIGH,
            "nodes": list(places.values()), "lines": lines}  # fmt: skip


def _line_between(start: Mapping[str, int], end: Mapping[str, int]) -> str:
    x, y, to_x, to_y = start["x"] + BOX, start["y"] + HIGH // 2, end["x"], end["y"] + HIGH // 2
    half = x + (to_x - x) // 2
    return f"M{x} {y}H{half}V{to_y}H{to_x}"
