"""Applicants of an experiment: they submit over HTTP, write down what they were told, and ask again if nothing."""

import http.client
import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Self

from govsim.lab.stack import Stack

ITEM = "sz.old_age_allowance"
PATIENCE = 60.0  # wall seconds after which an answer is not waited for
SHED = (429, 503, 507)


@dataclass(frozen=True)
class Answer:
    """What one request got. Status 0: nobody knows whether it was done."""

    status: int
    seconds: float
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def number(self) -> str:
        return str(self.body["number"]) if self.status == 202 else ""

    @property
    def shed(self) -> bool:
        """Say whether this is a refusal that says when to come again."""
        return self.status in SHED and self.headers.get("retry-after", "").isdigit()


def ask(
    port: int, path: str, *, token: str = "", body: Any = None, key: str = "", patience: float = PATIENCE
) -> Answer:
    """Make one request, a POST when there is a body. Never raises for what the network does."""
    headers = {"Host": f"127.0.0.1:{port}", "Accept": "application/json"}
    headers |= {"Authorization": f"Bearer {token}"} if token else {}
    headers |= {"Content-Type": "application/json", "Idempotency-Key": key} if body is not None else {}
    connection, began = http.client.HTTPConnection("127.0.0.1", port, timeout=patience), time.monotonic()
    try:
        raw = json.dumps(body) if body is not None else None
        connection.request("POST" if raw else "GET", path, raw, headers)
        answer = connection.getresponse()
        said = answer.read()
    except (OSError, http.client.HTTPException) as error:
        return Answer(0, time.monotonic() - began, repr(error))
    finally:
        connection.close()
    told = {name.lower(): value for name, value in answer.getheaders()}
    decoded = json.loads(said) if "json" in told.get("content-type", "") else None
    return Answer(answer.status, time.monotonic() - began, decoded, told)


class Applicants:
    """Submits at an even rate from a thread of its own while the block lasts, whatever the answers are."""

    def __init__(self, lab: Stack, port: int, *, rate: float = 10.0, prefix: str = "a") -> None:
        self.tokens: list[str] = lab.manifest["tokens"]
        self.port, self.rate, self.prefix = port, rate, prefix
        self.answers: dict[int, list[Answer]] = {}
        self._stop = threading.Event()
        self._pool = ThreadPoolExecutor(max_workers=64)
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        self._stop.set()
        self._thread.join()
        self._pool.shutdown(wait=kind is None, cancel_futures=kind is not None)  # a trial that is over waits for nobody

    def _run(self) -> None:
        began, index = time.monotonic(), 0
        while not self._stop.wait(max(0.0, began + index / self.rate - time.monotonic())):
            self._pool.submit(self.submit, index)
            index += 1

    def submit(self, index: int) -> Answer:
        """Send the submission of one place, always under the same key."""
        token = self.tokens[index % len(self.tokens)]
        body = {"item": ITEM, "form": {"mobile": "10100000001"}, "consent": True}
        answer = ask(self.port, "/api/v1/applications", token=token, body=body, key=f"{self.prefix}-{index}")
        self.answers.setdefault(index, []).append(answer)
        return answer

    def ask_again(self, *, times: int = 20) -> None:
        """Repeat what was not answered or was shed, until everything is taken or `times` are used up."""
        for _ in range(times):
            left = [index for index, told in list(self.answers.items()) if told[-1].status != 202]
            if not left:
                return
            for index in left:
                self.submit(index)
            time.sleep(0.2)

    def all(self) -> list[Answer]:
        """Return every answer so far."""
        return [each for told in list(self.answers.values()) for each in told]

    def numbers(self) -> list[str]:
        """Return every number that was acknowledged, once for each submission."""
        return [told[-1].number for told in self.answers.values() if told[-1].number]

    def statuses(self) -> dict[int, int]:
        """Return how often each status was answered."""
        found: dict[int, int] = {}
        for each in self.all():
            found[each.status] = found.get(each.status, 0) + 1
        return dict(sorted(found.items()))

    def wrong(self) -> list[int]:
        """Return the statuses that nobody should get: neither taken, nor shed with a time, nor unknown."""
        return [each.status for each in self.all() if each.status not in (0, 202) and not each.shed]

    def twice(self) -> list[str]:
        """Return the places that were given more than one number under their one key."""
        return [f"{self.prefix}-{index}" for index, told in self.answers.items()
                if len({each.number for each in told if each.number}) > 1]  # fmt: skip


def p95(answers: list[Answer]) -> float:
    """Return the 95th percentile of the seconds of these answers."""
    ordered = sorted(each.seconds for each in answers)
    return ordered[int(len(ordered) * 0.95)] if ordered else 0.0
