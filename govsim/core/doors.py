"""Who may enter a page: a view that needs a seat, or a seat of some roles; and who stands before the demo itself."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils.http import urlencode

from govsim.core.errors import NotAllowed
from govsim.core.models import Seat


class SeatedRequest(HttpRequest):
    """A request whose user acts from a seat."""

    seat: Seat


LOOPBACK = ("127.0.0.1", "::1")

type View = Callable[..., HttpResponseBase]


def seated(*roles: str) -> Callable[[View], View]:
    """Let only signed-in seats of these roles in (of any role, when none is named).

    Others are sent to sign in and back; another role is refused. The view reads `request.seat`.
    """

    def guard(view: View) -> View:
        @wraps(view)
        def enter(request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.seat is None:
                return redirect(f"/sign-in?{urlencode({'next': request.get_full_path()})}")
            if roles and request.seat.role not in roles:
                raise NotAllowed("您的身份不能使用此页面", "This page is not for your role")
            return view(request, *args, **kwargs)

        return enter

    return guard


def demo_here(request: HttpRequest) -> bool:
    """Say whether a request comes from the machine that runs a demo: only there one may be anybody (decision 21)."""
    return bool(settings.DEMO) and request.META.get("REMOTE_ADDR") in LOOPBACK
