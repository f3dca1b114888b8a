"""A throw-away broker for tests: the embedded one, in a folder of the test."""

import contextlib
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from govsim.demo import broker


@contextlib.contextmanager
def serve(var: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Run the broker of the state folder `var`; yield its process, which a test may stop or kill.

    Its address is `govsim.demo.broker.url(var)`.
    """
    process = subprocess.Popen(broker.command(var), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 10
        while not broker.answers(broker.socket_path(var)):
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("the broker did not start")
            time.sleep(0.02)
        yield process
    finally:
        process.kill()
        process.wait()
