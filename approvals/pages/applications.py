"""One application: where it stands, its passport, its documents, and what its applicant may do."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import condition, require_GET

from approvals import queries, states
from approvals.actions import cases
from approvals.api.telling import Teller
from approvals.models import Application, Delivery, QualityCheck, Rating
from approvals.pages import choices, fields, folder, limits, passports, wording
from govsim.core import access, clock
from govsim.core.actors import OFFICERS
from govsim.core.doors import SeatedRequest, seated
from govsim.core.errors import NotFound

MOST: Final = 100


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
    """Render the applicant's page of a case, with what was typed and chosen in a form that was refused."""
    context = {**told(request, row), "faults": faults or [], "typed": typed or {}, "notes": wording.noted(request)}
    body = context["item"].body
    if "correct" in context["verbs"]:
        context["boxes"] = fields.boxes(own_fields(body), typed=typed, values=row.form, found=faults or ())
        given = row.materials
        if typed is not None:
            given |= choices.read(request, offered(request, row, body, given), partly=True)[0]
        context["materials"] = offered(request, row, body, given, faults or ())
        context["department"] = fields.department(row.department)
    if context["own"]:
        context["documents"] = folder.listed(row, getattr(row, "decision", None))
    context["messages_of_case"] = _messages(request, row)
    return render(request, "approvals/application.html", context, status=status)


def own_fields(body: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the fields of an item that the applicant fills in."""
    return [each for each in body["form"] if "source" not in each]


def offered(
    request: SeatedRequest, row: Application, body: Mapping[str, Any], given: Mapping[str, Any],
    faults: Iterable[Mapping[str, str]] = (),
) -> list[dict[str, Any]]:  # fmt: skip
    """Return the materials of a correction as cards; a certificate that is held is chosen until something else is."""
    firm = row.subject if body["subject"] == "firm" else ""
    cards = choices.shown(request.seat, body, given, firm, faults)
    for each in cards:
        each["way"] = each["way"] or ("certificate" if each["held"] is not None else "")
    return cards


def _messages(request: SeatedRequest, row: Application) -> list[Any]:
    if request.seat.role != "applicant":
        return []
    return queries.messages_about(row)


def told(request: SeatedRequest, row: Application) -> dict[str, Any]:
    """Return what every page of a case shows."""
    actor, now = access.actor(request.seat), clock.now(request.seat.world)
    row.world = request.seat.world
    teller = Teller(actor, now)
    case = teller.application(row)
    item = teller.item(row)
    expert = request.GET.get("view") == "expert"
    own = actor.role == "applicant" and row.applicant == actor.key
    finished = row.state in states.APPLICATION.outcomes
    delivery = Delivery.objects.filter(application=row).first()
    rating = Rating.objects.filter(application=row).first()
    return {
        "case": case,
        "own": own,
        "item": item,
        "tone": wording.tone(row.state),
        "next": wording.NEXT.get(row.state),
        "limit": limits.shown(row, item.body, case["limit"], now),
        "tag": tag(row),
        "timeline": [wording.event(each, department=row.department) for each in case["history"]],
        "entered": fields.rows(item.body["form"], row.form),
        "corrected": fields.rows(item.body["form"], row.corrections),
        "given": _given(item.body, row),
        "missing": row.missing,
        "correct_until": row.due_at if row.state == "correcting" else None,
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


def _given(body: Mapping[str, Any], row: Application) -> list[dict[str, Any]]:
    """Return every material of the item with how it was given."""
    found = []
    for each in body["materials"]:
        choice = row.materials.get(each["key"]) or {}
        way, what = next(iter(choice.items()), (each["replace_mode"], ""))
        found.append({"name": each["name"], "instead": fields.INSTEAD[way], "what": what if what is not True else ""})
    return found


def unchecked(request: SeatedRequest) -> list[Application]:
    """Return the sampled automatic grants of the world that no inspector has looked at, oldest first."""
    done = QualityCheck.objects.filter(decision__world=request.seat.world).values("decision_id")
    rows = Application.objects.filter(world=request.seat.world, decision__sampled=True).exclude(pk__in=done)
    return list(rows.select_related("package", "decision").prefetch_related("pauses").order_by("pk")[:MOST])
