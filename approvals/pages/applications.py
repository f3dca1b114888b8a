"""My applications, one application with its passport, and the moves of both sides."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import condition, require_GET, require_POST

from approvals import queries, states
from approvals.actions import after, cases, correct, withdraw
from approvals.api.telling import Teller
from approvals.models import Application, Delivery, QualityCheck, Rating
from approvals.pages import fields, passports, spells, wording
from govsim.core import access, clock
from govsim.core.actors import OFFICERS
from govsim.core.doors import SeatedRequest, seated
from govsim.core.errors import BadInput, Conflict, NotFound, Refused
from services import queries as catalogue

MOST: Final = 100


@require_GET
@seated("applicant")
def mine(request: SeatedRequest) -> HttpResponse:
    """List the seat's applications and packages, newest first."""
    world, actor = request.seat.world, access.actor(request.seat)
    teller = Teller(actor, clock.now(world))
    alone = queries.of_applicant(world, actor.key).filter(package=None).prefetch_related("pauses")[:MOST]
    context = {
        "lines": [teller.line(row) for row in alone],
        "packages": [teller.package_line(row) for row in queries.packages_of(world, actor.key)[:MOST]],
        "messages_to_me": queries.messages_of(world, actor.key, most=10),
    }
    return render(request, "approvals/applications.html", context)


def visible(request: SeatedRequest, number: str) -> Application:
    """Return an application that the seat may see. Raises NotFound."""
    rows = cases.visible(request.seat.world, access.actor(request.seat))
    found = rows.select_related("package", "decision", "reviews").prefetch_related("pauses").filter(number=number)
    row = found.first()
    if row is None:
        raise NotFound("没有这个办件编号，或您无权查看", "There is no such case number, or it is not yours to see")
    return row


@require_GET
@seated()
def one(request: SeatedRequest, number: str) -> HttpResponse:
    """Show one application with its history, passport and moves."""
    return page(request, visible(request, number))


def tag(row: Application) -> str:
    """Return what changes whenever the live part of a case does: its version, and whether it has been opened."""
    return f'"{row.pk}-{row.version}-{len(row.opened_by)}"'


def _tag(request: SeatedRequest, number: str) -> str | None:
    return tag(visible(request, number)) if request.seat is not None else None


@require_GET
@condition(etag_func=_tag)
@seated()
def live(request: SeatedRequest, number: str) -> HttpResponse:
    """Return the part of an application that changes while it is handled; 304 when nothing has."""
    row = visible(request, number)
    return render(request, "approvals/_application_live.html", told(request, row))


def page(
    request: SeatedRequest,
    row: Application,
    *,
    typed: QueryDict | None = None,
    faults: list[dict[str, str]] | None = None,
    status: int = 200,
) -> HttpResponse:
    """Render the applicant's page of a case, with what was typed in a form that was refused."""
    context = {**told(request, row), "faults": faults or [], "typed": typed or {}, "notes": wording.noted(request)}
    body = context["item"].body
    if "correct" in context["verbs"]:
        context["boxes"] = fields.boxes(_own(body), typed=typed, values=row.form, found=faults or ())
        context["materials"] = fields.materials(
            body["materials"], typed=typed, values=row.materials, found=faults or ()
        )
    context["messages_of_case"] = _messages(request, row)
    return render(request, "approvals/application.html", context, status=status)


