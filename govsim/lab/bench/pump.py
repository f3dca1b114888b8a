"""A closed-loop client in a process of its own: each connection sends its next call when the last is answered.

`python -m govsim.lab.bench.pump <job>`: `job` is a file of JSON {"base", "start", "connections", "calls"} with `start`
on the machine's monotonic clock and calls as [path, token, body]. A call is a POST with a key of its own, or a GET when
its body is null. Prints one line of JSON: the seconds from the start to the last answer, the answers by status, the
latencies and its own CPU time.

The client shares the cores with what it measures, so it does as little as it can: requests are bytes before the start,
each connection is one socket that is kept, and of an answer only the status and the length are read.
"""

import asyncio
import json
import re
import resource
import secrets
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)


def request(host: str, path: str, token: str, body: Any) -> bytes:
    """Return a call as it goes over the wire."""
    lines = [f"{'GET' if body is None else 'POST'} {path} HTTP/1.1", f"Host: {host}", "Accept: */*"]
    content = b""
    if token:
        lines.append(f"Authorization: Bearer {token}")
    if body is not None:
        content = json.dumps(body).encode()
        lines += ["Content-Type: application/json", f"Content-Length: {len(content)}"]
        lines.append(f"Idempotency-Key: {secrets.token_hex(8)}")
    return "\r\n".join([*lines, "\r\n"]).encode() + content


async def answer(reader: asyncio.StreamReader) -> str:
    """Read one answer to its end and return its status. Raises OSError, EOFError, ValueError for one without length."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = LENGTH.search(head)
    if length is None:
        raise ValueError(f"an answer without a length: {head[:200]!r}")
    await reader.readexactly(int(length[1]))
    return head[9:12].decode()


async def pump(base: str, start: float, connections: int, calls: list[Any]) -> dict[str, Any]:
    """Send all calls and return what came of them."""
    address = urlsplit(base)
    statuses: Counter[str] = Counter()
    spans: list[float] = []
    made = [request(address.netloc, *each) for each in calls]
    opened = [await asyncio.open_connection(address.hostname, address.port) for _ in range(connections)]
    await asyncio.sleep(max(0.0, start - time.monotonic()))
    waiting = iter(made)
    await asyncio.gather(*(_one(*each, waiting, statuses, spans) for each in opened))
    ended = time.monotonic()
    for _, writer in opened:
        writer.close()
    used = resource.getrusage(resource.RUSAGE_SELF)
    return {
        "seconds": ended - start, "statuses": statuses, "spans": spans, "cpu": used.ru_utime + used.ru_stime,
    }  # fmt: skip


async def _one(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, waiting: Iterator[bytes], statuses: Counter[str],
    spans: list[float],
) -> None:  # fmt: skip
    for each in waiting:
        began = time.perf_counter()
        writer.write(each)
        statuses[await answer(reader)] += 1
        spans.append(time.perf_counter() - began)


if __name__ == "__main__":
    job = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    sys.stdout.write(json.dumps(asyncio.run(pump(job["base"], job["start"], job["connections"], job["calls"]))))
