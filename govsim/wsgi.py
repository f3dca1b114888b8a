"""The WSGI entry of the web server. A process that is being replaced says so on every connection that it answers."""

import gc
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterable
from typing import Any

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "govsim.settings")
# Whoever only says no, or verifies, waits for the interpreter behind each busy thread: a fifth of the usual 5 ms.
sys.setswitchinterval(0.001)
django = get_wsgi_application()
gc.freeze()  # what lives as long as the process is not looked through again and again (govsim.celery.read_ahead)
gc.set_threshold(20_000, 20, 100)
leaving = threading.Event()


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer a request; once `leaving`, with Connection: close, so that no client speaks into a closing connection."""

    def closing(status: str, headers: list[tuple[str, str]], *error: Any) -> Any:
        return start_response(status, [*headers, ("Connection", "close")], *error)

    answered: Iterable[bytes] = django(environ, closing if leaving.is_set() else start_response)
    return answered


if threading.current_thread() is threading.main_thread():  # SIGWINCH: see govsim.demo.handover
    signal.signal(signal.SIGWINCH, lambda *_: leaving.set())
