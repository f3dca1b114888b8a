"""HTTP clients of the platform: of a running one, of one in this process, and of one that is answering already."""

import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any, Final

import httpx
from django.core.handlers.base import BaseHandler
from django.core.handlers.wsgi import WSGIRequest

LOCAL: Final = "http://127.0.0.1"


@contextmanager
def client(base_url: str | None) -> Iterator[httpx.Client]:
    """Yield the one HTTP client of a run."""
    if base_url is not None:
        with httpx.Client(base_url=base_url, timeout=20, trust_env=False) as http:
            yield http
        return
    from govsim.wsgi import application  # only here: it loads the whole web application, and sets up logging anew

    transport = httpx.WSGITransport(app=application)
    with _refusals_unlogged(), httpx.Client(base_url=LOCAL, transport=transport) as http:
        yield http


@contextmanager
def _refusals_unlogged() -> Iterator[None]:
    """Keep refusals that packs provoke on purpose out of the log; faults of the server are logged as ever."""
    loggers = [logging.getLogger(name) for name in ("django.request", "django_structlog")]
    before = [each.level for each in loggers]
    for each in loggers:
        each.setLevel(logging.ERROR)
    try:
        yield
    finally:
        for each, level in zip(loggers, before, strict=True):
            each.setLevel(level)


class _Inner(BaseHandler):
    """Answers a call from within a request: the outer one's connections stay open, so no request begins or ends."""

    def __init__(self) -> None:
        super().__init__()
        self.load_middleware()

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        response: Any = self.get_response(WSGIRequest(environ))
        headers = [*response.items(), *(("Set-Cookie", each.OutputString()) for each in response.cookies.values())]
        start_response(f"{response.status_code} {response.reason_phrase}", headers)
        return [b"".join(response)]


@cache
def _inner() -> _Inner:
    return _Inner()


def inner(base_url: str) -> httpx.Client:
    """Return a client whose requests are answered in this thread, as if they came to this address."""
    return httpx.Client(base_url=base_url, transport=httpx.WSGITransport(app=_inner()))
