"""What is told of a run: figures from all calls and from the database, as JSON, CSV and one HTML file."""

import csv
import io
import json
import os
import platform
import subprocess
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.db import connection

from govsim.load import drawing, figures
from govsim.load.check import Found
from govsim.load.profile import Profile
from govsim.load.records import Call

VERSION: Final = 1
MOST_NUMBERS: Final = 20
LATE: Final = 0.05  # seconds; a generator that sends later than this was itself the bottleneck
SOON: Final = 1.0  # seconds; an application that was accepted later was not taken as it came
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")  # what a cell begins with that a spreadsheet runs
PACKAGES: Final = ("django", "djangorestframework", "celery", "kombu", "redis", "granian", "aiohttp")


def figures_of(
    profile: Profile, calls: Sequence[Call], found: Found, looks: Sequence[Mapping[str, float]], *,
    wall: float, drained: float, cpu: Sequence[float],
) -> dict[str, Any]:  # fmt: skip
    """Return everything that a report says, as plain data (seconds, counts, shares of 1).

    Only what was planned after the warm-up counts for rates and latencies; lost and duplicates count from the start.
    `wall` is the wall moment (epoch seconds) of second 0, `drained` the seconds until nothing waited any more.
    """
    measured = [each for each in calls if each.planned >= profile.warm_up]
    submits = [each for each in measured if each.what == "submit"]
    accepted = [each for each in submits if each.number]
    settled = {
        each.number: (found.settled[each.number][0], found.settled[each.number][1].timestamp() - wall)
        for each in accepted
        if each.number in found.settled
    }
    spans = {each.number: settled[each.number][1] - each.planned for each in accepted if each.number in settled}
    inside = [settled[each.number][1] - each.done for each in accepted if each.number in settled]
    reads = [each for each in measured if each.what not in ("submit", "prefill")]
    steady = [each for each in looks if profile.warm_up <= each["at"] <= profile.whole]
    late = figures.spread(each.late for each in measured if each.tries)
    whole = [settled[number][1] for number in settled]
    return {
        "version": VERSION,
        "simulated": True,
        "model": "open",
        "profile": profile.as_data(),
        "command": command(profile),
        "offered": {"n": len(submits), "rate": len(submits) / profile.seconds},
        "accepted": figures.spread(each.latency for each in accepted) | {"rate": len(accepted) / profile.seconds},
        "decided": figures.spread(spans.values())
        | {"rate": sum(profile.warm_up <= at < profile.whole for at in whole) / profile.seconds},
        "reads": figures.spread(each.latency for each in reads if each.good)
        | {
            "failed": sum(not each.good and not each.shed for each in reads),
            "shed": sum(each.shed for each in reads),
        },
        "refused": figures.spread(each.latency for each in measured if each.shed),
        "recovered_s": _recovered(profile, calls),
        "lost": len(found.lost),
        "duplicates": len(found.duplicates),
        "doubled": len(found.doubled),
        "undecided": len(found.undecided),
        "shed": sum(each.shed for each in submits),
        "failed": sum(not each.good and not each.shed for each in submits),
        "retries": sum(max(0, each.tries - 1) for each in measured),
        "unanswered": {"n": found.unanswered, "stored": found.unanswered_stored},
        "numbers": {
            name: getattr(found, name)[:MOST_NUMBERS] for name in ("lost", "duplicates", "doubled", "undecided")
        },
        "statuses": figures.tally(f"{each.what} {each.status or each.error}" for each in measured),
        "outcomes": figures.tally(outcome for outcome, _ in settled.values()),
        "by_item": {
            item: figures.spread(spans[each.number] for each in accepted if each.item == item and each.number in spans)
            for item in profile.items
        },
        "by_call": {
            what: figures.spread(each.latency for each in measured if each.what == what and each.good)
            for what in dict.fromkeys(each.what for each in measured)
        },
        "backlog": {
            "most": max((each["waiting"] for each in steady), default=0),
            "oldest": max((each["oldest"] for each in steady), default=0.0),
            "drained": drained,
        },
        "little": figures.little(
            in_system=sum(each["waiting"] for each in steady) / len(steady) if steady else 0.0,
            arrivals_per_second=len(accepted) / profile.seconds,
            mean_seconds=max(0.0, sum(inside) / len(inside)) if inside else 0.0,
        ),
        "generator": {
            "late": late,
            "cpu_share": max(cpu, default=0.0) / profile.whole,
            "dropped": sum(not each.tries for each in calls),
            "bottleneck": bool(late.get("p99") and late["p99"] > LATE) or any(not each.tries for each in calls),
        },
        "timeline": _timeline(profile, calls, found, wall),
        "looks": list(looks),
        "machine": machine(),
    }  # fmt: skip


