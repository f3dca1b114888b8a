"""How the catalogue's data is said on its pages: names, materials, rules and parameters, as words in both languages."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.http import HttpRequest

from certificates import queries as certificates
from govsim.core import organisations
from govsim.core import world as worlds
from govsim.core.models import World
from govsim.core.templatetags.house import yuan
from govsim.exchange import queries as exchange
from services import queries, vocabulary

type Words = dict[str, str]  # {zh, en}

ON_FAIL: Mapping[str, Words] = {
    "REJECT": {"zh": "不符合的，不予批准", "en": "If not met: refused"},
    "MANUAL": {"zh": "不符合的，转人工核实", "en": "If not met: an officer checks"},
}


def world_of(request: HttpRequest) -> World | None:
    """Return the world of the seat, else the one that the public sees."""
    seat = getattr(request, "seat", None)
    if seat is not None:
        world: World = seat.world
        return world
    living = worlds.living()
    return living[0] if living else None


def may_apply(request: HttpRequest) -> bool:
    """Say whether the page offers to apply: to applicants and to whoever is nobody yet."""
    seat = getattr(request, "seat", None)
    return seat is None or seat.role == "applicant"


def coded(names: Mapping[str, tuple[str, str]], key: str) -> Words:
    """Return the words of a code."""
    zh, en = names[key]
    return {"zh": zh, "en": en}


def office(key: str) -> Words:
    """Return the name of an organisation."""
    found = organisations.department(key)
    return {"zh": found.name_zh, "en": found.name_en}


def city(key: str) -> Words:
    """Return the name of a city."""
    found = organisations.cities()[key]
    return {"zh": found.zh, "en": found.en}


def type_name(key: str) -> Words:
    """Return the name of a certificate type."""
    name = certificates.type_of(key).name
    return {"zh": name.zh, "en": name.en}


def line(key: str, body: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a list says of an item."""
    return {
        "key": key,
        "name": body["name"],
        "summary": body["summary"],
        "city_name": city(body["city"]),
        "department": office(body["department"]),
        "route": coded(vocabulary.ROUTES, body["route"]),
        "instant": body["route"] == "instant",
        "subject": coded(vocabulary.SUBJECTS, body["subject"]),
        "promised_days": body["limits"]["promised_days"],
        "visits": body["visits"],
    }


def materials(found: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return each material with what replaces its paper (免证办)."""
    datasets = {each.key: {"zh": each.zh, "en": each.en} for each in exchange.catalogue()}
    told = []
    for each in found:
        by = [type_name(key) for key in each.get("certificate_types", ())]
        by += [datasets[each["dataset"]]] if "dataset" in each else []
        mode = coded(vocabulary.REPLACE_MODES, each["replace_mode"])
        paper = each["replace_mode"] == "upload"
        told.append({"name": each["name"], "required": each["required"], "mode": mode, "by": by, "paper": paper})
    return told


def rule(found: Mapping[str, Any], parameters: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return a rule as applicants read it, with the parameters that its expression names."""
    named = set(re.findall(r"[A-Za-z_]\w*", found["expression"]))
    return {**found, "if_not": ON_FAIL[found["on_fail"]], "uses": [each for each in parameters if each["key"] in named]}


def parameter(found: Mapping[str, Any], today: date) -> dict[str, Any]:
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
    """Return a figure as it is read: money in yuan, a list of choices by their names."""
    if isinstance(value, list | tuple):
        named = [queries.word(str(each)) for each in value]
        return {"zh": "、".join(each["zh"] for each in named), "en": ", ".join(each["en"] for each in named)}
    return yuan(value) if money and value is not None else value


def _date(value: date | str) -> date:
    return date.fromisoformat(value) if isinstance(value, str) else value
