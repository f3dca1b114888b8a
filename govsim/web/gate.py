"""The gate of the web tier: what cannot be served soon is refused at once, before anything is read or stored.

Requests stand in lanes, each with so many at work and so many in line. What brings new work (applying, filling in)
has a lane of its own, so a rush of applicants never takes the threads of those who read, verify or decide: shed the
work that is new, never the work that gets rid of it. Who asks for new work without a token or a session stands apart.
The web server has more threads than the lanes hold (`govsim.demo.supervisor.programs`), so whoever comes too much
reaches the gate and hears so, instead of waiting unseen.
"""

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language_from_request

from govsim.web import problems

PATIENCE: Final = 5.0  # seconds for which a request stands in line at the longest; a full line refuses without waiting
RETRY_AFTER: Final = 2  # seconds; a line that is full is worked off in less
SAFE: Final = ("GET", "HEAD", "OPTIONS")
OPEN: Final = ("/livez", "/readyz", "/metrics")  # whoever watches has to see a platform that is full
NEW_WORK: Final = re.compile(
    r"/api/v1/(applications(/batch)?|packages|items/[^/]+/prefill)/?"
    r"|/(items/[^/]+/apply|apply/.+|packages/new/.+)"
)
PAGE: Final = (
    '<!doctype html><html lang="{lang}"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    "<title>503</title><h1>{title}</h1><p>{todo}</p></html>"
)
WORDS: Final = {
    "zh-hans": ("系统繁忙", "请几秒后返回上一页再试；没有保存任何内容。模拟系统，非政府网站。"),
    "en": ("Busy", "Go back and try again in a few seconds; nothing was stored. A simulation, not a government site."),
}


class Lane:
    """At most `at_once` requests at work and `in_line` more that wait for their turn.

    `refused` counts those that were not let in, since the process began.
    """

    def __init__(self, at_once: int, in_line: int, patience: float = PATIENCE) -> None:
        self.most, self.patience = at_once + in_line, patience
        self.inside = self.refused = 0
        self._turns = threading.Semaphore(at_once)
        self._count = threading.Lock()

    @contextmanager
    def turn(self) -> Iterator[bool]:
        """Wait for a turn and say whether it came; it ends with the block, whatever happens there."""
        came = self._enter()
        try:
            yield came
        finally:
            if came:
                self._turns.release()
                with self._count:
                    self.inside -= 1

    def _enter(self) -> bool:
        with self._count:
            if self.inside >= self.most:
                self.refused += 1
                return False
            self.inside += 1
        if self._turns.acquire(timeout=self.patience):
            return True
        with self._count:
            self.inside -= 1
            self.refused += 1
        return False


STRANGERS: Final = (2, 10)  # they hear that they have to sign in, which is soon said
LANES: Final = {
    "strangers": Lane(*STRANGERS),
    "new_work": Lane(settings.NEW_WORK_AT_ONCE, settings.NEW_WORK_IN_LINE),
    "other": Lane(settings.OTHERS_AT_ONCE, settings.OTHERS_IN_LINE),
}


def lane(request: HttpRequest) -> Lane:
    """Return the lane in which a request stands."""
    if request.method in SAFE or not NEW_WORK.fullmatch(request.path_info):
        return LANES["other"]
    known = "HTTP_AUTHORIZATION" in request.META or settings.SESSION_COOKIE_NAME in request.COOKIES
    return LANES["new_work" if known else "strangers"]


class Gate:
    """Middleware that lets a request through in its lane, or answers 503 with Retry-After."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info in OPEN:
            return self.get_response(request)
        with lane(request).turn() as came:
            return self.get_response(request) if came else refusal(request)


gate = Gate


def refusal(request: HttpRequest) -> HttpResponse:
    """Return the answer to whoever is not let in: a problem document, or a page that needs nothing else."""
    if request.path_info.startswith("/api/"):
        response: HttpResponse = problems.answer(request, 503)
    else:
        lang = "en" if get_language_from_request(request) == "en" else "zh-hans"
        title, todo = WORDS[lang]
        response = HttpResponse(PAGE.format(lang=lang, title=title, todo=todo), status=503)
    response["Retry-After"] = str(RETRY_AFTER)
    response["Cache-Control"] = "no-store"
    # Django's own mark: a line in the log for each would be the next flood.
    response._has_been_logged = True  # type: ignore[attr-defined]
    return response
