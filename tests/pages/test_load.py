"""The load page: for trainers, one run at a time, watched, stopped, reported, compared."""

import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from govsim.core.models import World
from govsim.lab.stack import wait
from govsim.load import folders
from govsim.load.profile import Profile
from govsim.load.report import VERSION
from tests.pages.conftest import sit, visit

pytestmark = [pytest.mark.django_db]


@pytest.fixture(autouse=True)
def _own_folder(settings: Any, tmp_path: Path) -> None:
    settings.VAR = tmp_path


def report(rate: float) -> dict[str, Any]:
    """What a report holds, as far as the pages read it."""
    spread = {"n": 100, "mean": 0.02, "p50": 0.01, "p95": 0.05, "p99": 0.09, "max": 0.1, "rate": rate}
    return {
        "version": VERSION, "command": "python3 manage.py load run", "offered": {"n": 100, "rate": rate},
        "accepted": spread, "decided": spread, "reads": spread, "lost": 0, "duplicates": 0, "shed": 0,
        "timeline": {name: [1, 2, 3] for name in ("second", "offered", "accepted", "decided")},
        "generator": {"bottleneck": False}, "machine": {"scope": {"zh": "一台机器", "en": "one machine"}},
    }  # fmt: skip


def keep(var: Path, name: str, *, done: bool) -> None:
    folder = var / "load" / name
    folders.show(folder, Profile(rate=10), [{"at": 1.0, "waiting": 3, "oldest": 0.2}])
    if done:
        (folder / "report.json").write_text(json.dumps(report(10)))
        (folder / "calls.csv").write_text("a,b\n")


@pytest.fixture
def trainer(town: World) -> Any:
    return visit(sit(town, "trainer"))


def test_runs_are_for_trainers(town: World) -> None:
    assert visit(sit(town, "handler", department="sz.civil")).get(reverse("load"), status=403)
    assert "/sign-in" in visit().client.get(reverse("load")).headers["Location"]


TYPED = {"rate": "12", "seconds": "20", "shape": "day", "seed": "7", "people": "500"}


@pytest.fixture
def commands(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What would be run; something that only waits is run instead, a process like any other."""
    asked: list[str] = []
    honest = folders._command

    def waiting(path: Path, profile: Profile) -> list[str]:
        asked.append(" ".join(honest(path, profile)))
        return [sys.executable, "-c", "import time; time.sleep(60)"]

    monkeypatch.setattr(folders, "_command", waiting)
    return asked


def test_a_run_is_started_once_and_with_what_was_typed(trainer: Any, commands: list[str], tmp_path: Path) -> None:
    answer = trainer.client.post(reverse("load"), TYPED)
    assert answer.status_code == 302
    assert "--rate 12.0 --seconds 20.0 --shape day --seed 7 --people 500" in commands[0]
    try:
        for _ in range(2):
            again = trainer.client.post(reverse("load"), TYPED)
            assert again.status_code == 409
            assert 'value="12"' in again.content.decode()  # nothing that was typed is lost
        assert len(commands) == 1
        found = folders.running(tmp_path)
        assert found is not None
        assert answer.headers["Location"] == reverse("load-run", args=[found.name])
    finally:
        trainer.client.post(answer.headers["Location"] + "/stop")
    wait(lambda: folders.running(tmp_path) is None, seconds=10)
    wait(lambda: all(each.poll() is not None for each in folders._children), seconds=10)


def test_stopping_a_run_that_is_over_touches_nobody(trainer: Any, tmp_path: Path) -> None:
    keep(tmp_path, "20260101-010101", done=True)
    (tmp_path / "load" / "20260101-010101" / "pid").write_text(str(os.getpid()))  # what a former version left there
    assert trainer.client.post(reverse("load-stop", args=["20260101-010101"])).status_code == 302


@pytest.mark.parametrize(
    "wrong",
    [{"rate": "0"}, {"rate": "9999"}, {"rate": "nan"}, {"rate": "inf"}, {"seconds": "x"}, {"people": "10"},
     {"people": "nan"}, {"people": "50.5"}, {"people": "9" * 5000}, {"seed": "-1"}, {"seed": ""}, {"shape": "wave"}],
)  # fmt: skip
def test_what_cannot_be_run_is_said_and_kept(trainer: Any, commands: list[str], wrong: dict[str, str]) -> None:
    answer = trainer.client.post(reverse("load"), TYPED | wrong)
    assert answer.status_code == 422
    text = answer.content.decode()
    assert 'role="alert"' in text
    assert "错误：" in text
    assert all(f'value="{each}"' in text for key, each in (TYPED | wrong).items() if key != "shape")
    assert not commands


def test_a_report_is_shown_downloaded_and_compared(trainer: Any, tmp_path: Path) -> None:
    names = ["20260101-010101", "20260101-020202"]
    for name in names:
        keep(tmp_path, name, done=True)
    page = trainer.get(reverse("load"))
    assert all(reverse("load-run", args=[name]) in page.links for name in names)
    page = trainer.get(reverse("load-run", args=[names[0]]))
    assert "python3 manage.py load run" in page.text
    assert reverse("load-file", args=[names[0], "calls.csv"]) in page.links
    answer = trainer.client.get(reverse("load-file", args=[names[0], "calls.csv"]))
    assert "attachment" in answer.headers["Content-Disposition"]
    assert b"".join(answer.streaming_content) == b"a,b\n"
    compared = trainer.get(reverse("load-compare") + f"?run={names[0]}&run={names[1]}")
    assert "1.00×" in compared.text
    assert trainer.client.get(reverse("load-compare") + f"?run={names[0]}").status_code == 422


def test_a_run_that_died_has_no_report(trainer: Any, tmp_path: Path) -> None:
    keep(tmp_path, "20260101-010101", done=False)
    page = trainer.get(reverse("load-run", args=["20260101-010101"]))
    assert "没有报告" in page.text
    assert trainer.client.get(reverse("load-live", args=["20260101-010101"])).headers["HX-Refresh"] == "true"


@pytest.mark.parametrize("name", ["nothing", "..", "20260101-000000", "20260101-010101/../x"])
def test_there_is_no_other_run(trainer: Any, tmp_path: Path, name: str) -> None:
    keep(tmp_path, "20260101-010101", done=True)
    assert trainer.client.get(f"/load/{name}").status_code == 404
    assert trainer.client.get("/load/20260101-010101/live.json").status_code == 404
