"""The platform's own pages: signing in, choosing a persona, the trainer's world, and what went wrong."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from govsim.core import access, clock, trainer
from govsim.core.actors import ROLES
from govsim.core.doors import SeatedRequest, seated
from govsim.core.errors import BadInput, NotAllowed
from govsim.core.models import Department, Seat, World
from govsim.core.organisations import cities, departments
from govsim.exchange import queries as registers
from govsim.exchange.actions import fault
from govsim.web import cast
from govsim.web.context import world_of
from govsim.web.middleware import problem

LOOPBACK = ("127.0.0.1", "::1")
BACKEND = "django.contrib.auth.backends.ModelBackend"


@require_GET
def sign_in(request: HttpRequest) -> HttpResponse:
    """Say how to sign in: by a one-time link, or as a persona of the demo. There are no passwords."""
    return render(request, "web/sign_in.html", {"personas_open": personas_open(request)})


@require_GET
def enter(request: HttpRequest, secret: str) -> HttpResponseBase:
    """Use a one-time link. Raises NotAllowed when it is unknown, used or too old."""
    seat = access.use_link(secret)
    _sign_in(request, seat)
    return redirect("home")


@require_POST
def sign_out(request: HttpRequest) -> HttpResponseBase:
    """End the session."""
    logout(request)
    return redirect("home")


def personas_open(request: HttpRequest) -> bool:
    """Say whether this request may choose a persona: only in a demo, only on the machine itself (decision 21)."""
    return settings.DEMO and request.META.get("REMOTE_ADDR") in LOOPBACK


@require_http_methods(["GET", "POST"])
def personas(request: HttpRequest) -> HttpResponseBase:
    """Show whom one can be, and become one of them. Raises NotAllowed outside a demo on this machine."""
    if not personas_open(request):
        raise NotAllowed("身份切换只在本机演示中可用", "Personas can be chosen only in a demo on this machine")
    world = world_of(request)
    if world is None:
        raise NotAllowed("还没有模拟世界", "There is no simulated world yet")
    if request.method == "POST":
        found = cast.find(world, request.POST.dict())
        if found is None:
            raise NotAllowed("没有这个身份", "There is no such persona")
        _sign_in(request, _seat_of(world, found))
        wished = request.POST.get("next", "")
        safe = url_has_allowed_host_and_scheme(wished, {request.get_host()})
        return redirect(wished if safe else "home")
    return render(request, "web/personas.html", {
        "people": cast.people(world),
        "offices": [(each, ROLES[each.role]) for each in cast.offices()],
        "next": request.GET.get("next", ""),
    })  # fmt: skip


def _seat_of(world: World, persona: cast.Persona) -> Seat:
    role = ROLES[persona.role]
    person = persona.role == "applicant"
    return access.seat(
        world, role=persona.role, holder=persona.holder, department=persona.department,
        name_zh=persona.name["zh"] if person else role["zh"], name_en=persona.name["en"] if person else role["en"],
    )  # fmt: skip


def _sign_in(request: HttpRequest, seat: Seat) -> None:
    logout(request)  # a new session for every seat: nothing of the former one stays
    login(request, seat.user, backend=BACKEND)


MODES = {
    "frozen": {"zh": "静止", "en": "frozen"},
    "step": {"zh": "步进", "en": "step by step"},
    "paced": {"zh": "倍速", "en": "paced"},
    "live": {"zh": "实时", "en": "live"},
}
FAULTS = {
    "slow": {"zh": "慢", "en": "slow"},
    "down": {"zh": "不可用", "en": "down"},
    "conflict": {"zh": "记录冲突", "en": "records in conflict"},
    "garbage": {"zh": "答复无法识别", "en": "answers with garbage"},
    "lost": {"zh": "办完后答复丢失", "en": "answers get lost after the work"},
}


@seated("trainer")
@require_http_methods(["GET", "POST"])
def world(request: SeatedRequest) -> HttpResponseBase:
    """The trainer's page: the world's clock, and what is wrong with sources and departments."""
    mine = request.seat.world
    if request.method == "POST":
        _change(mine, request)
        return redirect("world")
    return render(request, "web/world.html", {
        "mine": mine,
        "next_due": clock.earliest_due(mine.pk),
        "datasets": registers.catalogue(),
        "offices": Department.objects.filter(world=mine, city__in=("shenzhen", "zhaoqing")).order_by("pk"),
        "source_faults": registers.faults(mine, at=clock.now(mine)),
        "office_faults": trainer.faults(mine),
        "mode": MODES[mine.mode],
        "modes": MODES.items(),
        "fault_words": FAULTS,
        "banks": [(each, cities()[each.city]) for each in departments().values() if each.kind == "bank"],
        "declining": mine.settings.get("declining", []),
    })  # fmt: skip


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=clock.ZONE)
    except ValueError:
        raise BadInput({"until": ("请填写日期和时间", "Enter a day and a time")}) from None


def _number(text: str) -> float:
    try:
        return float(text or 1)
    except ValueError:
        raise BadInput({"pace": ("请填写数字", "Enter a number")}) from None


def _change(mine: World, request: HttpRequest) -> None:
    """Do what one of the page's small forms asks. Errors of the domain become the problem page."""
    told = request.POST
    match told.get("do"):
        case "step":
            clock.advance(mine)
        case "until":
            clock.advance(mine, until=_moment(told.get("until", "")))
        case "run":
            clock.run(mine, mode=told.get("mode", ""), pace=_number(told.get("pace", "")))
        case "source":
            fault.set(world=mine, source=told.get("source", ""), mode=told.get("mode", ""))
        case "clear_source":
            fault.clear(world=mine, source=told.get("source", ""))
        case "office":
            trainer.set_fault(world=mine, department=told.get("department", ""), mode=told.get("mode", ""))
        case "clear_office":
            trainer.clear_fault(world=mine, department=told.get("department", ""))
        case "declining":
            trainer.decide_otherwise(world=mine, declining=told.getlist("bank"))
        case _:
            raise NotAllowed("没有这个操作", "There is no such action")


# --- what went wrong ---------------------------------------------------------------------------------------------


def _said(zh: str, en: str) -> list[dict[str, str]]:
    return [{"field": "", "zh": zh, "en": en}]


def bad_request(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """400."""
    return problem(request, 400, _said("请求无法识别", "The request cannot be read"))


def forbidden(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """403."""
    return problem(request, 403, _said("您无权使用此页面", "You may not use this page"))


def not_found(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """404."""
    return problem(request, 404, _said("没有这个页面", "There is no such page"))


def server_error(request: HttpRequest) -> HttpResponse:
    """500: nothing of the cause is shown, and nothing that was submitted is lost."""
    return render(request, "web/broken.html", status=500)
