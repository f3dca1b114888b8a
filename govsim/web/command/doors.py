"""The addresses of the command centre: the wall, its live part, the rows behind a number, urging."""

from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import condition, require_GET, require_POST

from approvals import queries
from approvals.actions import escalate as escalating
from approvals.actions import urge as urging
from govsim.core import access, clock
from govsim.core.doors import SeatedRequest, seated
from govsim.core.errors import NotFound
from govsim.core.templatetags.house import language
from govsim.exchange import queries as exchange
from govsim.web.command import listing
from govsim.web.command.wall import wall
from govsim.web.context import THEME_COOKIE, THEMES, same_page, world_of

DISPATCHERS: Final = ("dispatcher", "trainer")
VERBS: Final = {"urge": urging.urge, "escalate": escalating.escalate}


def _look(request: HttpRequest) -> dict[str, Any]:
    """Return what all pages here share: whether one may urge, and the theme, which is dark unless one was chosen."""
    seat = getattr(request, "seat", None)
    chosen = request.GET.get("theme") or request.COOKIES.get(THEME_COOKIE)
    theme = chosen if chosen in THEMES else "dark"
    other = "light" if theme == "dark" else "dark"
    return {
        "may_urge": seat is not None and seat.role in DISPATCHERS,
        "theme": theme,
        "other_theme": same_page(request, theme=other),
    }


def _tag(request: HttpRequest) -> str | None:
    """Return what changes whenever the wall does: what is counted, the minute of the world, faults, seat, language."""
    world = world_of(request)
    if world is None:
        return None
    now = clock.now(world)
    seat = getattr(request, "seat", None)
    faults = "".join(f"{each.pk}{each.mode[0]}" for each in exchange.faults(world, at=now))
    entry, _ = queries.counting()
    return f'"{world.pk}-{entry}-{now:%m%d%H%M}-{faults}-{seat.pk if seat else 0}-{language()}"'


@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    """Show the wall of the world that one sees. It shows counts and masked rows only, to everybody."""
    world = world_of(request)
    context = {**_look(request), "tag": _tag(request)}
    return render(request, "web/command.html", context | (wall(world) if world is not None else {}))


@require_GET
@condition(etag_func=_tag)
def live(request: HttpRequest) -> HttpResponse:
    """Return the panels of the wall; 304 when nothing has changed."""
    world = world_of(request)
    if world is None:
        raise NotFound("还没有模拟世界", "There is no simulated world yet")
    return render(request, "web/_command_live.html", {**_look(request), **wall(world)})


@require_GET
def rows(request: HttpRequest, indicator: str) -> HttpResponse:
    """List the rows behind one number, filtered by the query; older ones are a link away.

    Raises NotFound for an unknown indicator, BadInput for a filter that cannot be read.
    """
    world = world_of(request)
    if world is None:
        raise NotFound("还没有模拟世界", "There is no simulated world yet")
    seat = getattr(request, "seat", None)
    asked = listing.read(request.GET, indicator, clock.now(world).date())
    context = listing.page(world, asked, access.actor(seat) if seat is not None else None)
    return render(request, "web/command_rows.html", _look(request) | context)


@require_POST
@seated(*DISPATCHERS)
def tell(request: SeatedRequest, number: str, verb: str) -> HttpResponse:
    """Urge a case or put it under supervision, and go back to where one was. Raises NotFound for another verb."""
    if verb not in VERBS:
        raise NotFound("没有这个操作", "There is no such action")
    VERBS[verb](
        world=request.seat.world, actor=access.actor(request.seat), number=number, note=request.POST.get("note", "")
    )
    messages.success(request, verb)
    back = request.POST.get("back", "")
    return redirect(back if url_has_allowed_host_and_scheme(back, {request.get_host()}) else "command")
