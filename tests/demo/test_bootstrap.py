"""The bootstrap reads on old Pythons and says in one line why it cannot go on."""

import ast
import sys
from pathlib import Path

import pytest

from govsim import bootstrap

ROOT = Path(bootstrap.__file__).resolve().parent.parent


@pytest.mark.parametrize("name", ["manage.py", "govsim/bootstrap.py"])
def test_python_3_8_can_read_it(name: str) -> None:
    ast.parse((ROOT / name).read_text(), feature_version=(3, 8))


def test_without_a_suitable_python_one_line_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bootstrap, "candidates", lambda: iter(["/bin/false", "/nowhere/python3"]))
    with pytest.raises(SystemExit) as stopped:
        bootstrap.find_python()
    assert stopped.value.code == 3
    line = capsys.readouterr().err
    assert line.count("\n") == 1
    assert "Python 3.12 or newer is needed" in line


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("ERROR: Could not find a version that satisfies the requirement", "cannot reach the package index"),
        ("OSError: [Errno 28] No space left on device", "the disk is full"),
    ],
)
def test_a_failing_installer_is_told_in_one_line(words: str, answer: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        bootstrap.run([sys.executable, "-c", f"print({words!r}); raise SystemExit(1)"])
    assert stopped.value.code == 3
    line = capsys.readouterr().err
    assert line.count("\n") == 1
    assert answer in line


def test_a_changed_lock_is_installed_again(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(bootstrap, "HOME", tmp_path)
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "python").touch()
    assert not bootstrap.complete(dev=False)
    bootstrap.stamp(True).write_text(bootstrap.digest(True))
    assert bootstrap.complete(dev=True)
    assert bootstrap.complete(dev=False)  # the developers' lock contains the other one
    bootstrap.stamp(True).write_text("another")
    assert not bootstrap.complete(dev=False)


def test_the_developers_lock_contains_the_other_one() -> None:
    runtime, dev = (set(bootstrap.lock(kind).read_text().splitlines()) for kind in (False, True))
    assert runtime <= dev
