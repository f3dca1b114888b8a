"""Where browsers report what the content security policy stopped."""

import logging

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

log = logging.getLogger("govsim.csp")
LONGEST = 4_000  # bytes of one report that are kept


@csrf_exempt  # a browser sends it by itself, without a token; nothing is stored
@require_POST
def report(request: HttpRequest) -> HttpResponse:
    """Write one report to the log, on one line and with every control character spelt out."""
    log.warning("csp %r", request.body[:LONGEST])
    return HttpResponse(status=204)
