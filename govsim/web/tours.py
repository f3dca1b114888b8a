"""The guided tours: what each kind of visitor is told on a first visit, as data."""

from functools import cache
from pathlib import Path
from typing import Any, Final

from django.http import HttpRequest, JsonResponse
from django.templatetags.static import static
from django.utils.translation import gettext
from django.views.decorators.http import require_GET

from govsim.core import yamlfile
from govsim.core.actors import OFFICERS
from govsim.core.models import Seat
from govsim.core.templatetags.house import words

FILE: Final = Path(__file__).parent / "tours.yaml"
PUBLIC: Final = "public"


@cache
def tours() -> dict[str, list[dict[str, Any]]]:
    """Return the steps of every tour by kind of visitor: `at` (a CSS selector), `title` and `say` as {zh, en}."""
    found: dict[str, list[dict[str, Any]]] = yamlfile.plain(yamlfile.load(FILE))
    return found


def kind(seat: Seat | None) -> str:
    """Return which tour somebody gets."""
    if seat is None:
        return PUBLIC
    role = "officer" if seat.role in OFFICERS else seat.role
    return role if role in tours() else PUBLIC


@require_GET
def tour(request: HttpRequest) -> JsonResponse:
    """The tour of whoever asks, in their language, and the files that show it."""
    seat: Seat | None = getattr(request, "seat", None)
    chosen = tours()[kind(seat)]
    return JsonResponse({
        "steps": [{"at": each["at"], "title": words(each["title"]), "say": words(each["say"])} for each in chosen],
        "words": {
            "next": gettext("下一处"), "back": gettext("上一处"),
            "done": gettext("看完了"), "close": gettext("关闭导览"),
        },
        "script": static("vendor/driver/driver.min.js"),
        "styles": [static("vendor/driver/driver.css"), static("govsim/tour.css")],
    })  # fmt: skip
