"""What happened to a package, told in sentences from the journal. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from approvals.pages.spells import Words, length, worked


class Entry(Protocol):
    """What a line is told from: an entry of the journal."""

    event: str
    data: Mapping[str, Any]
    at: datetime


@dataclass(frozen=True)
class Line:
    """One sentence: when, what, and how it looks (done, bad, wait, work)."""

    at: datetime
    words: Words
    tone: str


def lines(
    entries: Iterable[Entry], branches: Mapping[str, Mapping[str, Any]], departments: Mapping[str, Words],
    deliverables: Mapping[str, Sequence[Words]],
) -> list[Line]:  # fmt: skip
    """Return the sentences, the newest first.

    `branches` are the told branches by key, `departments` who had an application, by its number, `deliverables` what
    each branch brings. Entries that tell a citizen nothing (accepted, handled, reviewed) make no sentence.
    """
    found: list[Line] = []
    handed: dict[datetime, tuple[int, list[Words]]] = {}  # where its sentence stands, and to whom
    arrived: dict[str, datetime] = {}
    tried: dict[str, int] = {}
    for entry in entries:
        key, number = str(entry.data.get("branch", "")), str(entry.data.get("number", ""))
        who = departments.get(number) or (branches[key]["department"] if key in branches else {"zh": "", "en": ""})
        if entry.event == "ApplicationSubmitted":
            arrived[number] = entry.at
            tried[key] = tried.get(key, 0) + 1
            if tried[key] > 1:
                found.append(Line(entry.at, _both("改由{0}办理", "{0} is asked instead", who), "work"))
            else:
                place, to = handed.setdefault(entry.at, (len(found), []))
                to.append(who)
                found[place : place + (len(to) > 1)] = [Line(entry.at, _handed(to), "work")]
            continue
        found += _told(entry, who, branches.get(key), deliverables.get(key, ()), arrived.get(number))
    return found[::-1]


def _both(zh: str, en: str, *words: Words) -> Words:
    return {"zh": zh.format(*(each["zh"] for each in words)), "en": en.format(*(each["en"] for each in words))}


def listed(words: Iterable[Words]) -> Words:
    """Return several names as one."""
    held = list(words)
    return {"zh": "、".join(each["zh"] for each in held), "en": ", ".join(each["en"] for each in held)}


def _handed(to: Sequence[Words]) -> Words:
    if len(to) == 1:
        return _both("送交{0}", "Handed to {0}", to[0])
    many: Words = {"zh": str(len(to)), "en": str(len(to))}
    return _both("同时送交 {0} 个部门：{1}", "Handed to {0} offices at one moment: {1}", many, listed(to))


def _told(
    entry: Entry, who: Words, branch: Mapping[str, Any] | None, brings: Sequence[Words], arrived: datetime | None
) -> Iterator[Line]:
    """Yield the sentence of one entry, if it has one."""
    data, at = entry.data, entry.at
    name: Words = branch["name"] if branch is not None else {"zh": "", "en": ""}
    match entry.event:
        case "PackageSubmitted":
            said: Words = {"zh": "签齐，提交，开始计时", "en": "Signed by all and submitted; the clock starts"}
            yield Line(at, said, "work")
        case "ApplicationReferred":
            yield Line(at, _both("{0}：{1}有疑问，转人工核实", "{0}: {1} needs a look by a person", who, name), "wait")
        case "CorrectionAsked":
            asked = listed(data.get("missing", ()))
            zh, en = "{0}一次告知补正：{1}。停表，其余各路照常", "{0} asks for: {1}. The clock stops, the others go on"
            yield Line(at, _both(zh, en, who, asked), "wait")
        case "ApplicationCorrected":
            yield Line(
                at, _both("您已补正，{0}接着办理，时钟续走", "Answered; {0} goes on, the clock runs", who), "work"
            )
        case "ApplicationGranted":
            took = length(worked(arrived, at)) if arrived is not None else {"zh": "", "en": ""}
            what = listed(brings) if brings else name
            yield Line(at, _both("{0}办结，用时 {2}：{1}", "{0} is done in {2}: {1}", who, what, took), "done")
        case "ApplicationRefused" | "ApplicationDeclined" | "ApplicationReturned":
            why = listed(reasons(data))
            zh, en = ("{0}没有准予{1}：{2}", "{0} did not grant {1}: {2}")
            yield Line(at, _both(zh, en, who, name, why), "bad")
        case "ApplicationWithdrawn":
            yield Line(at, _both("{0}这一路已撤回", "{0}: withdrawn", who), "bad")
        case "PackageFinished":
            ends: Mapping[str, tuple[str, str, str]] = {
                "done": ("全部办结，一次配齐", "All done", "done"),
                "partly_done": ("办理结束，有的没有办成", "It has ended; some of it was not granted", "wait"),
            }
            zh, en, tone = ends.get(str(data.get("state")), ("不予许可，办理结束", "Refused; it has ended", "bad"))
            yield Line(at, {"zh": zh, "en": en}, tone)
        case "PackageWithdrawn":
            yield Line(at, {"zh": "已按您的要求撤件", "en": "Withdrawn as you wished"}, "bad")


def reasons(data: Mapping[str, Any]) -> list[Words]:
    """Return why something was not granted."""
    found = [each for each in data.get("reasons", ()) if isinstance(each, Mapping) and "zh" in each]
    reason = data.get("reason")
    return found + ([reason] if isinstance(reason, Mapping) and "zh" in reason else [])
