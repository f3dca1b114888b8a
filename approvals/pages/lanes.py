"""The lanes of a package as a picture: moments of the world's clock become positions in per cent. Pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Any

from approvals.pages import wording
from govsim.core import clock, worktime

LEAST = 0.4  # per cent: a bar that can be seen
HIGH = {"queue": (29, 6, 3), "work": (22, 20, 2), "waiting_applicant": (22, 20, 2)}  # y, height, radius
CLASSES = {"queue": "b-queue", "work": "b-work", "waiting_applicant": "b-wait", "waiting_system": "b-sys"}
TICKS = ((8, 1), (14, 2), (24, 4), (72, 12))  # up to how many hours, one label every how many


class Scale:
    """From a moment to a position between the two ends of the picture."""

    def __init__(self, start: datetime, end: datetime) -> None:
        self.start = start.astimezone(clock.ZONE)
        self.end = max(end.astimezone(clock.ZONE), self.start + timedelta(minutes=1))
        self.length = (self.end - self.start).total_seconds()

    def at(self, moment: datetime) -> float:
        """Return the position of a moment in per cent, kept inside."""
        seconds = (moment.astimezone(clock.ZONE) - self.start).total_seconds()
        return min(max(seconds / self.length * 100, 0.0), 100.0)

    def bar(self, start: datetime, end: datetime) -> tuple[float, float]:
        """Return where a bar begins and how wide it is."""
        x = self.at(start)
        return min(x, 100 - LEAST), max(self.at(end) - x, LEAST)


def per_cent(number: float) -> str:
    """Return a position as an attribute."""
    return f"{number:.2f}%"


def drawn(package: Mapping[str, Any], theme: Mapping[str, Any], now: datetime) -> dict[str, Any] | None:
    """Return the picture of a told package, or None before it was submitted."""
    start = package["clock"]["started_at"]
    if start is None:
        return None
    ends_at = package["clock"]["ends_at"]
    last = package["finished_at"] or now
    deadline = ends_at or worktime.add(
        start.astimezone(clock.ZONE), timedelta(hours=package["clock"]["promised_hours"])
    )
    scale = Scale(start, max(last, deadline) + timedelta(minutes=20))
    counted = {each["key"]: each["counts_in_clock"] for each in theme["branches"]}
    return {
        "bands": [_rect(scale, *band) for band in off_hours(scale.start, scale.end)],
        "ticks": _ticks(scale),
        "days": _days(scale),
        "now": None if package["finished_at"] else per_cent(scale.at(now)),
        "now_text": f"{now.astimezone(clock.ZONE):%H:%M}",
        "deadline": per_cent(scale.at(deadline)),
        "deadline_text": f"{deadline.astimezone(clock.ZONE):%H:%M}",
        "lanes": [
            _lane(scale, each, now, counts=counted.get(each["key"], True), slowest=package["clock"]["slowest_branch"])
            for each in package["branches"]
        ],
    }


def _rect(scale: Scale, start: datetime, end: datetime) -> dict[str, str]:
    x, width = scale.bar(start, end)
    return {"x": per_cent(x), "width": per_cent(width)}


def off_hours(start: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
    """Return the times between two moments in which offices are closed."""
    found = []
    at = start
    while at < end:
        opens = worktime.opening(at)
        if opens > at:
            found.append((at, min(opens, end)))
        if opens >= end:
            break
        at = next(closes for begins, closes in worktime.windows(opens) if begins <= opens < closes)
    return found


def _worked(start: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
    """Return the working hours inside a stretch of work; all of it when it lies outside them (machines)."""
    start, end = start.astimezone(clock.ZONE), end.astimezone(clock.ZONE)
    found = []
    at = start
    for begins, ends in [*off_hours(start, end), (end, end)]:
        if begins > at:
            found.append((at, begins))
        at = ends
    return found or [(start, end)]


def _lane(scale: Scale, branch: Mapping[str, Any], now: datetime, *, counts: bool, slowest: str | None) -> dict[str, Any]:
    spans: Sequence[Mapping[str, Any]] = branch["spans"]
    arrived, finished = branch["arrived_at"], branch["finished_at"]
    if not spans and arrived is not None:
        spans = [{"kind": "work", "start": arrived, "end": finished or max(now, arrived)}]
    bars, lines = [], []
    for span in spans:
        kind = span["kind"] if span["kind"] in CLASSES else "work"
        pieces = _worked(span["start"], span["end"]) if kind == "work" else [(span["start"], span["end"])]
        for begins, ends in pieces:
            x, width = scale.bar(begins, ends)
            if kind == "waiting_system":
                lines.append({"x1": per_cent(x), "x2": per_cent(x + width)})
                continue
            y, height, radius = HIGH[kind]
            bars.append(
                {"kind": kind, "css": CLASSES[kind], "x": per_cent(x), "width": per_cent(width), "y": y,
                 "height": height, "radius": radius}
            )  # fmt: skip
    key = branch["state"]["key"]
    mark = "done" if key == "granted" else "bad" if key in ("refused", "withdrawn", "returned", "not_accepted") else ""
    return {
        **branch,
        "bars": bars,
        "lines": lines,
        "mark": mark,
        "mark_x": per_cent(scale.at(finished)) if finished is not None else "",
        "tone": mark or ("wait" if key == "correcting" else "work" if arrived is not None else "plan"),
        "counts": counts,
        "slowest": branch["key"] == slowest,
        "took": duration(arrived, finished),
        "pieces": [
            {**span, "word": wording.SPANS.get(span["kind"], wording.SPANS["work"]),
             "took": duration(span["start"], span["end"])}
            for span in spans
        ],
    }  # fmt: skip


def duration(start: datetime | None, end: datetime | None) -> dict[str, str] | None:
    """Return a length of time in words, or None when it has not ended."""
    if start is None or end is None:
        return None
    return span_words((end - start).total_seconds())


def span_words(seconds: float) -> dict[str, str]:
    """Return so many seconds in words of both languages."""
    if seconds < 60:
        return {"zh": f"{seconds:.0f} 秒", "en": f"{seconds:.0f} s"}
    hours, minutes = divmod(round(seconds / 60), 60)
    if not hours:
        return {"zh": f"{minutes} 分", "en": f"{minutes} min"}
    return {"zh": f"{hours} 时 {minutes:02d} 分", "en": f"{hours} h {minutes:02d} min"}


def _ticks(scale: Scale) -> list[dict[str, str]]:
    hours = scale.length / 3600
    every = next((step for most, step in TICKS if hours <= most), 24)
    at = datetime.combine(scale.start.date(), time(0), scale.start.tzinfo)
    found = []
    while at < scale.end:
        if at > scale.start:
            found.append({"x": per_cent(scale.at(at)), "text": f"{at.hour}:00"})
        at += timedelta(hours=every)
    return found


def _days(scale: Scale) -> list[dict[str, Any]]:
    found = [{"x": per_cent(0), "day": scale.start.date()}]
    at = datetime.combine(scale.start.date() + timedelta(days=1), time(0), scale.start.tzinfo)
    while at < scale.end:
        found.append({"x": per_cent(scale.at(at)), "day": at.date()})
        at += timedelta(days=1)
    return found
