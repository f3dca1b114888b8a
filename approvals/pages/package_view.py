"""What the page of a package shows: its picture, who decides when it is complete, what has come, what to answer."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.http import QueryDict

from approvals import queries, states
from approvals.api.telling import Teller
from approvals.models import Package
from approvals.pages import fields, lanes, pace, spells, story, wording
from approvals.pages.lanes.picture import Drawing
from govsim.core import access, clock, reported, worktime
from govsim.core.actors import OFFICERS
from govsim.core.doors import SeatedRequest
from services import queries as catalogue

ENDED_BADLY = frozenset({"refused", "not_accepted", "returned"})


def told(request: SeatedRequest, row: Package) -> dict[str, Any]:
    """Return the context of the part of the page that changes while the package is handled."""
    actor, now = access.actor(request.seat), clock.now(request.seat.world)
    row.world = request.seat.world
    teller = Teller(actor, now)
    found = queries.lanes(row, row.branches, now)
    package = teller.package(row, found)
    for branch, lane in zip(package["branches"], found, strict=True):
        _complete(branch, lane)
    theme = teller.theme(row).body
    current = {each.key: each.body for each in catalogue.items()}
    items = {each["key"]: current[each["item"]] for each in theme["branches"]}
    brings = {key: body["deliverables"] for key, body in items.items()}
    journal = _story(row, package, found, brings)
    picture = lanes.drawn(package, theme, now)
    mine = row.applicant == actor.key and actor.role == "applicant"
    finished = row.state in states.PACKAGE.outcomes
    return {
        "package": package,
        "theme_key": row.theme_key,
        "picture": picture,
        "stats": _stats(picture) if picture is not None else None,
        "critical": _critical(package, picture) if picture is not None else None,
        "returned": [each for each in package["branches"] if each["answered"]],
        "corrections": [each for each in package["branches"] if each["state"]["key"] == "correcting"],
        "declined": [each for each in package["branches"] if each["tried"]],
        "refused": [_why(each, journal) for each in package["branches"] if each["state"]["key"] in ENDED_BADLY],
        "tone": wording.tone(row.state),
        "arrivals": _arrivals(package, brings, seen=mine),
        "journal": journal["lines"],
        "signatures": [
            {**each, "roles": [wording.SIGNING.get(role, {"zh": role, "en": role}) for role in each["roles"]]}
            for each in package["signatures"]
        ],
        "finished": finished,
        "done": _done(row, theme, items, picture) if row.state == "done" and picture is not None else None,
        "to_sign": row.state == "signing" and actor.role == "applicant" and _unsigned(row, actor.key),
        "others_to_sign": mine and row.state == "signing" and not _unsigned(row, actor.key),
        "can_withdraw": mine and states.PACKAGE.find("withdraw", row.state, actor) is not None,
        "mine": mine,
        "clock": pace.told(request, request.seat.world, now),
        "where": "packages" if actor.role == "applicant" else "inbox" if actor.role in OFFICERS else "",
        "where_one": "case" if actor.role in OFFICERS else "application",
        "sees_cases": mine or actor.role != "applicant",
    }


def _unsigned(row: Package, person: str) -> bool:
    """Say whether somebody has still to sign."""
    return any(each.person == person and each.signed_at is None for each in row.signatures.all())


def _complete(branch: dict[str, Any], lane: queries.Lane) -> None:
    """Add to a told branch what only its own page shows: short names, forecast, who did not take it, what was asked."""
    last = lane.applications[-1] if lane.applications else None
    waits = [each for each in lane.spans if each.kind == "waiting_applicant"]
    decision = getattr(last, "decision", None)
    branch["department"] = fields.short(branch["department"]["key"])
    branch["expected_at"] = lane.expected_at
    branch["asked"] = last.missing if last is not None else []
    branch["answered"] = waits if branch["state"]["key"] != "correcting" else []
    branch["certificate"] = decision.certificate if decision is not None else ""
    branch["remedy"] = decision.remedy if decision is not None else {}
    branch["told_spans"] = [_span(each) for each in lane.spans]
    branch["tried"] = []
    for former in lane.applications[:-1]:
        name, at = fields.short(former.department), queries.finished_at(former)
        label = {"zh": f"{name['zh']}未接受", "en": f"{name['en']} declined"}
        branch["tried"].append({"at": at, "department": name, "number": former.number, "label": label})


def _span(span: queries.Span) -> dict[str, Any]:
    """Return one piece of a lane in words, for the table."""
    start, end = span.start.astimezone(clock.ZONE), span.end.astimezone(clock.ZONE)
    waited = end - start if span.kind == "waiting_applicant" else spells.worked(start, end)
    return {"words": wording.SPANS[span.kind], "took": spells.length(waited)}


def _story(
    row: Package, package: Mapping[str, Any], found: Sequence[queries.Lane], brings: Mapping[str, Sequence[Any]]
) -> dict[str, Any]:
    """Return the sentences of the journal, and the reasons of what was not granted, by number."""
    entries = queries.story(row, found)
    who = {each.number: fields.short(each.department) for lane in found for each in lane.applications}
    branches = {each["key"]: each for each in package["branches"]}
    names = {key: [each["name"] for each in held] for key, held in brings.items()}
    for each in entries:
        each.at = each.at.astimezone(clock.ZONE)
    reasons = {each.data["number"]: story.reasons(each.data) for each in entries if "number" in each.data}
    return {"lines": story.lines(entries, branches, who, names), "reasons": reasons}


def _why(branch: Mapping[str, Any], journal: Mapping[str, Any]) -> dict[str, Any]:
    return {**branch, "reasons": journal["reasons"].get(branch["number"], [])}


def _stats(picture: Drawing) -> dict[str, Any]:
    """Return the figures above the lanes: lengths in parts, so that units can be written small."""
    time = picture.time
    return {
        "left": spells.parts(abs(time.left)),
        "used": spells.parts(time.used),
        "stopped": spells.parts(time.stopped),
    }


def _critical(package: Mapping[str, Any], picture: Drawing) -> dict[str, Any] | None:
    """Return who decides when the package is complete, when that is, and when it would have been without a return."""
    path = picture.path
    if path is None:
        return None
    branches = {each["key"]: each for each in package["branches"]}
    ends, deadline = path.ends_at, picture.deadline_at
    return {
        "branch": branches[path.keys[-1]],
        "at": ends,
        "certain": path.certain,
        "early": spells.length(worktime.between(ends, deadline)) if ends is not None and ends <= deadline else None,
        "late": spells.length(worktime.between(deadline, ends)) if ends is not None and ends > deadline else None,
        "without_at": path.without_at,
        "without": branches[path.without] if path.without is not None else None,
    }


def _arrivals(
    package: Mapping[str, Any], brings: Mapping[str, Sequence[Mapping[str, Any]]], *, seen: bool
) -> list[dict[str, Any]]:
    """Return what the branches bring: first what has come, by its moment, then what is still to come."""
    come, due = [], []
    for branch in package["branches"]:
        over = branch["state"]["key"] in ENDED_BADLY or (package["finished_at"] and branch["number"] is None)
        line = {
            "department": branch["department"],
            "at": branch["finished_at"] or branch["expected_at"],
            "state": branch["state"],
            "number": branch["number"] if seen else None,
            "certificate": branch["certificate"] if seen else "",
            "over": bool(over),
        }
        for each in branch["deliverables"]:
            come.append({**line, "name": each.get("name", each), "come": True})
        if not branch["deliverables"]:
            due += [{**line, "name": each["name"], "come": False} for each in brings[branch["key"]]]
    return sorted(come, key=lambda each: each["at"]) + due


def _done(
    row: Package, theme: Mapping[str, Any], branches: Mapping[str, Mapping[str, Any]], picture: Drawing
) -> dict[str, Any]:
    """Return what a finished package cost its founder, counted from this run, and the reported figure beside it."""
    items = [branches[key] for key in row.branches]
    key = f"{row.theme_key.partition('.')[0]}.startup.days"
    return {
        "used": spells.length(picture.time.used),
        "promised": theme["promised_working_hours"],
        "forms": len(items),
        "offices": len({each["department"] for each in items}),
        "visits": sum(each["visits"] for each in items),
        "papers": sum(1 for each in row.materials.values() if "upload" in each),
        "reported": next((each for each in reported.registry() if each.key == key), None),
        "source": reported.source(),
    }


def answers(
    row: Package,
    package: Mapping[str, Any],
    *,
    branch: str = "",
    typed: QueryDict | None = None,
    faults: Sequence[Mapping[str, str]] = (),
) -> list[dict[str, Any]]:
    """Return a form for each branch that waits for the applicant, with what is asked; `typed` is of one `branch`."""
    waiting = [each for each in package["branches"] if each["state"]["key"] == "correcting"]
    rows = {each.number: each for each in row.applications.filter(number__in=[each["number"] for each in waiting])}
    made = []
    for each in waiting:
        case = rows[each["number"]]
        own, materials = asked(case)
        given = typed if each["key"] == branch else None
        found = faults if each["key"] == branch else ()
        made.append(
            {
                **each,
                "boxes": fields.boxes(own, typed=given, values=case.form, found=found),
                "materials": fields.materials(materials, typed=given, values=case.materials, found=found),
            }
        )
    return made


def asked(case: Any) -> tuple[list[Mapping[str, Any]], list[Mapping[str, Any]]]:
    """Return the fields and materials that a correction notice is about; all of them when it names none."""
    body = catalogue.item_version(case.item_key, case.item_version).body
    own = [each for each in body["form"] if "source" not in each]
    named = {str(each.get("what", "")) for each in case.missing}
    boxes = [each for each in own if each["key"] in named]
    materials = [each for each in body["materials"] if each["key"] in named]
    return (boxes, materials) if boxes or materials else (own, list(body["materials"]))


def moment_of(row: Package, now: datetime) -> int:
    """Return the second of the world that a picture shows: nothing of a finished package depends on it."""
    return 0 if row.state in states.PACKAGE.outcomes else int(now.timestamp())
