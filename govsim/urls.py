"""Addresses of the house: each room's doors, the API, the platform's own pages."""

from django.urls import URLPattern, URLResolver, include, path

import approvals.urls
import certificates.api
import certificates.urls
import services.urls
from govsim import api
from govsim.web import about, command, csp, health, home, pages, presenter

handler400 = "govsim.web.pages.bad_request"
handler403 = "govsim.web.pages.forbidden"
handler404 = "govsim.web.pages.not_found"
handler500 = "govsim.web.pages.server_error"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.home, name="home"),
    path("counters", home.counters, name="counters"),
    path("sign-in", pages.sign_in, name="sign-in"),
    path("sign-out", pages.sign_out, name="sign-out"),
    path("in/<str:secret>", pages.enter, name="enter"),
    path("personas", pages.personas, name="personas"),
    path("world", pages.world, name="world"),
    path("present", presenter.pick, name="present"),
    path("command", command.overview, name="command"),
    path("about", about.about, name="about"),
    path("components", about.components, name="components"),
    path("csp-report", csp.report, name="csp-report"),
    path("api/v1/", include(api.urlpatterns)),
    path("livez", health.livez, name="livez"),
    path("readyz", health.readyz, name="readyz"),
    *certificates.api.public_urlpatterns,
    *services.urls.urlpatterns,
    *certificates.urls.urlpatterns,
    *approvals.urls.urlpatterns,
]
