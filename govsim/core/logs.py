"""Every line of a log says for which request or task it was written, in the web and in the workers."""

import logging
from typing import Final

from structlog import contextvars

KEYS: Final = ("request_id", "task_id")


class Ids(logging.Filter):
    """Gives each record `ids`, the ids that are bound where it was written; `-` when there are none."""

    def filter(self, record: logging.LogRecord) -> bool:
        bound = contextvars.get_contextvars()
        record.ids = " ".join(f"{key}={bound[key]}" for key in KEYS if key in bound) or "-"
        return True
