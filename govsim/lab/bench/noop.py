"""The yardstick of the queue: a task that does nothing, on a Celery without Django."""

import os

from celery import Celery

QUEUE = "noop"
app = Celery("noop", broker=os.environ.get("BROKER_URL", "memory://"))
app.conf.update(
    task_acks_late=True,
    task_ignore_result=True,
    task_default_queue=QUEUE,
    broker_connection_retry_on_startup=True,
    worker_send_task_events=False,
    accept_content=["json"],
)


@app.task(name="noop")
def noop() -> None:
    """Do nothing."""
