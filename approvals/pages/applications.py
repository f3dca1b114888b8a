"""One's own applications: the list, one with its passport, and what may be done with it."""

from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from approvals import passport, queries
from approvals.actions import after, cases, correct, withdraw
from approvals.api.telling import Teller
from approvals.pages import fields, wording
from approvals.rules import engine
from govsim.core import access, clock
from govsim.core.doors import SeatedRequest, seated
from govsim.core.errors import NotFound
from services import queries as catalogue


def _teller(request: SeatedRequest) -> Teller:
    return Teller(access.actor(request.seat), clock.now(request.seat.world))


@seated("applicant")
@require_GET
def mine(request: SeatedRequest) -> HttpResponse:
    """The applications and packages of the signed-in person, newest first."""
    world, holder, teller = request.seat.world, request.seat.holder, _teller(request)
    rows = queries.of_applicant(world, holder).prefetch_related("pauses")[:50]
    return render(request, "approvals/applications.html", {
        "rows": [teller.line(each) for each in rows],
        "packages": [teller.package_line(each) for each in queries.packages_of(world, holder)[:20]],
        "messages_told": queries.messages_of(world, holder, 10),
    })  # fmt: skip


def shown_passport(row: Any, *, expert: bool) -> dict[str, Any] | None:
    """Return the decision passport as a page shows it, with the nearest change."""
    found = queries.passport(row)
    if found is None:
        return None
    named = found["rule_set"]["sha256"]
    version = catalogue.rule_set_by_hash(row.item_key, named, world_id=row.world_id)
    rules = engine.load(version.body, version.body["standing"], version=version.version, sha256=version.sha256)
    whole = passport.with_nearest(found, rules)
    view = whole if expert else passport.applicant_view(whole)
    labels = {name: declared.label for name, declared in rules.declarations.items()}
    told = [
        {
            **rule,
            "word": wording.VERDICTS[rule["verdict"]],
            "told": [
                {**value, "label": labels.get(value["fact"]), "by": fields.department(value["source"])}
                for value in rule["values"]
            ],
        }
        for rule in view["rules"]
    ]
    return {**view, "rules": told, "word": wording.OUTCOMES[view["outcome"]]}


def context_of(request: SeatedRequest, number: str) -> dict[str, Any]:
    """Return what the page of one application shows."""
    actor = access.actor(request.seat)
    row = cases.application(request.seat.world, number, actor)
    told = _teller(request).application(row)
    body = catalogue.item_version(row.item_key, row.item_version).body
    return {
        "row": row,
        "told": told,
        "item_name": body["name"],
        "events": [{**each, "word": wording.EVENTS.get(each["event"])} for each in told["history"]],
        "passport": shown_passport(row, expert=actor.role != "applicant"),
        "expert": request.GET.get("view") == "expert",
        "moves": {each["verb"]: each for each in told["moves"]},
        "entries": fields.rows(body["form"], row.form),
        "materials": fields.materials(body["materials"], values=row.materials),
        "grades": wording.GRADES.items(),
        "methods": wording.METHODS.items(),
        "finished": row.state in ("granted", "refused", "not_accepted", "withdrawn", "returned", "voided"),
    }


@seated()
@require_GET
def one(request: SeatedRequest, number: str) -> HttpResponse:
    """One application: state, limit, timeline, decision passport."""
    return render(request, "approvals/application.html", context_of(request, number))


@seated()
@require_GET
def live(request: SeatedRequest, number: str) -> HttpResponse:
    """The part of the page that changes while the case is handled."""
    return render(request, "approvals/_application.html", context_of(request, number))


@seated("applicant")
@require_POST
def do(request: SeatedRequest, number: str, verb: str) -> HttpResponseBase:
    """Do what one of the page's small forms asks."""
    world, actor, told = request.seat.world, access.actor(request.seat), request.POST
    match verb:
        case "withdraw":
            withdraw.withdraw(world=world, actor=actor, number=number)
        case "deliver":
            after.deliver(world=world, actor=actor, number=number, method=told.get("method", "electronic"))
        case "rate":
            code = told.get("code", "")
            after.rate(
                world=world, actor=actor, number=number, code=int(code) if code.isdigit() else 0,
                words=told.get("words", ""),
            )  # fmt: skip
        case "ask_review":
            number = after.ask_review(world=world, actor=actor, number=number).number
        case "correct":
            row = cases.application(world, number, actor)
            body = catalogue.item_version(row.item_key, row.item_version).body
            given = fields.read_materials(body["materials"], told)
            correct.correct(world=world, actor=actor, number=number, materials=given, consent=True)
        case _:
            raise NotFound("没有这个操作", "There is no such action")
    return redirect("application", number)
