"""The first page: what this is, three mechanisms to start at once, a search, figures reported and simulated, apart."""

from typing import Any, Final

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import conditional_page, require_GET

from govsim.core.organisations import City, cities
from govsim.figures import live, reported
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

    An applicant goes on as themselves; anybody else outside a demo is asked to sign in by the page itself.
    """
    seat = getattr(request, "seat", None)
    becomes = personas_open(request) and (seat is None or seat.role != "applicant")
    starts = {
        "one_window": (f"{reverse('package-new', args=['sz.open_company'])}?example=1", "founder"),
        "instant": (reverse("apply", args=["sz.old_age_allowance"]), "elder"),
        "certificates": (reverse("wallet"), "elder"),
    }
    return {name: {"to": to, "persona": who if becomes else ""} for name, (to, who) in starts.items()}


def _by_city() -> list[tuple[City, list[dict[str, Any]]]]:
    """Return the chosen figures of each city."""
    chosen = [reported.shown(each) for each in reported.registry() if each.key in SHOWN_FIGURES]
    return [(city, [each for each in chosen if each["city"] == key]) for key, city in cities().items()]
