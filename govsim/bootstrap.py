"""Find Python, make `.venv`, install the lock, and go on inside it. Standard library only; reads on Python 3.8.

    enter(argv)   called by manage.py: returns inside the project's own environment, else re-executes there
    python3 govsim/bootstrap.py [--dev]   makes the environment and stops (used by the Dockerfile)

The environment remembers the hash of the lock that it holds, so a second run only compares two hashes. pip keeps
its own settings (index, proxy, certificates); uv, where present, is given the same index.
"""

# ruff: noqa: S603, S606, T201 — its work is to start programs that it has found itself, and to say so

from __future__ import annotations

import contextlib
import glob
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent.parent
HOME = ROOT / ".venv"
OLDEST = (3, 12)
BASE: str = getattr(sys, "_base_executable", sys.executable)  # the running Python, also from inside `.venv`
DEVELOPER_COMMANDS = {"test", "bench", "screenshots", "fault"}
CANNOT_START = 3


def enter(argv: list[str]) -> None:
    """Return if this process already runs in a complete `.venv`; else complete it and re-execute `argv` there.

    Ends the process with status 3 and one line in Chinese and English when there is no suitable Python, the
    package index does not answer, or the disk is full.
    """
    python = prepare(dev=len(argv) > 1 and argv[1] in DEVELOPER_COMMANDS)
    if Path(sys.prefix).resolve() != HOME.resolve():
        os.execv(str(python), [str(python), *argv])


def prepare(dev: bool) -> Path:
    """Make `.venv` hold the lock (with `dev`: the developers' lock) and return the path of its Python."""
    python = HOME / "bin" / "python"
    if sys.platform == "win32":
        stop("Windows 上请在 WSL 中运行 / on Windows please run this inside WSL")
    if complete(dev):
        return python
    with alone():
        if not complete(dev):  # another first run may have done it while we waited
            try:
                install(python, dev)
            except OSError as error:
                stop(f"无法写入 / cannot write {HOME}: {error.strerror}" if error.errno != 28 else DISK_FULL)
    return python


# The locks: the developers' one contains the other.


def lock(dev: bool) -> Path:
    return ROOT / ("requirements-dev.lock" if dev else "requirements.lock")


def complete(dev: bool) -> bool:
    if not (HOME / "bin" / "python").exists():  # also when the Python that it links to is gone
        return False
    return any(held(kind) == digest(kind) for kind in ([True] if dev else [False, True]))


def digest(dev: bool) -> str:
    return hashlib.sha256(lock(dev).read_bytes()).hexdigest()


def stamp(dev: bool) -> Path:
    return HOME / ("holds-" + lock(dev).name)


def held(dev: bool) -> str:
    try:
        return stamp(dev).read_text()
    except OSError:
        return ""


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """One installation at a time. The lock file of the requirements is itself the thing that is locked."""
    import fcntl

    with open(lock(False), "rb") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("等待另一个安装完成 / waiting for another installation to finish …")
            fcntl.flock(handle, fcntl.LOCK_EX)
        os.set_inheritable(handle.fileno(), True)  # a pip that outlives us keeps the next run waiting
        yield


# Installing


def install(python: Path, dev: bool) -> None:
    unfinished = HOME / "unfinished"
    if unfinished.exists() or not python.exists():  # what an interrupted pip leaves behind looks installed
        shutil.rmtree(HOME, ignore_errors=True)
        base = find_python()
        say(f"首次运行：准备运行环境 / first run: preparing .venv with {base} …")
        run([base, "-m", "venv", "--without-pip", str(HOME)])  # Debian's Python may have no ensurepip
    else:
        base = BASE
        say("更新依赖 / updating the installed packages …")
    unfinished.touch()
    for kind in (False, True):
        with contextlib.suppress(FileNotFoundError):
            stamp(kind).unlink()
    run([*installer(base, python), "-r", str(lock(dev))])
    stamp(dev).write_text(digest(dev))
    unfinished.unlink()