def _own(body: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [each for each in body["form"] if "source" not in each]


def _messages(request: SeatedRequest, row: Application) -> list[Any]:
    if request.seat.role != "applicant":
        return []
    return [each for each in queries.messages_of(row.world, row.applicant) if each.number == row.number]


def told(request: SeatedRequest, row: Application) -> dict[str, Any]:
    """Return what every page of a case shows."""
    actor, now = access.actor(request.seat), clock.now(request.seat.world)
    row.world = request.seat.world
    teller = Teller(actor, now)
    case = teller.application(row)
    item = teller.item(row)
    expert = request.GET.get("view") == "expert"
    light = (case["limit"] or {}).get("light", "")
    own = actor.role == "applicant" and row.applicant == actor.key
    finished = row.state in states.APPLICATION.outcomes
    delivery = Delivery.objects.filter(application=row).first()
    rating = Rating.objects.filter(application=row).first()
    return {
        "case": case,
        "item": item,
        "light": wording.LIGHTS.get(light),
        "tone": wording.tone(row.state),
        "next": wording.NEXT.get(row.state),
        "times": _times(case["limit"]),
        "tag": tag(row),
        "timeline": [wording.event(each) for each in case["history"]],
        "entered": fields.rows(item.body["form"], row.form),
        "corrected": fields.rows(item.body["form"], row.corrections),
        "given": _given(item.body, row),
        "missing": row.missing,
        "finished": finished,
        "verbs": {each["verb"]: each for each in case["moves"]},
        "can_deliver": own and row.state == "granted" and delivery is None,
        "can_rate": own and finished and rating is None,
        "can_review": own and row.state in ("granted", "refused"),
        "delivery": {"method": wording.METHODS[delivery.method], "at": delivery.at} if delivery is not None else None,
        "rating": wording.GRADES[rating.code] if rating is not None else None,
        "methods": wording.METHODS.items(),
        "grades": wording.GRADES.items(),
        "expert": expert,
        "passport": passports.explained(row, item, expert=expert, inside=actor.role != "applicant"),
        "officer": actor.role in OFFICERS,
        "query_code": row.query_code if own else "",
    }


def _times(limit: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Return the promised, used and left time of a limit in words."""
    if limit is None:
        return None
    return {each: spells.length(timedelta(hours=limit[f"{each}_hours"])) for each in ("promised", "used", "left")}


def _given(body: Mapping[str, Any], row: Application) -> list[dict[str, Any]]:
    """Return every material of the item with how it was given."""
    found = []
    for each in body["materials"]:
        choice = row.materials.get(each["key"]) or {}
        way, what = next(iter(choice.items()), (each["replace_mode"], ""))
        found.append({"name": each["name"], "instead": fields.INSTEAD[way], "what": what if what is not True else ""})
    return found


# --- moves ----------------------------------------------------------------------------------------------------------


def _nothing(posted: QueryDict, body: Mapping[str, Any]) -> dict[str, Any]:
    return {}


def _text(*names: str) -> Callable[[QueryDict, Mapping[str, Any]], dict[str, Any]]:
    return lambda posted, body: {name: posted.get(name, "") for name in names}


def _correction(posted: QueryDict, body: Mapping[str, Any]) -> dict[str, Any]:
    own, _ = fields.read(_own(body), posted)
    given = fields.read_materials(body["materials"], posted)
    return {"form": own, "materials": given, "consent": posted.get("consent") == "true"}


def _grade(posted: QueryDict, body: Mapping[str, Any]) -> dict[str, Any]:
    code = posted.get("code", "")
    return {"code": int(code) if code in "12345" and len(code) == 1 else 0, "words": posted.get("words", "")}


type Reader = Callable[[QueryDict, Mapping[str, Any]], dict[str, Any]]
VERBS: Final[Mapping[str, tuple[Callable[..., Any], Reader]]] = {
    "withdraw": (withdraw.withdraw, _nothing),
    "correct": (correct.correct, _correction),
    "deliver": (after.deliver, _text("method")),
    "rate": (after.rate, _grade),
    "ask_review": (after.ask_review, _nothing),
}


@require_POST
@seated()
def do(request: SeatedRequest, number: str, verb: str) -> HttpResponse:
    """Make one move on an application; a refused form is shown again with what was typed."""
    if verb not in VERBS:
        raise NotFound("没有这个操作", "There is no such action")
    row = visible(request, number)
    action, reader = VERBS[verb]
    body = catalogue.item_version(row.item_key, row.item_version).body
    actor = access.actor(request.seat)
    try:
        made = action(world=request.seat.world, actor=actor, number=number, **reader(request.POST, body))
    except (BadInput, Refused, Conflict) as error:
        status = 409 if isinstance(error, Conflict) else 422
        return page(request, visible(request, number), typed=request.POST, faults=fields.of(error), status=status)
    if verb == "ask_review":
        number = made.number
    messages.success(request, verb)
    return redirect("application", number)


def unchecked(request: SeatedRequest) -> list[Application]:
    """Return the sampled automatic grants of the world that no inspector has looked at, oldest first."""
    done = QualityCheck.objects.filter(decision__world=request.seat.world).values("decision_id")
    rows = Application.objects.filter(world=request.seat.world, decision__sampled=True).exclude(pk__in=done)
    return list(rows.select_related("package", "decision").prefetch_related("pauses").order_by("pk")[:MOST])
