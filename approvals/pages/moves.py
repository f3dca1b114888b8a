"""The applicant's moves on one application: read what was typed, make the move, show the application again."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from approvals.actions import after, correct, withdraw
from approvals.pages import applications, fields
from govsim.core import access
from govsim.core.doors import SeatedRequest, seated
from govsim.core.errors import BadInput, Conflict, NotFound, Refused
from services import queries as catalogue


def _nothing(posted: QueryDict, body: Mapping[str, Any]) -> dict[str, Any]:
    return {}


def _text(*names: str) -> Callable[[QueryDict, Mapping[str, Any]], dict[str, Any]]:
    return lambda posted, body: {name: posted.get(name, "") for name in names}


def _correction(posted: QueryDict, body: Mapping[str, Any]) -> dict[str, Any]:
    own, _ = fields.read(applications.own_fields(body), posted)
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
    "ask_review": (after.ask_review, _text("reason")),
}


@require_POST
@seated()
def do(request: SeatedRequest, number: str, verb: str) -> HttpResponse:
    """Make one move on an application; a refused form is shown again with what was typed."""
    if verb not in VERBS:
        raise NotFound("没有这个操作", "There is no such action")
    row = applications.visible(request, number)
    action, reader = VERBS[verb]
    body = catalogue.item_version(row.item_key, row.item_version).body
    actor = access.actor(request.seat)
    try:
        made = action(world=request.seat.world, actor=actor, number=number, **reader(request.POST, body))
    except (BadInput, Refused, Conflict) as error:
        status = 409 if isinstance(error, Conflict) else 422
        row = applications.visible(request, number)
        return applications.page(request, row, typed=request.POST, faults=fields.of(error), status=status)
    if verb == "ask_review":
        number = made.number
    messages.success(request, verb)
    return redirect("application", number)
