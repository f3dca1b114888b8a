"""What the shell of every page shows: the world, its time and pace, the seat, the other language."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from govsim.core import clock
from govsim.core import world as worlds
from govsim.core.models import Seat, World
from govsim.core.templatetags.house import language
from govsim.web import tours


def world_of(request: HttpRequest) -> World | None:
    """Return the world of the seat, else the first living world that is nobody's show, which the public sees."""
    seat: Seat | None = getattr(request, "seat", None)
    if seat is not None:
        return seat.world
    return next((each for each in worlds.living() if not each.name.startswith(SHOWN)), None)


SHOWN = ("show-", "walk-")  # how the names of worlds begin that walk-throughs make for themselves
THEME_COOKIE = "govsim_theme"
THEMES = ("light", "dark")
STUDIO_ROLES = frozenset({"rule_officer", "trainer"})
# Which entry of the main navigation an address belongs to, by how it begins; the first that fits.
SECTIONS = (
    ("/items", "items"), ("/themes", "items"), ("/packages/new", "items"), ("/applications", "applications"),
    ("/packages", "applications"), ("/wallet", "wallet"), ("/my-data", "my-data"), ("/inbox", "inbox"),
    ("/certificates", "inbox"), ("/studio", "studio"), ("/world", "world"), ("/load", "load"),
    ("/present", "present"), ("/command", "command"),
    ("/verify", "verify"), ("/w/", "verify"), ("/about", "about"),
    ("/apply", "items"),
)  # fmt: skip


def _section(path: str) -> str:
    return next((name for begins, name in SECTIONS if path.startswith(begins)), "")


def shell(request: HttpRequest) -> dict[str, Any]:
    """Return the context of the page frame."""
    world = world_of(request)
    dark = theme(request) == "dark"
    seat: Seat | None = getattr(request, "seat", None)
    return {
        "world": world,
        "world_now": clock.now(world) if world is not None else None,
        "seat": seat,
        "seat_name": {"zh": seat.name_zh, "en": seat.name_en} if seat is not None else None,
        "officer": seat is not None and seat.role not in ("applicant", "trainer", "auditor"),
        "studio": seat is not None and seat.role in STUDIO_ROLES,
        "section": _section(request.path),
        "visitor": tours.kind(seat),
        "demo": settings.DEMO,
        "language": language(),
        "other_language": same_page(request, lang="zh" if language() == "en" else "en"),
        "theme": theme(request),
        "other_theme": same_page(request, theme="light" if dark else "dark"),
    }


def theme(request: HttpRequest) -> str:
    """Return `light` or `dark`: what was chosen in this request, else earlier."""
    asked = request.GET.get("theme")
    chosen = asked if asked in THEMES else request.COOKIES.get(THEME_COOKIE)
    return "dark" if chosen == "dark" else "light"


def same_page(request: HttpRequest, **change: str) -> str:
    """Return the address of the same page with parts of its query changed."""
    query = request.GET.copy()
    for name, value in change.items():
        query[name] = value
    return f"?{query.urlencode()}"
