"""My applications: packages and single items, newest first, a page at a time."""

from typing import Final

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from approvals import queries, states
from approvals.api.telling import Teller
from approvals.pages import wording
from govsim.core import access, clock
from govsim.core.doors import SeatedRequest, seated
from govsim.core.errors import BadInput

A_PAGE: Final = 20
MESSAGES: Final = 6


@require_GET
@seated("applicant")
def mine(request: SeatedRequest) -> HttpResponse:
    """List the seat's applications and packages; `state` chooses one state, `before` a number to go on from."""
    world, actor = request.seat.world, access.actor(request.seat)
    teller = Teller(actor, clock.now(world))
    state, before = request.GET.get("state", ""), request.GET.get("before", "")
    if state and state not in states.APPLICATION.states:
        raise BadInput({"state": ("没有这个状态", "There is no such state")})
    rows = queries.of_applicant(world, actor.key).filter(package=None).prefetch_related("pauses")
    if state:
        rows = rows.filter(state=state)
    if before:
        rows = queries.older(rows, world, before)
    found = list(rows[: A_PAGE + 1])
    shown = found[:A_PAGE]
    packages = [] if before or state else queries.packages_of(world, actor.key)[:A_PAGE]
    context = {
        "lines": [{**teller.line(row), "tone": wording.tone(row.state)} for row in shown],
        "older": shown[-1].number if len(found) > A_PAGE else "",
        "packages": [{**teller.package_line(row), "tone": wording.tone(row.state)} for row in packages],
        "messages_to_me": queries.messages_of(world, actor.key, most=MESSAGES) if not before else [],
        "states": states.APPLICATION.states.values(),
        "state": state,
        "before": before,
    }
    return render(request, "approvals/applications.html", context)
