"""Is the process alive, and can it work? For supervisors and load balancers; no personal data, no sign-in."""

import logging
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from kombu import Connection

from approvals import queries
from govsim.core import clock
from govsim.core.models import World

log = logging.getLogger(__name__)
BROKER_SECONDS = 1


@never_cache
@require_safe
def livez(request: HttpRequest) -> JsonResponse:
    """Say that the process answers."""
    return JsonResponse({"status": "ok"})


@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """Say whether database and broker answer and how long due work has been waiting (wall seconds).

    503 only without the database: it is the truth, and without the broker nothing is lost but speed (law 1).
    """
    database, oldest = _database()
    broker = broker_answers()
    status = "down" if not database else "ok" if broker else "degraded"
    body: dict[str, Any] = {
        "status": status,
        "database": "ok" if database else "down",
        "broker": "ok" if broker else "down",
        "oldest_due_seconds": oldest,
    }
    return JsonResponse(body, status=200 if database else 503)


def _database() -> tuple[bool, float | None]:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        wall = clock.wall()
        ages = [
            waited(world, moment, wall).total_seconds()
            for world, *moments in queries.waiting_worlds(wall)
            for moment in moments
            if moment is not None
        ]
    except DatabaseError:
        log.exception("the database does not answer")
        return False, None
    return True, round(max([0.0, *ages]), 1)


def waited(world: World, due: datetime, wall: datetime) -> timedelta:
    """Return how long, at the machine's time `wall`, work has been waiting that is due at `due` of the world's time.

    In a world whose clock stands, it can have waited since the clock was set at the longest.
    """
    if world.mode in (World.Mode.FROZEN, World.Mode.STEP):
        reached = world.anchor_wall if due <= world.anchor_at else wall
    else:
        pace = 1.0 if world.mode == World.Mode.LIVE else world.pace
        reached = world.anchor_wall + max(due - world.anchor_at, timedelta(0)) / pace
    return max(wall - reached, timedelta(0))


def broker_answers() -> bool:
    """Say whether the broker answers within a second."""
    options = {"socket_timeout": BROKER_SECONDS, "socket_connect_timeout": BROKER_SECONDS}
    try:
        with Connection(settings.BROKER_URL, connect_timeout=BROKER_SECONDS, transport_options=options) as broker:
            broker.ensure_connection(max_retries=1, timeout=BROKER_SECONDS)
    except Exception as error:  # whatever a broker library raises, it does not answer
        log.warning("the broker does not answer: %s", error)
        return False
    return True
