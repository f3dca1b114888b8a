"""The yardstick of the web: a bare DRF view that inserts one row, served like ours."""

from typing import Any

import django
import environ
from django.conf import settings

settings.configure(
    SECRET_KEY="bench",  # noqa: S106 — nothing is signed
    ALLOWED_HOSTS=["127.0.0.1"],
    ROOT_URLCONF=__name__,
    INSTALLED_APPS=["rest_framework"],
    DATABASES={"default": environ.Env().db_url("BARE_DATABASE_URL") | {"CONN_MAX_AGE": None}},
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    REST_FRAMEWORK={
        "DEFAULT_AUTHENTICATION_CLASSES": [],
        "DEFAULT_PERMISSION_CLASSES": [],
        "UNAUTHENTICATED_USER": None,
    },
    USE_TZ=True,
)
if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    settings.DATABASES["default"]["OPTIONS"] = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }  # fmt: skip
django.setup()

from django.core.wsgi import get_wsgi_application
from django.db import connection, models
from django.urls import path
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView


class Row(models.Model):
    """One row of the yardstick's own table."""

    item = models.CharField(max_length=60)
    form = models.JSONField()

    class Meta:
        app_label = "bare"
        db_table = "bench_bare_row"

    def __str__(self) -> str:
        return self.item


class Rows(APIView):
    """The door: insert what was sent, say which row it is."""

    def post(self, request: Request) -> Response:
        given: Any = request.data
        row = Row._default_manager.create(item=given["item"], form=given["form"])
        return Response({"id": row.pk}, status=202)

    def get(self, request: Request) -> Response:
        """Say that the server is ready."""
        return Response({})


urlpatterns: list[Any] = [path("rows", Rows.as_view()), path("readyz", Rows.as_view())]
application = get_wsgi_application()


if __name__ == "__main__":
    if Row._meta.db_table not in connection.introspection.table_names():
        with connection.schema_editor() as editor:
            editor.create_model(Row)
