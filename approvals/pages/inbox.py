"""The officers' inbox: what waits for them, the oldest first, under traffic lights; and what they decided today."""

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from approvals import queries, states
from approvals.actions import cases
from approvals.actions.take_next import take_next
from approvals.api.telling import Teller
from approvals.models import Application
from approvals.pages import applications, fields, spells, wording
from govsim.core import access, clock
from govsim.core.actors import OFFICERS, Actor
from govsim.core.doors import SeatedRequest, seated
from govsim.exchange import queries as exchange
from services import queries as catalogue

ANSWERING: Final = ("handler", "window")  # who answers disputes about data of the department
PAGE: Final = 50
LIGHTS: Final = ("red", "yellow", "green")
NO_SUCH: Final = fields.fault("q", "本部门没有这个办件编号", "This department has no such case number")


@require_GET
@seated(*sorted(OFFICERS))
def inbox(request: SeatedRequest) -> HttpResponse:
    """List the cases that the seat's role can move, oldest first; for a quality inspector, the sampled ones.

    `q` goes to the case of that number; `state`, `item` and `light` choose; `after` names the last case seen.
    """
    world, actor = request.seat.world, access.actor(request.seat)
    number = request.GET.get("q", "").strip()
    if number and cases.visible(world, actor).filter(number=number).exists():
        return redirect("case", number)
    now = clock.now(world)
    if actor.role == "quality_inspector":
        rows, more = applications.unchecked(request), False
    else:
        chosen = request.GET.get("state", "")
        found = queries.window(world, actor, only=[chosen] if chosen else (), after=request.GET.get("after", ""))
        rows, more = found.rows, found.more
    lines = _lines(rows, actor, now)
    item, light = request.GET.get("item", ""), request.GET.get("light", "")
    of_item = [each for each in lines if not item or each["item"]["key"] == item]
    fitting = [each for each in of_item if light not in LIGHTS or each["colour"] == light]
    context = {
        "faults": [NO_SUCH] if number else [],
        "q": number,
        "lines": fitting[:PAGE],
        "next": _last(fitting, lines, more=more),
        "begun": bool(request.GET.get("after")),
        "looked": len(lines),
        "more": more,
        "tally": _tally(of_item, light),
        "chosen": {"state": request.GET.get("state", ""), "item": item, "light": light},
        "filtered": any(request.GET.get(each) for each in ("state", "item", "light")),
        "states": [states.APPLICATION.states[each] for each in queries.waiting_states(actor)],
        "items": _items(actor),
        "inspects": actor.role == "quality_inspector",
        "can_take": bool(queries.waiting_states(actor)),
        "decided": _decided(request, actor, now),
        "notes": wording.noted(request),
        "department": fields.department(actor.department),
        "answers": request.seat.role in ANSWERING,
        "disputed": len(_disputed(request)),
    }
    return render(request, "approvals/inbox.html", context)


@require_POST
@seated(*sorted(OFFICERS))
def following(request: SeatedRequest) -> HttpResponse:
    """Open the oldest case that nobody has open and go there; without one, say so in the inbox."""
    row = take_next(world=request.seat.world, actor=access.actor(request.seat))
    if row is None:
        messages.info(request, "none_free")
        return redirect("inbox")
    return redirect("case", row.number)


def _disputed(request: SeatedRequest) -> list[Any]:
    """Return the disputes about data of the department that wait for whoever sits at its counter."""
    seat = request.seat
    return exchange.open_disputes(seat.world, seat.department, limit=PAGE) if seat.role in ANSWERING else []


def _lines(rows: Sequence[Application], actor: Actor, now: datetime) -> list[dict[str, Any]]:
    """Return the cases as lines of the list: with their light in words, the working time left, and who is at it."""
    teller = Teller(actor, now)
    told = [(row, teller.line(row)) for row in rows]
    urged = queries.told_to_go_on(rows[0].world, rows) if rows else {}
    names = access.names(row.opened_by for row, _ in told if row.opened_by not in ("", actor.key))
    return [
        {
            **line,
            "colour": light_of(line["limit"], row.state),
            "light": LIGHT_WORDS[light_of(line["limit"], row.state)],
            "left": left_of(line["limit"]),
            "mine": row.opened_by == actor.key,
            "by": names.get(row.opened_by),
            "told": urged.get(row.pk),
        }
        for row, line in told
    ]


LIGHT_WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    **wording.LIGHTS,
    "stopped": {"zh": "停表", "en": "Clock stopped"},
    "": {"zh": "未起算", "en": "Not running yet"},
}


def light_of(limit: Mapping[str, Any] | None, state: str) -> str:
    """Return the light of a case: green, yellow, red; `stopped` while the limit does not run, "" before it does."""
    if limit is None:
        return ""
    return "stopped" if state in states.PAUSED and limit["light"] != "red" else str(limit["light"])


def left_of(limit: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Return how much working time is left, or by how much it is over."""
    if limit is None:
        return None
    span = timedelta(hours=limit["left_hours"])
    return {"over": span < timedelta(0), "words": spells.length(abs(span))}


def _last(fitting: list[dict[str, Any]], lines: list[dict[str, Any]], *, more: bool) -> str:
    """Return the number of the last case seen when others follow, else an empty text."""
    if len(fitting) > PAGE:
        return str(fitting[PAGE - 1]["number"])
    return str(lines[-1]["number"]) if more else ""


def _tally(lines: list[dict[str, Any]], chosen: str) -> list[dict[str, Any]]:
    return [
        {
            "light": light,
            "words": LIGHT_WORDS[light],
            "count": sum(1 for each in lines if each["colour"] == light),
            "on": light == chosen,
        }
        for light in LIGHTS
    ]


def _items(actor: Actor) -> list[Any]:
    """Return the service items of the officer's department."""
    return [
        {"key": each.key, **each.body["name"]}
        for each in catalogue.items()
        if actor.department and each.body["department"] == actor.department
    ]


def _decided(request: SeatedRequest, actor: Actor, now: datetime) -> list[dict[str, Any]]:
    """Return what this person has decided since midnight of the world's day."""
    since = datetime.combine(now.date(), time(0), now.tzinfo)
    names = {each.key: each.body["name"] for each in catalogue.items()}
    return [
        {
            "number": each.application.number,
            "item": names.get(each.item_key, {"zh": each.item_key, "en": each.item_key}),
            "applicant": each.application.applicant_name,
            "state": states.APPLICATION.states[each.outcome],
            "tone": wording.tone(each.outcome),
            "at": each.decided_at,
        }
        for each in queries.decided_by(request.seat.world, actor, since=since)
    ]
