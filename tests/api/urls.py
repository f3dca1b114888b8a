"""The API alone, so that its tests do not depend on pages."""

from django.urls import include, path

import certificates.api
from govsim import api
from govsim.web import health

urlpatterns = [
    path("api/v1/", include(api.urlpatterns)),
    path("livez", health.livez),
    path("readyz", health.readyz),
    *certificates.api.public_urlpatterns,
]
