"""The ids in the lines of a log: those of the request in the web, the same in the worker that it woke."""

import logging
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django_structlog.celery.receivers import CeleryReceiver
from django_structlog.celery.steps import DjangoStructLogInitStep
from kombu import Connection
from structlog import contextvars

from govsim.celery import app
from govsim.core.logs import Ids
from govsim.web.request_id import RequestId


def line(message: str) -> str:
    """What the handler of the settings writes of a message, here and now."""
    record = logging.makeLogRecord({"msg": message, "name": "govsim.try", "levelname": "INFO"})
    assert Ids().filter(record)
    return logging.Formatter(settings.LOGGING["formatters"]["line"]["format"]).format(record)


def test_a_line_names_request_and_task() -> None:
    assert line("nothing bound").endswith("INFO govsim.try [-] nothing bound")
    with contextvars.bound_contextvars(request_id="r-1", task_id="t-1", user_id=7):
        assert line("bound").endswith("[request_id=r-1 task_id=t-1] bound")


def test_what_a_request_changed_is_in_the_log_with_its_id(caplog: pytest.LogCaptureFixture) -> None:
    caplog.handler.addFilter(Ids())
    made = HttpResponse(status=202, headers={"Location": "/api/v1/applications/A1"})
    request = RequestFactory().post("/api/v1/applications", headers={"X-Request-ID": "r-2"})
    with caplog.at_level(logging.INFO):
        RequestId(lambda _: made)(request)
        RequestId(lambda _: HttpResponse(status=503))(RequestFactory().post("/api/v1/applications"))
        RequestId(lambda _: HttpResponse())(RequestFactory().get("/"))
    (kept,) = caplog.records
    assert (kept.getMessage(), kept.ids) == (  # type: ignore[attr-defined]
        "POST /api/v1/applications 202 /api/v1/applications/A1", "request_id=r-2",
    )  # fmt: skip
    assert "request_id" not in contextvars.get_contextvars()


def test_a_task_has_the_id_of_the_request_that_sent_it() -> None:
    with Connection("memory://") as broker:

        def view(_: HttpRequest) -> HttpResponse:
            app.send_task("approvals.drain", queue="ids", connection=broker, ignore_result=True)
            return HttpResponse()

        RequestId(view)(RequestFactory().get("/", headers={"X-Request-ID": "r-3"}))
        message = broker.SimpleQueue("ids").get(timeout=5)
        message.ack()
    task = SimpleNamespace(name="approvals.drain", request=SimpleNamespace(**message.headers))
    try:
        CeleryReceiver().receiver_task_prerun("t-3", task)
        assert line("in the worker").endswith("[request_id=r-3 task_id=t-3] in the worker")
    finally:
        contextvars.clear_contextvars()


def test_workers_take_the_ids_over() -> None:
    assert DjangoStructLogInitStep in app.steps["worker"]
