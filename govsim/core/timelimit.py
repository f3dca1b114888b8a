"""A time limit for what runs in the main thread of a process of ours."""

import contextlib
import signal
from collections.abc import Iterator


@contextlib.contextmanager
def limit(seconds: float) -> Iterator[None]:
    """Raise TimeoutError in the block after so many wall seconds, and again after as many, as Celery does in a worker.

    In the main thread only; limits may be nested, the inner one is the one that counts meanwhile.
    """

    def strike(*_: object) -> None:
        raise TimeoutError(f"not done within {seconds:.0f} s")

    before = signal.signal(signal.SIGALRM, strike)
    timer = signal.setitimer(signal.ITIMER_REAL, seconds, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, *timer)
        signal.signal(signal.SIGALRM, before)
