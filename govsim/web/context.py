"""What the shell of every page shows: the world, its time and pace, the seat, the other language."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext, gettext_noop

from govsim.core import clock
from govsim.core import world as worlds
from govsim.core.actors import OFFICERS, ROLES
from govsim.core.models import Seat, World
from govsim.core.organisations import departments
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
# The entries of the main navigation in their order: page, words, and whose they are (nobody named: everybody's).
ENTRIES: tuple[tuple[str, str, frozenset[str]], ...] = (
    ("items", gettext_noop("办事"), frozenset()),
    ("applications", gettext_noop("我的办件"), frozenset({"applicant"})),
    ("wallet", gettext_noop("我的证照"), frozenset({"applicant"})),
    ("my-data", gettext_noop("我的数据"), frozenset({"applicant"})),
    ("inbox", gettext_noop("待办"), OFFICERS),
    ("certificate-desk", gettext_noop("证照管理"), frozenset({"certificate_officer"})),
    ("studio", gettext_noop("规则工作台"), frozenset({"rule_officer", "trainer"})),
    ("world", gettext_noop("模拟世界"), frozenset({"trainer"})),
    ("present", gettext_noop("演示"), frozenset()),
    ("command", gettext_noop("指挥中心"), frozenset()),
    ("verify", gettext_noop("核验证照"), frozenset()),
    ("about", gettext_noop("关于"), frozenset()),
)
# Which entry of the main navigation an address belongs to, by how it begins; the first that fits.
SECTIONS = (
    ("/items", "items"), ("/themes", "items"), ("/packages/new", "items"), ("/applications", "applications"),
    ("/packages", "applications"), ("/wallet", "wallet"), ("/my-data", "my-data"), ("/inbox", "inbox"),
    ("/certificates", "certificate-desk"), ("/studio", "studio"), ("/world", "world"), ("/load", "world"),
    ("/present", "present"), ("/command", "command"), ("/verify", "verify"), ("/w/", "verify"), ("/about", "about"),
    ("/components", "about"), ("/apply", "items"), ("/incidents", "world"), ("/progress", "items"),
)  # fmt: skip


def _section(path: str) -> str:
    return next((name for begins, name in SECTIONS if path.startswith(begins)), "")


def _entries(role: str) -> list[dict[str, str]]:
    return [{"page": page, "words": gettext(words)} for page, words, roles in ENTRIES if not roles or role in roles]


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
        "seat_role": ROLES[seat.role] if seat is not None else None,
        "seat_office": departments().get(seat.department) if seat is not None else None,
        "entries": _entries(seat.role if seat is not None else ""),
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
