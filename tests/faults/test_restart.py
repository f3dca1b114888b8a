"""A rolling restart: web, worker and sweeper are new, every request was answered, every case is decided once."""

import http.client
import json
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from govsim.demo import CannotStart, broker, handover, processes, supervisor
from govsim.lab.clients import ITEM
from govsim.lab.stack import Stack, free_port, stack, wait

pytestmark = [pytest.mark.stack, pytest.mark.long]
UNTOUCHED = "SELECT 1 FROM approvals_application WHERE state = 'submitted' LIMIT 1"


class Customer(threading.Thread):
    """Asks and submits in turn until told to stop, over one connection as long as it is kept open, or over many."""

    def __init__(self, port: int, tokens: list[str], name: str, *, keeps: bool) -> None:
        super().__init__(daemon=True)
        self.port, self.tokens, self.name, self.keeps = port, tokens, name, keeps
        self.statuses: Counter[str] = Counter()
        self.numbers: list[str] = []
        self.closings = 0
        self.enough = threading.Event()

    def run(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        turn = 0
        while not self.enough.wait(0.1):
            turn += 1
            try:
                self.ask(connection, turn)
            except (OSError, http.client.HTTPException) as error:
                self.statuses[type(error).__name__] += 1
                connection.close()
        connection.close()

    def ask(self, connection: http.client.HTTPConnection, turn: int) -> None:
        headers = {"Authorization": f"Bearer {self.tokens[turn % len(self.tokens)]}"}
        if turn % 4:
            connection.request("GET", "/api/v1/applications", headers=headers)
        else:
            body = json.dumps({"item": ITEM, "form": {"mobile": "10100000001"}, "consent": True})
            headers |= {"Content-Type": "application/json", "Idempotency-Key": f"{self.name}-{turn}"}
            connection.request("POST", "/api/v1/applications", body, headers)
        answer = connection.getresponse()
        said = answer.read()
        self.statuses[str(answer.status)] += 1
        if answer.status == 202:
            self.numbers.append(json.loads(said)["number"])
        if answer.getheader("Connection") == "close":
            self.closings += 1
        if not self.keeps:
            connection.close()


def programs(lab: Stack, port: int) -> supervisor.Stack:
    """The stack of the demo over an installation that is prepared."""
    told = {name: lab.environ[name] for name in ("GOVSIM_VAR", "BROKER_URL", "PUBLIC_URL")}
    found = supervisor.programs("127.0.0.1", port, sqlite=True, broker=broker.command(lab.var))
    return supervisor.Stack(lab.var, "aa", told, found)


def test_a_rolling_restart_fails_nobody(tmp_path: Path) -> None:
    port = free_port()
    with stack(tmp_path, PUBLIC_URL=f"http://127.0.0.1:{port}") as lab:
        tokens = lab.work("prepare", people=120)["tokens"]
        with programs(lab, port) as running:
            running.start("broker", "web", "worker", "sweeper")
            running.wait(lambda: supervisor.answers("127.0.0.1", port), 30)
            before = members(running)
            customers = [Customer(port, tokens, f"c{each}", keeps=each % 2 == 0) for each in range(4)]
            for customer in customers:
                customer.start()
            time.sleep(0.5)
            replaced = handover.renew(running, farewell=1.5)
            time.sleep(0.5)
            for customer in customers:
                customer.enough.set()
            for customer in customers:
                customer.join()
            after = members(running)
            numbers = [number for customer in customers for number in customer.numbers]
            wait(lambda: not lab.rows(UNTOUCHED), seconds=30)  # decided, or with a person
        assert [each["role"] for each in replaced] == ["web", "worker", "sweeper"]
        assert {role for role, _ in before & after} == {"broker"}, "everything else is new"
        statuses = sum((customer.statuses for customer in customers), Counter())
        assert set(statuses) == {"200", "202"}, statuses
        assert statuses["202"] == len(numbers) == len(set(numbers)) > 20
        assert any(customer.closings for customer in customers if customer.keeps), "kept connections were told"
        told: dict[str, Any] = lab.work("checked", numbers=numbers)
        assert (told["lost"], told["doubled"]) == ([], []), told
        assert told["settled"] > len(numbers) * 0.9


def members(running: supervisor.Stack) -> set[tuple[str, int]]:
    return {(each.role, each.pid) for each in running.own()}


def test_a_successor_that_does_not_come_up_changes_nothing(tmp_path: Path) -> None:
    web = supervisor.Program("web", ["sh", "-c", "echo Started worker-1; exec sleep 600"])
    with supervisor.Stack(tmp_path, "aa", {}, [web], grace=0.5) as running:
        running.start("web")
        running.wait(lambda: "Started" in running.last_line("web"), 10)
        former = web.process
        web.command = ["sh", "-c", "echo no such settings; exit 5"]
        with pytest.raises(CannotStart, match="no such settings"):
            handover.renew(running, farewell=0)
        assert web.process is former
        assert web.running()
    assert processes.members(tmp_path) == []
