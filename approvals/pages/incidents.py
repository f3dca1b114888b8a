"""Incidents: what no worker could do, why, and what a trainer can do about it."""

from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from approvals import queries
from approvals.actions import incidents as dealing
from govsim.core import access, journal
from govsim.core.doors import SeatedRequest, seated
from govsim.core.errors import BadInput
from services import queries as catalogue

MOST = 200


@seated("trainer", "auditor")
@require_http_methods(["GET", "POST"])
def incidents(request: SeatedRequest) -> HttpResponseBase:
    """List the incidents of the world; a trainer tries one again or hands it to officers."""
    world = request.seat.world
    if request.method == "POST":
        _deal(request)
        return redirect("incidents")
    rows = [
        {"number": row.number, "item": catalogue.item_version(row.item_key, row.item_version).body["name"],
         "state": row.state, "reason": row.dead_reason, "submitted_at": row.submitted_at}
        for row in queries.dead(world)[:MOST]
    ]  # fmt: skip
    told = {"rows": rows, "events": journal.incidents(world.pk)[:MOST], "may": request.seat.role == "trainer"}
    return render(request, "approvals/incidents.html", told)


def _deal(request: SeatedRequest) -> None:
    world, actor, told = request.seat.world, access.actor(request.seat), request.POST
    match told.get("do"):
        case "retry":
            dealing.retry(world=world, actor=actor, number=told.get("number", ""))
        case "hand_over":
            dealing.hand_over(world=world, actor=actor, number=told.get("number", ""))
        case "tell" if told.get("entry", "").isdecimal() and len(told["entry"]) < 19:
            dealing.tell_again(world=world, actor=actor, entry=int(told["entry"]))
        case _:
            raise BadInput({"do": ("没有这个操作", "There is no such action")})
