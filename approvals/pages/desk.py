"""The officers' desk: what waits, one case with everything that decides it, and the moves of each role."""

from typing import Any, Final

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_GET

from approvals import queries
from approvals.api.telling import Teller
from approvals.models import Application, QualityCheck
from approvals.pages import applications, fields, wording
from govsim.core import access, clock
from govsim.core.actors import OFFICERS
from govsim.core.doors import SeatedRequest, seated

LINES: Final = 4  # of one correction notice
OPINIONS: Final = ("handle", "review", "send_back", "grant")
REASONS: Final = ("decline", "return", "refuse")
ORDER: Final = (
    "accept", "ask_correction", "handle", "review", "grant", "refuse", "send_back", "suspend", "resume", "decline",
    "return",
)  # fmt: skip


@require_GET
@seated(*sorted(OFFICERS))
def inbox(request: SeatedRequest) -> HttpResponse:
    """List the cases that the seat's role can move, oldest first; for a quality inspector, the sampled ones."""
    world, actor = request.seat.world, access.actor(request.seat)
    teller = Teller(actor, clock.now(world))
    inspects = actor.role == "quality_inspector"
    rows = applications.unchecked(request) if inspects else list(queries.inbox(world, actor)[: applications.MOST])
    told = queries.told_to_go_on(world, rows)
    context = {
        "lines": [{**teller.line(row), "told": told.get(row.pk)} for row in rows],
        "inspects": inspects,
        "department": fields.department(actor.department),
    }
    return render(request, "approvals/inbox.html", context)


@require_GET
@seated(*sorted(OFFICERS))
def case(request: SeatedRequest, number: str) -> HttpResponse:
    """Show one case to an officer, with the moves that their role may make."""
    return page(request, applications.visible(request, number))


def page(
    request: SeatedRequest,
    row: Application,
    *,
    typed: QueryDict | None = None,
    faults: list[dict[str, str]] | None = None,
    status: int = 200,
) -> HttpResponse:
    """Render the officer's page of a case, with what was typed in a form that was refused."""
    context = applications.told(request, row)
    body = context["item"].body
    verbs = [context["verbs"][verb] for verb in ORDER if verb in context["verbs"]]
    if row.missing:
        verbs = [each for each in verbs if each["verb"] != "ask_correction"]
    decision = getattr(row, "decision", None)
    sampled = decision is not None and decision.sampled
    check = QualityCheck.objects.filter(decision=decision).first() if sampled else None
    context |= {
        "faults": faults or [],
        "typed": typed or {},
        "notes": wording.noted(request),
        "forms": [
            {**each, "kind": _kind(each["verb"]), "opened": typed is not None and request.path.endswith(each["verb"])}
            for each in verbs
        ],
        "needs": [{"key": each["key"], "label": each["label"]} for each in body["form"]]
        + [{"key": each["key"], "label": each["name"]} for each in body["materials"]],
        "asked": _asked(typed),
        "told": queries.told_to_go_on(row.world, [row]).get(row.pk),
        "can_open": bool(verbs) and not row.opened_by,
        "opened_by_me": row.opened_by == access.actor(request.seat).key,
        "inspects": request.seat.role == "quality_inspector" and sampled and check is None,
        "check": check,
    }
    return render(request, "approvals/case.html", context, status=status)


def _kind(verb: str) -> str:
    """Return which small form a move needs: opinion, reason, lines, special, result or none."""
    if verb in OPINIONS:
        return "opinion"
    if verb in REASONS:
        return "reason"
    return {"ask_correction": "lines", "suspend": "special", "resume": "result"}.get(verb, "none")


def _asked(typed: QueryDict | None) -> list[dict[str, Any]]:
    """Return the lines of the correction form, as typed or empty."""
    whats, zhs, ens = ([], [], []) if typed is None else (typed.getlist(each) for each in ("what", "zh", "en"))
    lines = []
    for index in range(LINES):
        parts = [each[index] if index < len(each) else "" for each in (whats, zhs, ens)]
        lines.append({"index": index + 1, "what": parts[0], "zh": parts[1], "en": parts[2]})
    return lines
