"""One id for each request: in its answer, in the logs, in what it sends to a worker.

A request that changed something has a line in the log with the address of what it made, which ends with the number of
the application: so its id leads to the lines that workers write of that number, and back.
"""

import logging
import re
import uuid
from collections.abc import Callable
from typing import Final

import structlog
from django.http import HttpRequest, HttpResponse

log = logging.getLogger(__name__)

HEADER: Final = "X-Request-ID"
META: Final = "HTTP_X_REQUEST_ID"
SANE: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")  # nothing that could break a line of a log, or fill it
QUIET: Final = (429, 503)  # what was refused changed nothing, and a rush of it shall not fill the log


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
            if request.method not in ("GET", "HEAD", "OPTIONS") and response.status_code not in QUIET:
                made = response.get("Location", "")
                log.info("%s %s %s %s", request.method, request.path, response.status_code, made)
        response[HEADER] = chosen
        return response


request_id = RequestId
