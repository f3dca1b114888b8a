"""One id for each request: in its answer, in the logs, in what it sends to a worker."""

import re
import uuid
from collections.abc import Callable
from typing import Final

import structlog
from django.http import HttpRequest, HttpResponse

HEADER: Final = "X-Request-ID"
META: Final = "HTTP_X_REQUEST_ID"
SANE: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")  # nothing that could break a line of a log, or fill it


class RequestId:
    """Middleware that takes the client's id when it is sane, else makes one; every answer carries it.

    django_structlog, which comes later, takes it from the same header.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.META.get(META, "")
        chosen = request.META[META] = given if SANE.fullmatch(given) else str(uuid.uuid4())
        with structlog.contextvars.bound_contextvars(request_id=chosen):
            response = self.get_response(request)
        response[HEADER] = chosen
        return response


request_id = RequestId
