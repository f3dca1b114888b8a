"""The officer's desk: what waits for one's role, and one case with everything that may be done to it."""

from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from approvals import queries
from approvals.actions import accept, after, ask_correction, decide, handle, open, special, withdraw
from approvals.api.telling import Teller
from approvals.pages.applications import context_of
from govsim.core import access, clock
from govsim.core.actors import OFFICERS
from govsim.core.doors import SeatedRequest, seated
from govsim.core.errors import NotFound


@seated(*OFFICERS)
@require_GET
def inbox(request: SeatedRequest) -> HttpResponse:
    """The cases of the department that wait for this role, oldest first, each with its limit."""
    world, actor = request.seat.world, access.actor(request.seat)
    teller = Teller(actor, clock.now(world))
    rows = queries.inbox(world, actor)[:100]
    return render(request, "approvals/inbox.html", {"rows": [teller.line(each) for each in rows]})


@seated(*OFFICERS)
@require_http_methods(["GET", "POST"])
def case(request: SeatedRequest, number: str) -> HttpResponseBase:
    """One case: form, materials, findings, history, and the moves that the table allows."""
    if request.method == "POST":
        _do(request, number, request.POST.get("verb", ""))
        return redirect("inbox" if request.POST.get("verb") != "accept" else request.path)
    return render(request, "approvals/case.html", context_of(request, number))


def _do(request: SeatedRequest, number: str, verb: str) -> None:
    told = request.POST
    who: dict[str, Any] = {"world": request.seat.world, "actor": access.actor(request.seat), "number": number}
    opinion, reason = told.get("opinion", ""), told.get("reason", "")
    match verb:
        case "open":
            open.open_case(**who)
        case "accept":
            accept.accept(**who)
        case "decline":
            accept.decline(**who, reason_zh=reason)
        case "ask_correction":
            lines = [line.strip() for line in told.get("missing", "").splitlines() if line.strip()]
            ask_correction.ask_correction(**who, missing=[{"what": each, "zh": each, "en": each} for each in lines])
        case "handle" | "review" | "send_back":
            getattr(handle, verb)(**who, opinion=opinion)
        case "suspend":
            special.suspend(**who, reason=reason)
        case "resume":
            special.resume(**who, result=opinion)
        case "grant":
            decide.grant(**who, opinion=opinion)
        case "refuse":
            decide.refuse(**who, reason_zh=reason)
        case "return":
            withdraw.return_(**who, reason_zh=reason)
        case "inspect":
            after.inspect(**who, passed=told.get("passed") == "true", words=reason)
        case _:
            raise NotFound("没有这个操作", "There is no such action")
