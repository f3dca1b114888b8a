"""The first page: what this is, three mechanisms to start at once, a search, figures reported and simulated, apart."""

from typing import Any, Final

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import conditional_page, require_GET

from govsim.core import reported
from govsim.core.organisations import City, cities
from govsim.figures import live
from govsim.web import cast
from govsim.web.context import world_of
from govsim.web.pages import personas_open
from services import queries as catalogue

SHOWN_FIGURES: Final = (
    "sz.startup.days", "sz.instant_filing.items", "sz.instant_approval.items", "sz.certfree.cert_types",
    "jm.items.total", "jm.immediate_rate", "jm.time_reduction_rate", "jm.cross_region.items",
    "zq.startup.days", "zq.zero_visit.items", "zq.node.records", "zq.extranet.coverage",
)  # fmt: skip
TRIED: Final = ("高龄津贴", "开办企业", "公积金提取", "glj")  # examples of what can be searched for
MOST_FOUND: Final = 12
COMPANY, ALLOWANCE = "sz.open_company", "sz.old_age_allowance"


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """What this is, the three mechanisms to start, a search of items and themes, figures, and whom to be."""
    world = world_of(request)
    text = request.GET.get("q", "").strip()[:60]
    return render(request, "web/home.html", {
        "q": text,
        "tried": TRIED,
        "found_themes": catalogue.search_themes(text)[:MOST_FOUND] if text else [],
        "found": catalogue.search(text, limit=MOST_FOUND) if text else [],
        "starts": _starts(request),
        "themes": catalogue.themes(),
        "reported": _by_city(),
        "source": reported.source(),
        "counted": live.counted(world) if world is not None else None,
        "personas_open": personas_open(request),
        "suggested": cast.SUGGESTED,
    })  # fmt: skip


@require_GET
@conditional_page
def counters(request: HttpRequest) -> HttpResponseBase:
    """The live figures alone: 304 when nothing has changed since they were last asked for."""
    world = world_of(request)
    answer = render(request, "web/_counters.html", {"counted": live.counted(world) if world is not None else None})
    answer["Cache-Control"] = "private, no-cache"
    return answer


def _starts(request: HttpRequest) -> dict[str, dict[str, str]]:
    """Return where each mechanism begins and, for a visitor of a demo who cannot apply, whom they become by starting.

    An applicant goes on as themselves; outside a demo a stranger is asked to sign in by the page itself, and an
    officer, who cannot apply, reads about it.
    """
    seat = getattr(request, "seat", None)
    applies = seat is None or seat.role == "applicant"
    becomes = personas_open(request) and (seat is None or seat.role != "applicant")
    package = reverse("package-new", args=[COMPANY])
    starts = {
        "one_window": ("founder", f"{package}?example=1", reverse("theme", args=[COMPANY])),
        "instant": ("elder", reverse("apply", args=[ALLOWANCE]), reverse("item", args=[ALLOWANCE])),
        "certificates": ("elder", reverse("wallet"), reverse("verify")),
    }
    return {
        name: {"to": begin if applies or becomes else read, "persona": who if becomes else ""}
        for name, (who, begin, read) in starts.items()
    }


def _by_city() -> list[tuple[City, list[dict[str, Any]]]]:
    """Return the chosen figures of each city."""
    chosen = [reported.shown(each) for each in reported.registry() if each.key in SHOWN_FIGURES]
    return [(city, [each for each in chosen if each["city"] == key]) for key, city in cities().items()]
