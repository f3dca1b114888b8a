"""A closed-loop client in a process of its own: each connection sends its next call when the last is answered.

`python -m govsim.lab.bench.pump <job>`: `job` is a file of JSON {"base", "start", "connections", "calls"} with `start`
on the machine's monotonic clock and calls as [path, token, body]. A call is a POST with a key of its own, or a GET when
its body is null. Prints one line of JSON: the seconds from the start to the last answer, the answers by status, the
latencies and its own CPU time.
"""

import asyncio
import json
import resource
import secrets
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import aiohttp


async def pump(base: str, start: float, connections: int, calls: list[Any]) -> dict[str, Any]:
    """Send all calls and return what came of them."""
    statuses: Counter[str] = Counter()
    spans: list[float] = []
    waiting = iter(calls)

    async def one(http: aiohttp.ClientSession) -> None:
        for path, token, body in waiting:
            headers = {"Authorization": f"Bearer {token}"} if token else {}
            began = time.perf_counter()
            if body is None:
                answer = await http.get(base + path, headers=headers)
            else:
                headers["Idempotency-Key"] = secrets.token_hex(8)
                answer = await http.post(base + path, json=body, headers=headers)
            async with answer:
                await answer.read()
                statuses[str(answer.status)] += 1
            spans.append(time.perf_counter() - began)

    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=connections)) as http:
        await asyncio.sleep(max(0.0, start - time.monotonic()))
        await asyncio.gather(*(one(http) for _ in range(connections)))
    ended = time.monotonic()
    used = resource.getrusage(resource.RUSAGE_SELF)
    return {
        "seconds": ended - start, "statuses": statuses, "spans": spans, "cpu": used.ru_utime + used.ru_stime,
    }  # fmt: skip


if __name__ == "__main__":
    job = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    sys.stdout.write(json.dumps(asyncio.run(pump(job["base"], job["start"], job["connections"], job["calls"]))))
