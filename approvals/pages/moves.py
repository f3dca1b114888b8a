"""The moves of both sides: every verb of the table of states is one POST."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from approvals.actions import accept as accepting
from approvals.actions import after, ask_correction, correct, decide, handle, special, withdraw
from approvals.actions import open as opening
from approvals.pages import applications, desk, fields
from govsim.core import access
from govsim.core.actors import OFFICERS
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


def _lines(posted: QueryDict, body: Mapping[str, Any]) -> dict[str, Any]:
    named = {each["key"]: each["label"] for each in body["form"]}
    named |= {each["key"]: each["name"] for each in body["materials"]}
    missing = []
    for what, zh, en in zip(posted.getlist("what"), posted.getlist("zh"), posted.getlist("en"), strict=False):
        if what or zh.strip():
            words = named.get(what, {"zh": "", "en": ""})
            missing.append({"what": what or "other", "zh": zh.strip() or words["zh"], "en": en.strip() or words["en"]})
    return {"missing": missing}


def _grade(posted: QueryDict, body: Mapping[str, Any]) -> dict[str, Any]:
    code = posted.get("code", "")
    return {"code": int(code) if code in "12345" and len(code) == 1 else 0, "words": posted.get("words", "")}


def _checked(posted: QueryDict, body: Mapping[str, Any]) -> dict[str, Any]:
    if posted.get("passed") not in ("true", "false"):
        raise BadInput({"passed": ("请选择抽查结果", "Choose the result of the check")})
    return {"passed": posted.get("passed") == "true", "words": posted.get("words", "")}


type Reader = Callable[[QueryDict, Mapping[str, Any]], dict[str, Any]]
VERBS: Final[Mapping[str, tuple[Callable[..., Any], Reader]]] = {
    "withdraw": (withdraw.withdraw, _nothing),
    "correct": (correct.correct, _correction),
    "deliver": (after.deliver, _text("method")),
    "rate": (after.rate, _grade),
    "ask_review": (after.ask_review, _text("reason")),
    "accept": (accepting.accept, _nothing),
    "decline": (accepting.decline, _text("reason_zh", "reason_en")),
    "ask_correction": (ask_correction.ask_correction, _lines),
    "handle": (handle.handle, _text("opinion")),
    "review": (handle.review, _text("opinion")),
    "send_back": (handle.send_back, _text("opinion")),
    "suspend": (special.suspend, _text("reason")),
    "resume": (special.resume, _text("result")),
    "grant": (decide.grant, _text("opinion")),
    "refuse": (decide.refuse, _text("reason_zh", "reason_en")),
    "return": (withdraw.return_, _text("reason_zh", "reason_en")),
    "open": (opening.open_case, _nothing),
    "inspect": (after.inspect, _checked),
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
    back = "case" if actor.role in OFFICERS else "application"
    try:
        made = action(world=request.seat.world, actor=actor, number=number, **reader(request.POST, body))
    except (BadInput, Refused, Conflict) as error:
        status = 409 if isinstance(error, Conflict) else 422
        again = desk.page if actor.role in OFFICERS else applications.page
        row = applications.visible(request, number)
        return again(request, row, typed=request.POST, faults=fields.of(error), status=status)
    if verb == "ask_review":
        number = made.number
    messages.success(request, verb)
    return redirect(back, number)
