"""The rows of the drawing: the limit, the applicant, each branch, and where everything comes together. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from approvals.pages.lanes.critical import Path
from approvals.pages.lanes.picture import Bar, Line, Mark, Row, Time
from approvals.pages.spells import Scale, Words, clock_time, length, worked
from govsim.core import worktime

TRACK = 850.0  # px of the axis on a wide page: decides whether a label fits above its bar
BESIDE = 3.0  # per cent: a lane shorter than this tells its length beside its mark
ENDED_BADLY = frozenset({"refused", "not_accepted", "withdrawn", "returned", "voided"})
SENT_BACK: Words = {"zh": "退回补正", "en": "sent back"}


def said(zh: str, en: str, span: timedelta) -> Words:
    """Return a sentence with a length of time in its place."""
    words = length(span)
    return {"zh": zh.format(words["zh"]), "en": en.format(words["en"])}


def _at(zh: str, en: str, moment: datetime) -> Words:
    return {"zh": zh.format(clock_time(moment)), "en": en.format(clock_time(moment))}


def bar(
    scale: Scale,
    paint: str,
    start: datetime,
    end: datetime,
    label: Words | None = None,
    tone: str = "",
    *,
    before: int = 0,
) -> Bar:
    """Return a bar from `start` to `end`; its label is left out when it is wider than the bar less `before` px."""
    x = scale.at(start)
    width = round(scale.at(end) - x, 3)
    y, height, corner = (29, 6, 3) if paint == "b-queue" else (22, 20, 2)
    room = width / 100 * TRACK
    fits = label is not None and max(len(label["zh"]) * 12.5, len(label["en"]) * 6.6) <= room - before
    return Bar(paint, x, width, y, height, corner, room < 3, label if fits else None, tone)


def limit(time: Time, scale: Scale) -> Row:
    """Return the first lane: the limit itself, counted, stopped and left."""
    bars, at = [], time.start
    for begins, ends in time.waits:
        bars.append(bar(scale, "b-count", at, begins))
        label = said("停表 {}", "stopped {}", worktime.between(begins, ends))
        bars.append(bar(scale, "b-wait", begins, ends, label, "wait"))
        at = ends
    counted = said("计时 {}", "counted {}", time.used)
    bars.append(bar(scale, "b-count", at, max(at, min(time.end, time.deadline)), counted))
    if time.end < time.deadline:
        bars.append(bar(scale, "b-left", time.end, time.deadline, said("剩余 {}", "{} left", time.left), "strong"))
    else:
        bars.append(bar(scale, "b-over", max(time.deadline, at), time.end))
    hours = f"{time.promised.total_seconds() / 3600:g}"
    over = time.used > time.promised
    return Row(
        who={"zh": "一日时限", "en": "One-day limit"},
        what={"zh": f"{hours} 个工作小时，等您时停表", "en": f"{hours} working hours, stopped for you"},
        number=None,
        tone="bad" if over else "done",
        state={"zh": "已超时", "en": "Overdue"} if over else {"zh": "时限内", "en": "In time"},
        detail=said("已用 {}", "{} used", time.used),
        bars=[replace(each, y=27, height=8, round=1) for each in bars],
    )


def applicant(
    told: Mapping[str, Any], branches: Iterable[Mapping[str, Any]], created: datetime, start: datetime, scale: Scale
) -> Row:
    """Return the applicant's lane: filling in and signing, then each answer to a correction notice."""
    waits = [
        (span["end"], each["state"]["key"] == "correcting")
        for each in branches
        for span in each["spans"]
        if span["kind"] == "waiting_applicant"
    ]
    answers = sorted(end for end, still in waits if not still)
    asked = any(still for _, still in waits)
    acts = 1 + len(answers)
    bars = [bar(scale, "b-me", created, start, said("填报签名 {}", "form {}", start - created), "strong")]
    marks = [Mark("me", scale.at(each), {"zh": "更正", "en": "answer"}) for each in answers]
    name = told["applicant"]["name"]
    return Row(
        who={"zh": name, "en": name},
        what={"zh": f"申请人，一张表，动手 {acts} 次", "en": f"Applicant, one form, acted {acts}×"},
        number=None,
        tone="wait" if asked else "done",
        state={"zh": "等您补正", "en": "Waits for you"} if asked else {"zh": "已提交", "en": "Submitted"},
        detail={"zh": f"共动手 {acts} 次", "en": f"acted {acts} time" + ("s" if acts > 1 else "")},
        bars=bars,
        marks=marks,
    )


