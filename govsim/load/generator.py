"""One generator process: sends the calls of its sessions at their planned moments and writes down what came of them.

`python -m govsim.load.generator <manifest> <part> <parts> <start> <calls>`: `start` is the moment 0 of the run on the
machine's monotonic clock, `calls` the file to write. It knows HTTP and the manifest, nothing of the platform's insides.
"""

import asyncio
import contextlib
import hashlib
import json
import resource
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TextIO

import aiohttp

from govsim.load import arrivals, records
from govsim.load.profile import Profile

ANSWER: Final = aiohttp.ClientTimeout(total=30)  # seconds after which an answer is not waited for
MOST_OPEN: Final = 2000  # sessions under way in one process; one more is not sent, and the report says so
TRIES: Final = 3  # how often a call without an answer is sent, always under the same key
DROPPED: Final = "dropped by the generator"


@dataclass
class Generator:
    """The state of one process: what it was told, and where it writes."""

    manifest: dict[str, Any]
    start: float
    calls: TextIO
    http: aiohttp.ClientSession
    profile: Profile = field(init=False)
    open: int = 0

    def __post_init__(self) -> None:
        self.profile = Profile(**self.manifest["profile"])

    def now(self) -> float:
        """Return the second of the run."""
        return time.monotonic() - self.start

    async def run(self, part: int, parts: int) -> None:
        """Send everything that this part plans, each session at its moment, whatever the others wait for."""
        async with asyncio.TaskGroup() as group:
            for session in arrivals.sessions(self.profile, part=part, parts=parts):
                planned = session.steps[0][1]
                if (wait := planned - self.now()) > 0:
                    await asyncio.sleep(wait)
                if self.open >= MOST_OPEN:
                    self._drop(session)
                else:
                    self.open += 1
                    group.create_task(self._session(session))

    def _drop(self, session: arrivals.Session) -> None:
        now = self.now()
        for what, planned in session.steps:
            self._write(
                records.Call(session.number, session.persona, what, planned, now, now, 0, tries=0, error=DROPPED)
            )

    async def _session(self, session: arrivals.Session) -> None:
        number, free = "", 0.0
        try:
            for what, planned in session.steps:
                if (wait := planned - self.now()) > 0:
                    await asyncio.sleep(wait)
                call = await self._call(session, what, planned, number, max(planned, free))
                number, free = number or call.number, call.done
        finally:
            self.open -= 1

    async def _call(
        self, session: arrivals.Session, what: str, planned: float, number: str, could: float
    ) -> records.Call:
        method, path, headers, body = self._request(session, what, number)
        sent = self.now()
        call = records.Call(
            session.number, session.persona, what, planned, sent, 0.0, 0, sent - could, item=session.item
        )
        call.tries = 0
        raw = json.dumps(body).encode() if body is not None else b""
        if method == "POST":
            headers |= {"Content-Type": "application/json", "Idempotency-Key": f"load-{session.number}-{what}"}
            call.key, call.body = headers["Idempotency-Key"], hashlib.sha256(raw).hexdigest()[:16]
        unanswered, refused = TRIES, self.profile.retries + 1
        while unanswered and refused:
            call.tries += 1
            wait = 0.0
            try:
                async with self.http.request(method, path, data=raw or None, headers=headers, timeout=ANSWER) as answer:
                    said = await answer.read()
                    call.status, call.error = answer.status, ""
                    if what == "submit" and answer.status == 202:
                        call.number = json.loads(said)["number"]
                    if not call.shed:
                        break
                    refused -= 1
                    wait = float(answer.headers.get("Retry-After", "1"))
            except (aiohttp.ClientError, TimeoutError) as error:
                call.status, call.error = records.UNKNOWN, type(error).__name__
                unanswered -= 1
                wait = 0.2
            if unanswered and refused:
                await asyncio.sleep(wait)
        call.done = self.now()
        self._write(call)
        return call

    def _request(
        self, session: arrivals.Session, what: str, number: str
    ) -> tuple[str, str, dict[str, str], dict[str, Any] | None]:
        """Return (method, path, headers, JSON body) of a step."""
        base = self.manifest["base"]
        mine = {"Authorization": f"Bearer {self.manifest['tokens'][session.seat % len(self.manifest['tokens'])]}"}
        match what:
            case "submit":
                typed = self.manifest["typed"][session.item]
                body = {"item": session.item, "form": typed, "consent": True, "human_route": session.human}
                return "POST", f"{base}/api/v1/applications", mine, body
            case "prefill":
                return "POST", f"{base}/api/v1/items/{session.item}/prefill", mine, {"consent": True}
            case "look":
                tail = f"/{number}" if number else ""
                return "GET", f"{base}/api/v1/applications{tail}", mine, None
            case "guide":
                return "GET", f"{base}/items/{session.item}", {}, None
            case "verify":
                cards = self.manifest["verify"]
                return "GET", base + cards[session.number % len(cards)], {}, None
            case "inbox":
                officer = {"Authorization": f"Bearer {self.manifest['officer']}"}
                return "GET", f"{base}/api/v1/inbox", officer, None
        return "GET", f"{base}/", {}, None

    def _write(self, call: records.Call) -> None:
        self.calls.write(records.write(call))


async def main(manifest: Path, part: int, parts: int, start: float, calls: Path) -> None:
    """Run one part to its end; the last line on standard output says what CPU time it took."""
    told = json.loads(manifest.read_text(encoding="utf-8"))
    connector = aiohttp.TCPConnector(limit=0)
    with calls.open("w", encoding="utf-8") as file:
        async with aiohttp.ClientSession(connector=connector) as http:
            await Generator(told, start, file, http).run(part, parts)
    used = resource.getrusage(resource.RUSAGE_SELF)
    sys.stdout.write(json.dumps({"cpu": used.ru_utime + used.ru_stime}) + "\n")


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        path, own, of, begin, out = sys.argv[1:]
        asyncio.run(main(Path(path), int(own), int(of), float(begin), Path(out)))