def _recovered(profile: Profile, calls: Sequence[Call]) -> float | None:
    """Return the seconds after the rush until applications were taken within SOON again; None without a rush."""
    end = profile.rush_ends
    if end is None:
        return None
    slow = [each.planned for each in calls if each.what == "submit" and (not each.number or each.latency > SOON)]
    return figures.recovered(slow, end=end, whole=profile.whole)


def _timeline(profile: Profile, calls: Sequence[Call], found: Found, wall: float) -> dict[str, list[int]]:
    """Return what was planned, accepted and decided in each second of the run."""
    whole = int(profile.whole)
    ended = (at.timestamp() - wall for _, at in found.settled.values())
    return {
        "second": list(range(whole)),
        "offered": figures.per_second((each.planned for each in calls if each.what == "submit"), seconds=whole),
        "accepted": figures.per_second((each.done for each in calls if each.number), seconds=whole),
        "decided": figures.per_second(ended, seconds=whole),
    }


def command(profile: Profile) -> str:
    """Return the command that repeats a run."""
    told = f"python3 manage.py load run --rate {profile.rate:g} --seconds {profile.seconds:g}"
    plain = Profile()
    for name in ("warm_up", "shape", "seed", "people", "generators", "human", "retries"):
        if getattr(profile, name) != getattr(plain, name):
            told += f" --{name.replace('_', '-')} {getattr(profile, name)}"
    for name in ("personas", "items"):
        if getattr(profile, name) != getattr(plain, name):
            told += f" --{name} " + ",".join(f"{key}={share:g}" for key, share in getattr(profile, name).items())
    return told


def machine() -> dict[str, Any]:
    """Return what the run ran on: cores, database, versions, settings that matter."""
    return {
        "cores": os.cpu_count(),
        "processor": _processor(),
        "system": platform.platform(),
        "python": platform.python_version(),
        "database": connection.vendor,
        "packages": {name: version(name) for name in PACKAGES},
        "commit": _commit(),
        "settings": {
            name.lower(): getattr(settings, name) for name in ("DRAIN_BATCH", "LEASE_SECONDS", "MOST_WAITING")
        },
        "scope": {
            "zh": "生成器、网页、工作进程与数据库共用一台机器",
            "en": "generator, web, workers and database share one machine",
        },
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")


def _commit() -> str:
    """Return the commit that runs, or nothing where the code is no checkout."""
    asked = ["git", "rev-parse", "--short", "HEAD"]
    try:
        done = subprocess.run(asked, cwd=settings.ROOT, capture_output=True, text=True, check=False)  # noqa: S603 — as it stands there
    except OSError:  # no git on this machine
        return ""
    return done.stdout.strip()


def keep_page(folder: Path, told: Mapping[str, Any]) -> None:
    """Write report.json and report.html into a folder."""
    (folder / "report.json").write_text(json.dumps(told, ensure_ascii=False, indent=1), encoding="utf-8")
    (folder / "report.html").write_text(drawing.page(told), encoding="utf-8")


def keep(folder: Path, told: Mapping[str, Any], calls: Sequence[Call]) -> None:
    """Write the report, timeline.csv and calls.csv into a folder."""
    keep_page(folder, told)
    timeline = told["timeline"]
    (folder / "timeline.csv").write_text(table(list(timeline), zip(*timeline.values(), strict=True)), encoding="utf-8")
    columns = Call.__slots__
    rows = ([getattr(each, name) for name in columns] for each in calls)
    (folder / "calls.csv").write_text(table(list(columns), rows), encoding="utf-8")


def table(columns: Sequence[str], rows: Any) -> str:
    """Return rows as CSV; a text that a spreadsheet would take for a formula is prefixed (ASVS 1.2.10)."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(columns)
    writer.writerows([f"'{each}" if isinstance(each, str) and each.startswith(FORMULA) else each for each in row]
                     for row in rows)  # fmt: skip
    return out.getvalue()
