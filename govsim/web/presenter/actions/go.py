"""Go to a place in a show: back to what was shown, or on by doing what is not done yet, step by step."""

import time
from datetime import timedelta
from typing import Any, Final

import httpx
from django.db.models import F, Q
from django.utils.translation import get_language, override

from govsim.core import clock
from govsim.core.errors import GovsimError
from govsim.walkthroughs.clients import inner
from govsim.walkthroughs.runner import Runner, StepFailed
from govsim.walkthroughs.story import CUTS, PUBLIC, Pack
from govsim.web.models import Show
from govsim.web.presenter import cuts, pictures, stage
from govsim.web.presenter.queries import pack_named

IN_PROCESS = False  # the workers of the running stack do their part; tests, which have none, do it themselves
LEASE: Final = timedelta(seconds=120)  # a step waits for the workers, half a minute at a time


def go(show: Show, *, to: int, base_url: str) -> None:
    """Show position `to`, doing every step up to it that is not done yet; a step that fails is where it stops.

    May safely be asked twice: what is done is only shown again, and while one window does a step, another one's
    wish changes nothing. `show` is read again.
    """
    pack = pack_named(show.pack)
    to = min(max(to, cuts.OPENING), cuts.closing(pack))
    for at in range(show.done + 1, to + 1):
        if not _claim(show, at):
            break
        passed = _do(show, pack, at, base_url)
        show.refresh_from_db()
        if not passed:
            return
    if to <= show.done and to != show.position:
        Show.objects.filter(pk=show.pk).update(position=to, version=F("version") + 1)
    show.refresh_from_db()


def cut(show: Show, *, minutes: int) -> None:
    """Make the show shorter or longer from here on; an unknown length changes nothing."""
    if minutes in CUTS:
        Show.objects.filter(pk=show.pk).update(cut=minutes, version=F("version") + 1)


def _claim(show: Show, at: int) -> bool:
    """Take the next step for this request, if nobody has taken or done it."""
    now = clock.wall()
    mine = Show.objects.filter(Q(busy_until=None) | Q(busy_until__lte=now), pk=show.pk, done=at - 1)
    return mine.update(busy_until=now + LEASE) == 1


def _do(show: Show, pack: Pack, at: int, base_url: str) -> bool:
    """Do step `at` and record how it went; say whether it passed."""
    result: dict[str, Any] = {}
    with override(get_language()), inner(base_url) as http:
        runner = Runner(pack, http, in_process=IN_PROCESS)
        runner.resume(show.world, show.values, show.calls)
        try:
            result = _books(runner) if at == cuts.closing(pack) else _step(show, runner, at)
            if "page" in result:
                seat = None if result["role"] == PUBLIC else runner.seat(result["role"])
                result["there"] = pictures.take(show, at, seat, result["page"], base_url)
        finally:
            Show.objects.filter(pk=show.pk).update(
                done=at, position=at, busy_until=None, version=F("version") + 1, calls=runner.calls,
                values=runner.values, results=[*show.results, result or {"passed": False, "detail": ""}],
            )  # fmt: skip
    return bool(result["passed"])


def _timed(runner: Runner, deed: Any) -> dict[str, Any]:
    runner.world.refresh_from_db()
    began, started = clock.now(runner.world), time.perf_counter()
    detail = ""
    try:
        deed()
    except StepFailed as failure:
        detail = str(failure)
    except (httpx.HTTPError, GovsimError) as error:
        detail = f"{type(error).__name__}: {error}"
    wall = time.perf_counter() - started
    runner.world.refresh_from_db()
    return {
        "passed": not detail, "detail": detail, "wall": round(wall, 3),
        "from": began.isoformat(), "to": clock.now(runner.world).isoformat(),
    }  # fmt: skip


def _books(runner: Runner) -> dict[str, Any]:
    return _timed(runner, runner.check_books)


def _step(show: Show, runner: Runner, at: int) -> dict[str, Any]:
    step = runner.pack.steps[at - 1]
    runner.answer = None
    result = _timed(runner, lambda: runner.take(step))
    seen = stage.view(runner.pack, step, runner.values, runner.answer)
    former: dict[str, Any] = next((each for each in reversed(show.results) if "page" in each), {})
    if seen is not None:
        result |= {"role": seen.role, "page": seen.page}
    elif former:
        result |= {"role": former["role"], "page": former["page"]}
    return result | {
        "departments": stage.at_work(runner.pack, step, runner.answer),
        "state": stage.state(runner.answer),
        "took": stage.took(runner.answer),
        "refusal": stage.refusal(runner.answer),
    }
