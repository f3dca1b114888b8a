"""The world's clock in the hands of somebody before the demo: faster, stop, the next event, skip to opening time.

The trainer's page moves the clock by the same calls; here whoever founds a company may, so that their day can pass
while they watch. Only in a demo, only on the machine that runs it.
"""

from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest

from approvals.pages.spells import Words
from govsim.core import clock, worktime
from govsim.core.doors import SeatedRequest, demo_here
from govsim.core.errors import BadInput, NotAllowed
from govsim.core.models import World

DAY = timedelta(hours=9, minutes=30)  # from opening to closing, the noon break included
PACES = (240.0, 720.0, 1800.0)  # world seconds a wall second
STEP = timedelta(hours=1)  # of working time that one step passes at most


def _label(pace: float) -> Words:
    seconds = round(DAY.total_seconds() / pace)
    if seconds < 60:
        return {"zh": f"一天约 {seconds} 秒", "en": f"a day in {seconds} s"}
    return {"zh": f"一天约 {seconds / 60:.1f} 分钟", "en": f"a day in {seconds / 60:.1f} min"}


def told(request: HttpRequest, world: World, now: datetime) -> dict[str, Any]:
    """Return how the clock runs, whether offices are open, and what may be done with it here."""
    opens = worktime.opening(now)
    running = world.mode in (World.Mode.PACED, World.Mode.LIVE)
    pace = 1.0 if world.mode == World.Mode.LIVE else world.pace
    return {
        "now": now,
        "running": running,
        "opens": opens if opens > now else None,
        "closed": _closed(now, opens),
        "may_move": demo_here(request),
        "paces": [{"value": f"{each:g}", "on": running and pace == each, "words": _label(each)} for each in PACES],
    }


def _closed(now: datetime, opens: datetime) -> Words:
    """Return why nobody is at a desk."""
    if not worktime.is_working_day(now.date()):
        return {"zh": "今天是休息日，柜台没有人", "en": "Offices are closed today"}
    if opens.date() > now.date():
        return {"zh": "已经下班，柜台没有人", "en": "Offices have closed for the day"}
    if worktime.windows(now)[0][0] > now:
        return {"zh": "还没到上班时间，柜台没有人", "en": "Offices are not open yet"}
    return {"zh": "午休，柜台没有人", "en": "Noon break; nobody is at a desk"}


def move(request: SeatedRequest) -> None:
    """Do with the clock what was asked: a pace, stop, step, or opening. Raises NotAllowed outside a demo."""
    if not demo_here(request):
        raise NotAllowed("只有在本机演示中可以拨动时钟", "The clock can be moved only in a demo on this machine")
    world, asked = request.seat.world, request.POST.get("do", "")
    if asked in {f"{each:g}" for each in PACES}:
        clock.run(world, mode=World.Mode.PACED, pace=float(asked))
    elif asked == "stop":
        clock.run(world, mode=World.Mode.FROZEN)
    elif asked == "step":
        clock.advance(world, until=worktime.add(clock.now(world), STEP))
    elif asked == "opening":
        clock.advance(world, until=worktime.opening(clock.now(world)))
    else:
        raise BadInput({"do": ("没有这个操作", "There is no such action")})