def branch(
    each: Mapping[str, Any],
    part: Mapping[str, Any],
    branches: Sequence[Mapping[str, Any]],
    now: datetime,
    scale: Scale,
    *,
    closed: bool,
) -> Row:
    """Return the lane of one department; `closed` says that what has not begun will not begin any more."""
    key, arrived, finished, expected = (
        each["state"]["key"],
        each["arrived_at"],
        each["finished_at"],
        each["expected_at"],
    )
    bars = [drawn for span in each["spans"] for drawn in _bars(span, scale)]
    if not bars and arrived is not None:
        bars = [bar(scale, "b-work", arrived, finished or now)]
    marks = [Mark("declined", scale.at(tried["at"]), tried["label"]) for tried in each["tried"]]
    sent = [span["start"] for span in each["spans"] if span["kind"] == "waiting_applicant"]
    marks += [Mark("back", scale.at(at), SENT_BACK) for at in sent]
    tone = "done" if key == "granted" else "bad" if key in ENDED_BADLY else "wait" if key == "correcting" else "work"
    detail: Words | None
    if arrived is None:
        tone, detail = "", _waits_for(part, branches, closed=closed)
    elif finished is not None:
        detail = said("用时 {}", "took {}", worked(arrived, finished))
    elif expected is not None and key != "correcting":
        detail = _at("预计 {} 出件", "expected {}", expected)
        if expected > now:
            bars += [bar(scale, "b-plan", a, b) for a, b in scale.working(now, expected) or [(now, expected)]]
        marks.append(Mark("plan", scale.at(expected)))
    else:
        detail = said("已用 {}", "{} so far", worked(arrived, now))
    if finished is not None:
        place = scale.at(finished)
        short = place - min((each.x for each in bars), default=place) < BESIDE
        marks.append(Mark("done" if tone == "done" else "bad", place, detail if short else None))
    off: Words = {"zh": "不再办理", "en": "Not begun"}
    return Row(
        who=each["department"],
        what=each["name"],
        number=each["number"],
        tone=tone,
        state=off if closed and arrived is None else each["state"],
        detail=detail,
        bars=bars,
        marks=marks,
        aside=not part["counts_in_clock"],
        troubled=bool(sent) or tone == "bad",
    )


def _waits_for(part: Mapping[str, Any], branches: Iterable[Mapping[str, Any]], *, closed: bool) -> Words | None:
    """Return what has to be granted before a branch begins."""
    names = [each["name"] for each in branches if each["key"] in part.get("after", ())]
    if not names:
        return None
    zh, en = "、".join(each["zh"] for each in names), ", ".join(each["en"].lower() for each in names)
    return {"zh": f"没有{zh}", "en": f"no {en}"} if closed else {"zh": f"等{zh}", "en": f"after {en}"}


def _bars(span: Mapping[str, Any], scale: Scale) -> list[Bar]:
    """Return the bars of one span; work stops outside working hours and is drawn so."""
    kind, start, end = span["kind"], span["start"], span["end"]
    if kind == "work":
        return [bar(scale, "b-work", a, b) for a, b in scale.working(start, end) or [(start, end)]]
    if kind == "waiting_applicant":
        label = said("等待申请人 {}，停表", "waits for you {}, clock stopped", end - start)
        return [bar(scale, "b-wait", start, end, label, "wait", before=42)]
    if kind == "queue":
        return [bar(scale, "b-queue", start, end, {"zh": "排队", "en": "queueing"}, "dim")]
    return [bar(scale, "b-sys", start, end, {"zh": "等待其他系统", "en": "waits for others"}, "dim")]


def gather(path: Path | None, time: Time, arrived: int, wanted: int, scale: Scale, *, closed: bool) -> Row:
    """Return the last lane: when everything has come together, how much is left then, and what might have been."""
    marks: list[Mark] = []
    bars: list[Bar] = []
    complete = closed and arrived == wanted
    nothing = closed and not arrived
    at = path.ends_at if path is not None and not nothing else None
    if path is not None and path.without_at is not None:
        without = _at("无退回时 {}", "nothing sent back: {}", path.without_at)
        marks.append(Mark("else", scale.at(path.without_at), without))
    if at is not None:
        left = said("余量 {}", "{} to spare", worktime.between(at, time.deadline)) if at < time.deadline else None
        marks.append(Mark("done" if time.ended and path and path.certain else "plan", scale.at(at), left))
        if at < time.deadline:
            bars = [replace(bar(scale, "b-margin", at, time.deadline), y=32, height=0)]
    count = {"zh": f"已到 {arrived} / {wanted} 项", "en": f"{arrived} of {wanted} are there"}
    return Row(
        who={"zh": "平台汇聚", "en": "Platform"},
        what={"zh": f"{wanted} 项到齐即通知领取", "en": f"tells you when all {wanted} are there"},
        number=None,
        tone="done" if complete else "bad" if nothing else "work",
        state=count,
        detail=None if at is None else _at("{} 到齐" if time.ended else "预计 {} 到齐", "all at {}", at),
        bars=bars,
        marks=marks,
    )


def under(row: Row, each: Mapping[str, Any], now: datetime, scale: Scale) -> None:
    """Draw the critical path under a branch: solid where it has been, dashed where it is a forecast."""
    if each["arrived_at"] is None:
        return
    until = each["finished_at"] or now
    row.under = [Line(scale.at(each["arrived_at"]), scale.at(until), plan=False)]
    if each["finished_at"] is None and each["expected_at"] is not None and each["expected_at"] > now:
        row.under.append(Line(scale.at(now), scale.at(each["expected_at"]), plan=True))
