"""The lanes of a package as a drawing: one row for each who acts, on one axis of the world's clock. Pure.

Height says who is busy, pattern says who is waited for. Working time runs along the axis; every other spell is a
narrow band, whatever its length. All places are per cent of the axis, so that the drawing follows the page's width.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from approvals.pages.picture import Bar, Drawing, Fork, Row, Time
from approvals.pages.spells import Scale, Words, joined, length, worked
from govsim.core import worktime

TRACK = 850.0  # px of the axis on a wide page: decides whether a label fits above its bar
FIRST, ROW = 52, 60  # px: height of the axis and of a row
LEAST = timedelta(hours=1)  # of working time that the axis shows at least
AHEAD = timedelta(minutes=20)  # of working time after the last thing drawn
BESIDE = 3.0  # per cent: a lane shorter than this tells its length beside its mark
ENDED_BADLY = frozenset({"refused", "not_accepted", "withdrawn", "returned", "voided"})
PAINT = {"queue": "b-queue", "work": "b-work", "waiting_applicant": "b-wait", "waiting_system": "b-sys"}


def drawn(told: Mapping[str, Any], theme: Mapping[str, Any], now: datetime) -> Drawing | None:
    """Return the drawing of a package as it is told (`Teller.package`), or None before it was submitted.

    `theme` is the body of the theme's version, `now` the world's time; moments are drawn in the zone of `now`.
    """
    if told["submitted_at"] is None:
        return None
    parts = {each["key"]: each for each in theme["branches"]}
    branches = [_local(each, now) for each in told["branches"]]
    counted = [each for each in branches if parts[each["key"]]["counts_in_clock"]]
    time = _time(told, theme, counted, now)
    running = told["finished_at"] is None
    ends = [each["finished_at"] for each in branches if each["finished_at"]]
    last = max(time.end, time.deadline, worktime.add(time.start, LEAST), *ends, *([now] if running else []))
    created = told["created_at"].astimezone(now.tzinfo)
    scale = Scale(created, worktime.add(last, AHEAD))
    rows = [_applicant(told, branches, created, time.start, scale)]
    rows += [_branch(each, parts, branches, now, scale) for each in branches]
    return Drawing(
        limit=_limit(time, scale),
        rows=rows,
        bands=scale.bands(),
        hours=scale.hours(),
        days=scale.days(),
        now=scale.at(now) if running else None,
        now_at=now,
        deadline=scale.at(time.deadline),
        deadline_at=time.deadline,
        fork=_critical(branches, parts, rows, told["clock"]["slowest_branch"], now, scale),
        left=length(abs(time.promised - time.used)),
        used=length(time.used),
        stopped=length(time.stopped),
        arrived=sum(1 for each in branches if each["state"]["key"] == "granted"),
        wanted=len(branches),
        overdue=time.used > time.promised,
        waiting=any(each["state"]["key"] == "correcting" for each in counted),
        gathered=scale.at(time.end) if time.ended else None,
        gathered_at=time.end if time.ended else None,
    )


def _local(branch: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """Return a branch with its moments in the zone of `now`."""
    ends = {name: branch[name] and branch[name].astimezone(now.tzinfo) for name in ("arrived_at", "finished_at")}
    spans = [
        {"kind": each["kind"], **{name: each[name].astimezone(now.tzinfo) for name in ("start", "end")}}
        for each in branch["spans"]
    ]
    return {**branch, **ends, "spans": spans}


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


# --- rows ---------------------------------------------------------------------------------------------------------


def _said(zh: str, en: str, span: timedelta) -> Words:
    words = length(span)
    return {"zh": zh.format(words["zh"]), "en": en.format(words["en"])}


def _bar(
    scale: Scale, paint: str, start: datetime, end: datetime, label: Words | None = None, paint_label: str = ""
) -> Bar:
    x = scale.at(start)
    width = round(scale.at(end) - x, 3)
    y, height, corner = (29, 6, 3) if paint == "b-queue" else (22, 20, 2)
    room = width / 100 * TRACK
    fits = label is not None and max(len(label["zh"]) * 12.5, len(label["en"]) * 6.6) <= room
    return Bar(paint, x, width, y, height, corner, room < 3, label if fits else None, paint_label)


def _limit(time: Time, scale: Scale) -> Row:
    """Return the first lane: the limit itself, counted, stopped and left."""
    bars, at = [], time.start
    for begins, ends in time.waits:
        bars.append(_bar(scale, "b-count", at, begins))
        label = _said("停表 {}", "stopped {}", worktime.between(begins, ends))
        bars.append(_bar(scale, "b-wait", begins, ends, label, "wait"))
        at = ends
    counted = _said("计时 {}", "counted {}", time.used)
    bars.append(_bar(scale, "b-count", at, min(time.end, max(time.deadline, at)), counted))
    if time.end < time.deadline:
        left = _said("剩余 {}", "{} left", time.promised - time.used)
        bars.append(_bar(scale, "b-left", time.end, time.deadline, left, "strong"))
    else:
        bars.append(_bar(scale, "b-over", max(time.deadline, at), time.end))
    hours = f"{time.promised.total_seconds() / 3600:g}"
    over = time.used > time.promised
    return Row(
        who={"zh": "一日时限", "en": "One-day limit"},
        what={"zh": f"{hours} 个工作小时，等您时停表", "en": f"{hours} working hours, stopped for you"},
        number=None,
        tone="bad" if over else "done" if time.ended else "work",
        state={"zh": "已超时", "en": "Overdue"} if over else {"zh": "时限内", "en": "In time"},
        detail=_said("已用 {}", "{} used", time.used),
        bars=[replace(each, y=27, height=8, round=1) for each in bars],
    )


def _applicant(
    told: Mapping[str, Any], branches: Iterable[Mapping[str, Any]], created: datetime, start: datetime, scale: Scale
) -> Row:
    """Return the applicant's lane: filling in and signing, then each answer to a correction notice."""
    answers = [
        span["end"]
        for each in branches
        for span in each["spans"]
        if span["kind"] == "waiting_applicant" and each["state"]["key"] != "correcting"
    ]
    asked = any(each["state"]["key"] == "correcting" for each in branches)
    acts = 1 + len(answers)
    name = told["applicant"]["name"]
    return Row(
        who={"zh": name, "en": name},
        what={"zh": "申请人，一张表", "en": "Applicant, one form"},
        number=None,
        tone="wait" if asked else "done",
        state={"zh": "等您补正", "en": "Waits for you"} if asked else {"zh": "已提交", "en": "Submitted"},
        detail={"zh": f"共动手 {acts} 次", "en": f"acted {acts} time" + ("s" if acts > 1 else "")},
        bars=[_bar(scale, "b-me", created, start), *(_bar(scale, "b-me", at, at) for at in sorted(answers))],
    )


