"""Figures for Prometheus: what waits, for how long, what failed. For this machine only, unless the settings open it."""

import os
from collections.abc import Iterable, Iterator

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from approvals import queries as approvals
from govsim.core import clock, journal
from govsim.core import world as worlds
from govsim.core.errors import NotFound
from govsim.core.models import World
from govsim.web import gate
from govsim.web.health import waited

LOOPBACK = ("127.0.0.1", "::1")
FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED")  # a proxy on this machine asks for somebody else
MOST = 1_000_000  # to which waiting cases are counted
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

type Sample = tuple[str, dict[str, str], float]

HELP = {
    "govsim_due_applications": "applications that wait for a worker now",
    "govsim_oldest_due_seconds": "wall seconds for which the oldest due work has been waiting",
    "govsim_incidents": "applications that no worker could handle, and journal entries that could not be told",
    "govsim_world_time_seconds": "the world's own time as seconds since the epoch",
    "govsim_requests_inside": "requests of this web process that are at work or in line",
    "govsim_shed_total": "requests that this web process refused with 503 since it began; nothing was stored for them",
}


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Return the figures of every living world and of this process. Strangers are told that there is no such page."""
    here = request.META.get("REMOTE_ADDR") in LOOPBACK and not any(each in request.META for each in FORWARDED)
    if not settings.METRICS_OPEN and not here:
        raise NotFound("没有找到", "There is no such page")
    return HttpResponse("".join(_lines(_samples())), content_type=CONTENT_TYPE)


def _samples() -> Iterator[Sample]:
    wall = clock.wall()
    for world, *moments in approvals.waiting_worlds(wall):
        label = {"world": worlds.address(world)}
        ages = [waited(world, each, wall).total_seconds() for each in moments if each is not None]
        now = clock.now(world)
        standing = approvals.standing(world.pk, now, most=MOST)
        yield "govsim_due_applications", label, standing["due"]
        yield "govsim_oldest_due_seconds", label, max(ages, default=0.0)
        yield "govsim_incidents", label | {"kind": "application"}, standing["incidents"]
        yield "govsim_incidents", label | {"kind": "journal"}, len(journal.incidents(world.pk))
        yield "govsim_world_time_seconds", label | {"mode": World.Mode(world.mode).value}, now.timestamp()
    for name, lane in gate.LANES.items():
        label = {"lane": name, "process": str(os.getpid())}
        yield "govsim_requests_inside", label, lane.inside
        yield "govsim_shed_total", label, lane.refused


def _lines(samples: Iterable[Sample]) -> Iterator[str]:
    """Write samples in the text format, each name with its help once."""
    by_name: dict[str, list[str]] = {name: [] for name in HELP}
    for name, labels, value in samples:
        told = ",".join(f'{key}="{text}"' for key, text in labels.items())
        by_name[name].append(f"{name}{{{told}}} {value:.14g}\n")
    for name, lines in by_name.items():
        kind = "counter" if name.endswith("_total") else "gauge"
        yield f"# HELP {name} {HELP[name]}\n# TYPE {name} {kind}\n"
        yield from lines
