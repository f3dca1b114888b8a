"""Who asks, in which language; and what a refusal of the domain looks like as a page."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation

from govsim.core import errors, faults
from govsim.core.models import Seat
from govsim.web.context import THEME_COOKIE, THEMES

LANGUAGES = {"zh": "zh-hans", "en": "en"}
A_YEAR = 31_536_000  # seconds
STATUS = {
    errors.NotFound: 404,
    errors.NotAllowed: 403,
    errors.Conflict: 409,
    errors.Refused: 422,
    errors.BadInput: 422,
    errors.Busy: 503,
}


def _seat(request: HttpRequest) -> Seat | None:
    """Return the seat of the signed-in user; a seat of a world that was reset is signed out."""
    if not request.user.is_authenticated:
        return None
    found = Seat.objects.select_related("world").filter(user_id=request.user.pk).first()
    if found is None or found.world.retired_at is not None:
        logout(request)
        return None
    return found


class SeatMiddleware:
    """Sets `request.seat`, honours `?lang=` and `?theme=`, and turns errors of the domain into pages."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        chosen = LANGUAGES.get(request.GET.get("lang", ""))
        if chosen is not None:
            translation.activate(chosen)
            request.LANGUAGE_CODE = chosen
        request.seat = (
            None if request.path.startswith(("/api/", "/static/", "/livez", "/readyz", "/metrics")) else _seat(request)
        )
        response = self.get_response(request)
        if chosen is not None:
            response.set_cookie(settings.LANGUAGE_COOKIE_NAME, chosen, max_age=A_YEAR, samesite="Lax")
        if request.GET.get("theme") in THEMES:
            response.set_cookie(THEME_COOKIE, request.GET["theme"], max_age=A_YEAR, samesite="Lax")
        return response

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: dict[str, Any]) -> HttpResponse | None:
        """Refuse a NUL wherever a page would read it: nobody types one, and PostgreSQL holds none."""
        if request.path.startswith("/api/"):  # has its own way
            return None
        typed = (value for sent in (request.GET, request.POST) for values in sent.lists() for value in values[1])
        if not any("\0" in str(value) for value in (*kwargs.values(), *typed)):
            return None
        words = {"zh": "请求含有不能使用的字符", "en": "The request holds characters that cannot be used"}
        return problem(request, 400, [{"field": "", **words}])

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer an error of the domain with a page that says it; the API has its own way."""
        if not isinstance(error, errors.GovsimError) or request.path.startswith("/api/"):
            return None
        status = next((number for kind, number in STATUS.items() if isinstance(error, kind)), 400)
        return problem(request, status, faults.of(error))


seat = SeatMiddleware


def problem(request: HttpRequest, status: int, found: list[dict[str, str]]) -> HttpResponse:
    """Return the page that says what went wrong and what to do."""
    response = render(request, "web/problem.html", {"faults": found, "status": status}, status=status)
    if status == 503:
        response["Retry-After"] = "5"
    return response
