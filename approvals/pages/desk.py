"""One case on an officer's desk: all that decides it, and the moves that the officer's role may make."""

from collections.abc import Mapping
from typing import Any, Final

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import condition, require_GET

from approvals import messages, queries, states
from approvals.actions.officer import REMEDY
from approvals.models import Application, QualityCheck
from approvals.pages import applications, sheet, wording
from govsim.core import access
from govsim.core import world as worlds
from govsim.core.actors import OFFICERS
from govsim.core.doors import SeatedRequest, seated

OPINIONS: Final = ("handle", "review", "send_back", "grant")
REASONS: Final = ("decline", "return", "refuse")
FINAL: Final = ("decline", "return", "refuse", "grant")  # there is no way back: they are confirmed
KINDS: Final = {"ask_correction": "lines", "suspend": "special", "resume": "result"}
ORDER: Final = (
    "accept", "ask_correction", "handle", "review", "grant", "refuse", "send_back", "suspend", "resume", "decline",
    "return",
)  # fmt: skip
KEYS: Final = {"accept": "a", "handle": "a", "review": "a", "grant": "a", "ask_correction": "c", "send_back": "c",
               "refuse": "r", "decline": "r"}  # fmt: skip
TYPED: Final = ("opinion", "reason_zh", "reason_en", "remedy_zh", "remedy_en", "reason", "result", "words")


@require_GET
@seated(*sorted(OFFICERS))
def case(request: SeatedRequest, number: str) -> HttpResponse:
    """Show one case to an officer, with the moves that their role may make."""
    return page(request, applications.visible(request, number))


def _seen(request: SeatedRequest) -> int:
    text = request.GET.get("seen", "")
    return int(text) if text.isdecimal() and len(text) < 10 else 0


def _tag(request: SeatedRequest, number: str) -> str | None:
    if request.seat is None:
        return None
    return f'{applications.tag(applications.visible(request, number))[:-1]}-{_seen(request)}"'


@require_GET
@condition(etag_func=_tag)
@seated(*sorted(OFFICERS))
def live(request: SeatedRequest, number: str) -> HttpResponse:
    """Return the part of a case that changes by itself, so that an answer of the applicant appears; 304 when nothing
    has. `seen` is the version that the page around it shows: a newer one is pointed out."""
    row = applications.visible(request, number)
    return render(request, "approvals/_case_live.html", _told(request, row, seen=_seen(request)))


def _told(request: SeatedRequest, row: Application, *, seen: int) -> dict[str, Any]:
    """Return what the live part of the page shows."""
    context = applications.told(request, row)
    told, body = context["case"], context["item"].body
    key = access.actor(request.seat).key
    return context | {
        "seen": seen,
        "moved": [each for each in context["timeline"] if each["seq"] > seen],
        "findings": sheet.findings(context["passport"], body),
        "sent": [
            messages.tell(each["event"], {"number": row.number, **each["data"]}, each["at"])
            for each in told["history"]
            if each["event"] in messages.EVENTS
        ],
        "opened_by_me": row.opened_by == key,
        "opened_by": access.names([row.opened_by]).get(row.opened_by) if row.opened_by not in ("", key) else None,
        "waits": request.GET.get("live") != "off" and row.state not in states.APPLICATION.outcomes,
    }


def page(
    request: SeatedRequest,
    row: Application,
    *,
    typed: QueryDict | None = None,
    verb: str = "",
    faults: list[dict[str, str]] | None = None,
    status: int = 200,
) -> HttpResponse:
    """Render the officer's page of a case, with what was typed in a form (`verb`) that was refused.

    After a conflict it says who was first, and keeps what was typed where it can be copied.
    """
    context = _told(request, row, seen=row.version)
    body = context["item"].body
    may_look = sheet.may_look(row)
    decision = getattr(row, "decision", None)
    sampled = decision is not None and decision.sampled
    check = QualityCheck.objects.filter(decision=decision).first() if sampled else None
    before = version_of(typed) if typed is not None else row.version
    context |= {
        "faults": _placed(faults or [], verb),
        "notes": wording.noted(request),
        "forms": [_form(each, context, row, typed if each["verb"] == verb else None, faults or []) for each in
                  _verbs(context["verbs"], row)],
        "conflict": status == 409,
        "winners": [each for each in context["timeline"] if each["seq"] > before > 0] if status == 409 else [],
        "kept": _kept(typed) if status == 409 and typed is not None else [],
        "can_open": bool(context["verbs"]) and not row.opened_by and row.state in states.ON_DESK,
        "told": queries.told_to_go_on(row.world, [row]).get(row.pk),
        "lines": sheet.entered(row, body, may_look=may_look),
        "papers": sheet.materials(row, body, may_look=may_look),
        "may_look": may_look,
        "inspects": request.seat.role == "quality_inspector" and sampled and check is None,
        "typed": typed or {},
        "address": worlds.address(request.seat.world),
        "check": check,
    }  # fmt: skip
    return render(request, "approvals/case.html", context, status=status)


def version_of(posted: QueryDict) -> int:
    """Return the version of the case that a form was made for; 0, which no case has, when it names none."""
    text = str(posted.get("version", ""))
    return int(text) if text.isdecimal() and len(text) < 10 else 0


def _verbs(allowed: Mapping[str, dict[str, Any]], row: Application) -> list[dict[str, Any]]:
    """Return the moves that may be offered, the usual one first; what is missing is told once only."""
    return [allowed[verb] for verb in ORDER if verb in allowed and not (verb == "ask_correction" and row.missing)]


def _form(
    move: dict[str, Any], context: Mapping[str, Any], row: Application, typed: QueryDict | None,
    faults: list[dict[str, str]],
) -> dict[str, Any]:  # fmt: skip
    """Return one small form of the page."""
    verb = move["verb"]
    kind = "opinion" if verb in OPINIONS else "reason" if verb in REASONS else KINDS.get(verb, "none")
    values = {each: typed.get(each, "") for each in TYPED} if typed is not None else {}
    if verb == "refuse" and typed is None:
        said = sheet.reasons(context["passport"], row)
        values = {"reason_zh": said["zh"], "reason_en": said["en"]}
    return {
        **move,
        "kind": kind,
        "opened": typed is not None,
        "values": values,
        "faults": {each["field"]: each for each in faults} if typed is not None else {},
        "final": verb in FINAL,
        "confirmed": typed is not None and typed.get("confirm") == "true",
        "key": KEYS.get(verb, ""),
        "remedy": REMEDY if verb == "refuse" else None,
        "needs": sheet.checklist(context["item"].body, typed) if kind == "lines" else [],
    }


def _placed(faults: list[dict[str, str]], verb: str) -> list[dict[str, str]]:
    """Return the lines of the summary, each leading to its field in the form of `verb`."""
    return [{**each, "field": f"{each['field']}-{verb}" if each["field"] else ""} for each in faults]


def _kept(typed: QueryDict) -> list[str]:
    """Return every text that was typed, in the order of the form."""
    texts = [typed.get(each, "") for each in TYPED]
    texts += [typed.get(f"{language}-{key}", "") for key in typed.getlist("what") for language in ("zh", "en")]
    return [each for each in texts if each.strip()]
