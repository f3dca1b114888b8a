"""Faults of the evidence: books that somebody altered, and a backup that is older than what was done since."""

import contextlib
import json
import sqlite3
from pathlib import Path
from typing import Final

from govsim.lab.faults import fault
from govsim.lab.site import ALLOWANCE, Site, inside, site
from govsim.lab.stack import wait
from govsim.lab.trial import Trial

CARD: Final = {"item": "sz.senior_citizen_card", "consent": True, "form": {}}
ONLY_BY_HEADS: Final = "the tail cut and the head made to fit"
CARDS: Final = "SELECT identifier, number, status_index FROM certificates_certificate WHERE case_number <> ''"


@fault("F53", "审计记录被改、被删、被调换、被截尾", "audit rows edited, deleted, exchanged, or cut off")
def altered(trial: Trial) -> None:
    """Every alteration is found and its place named; a cut that fits in itself shows by a signed head kept before."""
    town = site(trial)
    for place in range(3):
        for body in (ALLOWANCE, CARD):
            town.person(place).post("applications", body)
        wait(town.idle, seconds=60)  # each round is a link of the chain at least: a fast worker takes all at once
    told = inside(town.lab, "auditors.found")
    quiet = told.pop("nothing")
    trial.reached(f"{len(told)} alterations of the books")
    trial.hold("honest books are in order", quiet == ["", ""], found=quiet)
    missed = [name for name, (_, with_heads) in told.items() if not with_heads]
    trial.hold("each is found", not missed, found=missed)
    alone = [name for name, (alone, _) in told.items() if not alone and name != ONLY_BY_HEADS]
    trial.hold("by the chain itself where it can be", not alone, found=alone)
    nameless = [name for name, (_, each) in told.items() if not any(sign.isdigit() for sign in each)]
    trial.hold("and its place is named", not nameless, found=[told[each] for each in nameless])
    trial.verify(town.lab)
    town.write("UPDATE approvals_decision SET opinion = 'x' WHERE application_id ="
               " (SELECT min(application_id) FROM approvals_decision)")  # fmt: skip
    done = town.lab.run("verify")
    number = town.one("SELECT number FROM approvals_application ORDER BY id LIMIT 1")
    trial.hold("the command exits with 1 and names the case", done.returncode == 1 and number in done.stdout,
               found=done.stdout[-300:])  # fmt: skip


@fault("F57", "恢复了较早的备份", "a backup from before, put back in place")
def old_backup(trial: Trial) -> None:
    """The older books are in order by themselves; a signed head that was kept tells that they are older.

    What is done afterwards takes no number of a certificate that was issued in the lost time. (Case numbers are
    counted, so they may come again; who keeps receipts sees it by the signed heads.)
    """
    town = site(trial)
    _decide(town, 0, 1)
    backup = trial.folder() / "backup.sqlite3"
    _copy(town.lab.var / "db.sqlite3", backup)
    _decide(town, 2, 3)
    lost = set(town.rows(CARDS))
    kept = trial.folder() / "heads.json"
    kept.write_text(town.lab.run("world", "heads", "load").stdout, encoding="utf-8")
    fitting = town.lab.run("verify", "--heads", str(kept))
    trial.break_()
    for name in ("sweeper", "worker", "web"):
        town.lab.kill(name)
    for end in ("", "-wal", "-shm"):
        Path(f"{town.lab.var / 'db.sqlite3'}{end}").unlink(missing_ok=True)
    _copy(backup, town.lab.var / "db.sqlite3")
    gone = lost - set(town.rows(CARDS))
    trial.reached(f"{len(gone)} certificates are gone with the backup", unless=not gone)
    trial.hold("the kept head fitted before", fitting.returncode == 0, found=fitting.stdout[-300:])
    trial.verify(town.lab)
    done = town.lab.run("verify", "--heads", str(kept), "--json")
    first = json.loads(done.stdout)["invariants"]["I4"]["first_bad"]
    trial.hold("and tells of the older backup now", done.returncode == 1 and "older backup" in first, found=first)
    town.lab.start_worker()
    town.lab.start_sweeper()
    town.lab.start_web(town.port)
    _decide(town, 2, 3, 4)
    trial.recovered(town.idle)
    again = {each[:2] for each in town.rows(CARDS)} & {each[:2] for each in gone}
    trial.hold("no identifier and no number is used twice", not again, found=again)
    trial.verify(town.lab)


def _decide(town: Site, *places: int) -> None:
    for place in places:
        town.person(place).post("applications", CARD)
    wait(town.idle, seconds=60)


def _copy(source: Path, target: Path) -> None:
    """Copy a database as SQLite does it, with what is still in its log."""
    with contextlib.closing(sqlite3.connect(source)) as old, contextlib.closing(sqlite3.connect(target)) as new:
        old.backup(new)
