"""The presenter's pages: pick a walk-through, the stage for the audience, the notes in a second window."""

import hashlib
import secrets
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.csp import CSP
from django.views.decorators.cache import never_cache
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from govsim.core import faults
from govsim.core.errors import GovsimError, NotAllowed
from govsim.core.models import Seat
from govsim.core.templatetags.house import language
from govsim.web import troubles
from govsim.web.middleware import STATUS
from govsim.web.models import Show
from govsim.web.pages import personas_open
from govsim.web.presenter import offers, pictures, queries
from govsim.web.presenter.actions.go import cut, go
from govsim.web.presenter.actions.start import end, reset, start
from govsim.web.presenter.actions.trouble import trouble

COOKIE = "govsim_presenter"
# The audience's page frames the pictures of its own steps.
FRAMED: dict[str, Any] = {**settings.SECURE_CSP, "frame-src": [CSP.SELF]}
HALF_A_DAY = 12 * 3600  # seconds; shows end after that time too
WINDOWS = {"audience": "present-show", "notes": "present-notes"}
LIVE = {"audience": "web/_present_live.html", "notes": "web/_present_notes_live.html"}


def digest(presenter: str) -> str:
    """Return what a show keeps of who may see and move it."""
    return hashlib.sha256(presenter.encode()).hexdigest()


def of_seat(seat: Seat) -> str:
    """Return the presenter that a trainer is from whatever browser."""
    return digest(f"seat:{seat.pk}")


def _presenters(request: Any) -> list[str]:
    """Return as whom this browser presents: itself, whoever it is signed in as, and the trainer it is signed in as."""
    own = request.get_signed_cookie(COOKIE, default="", salt=COOKIE)
    found = [digest(f"browser:{own}")] if own else []
    if request.seat is not None and request.seat.role == "trainer":
        found.append(of_seat(request.seat))
    return found


def _may_start(request: Any) -> bool:
    return personas_open(request) or (request.seat is not None and request.seat.role == "trainer")


@require_http_methods(["GET", "POST"])
def pick(request: HttpRequest) -> HttpResponseBase:
    """List the walk-throughs, and start one. Raises NotAllowed for others than trainers outside a local demo."""
    if request.method == "POST":
        return _start(request)
    return render(request, "web/present.html", {
        "listing": queries.listing(),
        "running": queries.shows_of(_presenters(request)),
        "may_start": _may_start(request),
    })  # fmt: skip


def _start(request: HttpRequest) -> HttpResponseBase:
    if not _may_start(request):
        raise NotAllowed("演示由培训教师开始", "A trainer starts the shows")
    own = request.get_signed_cookie(COOKIE, default="", salt=COOKIE) or secrets.token_urlsafe(24)
    minutes = request.POST.get("cut", "")
    show = start(
        pack_name=request.POST.get("pack", ""), cut=int(minutes) if minutes.isdecimal() else 0,
        presenter=digest(f"browser:{own}"),
    )  # fmt: skip
    answer = redirect("present-show", show.code)
    answer.set_signed_cookie(
        COOKIE, own, salt=COOKIE, max_age=HALF_A_DAY, httponly=True, samesite="Lax", secure=settings.HTTPS
    )
    return answer


def _show(request: HttpRequest, code: str) -> Show:
    return queries.show_of(code, _presenters(request))


def _page(request: HttpRequest, template: str, show: Show) -> HttpResponse:
    return render(request, template, {**queries.scene(show), "page_url": reverse("present-show", args=[show.code])})


@csp_override(FRAMED)
@never_cache
@require_GET
def audience(request: HttpRequest, code: str) -> HttpResponse:
    """What the audience sees. Raises NotFound for a show of somebody else, as all of the following do."""
    return _page(request, "web/present_show.html", _show(request, code))


@never_cache
@require_GET
def notes(request: HttpRequest, code: str) -> HttpResponse:
    """What the presenter sees: what to say, what comes next, how long it has taken."""
    return _page(request, "web/present_notes.html", _show(request, code))


@never_cache
@require_GET
def live(request: HttpRequest, code: str) -> HttpResponse:
    """The part of a window that changes; 204 while it is still as `seen` says."""
    show = _show(request, code)
    if request.GET.get("seen") == str(show.version):
        return HttpResponse(status=204)
    return _page(request, LIVE.get(request.GET.get("window", ""), LIVE["audience"]), show)


def _back(request: HttpRequest, code: str) -> HttpResponseBase:
    return redirect(WINDOWS.get(request.POST.get("window", ""), WINDOWS["audience"]), code)


@require_POST
def move(request: HttpRequest, code: str) -> HttpResponseBase:
    """Go to the position `to`, and change the length to `cut` when that is given."""
    show = _show(request, code)
    minutes, to = request.POST.get("cut", ""), request.POST.get("to", "")
    if minutes.isdecimal():
        cut(show, minutes=int(minutes))
    if to.isdecimal():
        go(show, to=int(to[:4]), base_url=f"{request.scheme}://{request.get_host()}")
    return _back(request, code)


@require_POST
def again(request: HttpRequest, code: str) -> HttpResponseBase:
    """Begin the show again in a fresh world."""
    reset(_show(request, code))
    return _back(request, code)


@require_POST
def finish(request: HttpRequest, code: str) -> HttpResponseBase:
    """End the show."""
    end(_show(request, code))
    return redirect("present")


@never_cache
@require_http_methods(["GET", "POST"])
def make_trouble(request: HttpRequest, code: str) -> HttpResponseBase:
    """The presenter's panel: what can be broken in this show, what is, and how to undo it."""
    show = _show(request, code)
    if request.method == "GET":
        return _panel(request, show)
    try:
        trouble(show, request.POST)
    except GovsimError as error:
        status = next((number for kind, number in STATUS.items() if isinstance(error, kind)), 400)
        return _panel(request, show, found=faults.of(error), status=status)
    return redirect("present-trouble", code)


def _panel(
    request: HttpRequest, show: Show, *, found: list[dict[str, str]] | None = None, status: int = 200
) -> HttpResponse:
    pack, typed = queries.pack_named(show.pack), request.POST
    mode = typed.get("mode", "")
    context = {
        "show": show, "pack": pack, "offers": offers.offers(pack, show.world), "faults": found or [],
        "troubles": troubles.in_force(show.world), "typed": typed,
        "typed_mode": "suspend" if typed.get("do") == "certificate" else mode,
    }  # fmt: skip
    return render(request, "web/present_trouble.html", context, status=status)


@require_GET
def picture(request: HttpRequest, code: str, step: int) -> HttpResponse:
    """What a page of the platform looked like after a step, for the stage."""
    found = pictures.read(_show(request, code), step, language())
    if found is None:
        raise Http404
    return HttpResponse(found)
