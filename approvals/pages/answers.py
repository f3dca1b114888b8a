"""The tasks of a draft: its details, its materials, a last look, and what comes after it was sent."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from approvals.actions import entry
from approvals.actions.submit import save_draft, submit
from approvals.api.telling import Teller
from approvals.models import Application
from approvals.pages import applications, choices, fields
from approvals.pages.apply import DECLARE, about, cards_of, consented, kept, left_to_enter, prefilled
from govsim.core import access, clock
from govsim.core.doors import SeatedRequest, seated
from govsim.core.errors import BadInput, Conflict, Refused
from services import queries as catalogue

type Body = Mapping[str, Any]


@require_http_methods(["GET", "POST"])
@seated("applicant")
def details(request: SeatedRequest, number: str) -> HttpResponse:
    """Show the form that the registers have filled in; keep what is typed, and check it unless it is put aside."""
    row = kept(request, number)
    body = catalogue.item_version(row.item_key, row.item_version).body
    if request.method == "GET":
        return _form(request, row, body)
    own, corrected = fields.read(body["form"], request.POST)
    if request.POST.get("step") != "later":
        try:
            entry.clean(body["form"], own)
            entry.clean(body["form"], corrected, shared=True)
        except BadInput as error:
            return _form(request, row, body, typed=request.POST, faults=fields.of(error))
    save_draft(
        world=request.seat.world, actor=access.actor(request.seat), number=number, form=own, corrections=corrected
    )
    return redirect("apply-tasks", number)


def _form(
    request: SeatedRequest,
    row: Application,
    body: Body,
    *,
    typed: QueryDict | None = None,
    faults: list[dict[str, str]] | None = None,
) -> HttpResponse:
    firm = row.subject if body["subject"] == "firm" else ""
    shared: dict[str, dict[str, Any]] = {
        each["key"]: {"missing": fields.MISSING["no_consent"]} for each in body["form"] if "source" in each
    }
    if consented(row):
        shared = prefilled(request.seat.world, body, holder=request.seat.holder, firm=firm)
    values = {**row.form, **row.corrections}
    boxes = fields.boxes(body["form"], typed=typed, values=values, shared=shared, found=faults or ())
    context = {
        **about(row, body),
        "boxes": boxes,
        "filled": sum(1 for each in shared.values() if each.get("value") is not None),
        "left": sum(1 for each in boxes if each.shared is None and not each.text and each.required),
        "dots": [_dot(each) for each in boxes],
        "faults": faults or [],
    }
    return render(request, "approvals/details.html", context, status=422 if faults else 200)


def _dot(box: fields.Box) -> str:
    """Return how a box stands in the row of small squares: filled by a register, typed by the applicant, or empty."""
    if box.text:
        return "mine"
    return "filled" if box.shared is not None and "value" in box.shared else "empty"


@require_http_methods(["GET", "POST"])
@seated("applicant")
def materials(request: SeatedRequest, number: str) -> HttpResponse:
    """Show a card for each material; keep what is chosen for it. One button consents to all that is held."""
    row = kept(request, number)
    body = catalogue.item_version(row.item_key, row.item_version).body
    made = cards_of(request.seat, row, body)
    faults: list[dict[str, str]] = []
    if request.method == "POST":
        chosen, faults = choices.read(request, made, all_held=request.POST.get("step") == "all")
        later = request.POST.get("step") == "later"
        row = save_draft(world=request.seat.world, actor=access.actor(request.seat), number=number, materials=chosen)
        if later or not faults:
            return redirect("apply-tasks", number)
        made = cards_of(request.seat, row, body, faults=faults)
    context = {
        **about(row, body),
        "materials": made,
        "held": sum(1 for each in made if each["held"] is not None),
        "by_itself": sum(1 for each in made if not each["asks"]),
        "faults": faults,
    }
    return render(request, "approvals/materials.html", context, status=422 if faults else 200)


@require_http_methods(["GET", "POST"])
@seated("applicant")
def check(request: SeatedRequest, number: str) -> HttpResponse:
    """Show the answers once more, then submit them as they are kept, declared true."""
    row = kept(request, number)
    body = catalogue.item_version(row.item_key, row.item_version).body
    if left_to_enter(row, body) or any(each["open"] for each in cards_of(request.seat, row, body)):
        return redirect("apply-tasks", number)
    faults: list[dict[str, str]] = []
    human = request.POST.get("human_route") == "true"
    if request.method == "POST":
        try:
            if request.POST.get("declaration") != "true":
                raise BadInput({DECLARE[0]: DECLARE[1:]})
            submit(
                world=request.seat.world, actor=access.actor(request.seat), applicant_name=row.applicant_name,
                item_key=row.item_key, form=row.form, corrections=row.corrections, materials=row.materials,
                consent=False, human_route=human, number=number,
            )  # fmt: skip
        except (BadInput, Conflict, Refused) as error:
            faults = fields.of(error)
        else:
            return redirect("application-sent", number)
    context = {
        **about(row, body),
        "entered": fields.rows(body["form"], row.form),
        "corrected": fields.rows(body["form"], row.corrections),
        "shared": sum(1 for each in body["form"] if "source" in each) - len(row.corrections),
        "materials": cards_of(request.seat, row, body),
        "subject": row.subject if body["subject"] == "firm" else "",
        "human": human,
        "consented": consented(row),
        "faults": faults,
    }
    return render(request, "approvals/check.html", context, status=422 if faults else 200)


@require_GET
@seated("applicant")
def sent(request: SeatedRequest, number: str) -> HttpResponse:
    """Say that a case was submitted: its number, what happens next and when. It can be opened again at any time."""
    row = applications.visible(request, number)
    if row.state == "draft":
        return redirect("apply-tasks", number)
    row.world = request.seat.world
    teller = Teller(access.actor(request.seat), clock.now(request.seat.world))
    body = teller.item(row).body
    context = {
        **about(row, body),
        "case": teller.line(row),
        "query_code": row.query_code if row.applicant == request.seat.holder else "",
        "human": row.human_route or bool(row.corrections) or not consented(row),
    }
    return render(request, "approvals/sent.html", context)