def _branch(
    branch: Mapping[str, Any],
    parts: Mapping[str, Any],
    branches: Sequence[Mapping[str, Any]],
    now: datetime,
    scale: Scale,
) -> Row:
    """Return the lane of one department."""
    part, key = parts[branch["key"]], branch["state"]["key"]
    arrived, finished = branch["arrived_at"], branch["finished_at"]
    bars = [bar for span in branch["spans"] for bar in _bars(span, scale)]
    if not bars and arrived is not None and finished is not None:
        bars = [_bar(scale, "b-work", arrived, finished)]
    tone = "done" if key == "granted" else "bad" if key in ENDED_BADLY else "wait" if key == "correcting" else "work"
    detail: Words | None
    if arrived is None:
        tone = ""
        names = [each["name"] for each in branches if each["key"] in part.get("after", ())]
        zh, en = "、".join(each["zh"] for each in names), ", ".join(each["en"].lower() for each in names)
        detail = {"zh": f"等{zh}", "en": f"after {en}"} if names else None
    elif finished is None:
        detail = _said("已用 {}", "{} so far", worked(arrived, now))
    else:
        detail = _said("用时 {}", "took {}", worked(arrived, finished))
    sent = [span["start"] for span in branch["spans"] if span["kind"] == "waiting_applicant"]
    place = scale.at(finished) if finished else None
    short = place is not None and place - min((bar.x for bar in bars), default=place) < BESIDE
    return Row(
        who=branch["department"],
        what=branch["name"],
        number=branch["number"],
        tone=tone,
        state=branch["state"],
        detail=detail,
        bars=bars,
        done=place,
        sent_back=scale.at(sent[0]) if sent else None,
        beside=detail if short else None,
        aside=not part["counts_in_clock"],
    )


def _bars(span: Mapping[str, Any], scale: Scale) -> list[Bar]:
    """Return the bars of one span; work stops outside working hours and is drawn so."""
    kind, start, end = span["kind"], span["start"], span["end"]
    if kind == "work":
        return [_bar(scale, "b-work", a, b) for a, b in scale.working(start, end) or [(start, end)]]
    if kind == "waiting_applicant":
        label = _said("等待申请人 {}，停表", "waits for you {}, clock stopped", end - start)
        return [_bar(scale, "b-wait", start, end, label, "wait")]
    label = {"zh": "排队", "en": "queueing"} if kind == "queue" else {"zh": "等待其他系统", "en": "waits for others"}
    return [_bar(scale, PAINT.get(kind, "b-queue"), start, end, label, "dim")]


def _critical(
    branches: Sequence[Mapping[str, Any]],
    parts: Mapping[str, Any],
    rows: Sequence[Row],
    slowest: str | None,
    now: datetime,
    scale: Scale,
) -> Fork | None:
    """Mark the critical path on the rows, what had to come first and then the slowest; return where others forked."""
    keys = [each["key"] for each in branches]
    if slowest is None or slowest not in keys:
        return None
    for key in (*(each for each in parts[slowest].get("after", ()) if each in keys), slowest):
        each = branches[keys.index(key)]
        rows[1 + keys.index(key)].under = (scale.at(each["arrived_at"]), scale.at(each["finished_at"] or now))
    first = next((each for each in branches if not parts[each["key"]].get("after")), branches[0])
    if first["finished_at"] is None or len(keys) == 1:
        return None
    tops = {key: FIRST + ROW * (2 + place) for place, key in enumerate(keys)}  # below the limit and the applicant
    top, bottom = tops[first["key"]] + 50, FIRST + ROW * (2 + len(keys)) - 10
    return Fork(scale.at(first["finished_at"]), top, bottom, tops[slowest] + 50)
