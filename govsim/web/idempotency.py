"""Repeating a POST with the same Idempotency-Key gives the first answer again and does nothing twice.

The row that claims the key is written before the work and in the same transaction as its result: either both are
there or neither, whatever crashes. Keys belong to a user and a route. A refusal is not stored, so it may be repeated.
"""

import re
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from django.db import connection, transaction
from django.urls import URLPattern, path
from rest_framework.exceptions import ParseError
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from govsim.core import canonical, clock
from govsim.core.errors import Conflict
from govsim.core.models import IdempotentCall
from govsim.core.rest import View
from govsim.web.problems import KeyRequired, KeyReused

HEADER = "Idempotency-Key"
REPLAYED = "Idempotent-Replayed"
LONGEST = 255
FORM = re.compile(r"[!-~]{1,255}")
KEPT = timedelta(hours=48)  # at least 24 hours (experience 3e)

type Handler = Callable[..., Response]


def honoured(patterns: list[URLPattern]) -> list[URLPattern]:
    """Return the same routes with every POST made repeatable; views with `key_required` refuse to work without one."""
    return [_honour(pattern) for pattern in patterns]


def _honour(pattern: URLPattern) -> URLPattern:
    callback: Any = pattern.callback
    view: type[View] = callback.cls
    if not hasattr(view, "post"):
        return pattern
    route = str(pattern.pattern)
    body = {"post": _once(view.post, route), "__module__": view.__module__, "__doc__": view.__doc__}
    made: Any = type(view.__name__, (view,), body)
    again: URLPattern = path(route, made.as_view(), name=pattern.name)
    return again


def _once(work: Handler, route: str) -> Handler:
    @wraps(work)
    def post(self: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
        key = _key(request)
        if key is None:
            if getattr(self, "key_required", False):
                raise KeyRequired
            return work(self, request, *args, **kwargs)
        if not request.user.is_authenticated:
            return work(self, request, *args, **kwargs)
        mark = canonical.digest([request.path, dict(request.query_params.lists()), request.data]).hex()
        try:
            return _claimed(route[:120], key, mark, request.user, lambda: work(self, request, *args, **kwargs))
        except _Taken:
            return _again(route[:120], key, mark, request.user)

    return post


class _Taken(Exception):
    """The key is in the table already."""


def _key(request: Request) -> str | None:
    key: str | None = request.headers.get(HEADER)
    if key is None:
        return None
    if not FORM.fullmatch(key):
        raise ParseError(f"{HEADER} must be 1 to {LONGEST} printable characters without spaces")
    return key


def _claimed(route: str, key: str, mark: str, user: Any, work: Callable[[], Response]) -> Response:
    """Claim the key, work, and store the answer in one transaction. Raises _Taken when somebody else has it."""
    with transaction.atomic():
        call = _claim(route, key, mark, user)
        response = work()
        body, location = JSONRenderer().render(response.data).decode(), response.headers.get("Location", "")[:200]
        with connection.cursor() as cursor:
            cursor.execute(_KEEP, [response.status_code, body, location, call])
    return response


# Statements of our own: a savepoint for each key, and reading the answer back only to write it, cost a third of a call.
_CLAIM = """
INSERT INTO core_idempotentcall (user_id, route, key, fingerprint, status, body, location, created_at)
VALUES (%s, %s, %s, %s, 0, '{}', '', %s) ON CONFLICT (user_id, route, key) DO NOTHING RETURNING id
"""
_KEEP = "UPDATE core_idempotentcall SET status = %s, body = %s, location = %s WHERE id = %s"


def _claim(route: str, key: str, mark: str, user: Any) -> int:
    with connection.cursor() as cursor:
        at = connection.ops.adapt_datetimefield_value(clock.wall())
        cursor.execute(_CLAIM, [user.pk, route, key, mark, at])
        found = cursor.fetchone()
    if found is None:
        raise _Taken
    return int(found[0])


def _again(route: str, key: str, mark: str, user: Any) -> Response:
    """Return the stored answer. Raises KeyReused for another request, Conflict when the first one has just failed."""
    call = IdempotentCall.objects.filter(user=user, route=route, key=key).first()
    if call is None or not call.status:
        raise Conflict("相同的请求正在处理，请稍后再试", "The same request is being handled; try again shortly")
    if call.fingerprint != mark:
        raise KeyReused
    headers = {REPLAYED: "true"}
    if call.location:
        headers["Location"] = call.location
    return Response(call.body, status=call.status, headers=headers)


def forget() -> int:
    """Delete stored answers that are older than KEPT; return how many."""
    return IdempotentCall.objects.filter(created_at__lt=clock.wall() - KEPT).delete()[0]
