"""The applicant's moves on one application: read what was typed, make the move, show the application again."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from approvals.actions import after, correct, withdraw
from approvals.models import Application
from approvals.pages import applications, choices, fields
from govsim.core import access
from govsim.core.doors import SeatedRequest, seated
from govsim.core.errors import BadInput, Conflict, NotFound, Refused
from services import queries as catalogue

type Reader = Callable[[SeatedRequest, Application, Mapping[str, Any]], dict[str, Any]]


def _nothing(request: SeatedRequest, row: Application, body: Mapping[str, Any]) -> dict[str, Any]:
    return {}


def _text(*names: str) -> Reader:
    return lambda request, row, body: {name: request.POST.get(name, "") for name in names}


def _correction(request: SeatedRequest, row: Application, body: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answer to a correction notice. Raises BadInput for a file that will not do."""
    own, _ = fields.read(applications.own_fields(body), request.POST)
    cards = applications.offered(request, row, body, row.materials)
    given, faults = choices.read(request, cards, partly=True)
    if faults:
        raise BadInput({each["field"]: (each["zh"], each["en"]) for each in faults})
    return {"form": own, "materials": given, "consent": request.POST.get("consent") == "true"}


def _grade(request: SeatedRequest, row: Application, body: Mapping[str, Any]) -> dict[str, Any]:
    code = request.POST.get("code", "")
    return {"code": int(code) if code in "12345" and len(code) == 1 else 0, "words": request.POST.get("words", "")}


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
        made = action(world=request.seat.world, actor=actor, number=number, **reader(request, row, body))
    except (BadInput, Refused, Conflict) as error:
        status = 409 if isinstance(error, Conflict) else 422
        row = applications.visible(request, number)
        return applications.page(request, row, typed=request.POST, faults=fields.of(error), status=status)
    if verb == "ask_review":
        number = made.number
    messages.success(request, verb)
    return redirect("application", number)
