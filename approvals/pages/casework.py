"""The moves of officers on one case: read what was typed, make the move on the case as it was seen, say what became
of it."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from approvals.actions import accept, after, ask_correction, decide, handle, special, withdraw
from approvals.actions import open as opening
from approvals.actions.as_seen import as_seen
from approvals.pages import applications, desk, fields, sheet
from govsim.core import access
from govsim.core.actors import OFFICERS
from govsim.core.doors import SeatedRequest, seated
from govsim.core.errors import BadInput, Conflict, GovsimError, NotAllowed, NotFound, Refused
from services import queries as catalogue

type Reader = Callable[[QueryDict, Mapping[str, Any]], dict[str, Any]]
CONFIRM: Final = ("请勾选确认：此操作不能撤回", "Tick to confirm: this cannot be taken back")


def _nothing(posted: QueryDict, body: Mapping[str, Any]) -> dict[str, Any]:
    return {}


def _text(*names: str) -> Reader:
    return lambda posted, body: {name: posted.get(name, "") for name in names}


def _lines(posted: QueryDict, body: Mapping[str, Any]) -> dict[str, Any]:
    missing = sheet.asked(posted, body)
    unsaid = [each["what"] for each in missing if not each["zh"]]
    if unsaid:
        raise BadInput({f"zh-{key}": ("请写明补正的理由", "Say why it has to be corrected") for key in unsaid})
    return {"missing": missing}


def _checked(posted: QueryDict, body: Mapping[str, Any]) -> dict[str, Any]:
    if posted.get("passed") not in ("true", "false"):
        raise BadInput({"passed": ("请选择抽查结果", "Choose the result of the check")})
    return {"passed": posted.get("passed") == "true", "words": posted.get("words", "")}


_REASON: Final = _text("reason_zh", "reason_en")
VERBS: Final[Mapping[str, tuple[Callable[..., Any], Reader]]] = {
    "open": (opening.open_case, _nothing),
    "accept": (accept.accept, _nothing),
    "decline": (accept.decline, _REASON),
    "ask_correction": (ask_correction.ask_correction, _lines),
    "handle": (handle.handle, _text("opinion")),
    "review": (handle.review, _text("opinion")),
    "send_back": (handle.send_back, _text("opinion")),
    "suspend": (special.suspend, _text("reason")),
    "resume": (special.resume, _text("result")),
    "grant": (decide.grant, _text("opinion")),
    "refuse": (decide.refuse, _text("reason_zh", "reason_en", "remedy_zh", "remedy_en")),
    "return": (withdraw.return_, _REASON),
    "inspect": (after.inspect, _checked),
}


@require_POST
@seated(*sorted(OFFICERS))
def do(request: SeatedRequest, number: str, verb: str) -> HttpResponse:
    """Make one move on a case in the version that the form shows; a refused form is shown again as it was typed.

    409 when somebody was first, 403 when this person may not, 422 when the form has faults.
    """
    if verb not in VERBS:
        raise NotFound("没有这个操作", "There is no such action")
    row = applications.visible(request, number)
    action, reader = VERBS[verb]
    body = catalogue.item_version(row.item_key, row.item_version).body
    posted = request.POST
    version = desk.version_of(posted)
    try:
        given = reader(posted, body)
        if verb in desk.FINAL and posted.get("confirm") != "true" and version == row.version:
            raise BadInput({"confirm": CONFIRM})
        as_seen(
            action, world=request.seat.world, actor=access.actor(request.seat), number=number, version=version, **given
        )
    except (BadInput, Refused, Conflict, NotAllowed) as error:
        again = applications.visible(request, number)
        return desk.page(request, again, typed=posted, verb=verb, faults=fields.of(error), status=_status(error))
    messages.success(request, verb)
    return redirect("case", number)


def _status(error: GovsimError) -> int:
    return 409 if isinstance(error, Conflict) else 403 if isinstance(error, NotAllowed) else 422
