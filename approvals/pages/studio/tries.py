"""Trying rules: on a person of the world, or on a case that is typed fact by fact. Nothing is decided."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from approvals import passport as passports
from approvals import queries
from approvals.actions import try_rules
from approvals.actions.replay import REPLAYERS
from approvals.pages.passports import tried
from approvals.pages.studio import shelf
from approvals.rules import derive, engine, examples, facts
from approvals.rules.facts import MISSING, UNKNOWN, Declaration, Fact
from approvals.rules.ruleset import RuleSet
from govsim.core import access, clock, faults
from govsim.core.doors import SeatedRequest, seated
from govsim.core.errors import BadInput, NotFound
from govsim.exchange import queries as exchange
from services import queries as catalogue

SAMPLE: Final = 8  # people to pick from
NOT_KNOWN: Final = "?"  # what the form says for a fact that is not known


@require_http_methods(["GET", "POST"])
@seated(*REPLAYERS)
def attempt(request: SeatedRequest, key: str) -> HttpResponse:
    """Show the form of the facts; judge a person or the typed facts by the rules in force or by a draft."""
    item, world = catalogue.item(key), request.seat.world
    number = request.GET.get("draft", "")
    draft = catalogue.proposal(world.pk, key, int(number)) if number.isdecimal() and len(number) < 9 else None
    held = shelf.version_of(request, key, "")
    ruleset = _ruleset(held, draft)
    example = examples.granting(item.body, shelf.standing_of((draft or held).body))
    flat: Mapping[str, Any] = {name: facts.to_data(value) for name, value in example.items()}
    context: dict[str, Any] = {"item": item, "held": held, "draft": draft, "faults": [], "how": "", "person": ""}
    as_of = shelf.today(request)
    if request.method == "POST":
        person = request.POST.get("person", "").strip()[:18]
        context |= {"how": "person" if "person" in request.POST else "facts", "person": person}
        try:
            as_of = _day(request, as_of)
            by_person = context["how"] == "person"
            known = _person(request, key, ruleset, person) if by_person else _typed(request, ruleset, key)
            flat = {name: facts.to_data(each.value) for name, each in known.items()}
            made = passports.with_nearest(passports.build(ruleset, engine.evaluate(ruleset, known, as_of)), ruleset)
            context["passport"] = tried(passports.applicant_view(made) if by_person else made, ruleset)
        except (BadInput, NotFound) as error:
            context["faults"] = [{**each, "field": each["field"] or "person"} for each in faults.of(error)]
            if context["how"] == "facts":
                flat = {name: _said(request, name) for name in ruleset.declarations}
    context |= {
        "as_of": as_of,
        "fields": [_field(each, flat, context) for each in ruleset.declarations.values()],
        "people": _people(request, item),
    }
    return render(request, "approvals/studio_try.html", context, status=400 if context["faults"] else 200)


def _ruleset(held: Any, draft: Any) -> RuleSet:
    if draft is None:
        body = held.body
        return engine.load(body, body["standing"], version=held.version, sha256=held.sha256)
    return engine.load(draft.body, draft.body["standing"])


def _day(request: SeatedRequest, usual: date) -> date:
    text = request.POST.get("as_of", "").strip()
    if not text:
        return usual
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadInput({"as_of": ("请填写日期，如 2021-12-01", "Enter a date such as 2021-12-01")}) from None


def _person(request: SeatedRequest, key: str, ruleset: RuleSet, number: str) -> dict[str, Fact]:
    if not number:
        raise BadInput({"person": ("请填写或选择一个人", "Enter or choose a person")})
    world = request.seat.world
    return try_rules.facts_of(
        world=world, item=key, ruleset=ruleset, person=number, system=_assumed(ruleset, key),
        actor=access.actor(request.seat), at=clock.now(world),
    )  # fmt: skip


def _assumed(ruleset: RuleSet, key: str) -> dict[str, object]:
    """Return what the platform itself would know, as in the first worked example: complete, consented, undisputed."""
    example = examples.granting(catalogue.item(key).body, catalogue.standing())
    return {
        name: facts.from_data(each, example.get(name))
        for name, each in ruleset.declarations.items()
        if each.dataset == "system"
    }


def _typed(request: SeatedRequest, ruleset: RuleSet, key: str) -> dict[str, Fact]:
    """Return the facts as typed; what was left open is UNKNOWN. Raises BadInput for what is no value of its type."""
    departments = queries.sources(catalogue.item(key).body, catalogue.standing())
    flat: dict[str, Any] = {}
    wrong: dict[str, tuple[str, str]] = {}
    for name, declared in ruleset.declarations.items():
        value = _read(declared, _said(request, name))
        flat[name] = value
        if value is not None and facts.check(declared, facts.from_data(declared, value)):
            zh, en = facts.WHY[facts.check(declared, facts.from_data(declared, value))]
            wrong[f"fact-{name}"] = (f"{declared.label['zh']}：{zh}", f"{declared.label['en']}: {en}")
    if wrong:
        raise BadInput(wrong)
    known = derive.from_flat(ruleset, flat, sources=departments)
    return {
        name: known.get(name) or Fact(name, UNKNOWN, MISSING, "", each.dataset)
        for name, each in ruleset.declarations.items()
    }


def _said(request: SeatedRequest, name: str) -> Any:
    parts = request.POST.getlist(f"fact-{name}")
    return parts if len(parts) > 1 else parts[0][:500] if parts else ""


def _read(declared: Declaration, said: Any) -> Any:
    """Return what was typed as data of the declared type; text that is none stays text, for the check to refuse."""
    if declared.type == "choices":
        return [each for each in (said if isinstance(said, list) else [said]) if each]
    text = str(said).strip()
    if text == NOT_KNOWN or (not text and declared.type != "text"):
        return None
    if declared.type == "bool":
        return {"true": True, "false": False}.get(text, text)
    if declared.type == "int" and text.lstrip("-").isascii() and text.lstrip("-").isdigit() and len(text) < 19:
        return int(text)
    return text


def _field(declared: Declaration, flat: Mapping[str, Any], context: Mapping[str, Any]) -> dict[str, Any]:
    value = flat.get(declared.name)
    text = NOT_KNOWN if value is None else str(value).lower() if isinstance(value, bool) else str(value)
    chosen = value if isinstance(value, list) else [text]
    hidden = declared.sensitive and context["how"] == "person"
    return {
        "name": f"fact-{declared.name}",
        "fact": declared.name,
        "label": declared.label,
        "type": declared.type,
        "text": "" if hidden or text == NOT_KNOWN else text,
        "unknown": value is None,
        "options": [
            {"key": each, "label": catalogue.word(each), "on": each in chosen and not hidden}
            for each in sorted(declared.choices)
        ],
        "fault": next((each for each in context["faults"] if each["field"] == f"fact-{declared.name}"), None),
    }


def _people(request: SeatedRequest, item: Any) -> list[dict[str, Any]]:
    """Return some people of the item's city to pick from: young, grown up and old."""
    world, on = request.seat.world, shelf.today(request)
    found = []
    for youngest, oldest, many in ((70, 120, 4), (60, 69, 2), (20, 59, 2)):
        found += exchange.sample_persons(
            world, city=item.body["city"], min_age=youngest, max_age=oldest, on=on, limit=many
        )
    return [{"number": each.number, "name": each.name, "pinyin": each.pinyin, "age": each.age_on(on)} for each in found]
