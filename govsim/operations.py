"""What an operator asks of an installation: is it running and well (`status`), could it run here (`doctor`)?"""

import json
import shutil
import socket
import stat
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from approvals import queries as approvals
from govsim.core import clock, journal
from govsim.core import world as worlds
from govsim.demo import address, broker, chromium, instance, processes
from govsim.web.health import broker_answers, waited

MOST: Final = 100_000  # to which waiting cases are counted
OLD: Final = 30.0  # wall seconds; due work that is older is a bad sign
STILL: Final = 10.0  # wall seconds without a sweeper's heartbeat
LEAST_SPACE: Final = 500_000_000  # bytes


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at: whether it is well, what was found, and what to do when it is not."""

    name: str
    good: bool
    zh: str
    en: str


def status() -> dict[str, Any]:
    """Return how the installation is doing: processes, worlds, backlog, incidents. Raises DatabaseError."""
    var: Path = settings.VAR
    running = instance.announced(var)
    wall = clock.wall()
    members = processes.members(var)
    return {
        "url": running.url if running else None,
        "processes": {role: sum(each.role == role for each in members) for role in processes.STOP_ORDER},
        "broker": broker_answers(),
        "sweeper_seconds": _heartbeat(var, wall),
        "database": {"vendor": connection.vendor, "bytes": _bytes(var)},
        "worlds": [_world(*each, wall) for each in approvals.waiting_worlds(wall)],
    }


def well(told: dict[str, Any]) -> bool:
    """Say whether a status is good: somebody works, and nothing waits too long or has failed."""
    beat = told["sweeper_seconds"]
    alive = bool(told["broker"]) and beat is not None and beat < STILL
    return alive and all(each["oldest_seconds"] < OLD and not each["incidents"] for each in told["worlds"])


def _world(world: Any, due: datetime | None, told: datetime | None, wall: datetime) -> dict[str, Any]:
    now = clock.now(world)
    ages = [waited(world, each, wall).total_seconds() for each in (due, told) if each is not None]
    standing = approvals.standing(world.pk, now, most=MOST)
    return {
        "world": worlds.address(world),
        "mode": world.mode,
        "pace": world.pace,
        "now": now.isoformat(timespec="seconds"),
        "seed": world.seed,
        "due": standing["due"],
        "oldest_seconds": round(max([0.0, *ages]), 1),
        "incidents": standing["incidents"] + len(journal.incidents(world.pk)),
    }


def _heartbeat(var: Path, wall: datetime) -> float | None:
    """Return how long ago the sweeper last said that it lives, or None when it never did."""
    try:
        beat = json.loads((var / "run" / "sweeper.heartbeat").read_text(encoding="utf-8"))["beat"]
    except (OSError, ValueError, KeyError):
        return None
    return round((wall - datetime.fromisoformat(beat)).total_seconds(), 1)


def _bytes(var: Path) -> int | None:
    files = [each for each in var.glob("db.sqlite3*") if each.is_file()]
    return sum(each.stat().st_size for each in files) if settings.SQLITE else None


def doctor() -> Iterator[Finding]:
    """Yield what this machine and this installation are like, one finding after another."""
    var: Path = settings.VAR
    version = ".".join(map(str, sys.version_info[:3]))
    yield Finding("python", sys.version_info >= (3, 12), f"Python {version}", "3.12 or newer is needed")
    free = shutil.disk_usage(var).free
    told = f"{free / 1e9:.1f} GB"
    yield Finding("disk", free > LEAST_SPACE, f"状态目录剩余空间 {told}", f"{told} free; 0.5 GB are needed")
    yield _secrets(var)
    yield from _database()
    yield _clock(var)
    yield _broker(var)
    yield _port()
    there = chromium.installed()
    yield Finding("chromium", True, "已安装" if there else "未安装，仅影响浏览器测试与截图",
                  "installed" if there else "not installed: only browser tests and screenshots need it")  # fmt: skip


def _secrets(var: Path) -> Finding:
    open_ones = [
        each.name for each in (var / "secrets").glob("*") if stat.S_IMODE(each.stat().st_mode) & 0o077
    ]  # fmt: skip
    names = ", ".join(open_ones)
    zh = f"密钥可被他人读取，请 chmod 600：{names}" if names else "密钥仅本用户可读"
    en = f"secrets that others can read, chmod 600: {names}" if names else "secrets are for this user only"
    return Finding("secrets", not open_ones, zh, en)


def _database() -> Iterator[Finding]:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        executor = MigrationExecutor(connection)
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError as error:
        said = str(error).splitlines()[0]
        yield Finding("database", False, f"数据库不可用：{said}", f"the database cannot be used: {said}")
        return
    yield Finding("database", True, f"{connection.vendor} 可用", f"{connection.vendor} answers")
    zh = f"有 {len(plan)} 项迁移未执行，请运行 demo 或 migrate" if plan else "表结构是最新的"
    en = f"{len(plan)} migrations are left, run demo or migrate" if plan else "tables are up to date"
    yield Finding("migrations", not plan, zh, en)


def _clock(var: Path) -> Finding:
    """A machine whose clock was set back would keep leases and tokens alive that have run out."""
    latest = max((each.stat().st_mtime for each in var.glob("*") if each.is_file()), default=0.0)
    ahead = latest - clock.wall().timestamp()
    zh = f"系统时间比最近写入的文件早 {ahead:.0f} 秒" if ahead > 60 else "系统时间正常"
    en = f"the clock is {ahead:.0f} s behind the newest file" if ahead > 60 else "the clock has not gone back"
    return Finding("clock", ahead <= 60, zh, en)


def _broker(var: Path) -> Finding:
    embedded = broker.url(var) == settings.BROKER_URL
    if embedded and instance.announced(var) is None:
        return Finding("broker", True, "随演示启动", "starts with the demo")
    good = broker_answers()
    zh = "消息中间件可用" if good else "消息中间件无响应；不会丢件，但会变慢"
    en = "the broker answers" if good else "the broker does not answer: nothing is lost, but it is slower"
    return Finding("broker", good, zh, en)


def _port() -> Finding:
    running = instance.announced(settings.VAR)
    if running:
        return Finding("port", True, f"演示运行于 {running.url}", f"the demo runs at {running.url}")
    with socket.socket() as probe:
        probe.settimeout(1)
        taken = probe.connect_ex((address.LOOPBACK, 8000)) == 0
    zh = "端口 8000 已被占用，请用 --port 0" if taken else "端口 8000 空闲"
    en = "port 8000 is taken, use --port 0" if taken else "port 8000 is free"
    return Finding("port", not taken, zh, en)


def as_data(findings: list[Finding]) -> list[dict[str, Any]]:
    """Return findings as plain data."""
    return [asdict(each) for each in findings]
