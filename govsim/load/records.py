"""What a generator writes down of each call, one line of JSON each; a report tells nothing that is not here. Pure."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

UNKNOWN: Final = 0  # status of a call that got no answer: it may have been done or not


@dataclass(slots=True)
class Call:
    """One call. Moments are seconds of the run; `status` is that of HTTP, 0 when no answer came.

    `late` counts the seconds by which the generator sent it later than it could have. `key` and `body` (a hash)
    identify what was asked for, `number` is what the answer named; `tries` counts the times that it was sent.
    """

    session: int
    persona: str
    what: str
    planned: float
    sent: float
    done: float
    status: int
    late: float = 0.0
    tries: int = 1
    item: str = ""
    key: str = ""
    body: str = ""
    number: str = ""
    error: str = ""

    @property
    def latency(self) -> float:
        """Seconds from the planned moment to the answer."""
        return self.done - self.planned

    @property
    def good(self) -> bool:
        return 200 <= self.status < 400

    @property
    def shed(self) -> bool:
        return self.status in (429, 503)


def write(call: Call) -> str:
    """Return the line of a call."""
    return json.dumps(asdict(call), separators=(",", ":")) + "\n"


def read(paths: Iterable[Path]) -> Iterator[Call]:
    """Yield the calls of several generators; a line that a killed one left half written is left out."""
    for path in paths:
        with path.open(encoding="utf-8") as lines:
            for line in lines:
                if line.endswith("\n"):
                    yield Call(**json.loads(line))
