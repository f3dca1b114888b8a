"""What foreign verifiers ask for, at the addresses that tokens carry: status lists and the issuer's keys."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from certificates import queries
from govsim.core import clock
from govsim.core import world as worlds
from govsim.core.errors import GovsimError, NotFound

# How long a verifier may keep a status list or the issuer's keys, in seconds.
STATUS_AGE, ISSUER_AGE = 60, 300


@require_safe
def status_list(request: HttpRequest, world: str, number: int) -> HttpResponse:
    """Publish a signed status list (Token Status List)."""
    try:
        token = queries.status_list_token(worlds.at_address(world), number, wall=clock.wall())
    except NotFound as missing:
        return _refusal(missing, 404)
    except queries.SigningFailed as failed:
        return _refusal(failed, 503)
    answer = HttpResponse(token, content_type="application/statuslist+jwt")
    answer.headers["Cache-Control"] = f"public, max-age={STATUS_AGE}"
    return answer


@require_safe
def issuer(request: HttpRequest, world: str) -> HttpResponse:
    """Publish the issuer metadata of a world with its keys (SD-JWT VC)."""
    try:
        found = queries.issuer_metadata(worlds.at_address(world))
    except NotFound as missing:
        return _refusal(missing, 404)
    except queries.SigningFailed as failed:
        return _refusal(failed, 503)
    answer = JsonResponse(found)
    answer.headers["Cache-Control"] = f"public, max-age={ISSUER_AGE}"
    return answer


def _refusal(error: GovsimError, status: int) -> JsonResponse:
    body = {"title": f"{error.zh} / {error.en}", "status": status, "detail": error.en, "code": error.code}
    return JsonResponse(body, status=status, content_type="application/problem+json")