def installer(base: str, python: Path) -> list[str]:
    """The command that installs into `.venv`: uv if there is one, else the first pip that can, else ensurepip."""
    uv = shutil.which("uv")
    if uv:
        share_index()
        return [uv, "pip", "install", "-q", "--python", str(python)]
    for candidate in dict.fromkeys([base, BASE, "python3", "/usr/bin/python3"]):
        version = answer([candidate, "-m", "pip", "--version"]).split(" ")
        if len(version) > 1 and tuple(int(n) for n in version[1].split(".")[:2]) >= (22, 3):  # knows --python
            return [candidate, "-m", "pip", "--python", str(python), "install", "-qq"]
    if answer([str(python), "-m", "ensurepip"]):
        return [str(python), "-m", "pip", "install", "-qq"]
    stop("找不到 pip，请安装 python3-pip 或 uv / no pip found: install python3-pip, or uv")


def share_index() -> None:
    """uv does not read pip's configuration, where many users keep their mirror: pass it on."""
    for line in answer([sys.executable, "-m", "pip", "config", "list"]).splitlines():
        name, _, value = line.partition("=")
        for setting, variable in (("index-url", "UV_DEFAULT_INDEX"), ("extra-index-url", "UV_INDEX")):
            if name.endswith("." + setting):
                os.environ.setdefault(variable, " ".join(value.strip("'\"").split("\\n")).strip())


def run(command: list[str]) -> None:
    """Run one step of the installation; stop with one line that says what went wrong."""
    result = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, close_fds=False, check=False)
    if result.returncode == 0:
        return
    output = result.stdout.decode(errors="replace")
    if "No space left" in output:
        stop(DISK_FULL)
    if any(sign in output for sign in UNREACHABLE):
        stop(
            "无法连接软件包源，请检查网络、代理或 pip 镜像设置 / "
            "cannot reach the package index: check network, proxy or pip's index setting"
        )
    say(output.rstrip())
    stop(f"安装失败，再次运行会重试 / installation failed, running again retries: {' '.join(command)}")


DISK_FULL = f"磁盘空间不足（约需 500 MB）/ the disk is full (about 500 MB are needed): {ROOT}"
UNREACHABLE = (
    "Could not find a version",  # pip's last word after its retries
    "NewConnectionError",
    "Max retries exceeded",
    "ReadTimeout",
    "Read timed out",
    "error sending request",  # uv
    "dns error",
)


# Finding Python


def find_python() -> str:
    """The path of a Python >= 3.12: the running one, one on PATH, one of pyenv's or uv's; else stop."""
    for candidate in candidates():
        reply = answer([candidate, "-c", "import sys, venv; print(sys.version_info >= (3, 12), sys.executable)"])
        if reply.startswith("True "):  # a shim of pyenv is on PATH and answers 127
            return reply[5:].strip()
    stop(
        f"需要 Python 3.12 或更新版本，当前为 {sys.version.split()[0]}，也未找到其他版本 / "
        f"Python 3.12 or newer is needed; this is {sys.version.split()[0]} and no other was found"
    )


def candidates() -> Iterator[str]:
    if sys.version_info >= OLDEST:
        yield BASE
    names = ["python3.13", "python3.12", "python3.14"]
    yield from filter(None, map(shutil.which, names))
    folders = os.environ.get("PATH", "").split(os.pathsep)
    pyenvs = [os.environ.get("PYENV_ROOT", ""), os.path.expanduser("~/.pyenv")]
    pyenvs += [os.path.dirname(folder) for folder in folders if os.path.basename(folder) == "shims"]
    uvs = [os.environ.get("UV_PYTHON_INSTALL_DIR", ""), os.path.expanduser("~/.local/share/uv/python")]
    patterns = [os.path.join(pyenv, "versions", "3.1[2-9]*") for pyenv in dict.fromkeys(filter(None, pyenvs))]
    patterns += [os.path.join(uv, "cpython-3.1[2-9]*") for uv in filter(None, uvs)]
    for pattern in patterns:
        yield from sorted(glob.glob(os.path.join(pattern, "bin", "python3")), reverse=True)


def answer(command: list[str]) -> str:
    """What a command prints, or nothing if it fails, is not there, or takes longer than a minute."""
    try:
        result = subprocess.run(
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL, timeout=60, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return result.stdout.decode(errors="replace")


# Speaking


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def stop(line: str) -> NoReturn:
    say(f"govsim: {line}")
    raise SystemExit(CANNOT_START)


if __name__ == "__main__":
    prepare(dev="--dev" in sys.argv)
