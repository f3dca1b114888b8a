"""A demo of its own for the browser tests, a browser, and guests whose consoles must stay silent."""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Browser, sync_playwright

from govsim.demo import chromium, instance, processes
from govsim.lab.stack import wait
from tests.browser.guests import Guest, guest

ROOT = Path(__file__).resolve().parent.parent.parent
FAILED = pytest.StashKey[bool]()
START = 90  # seconds


@pytest.fixture(scope="session")
def demo(django_db_blocker: Any) -> Iterator[str]:
    """The address of a whole running demo, whose database the tests may read and prepare too."""
    if "GOVSIM_VAR" not in os.environ:
        pytest.fail("browser tests need a state folder of their own: run manage.py test -m browser")
    var: Path = settings.VAR
    started = subprocess.Popen(
        [sys.executable, "manage.py", "demo", "--port", "0"], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    try:
        wait(lambda: instance.announced(var) or started.poll() is not None, seconds=START)
        running = instance.announced(var)
        assert running is not None, started.communicate()[0].decode()
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # the browser's driver keeps a loop in this thread
        with django_db_blocker.unblock():
            yield running.url
    finally:
        started.send_signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            started.communicate(timeout=30)
        processes.end(lambda: processes.members(var), grace=0)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, the one of the system where there is one."""
    with sync_playwright() as playwright:
        started = chromium.launch(playwright)
        yield started
        started.close()


@pytest.fixture
def visitor(demo: str, browser: Browser, request: pytest.FixtureRequest) -> Iterator[Callable[..., Guest]]:
    """Let somebody in; afterwards nothing may have gone wrong in any of their windows."""
    guests: list[Guest] = []

    def enter(path: str = "", **options: Any) -> Guest:
        made = guest(browser, demo, **options)
        guests.append(made)
        if path:
            made.go(path)
        return made

    yield enter
    wrong = []
    for number, each in enumerate(guests):
        if not each.page.is_closed():
            wrong += [*each.wrong, *each.stopped()]
            if wrong or request.node.stash.get(FAILED, False):
                each.picture(f"{request.node.name}-{number}")
        each.context.close()
    assert wrong == []


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """Remember that a test failed, so that its windows are kept as pictures."""
    report = yield
    if call.when == "call" and call.excinfo is not None:
        item.stash[FAILED] = True
    return report
