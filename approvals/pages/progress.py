"""How a case stands (办件进度) for somebody who is not signed in: its number and its query code."""

import hmac
from typing import Any, Final

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from approvals import queries
from approvals.models import Application
from approvals.pages import fields, wording
from govsim.core import clock
from govsim.core import world as worlds
from govsim.core.errors import BadInput
from govsim.core.models import World
from services import queries as catalogue

TRIES: Final = 5  # of a wrong code for one number, before it rests
REST: Final = 600  # wall seconds
LONGEST: Final = 40
WRONG: Final = ("办件编号或查询密码不对", "The case number or the query code is wrong")
RESTING: Final = ("输错太多次，请十分钟后再试", "Too many wrong codes; try again in ten minutes")


@require_http_methods(["GET", "POST"])
def progress(request: HttpRequest) -> HttpResponse:
    """Ask for number and code, and tell state, department, times and steps. It tells no name and no reason."""
    given = request.POST if request.method == "POST" else request.GET
    offered = [worlds.address(each) for each in worlds.living()]
    context: dict[str, Any] = {
        "number": given.get("number", "").replace(" ", "")[:LONGEST],
        "worlds": offered if len(offered) > 1 else [],
        "chosen": given.get("world", offered[0] if offered else ""),
        "faults": [],
    }
    if request.method == "POST":
        code = request.POST.get("code", "").replace(" ", "")[:LONGEST]
        try:
            context |= _told(_found(context["chosen"], context["number"], code))
        except BadInput as error:
            context["faults"] = fields.of(error)
    return render(request, "approvals/progress.html", context, status=422 if context["faults"] else 200)


def _found(address: str, number: str, code: str) -> Application:
    """Return the case. Raises BadInput, with the same words for a wrong number and a wrong code."""
    if not number:
        raise BadInput({"number": ("请输入办件编号", "Enter the case number")})
    if not code:
        raise BadInput({"code": ("请输入查询密码", "Enter the query code")})
    world: World | None = next((each for each in worlds.living() if worlds.address(each) == address), None)
    tries = f"progress-{address}-{number}"
    if cache.get(tries, 0) >= TRIES:
        raise BadInput({"code": RESTING})
    row = queries.by_number(world, number) if world is not None else None
    if row is None or not hmac.compare_digest(row.query_code.encode(), code.encode()):
        cache.set(tries, cache.get(tries, 0) + 1, REST)
        raise BadInput({"code": WRONG})
    cache.delete(tries)
    return row


def _told(row: Application) -> dict[str, Any]:
    body = catalogue.item_version(row.item_key, row.item_version).body
    limit = queries.limit(row, body["limits"]["promised_days"], clock.now(row.world))
    events = queries.history(row)
    return {
        "found": True,
        "item": body["name"],
        "department": fields.department(row.department),
        "state": wording.state(row.state),
        "tone": wording.tone(row.state),
        "next": wording.NEXT.get(row.state),
        "ends_at": limit.ends_at if limit is not None else None,
        "steps": [{"event": wording.EVENTS.get(each.event), "at": each.at} for each in events],
    }
