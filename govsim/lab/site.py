"""A running installation with a small world, and clients that speak to it over HTTP as everybody does."""

import contextlib
import json
import socket
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import uuid4

import httpx

from govsim.lab import templates
from govsim.lab.stack import Stack
from govsim.lab.trial import Trial

V1: Final = "/api/v1/"
ALLOWANCE: Final = {"item": "sz.old_age_allowance", "form": {"mobile": "10100000001"}, "consent": True}
TAKING: Final = 60.0  # seconds that a request may take


class Client:
    """Somebody's API client. Every POST carries a fresh Idempotency-Key unless one is given."""

    def __init__(self, base: str, token: str = "") -> None:
        self.base = base
        self.token = token
        self.http = httpx.Client(base_url=base, timeout=TAKING)

    def send(self, method: str, path: str, body: Any = None, *, key: str = "", **headers: str) -> httpx.Response:
        """Send one request; `body` is JSON data, or bytes that go out as they are. `path` is below the API or whole."""
        names = {name.replace("_", "-"): each for name, each in headers.items()}
        names.setdefault("Content-Type", "application/json")
        if self.token:
            names.setdefault("Authorization", f"Bearer {self.token}")
        if method == "POST":
            names.setdefault("Idempotency-Key", key or uuid4().hex)
        content = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        return self.http.request(method, path if path.startswith("/") else V1 + path, content=content, headers=names)

    def get(self, path: str, **headers: str) -> httpx.Response:
        return self.send("GET", path, **headers)

    def post(self, path: str, body: Any = None, **more: str) -> httpx.Response:
        return self.send("POST", path, {} if body is None else body, **more)


@dataclass
class Site:
    """What a trial works with: the stack, its address, its world's people and staff, and its database."""

    lab: Stack
    base: str
    told: dict[str, Any]
    port: int
    clients: list[Client] = field(default_factory=list)
    sessions: list[httpx.Client] = field(default_factory=list)

    def client(self, token: str = "") -> Client:
        """Return a client with this token, or of nobody."""
        self.clients.append(Client(self.base, token))
        return self.clients[-1]

    def person(self, place: int) -> Client:
        """Return the client of the elder (or founder, after the elders) at `place`."""
        return self.client(self.told["people"][place]["token"])

    def staff(self, role: str, department: str = "") -> Client:
        """Return the client of an officer."""
        return self.client(self.seat(role, department)["token"])

    def seat(self, role: str, department: str = "") -> dict[str, str]:
        """Return an officer's seat. Raises StopIteration when the village has none such."""
        found: dict[str, str] = next(
            each for each in self.told["staff"] if (each["role"], each["department"]) == (role, department)
        )
        return found

    def rows(self, statement: str, *values: Any) -> list[Any]:
        """Ask the database file itself, past everything that the product might say."""
        with sqlite3.connect(f"file:{self.lab.var / 'db.sqlite3'}?mode=ro", uri=True, timeout=20) as database:
            return database.execute(statement, values).fetchall()

    def one(self, statement: str, *values: Any) -> Any:
        """Return the first value of the first row."""
        return self.rows(statement, *values)[0][0]

    def write(self, statement: str, *values: Any) -> int:
        """Change rows behind the back of the product, and return how many."""
        database = sqlite3.connect(self.lab.var / "db.sqlite3", timeout=20, isolation_level=None)
        try:
            return database.execute(statement, values).rowcount
        finally:
            database.close()

    def idle(self) -> bool:
        """Say whether nothing is due any more, in the database of a world in live mode."""
        return not self.rows("SELECT 1 FROM approvals_application WHERE due_at IS NOT NULL LIMIT 1")

    def settle(self, **given: Any) -> dict[str, Any]:
        """Make a further world in the installation, and return what it tells."""
        return settle(self.lab, **given)

    def close(self) -> None:
        for each in [*(client.http for client in self.clients), *self.sessions]:
            each.close()


def settle(lab: Stack, **given: Any) -> dict[str, Any]:
    """Make a village inside an installation."""
    return inside(lab, "village.settle", **given)


def inside(lab: Stack, errand: str, **given: Any) -> dict[str, Any]:
    """Do an errand of this package (`village.settle`) inside an installation, and return what it tells."""
    module, _, verb = errand.partition(".")
    code = f"from govsim.lab import {module}\nimport json\nprint(json.dumps({module}.{verb}(**json.loads({{!r}}))))"
    told: dict[str, Any] = json.loads(lab.python(code.format(json.dumps(given))).splitlines()[-1])
    return told


def site(trial: Trial, *, workers: bool = True, web: bool = True, elders: int = 6, names: Sequence[str] = (),
         mode: str = "live", **environ: str) -> Site:  # fmt: skip
    """Return a running installation with a village, whose processes end with the trial."""
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    lab = trial.stack(PUBLIC_URL=base, **environ)
    templates.bare(lab)
    told = settle(lab, elders=elders, names=names, mode=mode, seed=trial.seed)
    if workers:
        lab.start_broker()
        lab.start_worker()
        lab.start_sweeper()
    if web:
        lab.start_web(port)
    made = Site(lab, base, told, port)
    trial.keep(contextlib.closing(made))
    return made


def free_port() -> int:
    """Return a port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def problem(answer: httpx.Response, *statuses: int) -> bool:
    """Say whether an answer is a whole problem document with one of these statuses."""
    if answer.status_code not in statuses or answer.headers.get("content-type") != "application/problem+json":
        return False
    told = answer.json()
    return told["status"] == answer.status_code and all(told.get(each) for each in ("zh", "en", "title", "trace_id"))


def told(answer: httpx.Response) -> str:
    """Return an answer in a few words, for a message."""
    return f"{answer.request.method} {answer.request.url.path} → {answer.status_code} {answer.text[:160]!r}"
