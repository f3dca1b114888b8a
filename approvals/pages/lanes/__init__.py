"""The lanes of a package as a drawing: one row for each who acts, on one axis of the world's clock. Pure.

Height says who is busy, pattern says who is waited for. Working time runs along the axis; every other spell is a
narrow band, whatever its length. All places are per cent of the axis, so that the drawing follows the page's width.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from approvals.pages.lanes import critical, rows
from approvals.pages.lanes.picture import Drawing, Fork, Row, Time
from approvals.pages.spells import Scale, joined
from govsim.core import worktime

FIRST, ROW = 52, 60  # px: height of the axis and of a row
LEAST = timedelta(hours=1)  # of working time that the axis shows at least
MOST_BEFORE = timedelta(hours=2)  # of working time before submission; a form that took longer begins off the axis
NOW_WIDE = 9.0  # per cent around the now-line that its label covers: no day is written there
AHEAD = timedelta(minutes=20)  # of working time after the last thing drawn


def drawn(told: Mapping[str, Any], theme: Mapping[str, Any], now: datetime) -> Drawing | None:
    """Return the drawing of a package as it is told, or None before it was submitted.

    `told` is what `Teller.package` returns, each branch with `expected_at` and `tried` (the departments that did not
    take it: `at`, `label`); `theme` is the body of the theme's version, `now` the world's time. Moments are drawn in
    the zone of `now`.
    """
    if told["submitted_at"] is None:
        return None
    parts = {each["key"]: each for each in theme["branches"]}
    branches = [_local(each, now) for each in told["branches"]]
    counted = [each for each in branches if parts[each["key"]]["counts_in_clock"]]
    time = _time(told, theme, counted, now)
    closed = told["finished_at"] is not None
    path = critical.path([_leg(each, parts[each["key"]]) for each in branches], closed=closed)
    created = told["created_at"].astimezone(now.tzinfo)
    scale = _scale(created, time, branches, now, running=not closed)
    lanes = [rows.branch(each, parts[each["key"]], branches, now, scale, closed=closed) for each in branches]
    arrived = sum(1 for each in branches if each["state"]["key"] == "granted")
    for each, lane in zip(branches, lanes, strict=True):
        if path is not None and each["key"] in path.keys:
            rows.under(lane, each, now, scale)
    return Drawing(
        limit=rows.limit(time, scale),
        rows=[rows.applicant(told, branches, created, time.start, scale), *lanes],
        gather=rows.gather(path, time, arrived, len(branches), scale, closed=closed),
        bands=scale.bands(),
        hours=scale.hours(),
        days=[(x, day) for x, day in scale.days() if closed or not x - NOW_WIDE / 2 < scale.at(now) < x + NOW_WIDE],
        now=None if closed else scale.at(now),
        now_at=now,
        deadline=scale.at(time.deadline),
        deadline_at=time.deadline,
        fork=_fork(branches, lanes, parts, scale),
        path=path,
        time=time,
        arrived=arrived,
        wanted=len(branches),
        waiting=any(each["state"]["key"] == "correcting" for each in counted),
    )


def _local(branch: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """Return a branch with its moments in the zone of `now`."""
    names = ("arrived_at", "finished_at", "expected_at")
    ends = {name: branch[name] and branch[name].astimezone(now.tzinfo) for name in names}
    spans = [
        {"kind": each["kind"], **{name: each[name].astimezone(now.tzinfo) for name in ("start", "end")}}
        for each in branch["spans"]
    ]
    tried = [{**each, "at": each["at"].astimezone(now.tzinfo)} for each in branch["tried"]]
    return {**branch, **ends, "spans": spans, "tried": tried}


def _leg(branch: Mapping[str, Any], part: Mapping[str, Any]) -> critical.Leg:
    sent = [each["start"] for each in branch["spans"] if each["kind"] == "waiting_applicant"]
    return critical.Leg(
        key=branch["key"],
        after=tuple(part.get("after", ())),
        counts=part["counts_in_clock"],
        arrived=branch["arrived_at"],
        ends=branch["finished_at"] or (None if branch["state"]["key"] == "correcting" else branch["expected_at"]),
        certain=branch["finished_at"] is not None,
        sent_back=min(sent, default=None),
    )


def _time(
    told: Mapping[str, Any], theme: Mapping[str, Any], counted: Sequence[Mapping[str, Any]], now: datetime
) -> Time:
    ended = bool(counted) and all(each["finished_at"] for each in counted)
    end = max(each["finished_at"] for each in counted) if ended else now
    if not ended and told["finished_at"] is not None:
        ended, end = True, told["finished_at"].astimezone(now.tzinfo)
    waits = [
        (span["start"], span["end"])
        for each in counted
        for span in each["spans"]
        if span["kind"] == "waiting_applicant"
    ]
    promised = timedelta(hours=theme["promised_working_hours"])
    return Time(told["submitted_at"].astimezone(now.tzinfo), end, ended, joined(waits), promised)


def _scale(
    created: datetime, time: Time, branches: Sequence[Mapping[str, Any]], now: datetime, *, running: bool
) -> Scale:
    """Return the axis: from the form to the last thing that is drawn."""
    ends = [each[name] for each in branches for name in ("finished_at", "expected_at") if each[name]]
    last = max(time.end, time.deadline, worktime.add(time.start, LEAST), *ends, *([now] if running else []))
    begins = created if worktime.between(created, time.start) <= MOST_BEFORE else time.start
    return Scale(begins, worktime.add(last, AHEAD))


def _fork(
    branches: Sequence[Mapping[str, Any]], lanes: Sequence[Row], parts: Mapping[str, Any], scale: Scale
) -> Fork | None:
    """Return where the others forked off the first branch, once it has ended."""
    first = next((place for place, each in enumerate(branches) if not parts[each["key"]].get("after")), 0)
    marked = [place for place, lane in enumerate(lanes) if lane.under]
    ended = branches[first]["finished_at"]
    if ended is None or not any(each["arrived_at"] for place, each in enumerate(branches) if place != first):
        return None
    tops = [FIRST + ROW * (2 + place) for place in range(len(branches))]  # below the limit and the applicant
    return Fork(scale.at(ended), tops[first] + 50, tops[-1] + ROW - 10, tops[marked[-1]] + 50 if marked else 0)
