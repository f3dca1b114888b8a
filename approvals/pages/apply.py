"""Apply for one item: the form opens filled, what is wrong may be corrected, and it is submitted."""

from typing import Any

from django.http import HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from approvals.actions import submit
from approvals.pages import fields
from govsim.core import access, clock
from govsim.core.doors import SeatedRequest, seated
from govsim.core.errors import GovsimError
from govsim.exchange import queries as exchange
from govsim.exchange.actions import log
from services import queries as catalogue


def prefilled(request: SeatedRequest, body: Any) -> dict[str, dict[str, Any]]:
    """Return what the registers say for the shared fields, and write down who looked."""
    world, holder = request.seat.world, request.seat.holder
    wanted = [
        (each["key"], each["source"]["dataset"], each["source"].get("key", "applicant"), each["source"]["expression"])
        for each in body["form"]
        if "source" in each and each["source"].get("key", "applicant") == "applicant"
    ]
    found = exchange.prefill(world, holder, wanted, at=clock.now(world), department=body["department"])
    log.record(found.log)
    return {
        key: {
            "value": value.value,
            "department": fields.department(value.source),
            "dataset": fields.dataset(value.dataset),
            "at": value.at,
        }
        for key, value in found.items()
    }


@seated("applicant")
@require_http_methods(["GET", "POST"])
def apply(request: SeatedRequest, key: str) -> HttpResponseBase:
    """Ask for consent, show the filled form, take it; a form with faults comes back with everything in it."""
    body = catalogue.item(key).body
    found: list[dict[str, str]] = []
    typed: QueryDict | None = request.POST if request.method == "POST" else None
    if typed is not None and typed.get("step") == "submit":
        own, corrected = fields.read(body["form"], typed)
        try:
            row = submit.submit(
                world=request.seat.world,
                actor=access.actor(request.seat),
                applicant_name=request.seat.name_zh,
                item_key=key,
                form=own,
                corrections=corrected,
                materials=fields.read_materials(body["materials"], typed),
                consent=typed.get("consent") == "true",
                human_route=typed.get("human") == "true",
                subject=typed.get("subject", ""),
            )
        except GovsimError as error:
            found = fields.of(error)
        else:
            return redirect("application", row.number)
    agreed = bool(typed) or request.GET.get("consent") == "1"
    shared = prefilled(request, body) if agreed else {}
    context = {
        "item": catalogue.item(key),
        "agreed": agreed,
        "faults": found,
        "boxes": fields.boxes(body["form"], typed=typed, shared=shared, found=found),
        "materials": fields.materials(body["materials"], typed=typed, found=found),
        "firm": body["subject"] == "firm",
        "human": bool(typed and typed.get("human")),
    }
    return render(request, "approvals/apply.html", context, status=422 if found else 200)
