"""The platform's own pages: signing in, choosing a persona, the trainer's world, and what went wrong."""

from typing import Any

from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from govsim.core import access
from govsim.core.actors import ROLES
from govsim.core.doors import demo_here
from govsim.core.errors import NotAllowed
from govsim.core.models import Seat, World
from govsim.web import cast
from govsim.web.context import world_of
from govsim.web.middleware import problem

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
    return demo_here(request)


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
        return redirect(wished if safe else cast.FIRST_PAGES.get(found.role, "home"))
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
