"""The few figures that the first page shows live, counted at most every few seconds in each process."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.core.cache import cache

from approvals import queries as approvals
from certificates import queries as certificates
from govsim.core import clock
from govsim.core.models import World
from govsim.exchange import queries as exchange
from govsim.figures.simulated import percentile
from services import queries as catalogue

KEPT: Final = 4  # wall seconds that a count is good for
CASES: Final = {"zh": "件", "en": "cases"}


@dataclass(frozen=True, slots=True)
class Counted:
    """Figures of one world and of the catalogue, and the moment of the world at which they were counted."""

    as_of: datetime
    latest: int  # how many of the newest cases `cases` tells about
    cases: tuple[dict[str, Any], ...]
    catalogue: tuple[dict[str, Any], ...]


def counted(world: World) -> Counted:
    """Return the figures, from memory when they were counted a moment ago."""
    key = f"figures-live-{world.pk}"
    found: Counted | None = cache.get(key)
    if found is None:
        found = _count(world)
        cache.set(key, found, KEPT)
    return found


def _count(world: World) -> Counted:
    now = clock.now(world)
    seen = approvals.tally(world.pk, now.astimezone(clock.ZONE).date())
    totals = catalogue.totals().counts
    instant = {each.key for each in catalogue.items() if each.body["flags"]["instant_approval"]}
    seconds = percentile([took for item, took in seen.seconds if item in instant], 50)
    return Counted(
        as_of=now,
        latest=seen.latest,
        cases=(
            _figure("今日办件", "Cases opened today", seen.opened),
            _figure("自动决定", "Decided automatically", seen.automatic),
            _figure("人工决定", "Decided by people", seen.by_people),
            _figure("正在办理", "Under way", seen.under_way),
            _figure(
                "秒批用时中位数", "Instant decision, median", None if seconds is None else round(seconds, 1), "秒", "s"
            ),
        ),
        catalogue=(
            _figure("事项", "Service items", totals["items"], "项", "items"),
            _figure("一件事主题", "Themes", totals["themes"], "项", "themes"),
            _figure("证照类型", "Certificate types", len(certificates.certificate_types()), "类", "types"),
            _figure("共享数据目录", "Shared datasets", len(exchange.catalogue()), "类", "datasets"),
        ),
    )


def _figure(zh: str, en: str, value: float | None, unit_zh: str = "", unit_en: str = "") -> dict[str, Any]:
    return {"label": {"zh": zh, "en": en}, "value": value, "unit": {"zh": unit_zh, "en": unit_en} if unit_zh else CASES}
