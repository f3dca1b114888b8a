"""Celery wakes workers; the database decides (laws 1 and 7 of the house). Settings argued in docs/reliability.md."""

import gc
import os

from celery import Celery
from celery.signals import worker_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "govsim.settings")

from django.conf import settings
from django_structlog.celery.steps import DjangoStructLogInitStep

app = Celery("govsim", broker=settings.BROKER_URL)
app.conf.update(
    broker_transport_options={
        "visibility_timeout": 120,  # longer than the hard time limit; no task has an ETA
        "unacked_restore_interval": 1,
        "unacked_restore_throttle": 1,
        "global_keyprefix": settings.BROKER_PREFIX,
        "socket_connect_timeout": 2,
        "socket_timeout": 5,
    },
    visibility_timeout=120,
    task_ignore_result=True,
    task_acks_late=True,
    task_reject_on_worker_lost=True,  # safe only because attempts are counted in the database
    task_acks_on_failure_or_timeout=True,
    task_default_queue="drain",
    worker_prefetch_multiplier=1,
    task_soft_time_limit=settings.TASK_SECONDS,
    task_time_limit=settings.TASK_SECONDS * 6 // 5,
    worker_max_tasks_per_child=5000,
    worker_soft_shutdown_timeout=5.0,
    worker_enable_soft_shutdown_on_idle=True,
    worker_cancel_long_running_tasks_on_connection_loss=True,
    broker_connection_retry_on_startup=True,
    task_publish_retry=False,  # the sweeper rings again, not the caller
    accept_content=["json"],
    task_serializer="json",
    worker_send_task_events=False,
    worker_hijack_root_logger=False,
    timezone="Asia/Shanghai",
)
app.steps["worker"].add(DjangoStructLogInitStep)  # a task's log lines carry its id, and its request's
app.conf["CELERY_DB_REUSE_MAX"] = 10_000
app.autodiscover_tasks()


@worker_init.connect
def read_ahead(**_: object) -> None:
    """Read the files of the catalogues before the pool forks: its processes share them, and no case waits for it.

    What lives as long as the process is then left out of garbage collection, which a batch's many small objects would
    otherwise call every moment (about a twelfth of a decision).
    """
    from certificates import schema
    from govsim.exchange import catalogue

    schema.types()
    catalogue.datasets()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
