"""Measure: `python -m peer.run <DATABASE_URL> <warm-up> <count>` prints one line of JSON."""

import json
import sys
import time

import django
import environ
from django.conf import settings

settings.configure(
    SECRET_KEY="peer",
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "viewflow", "viewflow.workflow", "peer"],
    DATABASES={"default": environ.Env().db_url_config(sys.argv[1]) | {"CONN_MAX_AGE": None}},
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    USE_TZ=True,
)
if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    settings.DATABASES["default"]["OPTIONS"] = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
django.setup()

from django.core.management import call_command
from peer.flows import FACTS, Allowance, Flow


def run(count: int) -> None:
    """Run so many processes from start to end."""
    for _ in range(count):
        Flow.start.run(facts=FACTS)


if __name__ == "__main__":
    warm_up, count = int(sys.argv[2]), int(sys.argv[3])
    call_command("migrate", interactive=False, verbosity=0)
    run(warm_up)
    before = Allowance.objects.filter(finished__isnull=False).count()
    began = time.perf_counter()
    run(count)
    spent = time.perf_counter() - began
    finished = Allowance.objects.filter(finished__isnull=False).count() - before
    granted = Allowance.objects.order_by("-pk")[0].verdict == "grant"
    sys.stdout.write(json.dumps({"seconds": spent, "finished": finished, "granted": granted}) + "\n")
