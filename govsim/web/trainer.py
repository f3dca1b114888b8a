"""The trainer's console: one screen that moves the clock, makes trouble and undoes it, and lets trainees in."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from django.contrib import messages
from django.contrib.auth import login, logout
from django.http import HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import condition, require_GET, require_http_methods

from govsim import generation
from govsim.core import access, clock, faults
from govsim.core import world as worlds
from govsim.core.actors import ROLES
from govsim.core.doors import SeatedRequest, seated
from govsim.core.errors import BadInput, GovsimError, NotAllowed
from govsim.core.models import Seat, World
from govsim.core.organisations import departments
from govsim.web import cast, classroom, troubles
from govsim.web.middleware import STATUS

BACKEND: Final = "django.contrib.auth.backends.ModelBackend"
ALONE: Final = frozenset({"quality_inspector", "trainer", "auditor"})  # roles that sit in no department


@seated("trainer")
@require_http_methods(["GET", "POST"])
def console(request: SeatedRequest) -> HttpResponseBase:
    """Show the console; do what one of its small forms asks. What was mistyped is told, and stays as it was typed."""
    mine, told = request.seat.world, request.POST
    if request.method == "GET":
        return _page(request)
    verb = told.get("do", "")
    if verb not in VERBS and verb not in ("link", "restart"):
        raise NotAllowed("没有这个操作", "There is no such action")
    try:
        if verb == "link":
            return _page(request, link=_link(request, told))
        if verb == "restart":
            return _restart(request, told)
        VERBS[verb](mine, told)
    except GovsimError as error:
        status = next((number for kind, number in STATUS.items() if isinstance(error, kind)), 400)
        return _page(request, typed=told, found=faults.of(error), status=status)
    messages.success(request, verb)
    return redirect("world")


def _tag(request: SeatedRequest) -> str | None:
    return classroom.tag(request.seat.world) if request.seat is not None else None


@require_GET
@condition(etag_func=_tag)
@seated("trainer")
def live(request: SeatedRequest) -> HttpResponse:
    """Return the part of the console that tells the time and what comes next; 304 when nothing has changed."""
    return render(request, "web/_world_clock.html", classroom.time_of(request.seat.world) | {"refreshes": True})


def _page(
    request: SeatedRequest, *, typed: Mapping[str, str] | None = None, found: list[dict[str, str]] | None = None,
    link: dict[str, Any] | None = None, status: int = 200,
) -> HttpResponse:  # fmt: skip
    context = classroom.told(request.seat.world) | {
        "notes": classroom.noted(request),
        "faults": found or [],
        "typed": typed or {},
        "wrong": (typed or {}).get("do", ""),
        "link": link,
        "refreshes": request.GET.get("live") != "off",
    }
    response = render(request, "web/world.html", context, status=status)
    if link is not None:
        response["Cache-Control"] = "no-store"  # the link is shown once
    return response


# --- what the forms ask ---------------------------------------------------------------------------------------------


def _number(text: str) -> float:
    try:
        return float(text or 1)
    except ValueError:
        raise BadInput({"pace": ("请填写数字", "Enter a number")}) from None


def _until(mine: World, told: QueryDict) -> None:
    until = troubles.moment(told.get("until", ""), "until")
    if until <= clock.now(mine):
        raise BadInput({"until": ("这一刻已经过去，时钟不能倒走", "That moment has passed; time never runs backwards")})
    clock.advance(mine, until=until)


def _run(mine: World, told: QueryDict) -> None:
    clock.run(mine, mode=told.get("mode", ""), pace=_number(told.get("pace", "")))


def _staff(mine: World, told: QueryDict) -> None:
    by = told.get("by", "")
    if by not in ("people", "simulation"):
        raise BadInput({"by": ("请选择由谁办理", "Choose who works there")})
    worlds.staff(mine, told.get("staffed", ""), by)


VERBS: Final[Mapping[str, Callable[[World, QueryDict], Any]]] = {
    "step": lambda mine, told: clock.advance(mine),
    "until": _until,
    "run": _run,
    "staff": _staff,
    **troubles.VERBS,
}


def _link(request: SeatedRequest, told: QueryDict) -> dict[str, Any]:
    """Make a one-time link for the chosen seat: an officer's role in a department, or one of the people to try."""
    mine = request.seat.world
    holder = told.get("holder", "")
    seat = _person(mine, holder) if holder else _office(mine, told)
    address = request.build_absolute_uri(reverse("enter", args=[access.new_link(seat)]))
    return {"address": address, "name": {"zh": seat.name_zh, "en": seat.name_en}, "hours": access.LINK_HOURS}


def _person(mine: World, holder: str) -> Seat:
    found = next((each for each in cast.people(mine) if each.holder == holder), None)
    if found is None:
        raise BadInput({"holder": ("请从名单中选择", "Choose one of the list")})
    return access.seat(
        mine, role="applicant", holder=holder, name_zh=found.name["zh"], name_en=found.name["en"]
    )  # fmt: skip


def _office(mine: World, told: QueryDict) -> Seat:
    role, department = told.get("role", ""), told.get("seat_department", "")
    if role not in ROLES or role in ("applicant", "system"):
        raise BadInput({"role": ("请选择角色或人物", "Choose a role or a person")})
    if role in ALONE:
        return access.seat(mine, role=role)
    if department not in departments():
        raise BadInput({"seat_department": ("请选择部门", "Choose a department")})
    return access.seat(mine, role=role, department=department)


def _restart(request: SeatedRequest, told: QueryDict) -> HttpResponseBase:
    """Begin the world again, and sit the trainer down in the new generation."""
    if told.get("confirm") != "true":
        raise BadInput({"confirm": ("请勾选确认：现在的办件都会清除", "Tick to confirm: all present cases will go")})
    made = generation.begin_again(request.seat.world)
    seat = access.seat(made, role="trainer", name_zh=request.seat.name_zh, name_en=request.seat.name_en)
    logout(request)
    login(request, seat.user, backend=BACKEND)
    messages.success(request, "restart")
    return redirect("world")
