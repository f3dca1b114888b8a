"""The API on one page: every room's doors under /api/v1/, each POST repeatable, everything else a problem document."""

from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, re_path
from django.utils.csp import CSP
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_safe
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularSwaggerSplitView
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

import approvals.api
import certificates.api
import govsim.exchange.api
import services.api
from govsim.core.errors import NotFound
from govsim.core.rest import Single
from govsim.web import world_api
from govsim.web.idempotency import honoured

SCHEMA = Path(__file__).parent / "docs" / "openapi.yaml"


class Nowhere(Single):
    """Every address of the API that is none."""

    permission_classes = (AllowAny,)

    @extend_schema(exclude=True)
    def _nowhere(self, request: Request) -> Response:
        raise NotFound("没有这个接口地址", "There is no such address in the API")

    get = post = put = patch = delete = _nowhere


@require_safe
def schema(request: HttpRequest) -> HttpResponse:
    """Return the schema as it is written down; a test holds it to the code."""
    return HttpResponse(SCHEMA.read_bytes(), content_type="application/vnd.oai.openapi")


# Swagger UI sets styles on its elements; its scripts are the vendored files.
docs = csp_override({
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF, CSP.UNSAFE_INLINE],
    "img-src": [CSP.SELF, "data:"],
    "connect-src": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.SELF],
})(SpectacularSwaggerSplitView.as_view(url_name="api-schema"))  # fmt: skip

rooms: list[URLPattern] = [
    *services.api.urlpatterns,
    *govsim.exchange.api.urlpatterns,
    *certificates.api.urlpatterns,
    *approvals.api.urlpatterns,
    *world_api.urlpatterns,
]
urlpatterns: list[URLPattern] = [
    *honoured(rooms),
    path("schema/", schema, name="api-schema"),
    path("docs/", docs, name="api-docs"),
    re_path(r"[\s\S]*", Nowhere.as_view(), name="api-nowhere"),  # a line break as well
]
