"""Addresses of the house: each room's doors, the API, the platform's own pages."""

from django.urls import URLPattern, URLResolver, include, path

import approvals.urls
import certificates.api
import certificates.urls
import govsim.web.presenter.urls
import services.urls
from govsim import api
from govsim.web import about, command, csp, health, home, load_page, metrics, pages, tours, trainer

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
    *govsim.web.presenter.urls.urlpatterns,
    path("tour", tours.tour, name="tour"),
    path("world", trainer.console, name="world"),
    path("world/live", trainer.live, name="world-live"),
    path("command", command.overview, name="command"),
    path("command/live", command.live, name="command-live"),
    path("command/rows/<str:indicator>", command.rows, name="command-rows"),
    path("command/cases/<str:number>/<str:verb>", command.tell, name="command-tell"),
    path("about", about.about, name="about"),
    path("components", about.components, name="components"),
    path("load", load_page.runs, name="load"),
    path("load/compare", load_page.compare, name="load-compare"),
    path("load/<str:name>", load_page.run, name="load-run"),
    path("load/<str:name>/live", load_page.live, name="load-live"),
    path("load/<str:name>/stop", load_page.stop, name="load-stop"),
    path("load/<str:name>/<str:file>", load_page.download, name="load-file"),
    path("csp-report", csp.report, name="csp-report"),
    path("api/v1/", include(api.urlpatterns)),
    path("livez", health.livez, name="livez"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", metrics.metrics, name="metrics"),
    *certificates.api.public_urlpatterns,
    *services.urls.urlpatterns,
    *certificates.urls.urlpatterns,
    *approvals.urls.urlpatterns,
]
