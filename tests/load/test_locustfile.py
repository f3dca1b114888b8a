"""The Locust file, without Locust: a stand-in for its names shows that each user asks for what there is."""

import runpy
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from govsim.core.models import World
from govsim.load import town

FILE = Path(town.__file__).with_name("locustfile.py")


class Event:
    def add_listener(self, listener: Any) -> Any:
        return listener


class User:
    """As much of Locust's HttpUser as the file uses: `answers` are the statuses, `asked` what was asked."""

    def __init__(self, answers: list[tuple[int, dict[str, Any]]]) -> None:
        self.answers, self.asked, self.client = answers, [], self

    @contextmanager
    def request(self, method: str, path: str, *, name: str, **more: Any) -> Iterator[Any]:
        self.asked.append((method, path, more.get("headers", {})))
        status, body = self.answers.pop(0)
        told = SimpleNamespace(status_code=status, request_meta={"name": name}, json=lambda: body)
        told.success = lambda: told.request_meta.update(judged="success")
        self.meta = told.request_meta
        yield told


@pytest.fixture
def locustfile(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    locust = ModuleType("locust")
    events = SimpleNamespace(test_start=Event(), test_stop=Event())
    for name, value in {"HttpUser": User, "between": lambda *_: None, "events": events, "task": lambda f: f}.items():
        setattr(locust, name, value)
    monkeypatch.setitem(sys.modules, "locust", locust)
    return runpy.run_path(str(FILE))


@pytest.fixture
def stage(locustfile: dict[str, Any]) -> Any:
    found = locustfile["Stage"]
    manifest = {"tokens": ["one", "two"], "typed": {}, "verify": ["/w/x-1/verify/c1"]}
    found.built = SimpleNamespace(world=None, manifest=manifest)
    return found


def seated(locustfile: dict[str, Any], kind: str, answers: list[tuple[int, dict[str, Any]]]) -> Any:
    user = locustfile[kind](answers)
    user.on_start()
    return user


def test_an_applicant_writes_down_what_was_answered(locustfile: dict[str, Any], stage: Any) -> None:
    user = seated(locustfile, "Applicant", [(202, {"number": "A1"}), (503, {})])
    user.apply()
    user.apply()
    assert [(each.status, each.number) for each in stage.calls] == [(202, "A1"), (503, "")]
    keys = [headers["Idempotency-Key"] for _, _, headers in user.asked]
    assert len(set(keys)) == 2
    assert keys == [each.key for each in stage.calls]
    assert user.meta == {"name": "submit (shed)", "judged": "success"}


def test_each_persona_asks_as_its_script(locustfile: dict[str, Any], stage: Any) -> None:
    careful = seated(locustfile, "Careful", [(200, {}), (200, {}), (202, {"number": "A2"}), (200, {})])
    careful.apply()
    assert [method for method, _, _ in careful.asked] == ["GET", "POST", "POST", "GET"]
    reader = seated(locustfile, "Reader", [(200, {}), (200, {})])
    reader.read()
    verifier = seated(locustfile, "Verifier", [(200, {})])
    verifier.verify()
    assert verifier.asked[0][1] == "/w/x-1/verify/c1"


@pytest.mark.django_db
def test_a_lost_application_fails_the_run(
    locustfile: dict[str, Any], stage: Any, world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    stage.built = SimpleNamespace(world=world, manifest=stage.built.manifest)
    environment = SimpleNamespace(process_exit_code=None)
    stage.calls[:] = []
    locustfile["judge"](environment)
    assert environment.process_exit_code is None
    stage.calls.append(locustfile["Call"](1, "applicant", "submit", 0.0, 0.0, 0.0, 202, key="k", number="none"))
    locustfile["judge"](environment)
    assert environment.process_exit_code == 1
    assert "1 acknowledged: lost 1" in capsys.readouterr().out
    world.refresh_from_db()
    assert world.retired_at is not None
