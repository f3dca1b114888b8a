"""How rows of this room are told to those who may see them. Nothing here asks who may."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from approvals import deadlines, queries, states
from approvals.models import Application, Package
from govsim.core import organisations
from govsim.core.actors import OFFICERS, Actor
from govsim.core.codes import masking
from govsim.core.models import JournalEntry
from govsim.core.states import Table
from services import queries as catalogue

_WAITING = {"key": "waiting", "zh": "等待前序事项", "en": "Waiting for an earlier branch"}
# What the officers write to one another.
_INTERNAL = ("opinion", "note")


def hours(span: timedelta) -> float:
    """Return a length of time in hours."""
    return round(span.total_seconds() / 3600, 4)


class Teller:
    """Tells rows to one actor at one moment of the world, asking the catalogue once for all of them."""

    def __init__(self, actor: Actor, now: datetime) -> None:
        self.actor = actor
        self.now = now
        self._items = {(each.key, each.version): each for each in catalogue.items()}
        self._departments = {key: each.body["department"] for (key, _), each in self._items.items()}
        self._themes = {(each.key, each.version): each for each in catalogue.themes()}

    def item(self, row: Application) -> Any:
        """Return the item in the version that a case is handled by."""
        name = (row.item_key, row.item_version)
        if name not in self._items:
            self._items[name] = catalogue.item_version(*name)
        return self._items[name]

    def theme(self, row: Package) -> Any:
        """Return the theme in the version of a package."""
        name = (row.theme_key, row.theme_version)
        if name not in self._themes:
            self._themes[name] = catalogue.theme_version(*name)
        return self._themes[name]

    def line(self, row: Application) -> dict[str, Any]:
        """Return one application for a list."""
        item = self.item(row)
        decision = getattr(row, "decision", None)
        return {
            "number": row.number,
            "item": {"key": row.item_key, "version": row.item_version, **item.body["name"]},
            "department": department(row.department),
            "applicant": self.holder(row.applicant, row.applicant_name),
            "state": state(states.APPLICATION, row.state),
            "version": row.version,
            "channel": row.channel,
            "package": row.package.number if row.package is not None else None,
            "branch": row.branch,
            "opened": bool(row.opened_by),
            "created_at": row.created_at,
            "submitted_at": row.submitted_at,
            "limit": limit(queries.limit(row, item.body["limits"]["promised_days"], self.now)),
            "outcome": decision.outcome if decision is not None else None,
        }

    def application(self, row: Application) -> dict[str, Any]:
        """Return one application with its history and the moves that the actor may make."""
        decision = getattr(row, "decision", None)
        return {
            **self.line(row),
            "long_number": row.long_number,
            "subject": self.code(row.subject),
            "human_route": row.human_route,
            "form": row.form,
            "corrections": row.corrections,
            "materials": row.materials,
            "missing": row.missing,
            "accepted_at": row.accepted_at,
            "decision": None if decision is None else {
                "outcome": decision.outcome,
                "automatic": decision.automatic,
                "decided_at": decision.decided_at,
                "result": decision.result,
                "remedy": decision.remedy,
                "deliverables": decision.deliverables,
                "certificate": decision.certificate,
            },
            "history": [self.event(each) for each in queries.history(row)],
            "moves": [{"verb": each.verb, "zh": each.zh, "en": each.en} for each in queries.moves(row, self.actor)],
            "reviews": row.reviews.number if row.reviews is not None else None,
        }  # fmt: skip

    def event(self, entry: JournalEntry) -> dict[str, Any]:
        """Return one thing that happened; applicants see roles instead of persons and no internal opinions."""
        role = entry.actor.partition(":")[0]
        inside = self.actor.role != "applicant"
        data = entry.data if inside else {key: each for key, each in entry.data.items() if key not in _INTERNAL}
        data = {key: each for key, each in data.items() if key != "package"}  # a primary key
        shown = entry.actor if inside and role != "applicant" else role
        return {"seq": entry.seq, "event": entry.event, "at": entry.at, "by": shown, "data": data}

    def code(self, code: str) -> str:
        """Return a person's number as the actor may see it; firms are public."""
        if code == self.actor.key or not _is_person(code):
            return code
        return masking.citizen_number(code)

    def holder(self, code: str, name: str) -> dict[str, str]:
        """Return an applicant: officers see the name with a masked number, other persons neither."""
        known = code == self.actor.key or self.actor.role in OFFICERS or not _is_person(code)
        return {"code": self.code(code), "name": name if known else masking.name(name)}

    def package_line(self, row: Package) -> dict[str, Any]:
        """Return one package for a list."""
        return {
            "number": row.number,
            "theme": {"key": row.theme_key, "version": row.theme_version, **self.theme(row).body["name"]},
            "applicant": self.holder(row.applicant, row.applicant_name),
            "state": state(states.PACKAGE, row.state),
            "version": row.version,
            "created_at": row.created_at,
            "submitted_at": row.submitted_at,
            "finished_at": row.finished_at,
        }

    def package(self, row: Package, lanes: Sequence[queries.Lane] | None = None) -> dict[str, Any]:
        """Return one package with its clock, signatures and branches; whoever has asked for its `lanes` gives them."""
        theme = self.theme(row).body
        lanes = queries.lanes(row, row.branches, self.now) if lanes is None else lanes
        told = [self._branch(lane, theme) for lane in lanes]
        granted = [each for lane in lanes for each in lane.applications if each.state == "granted"]
        results = [each.decision.result for each in granted]
        code = next((each["credit_code"] for each in results if "credit_code" in each), "")
        name = row.form.get("company_name")
        return {
            **self.package_line(row),
            "form": row.form,
            "clock": clock(queries.package_clock(row, theme, lanes, self.now)),
            "signatures": [
                {**self._signer(each.person, each.name), "roles": each.roles, "signed_at": each.signed_at}
                for each in row.signatures.order_by("pk")
            ],
            "branches": told,
            "company": {"name": name, "credit_code": code} if name else None,
            "deliverables": [each for branch in told for each in branch["deliverables"]],
        }

    def _signer(self, person: str, name: str) -> dict[str, str]:
        shown = self.holder(person, name)
        return {"person": shown["code"], "name": shown["name"]}

    def _branch(self, lane: queries.Lane, theme: Mapping[str, Any]) -> dict[str, Any]:
        branch = next(each for each in theme["branches"] if each["key"] == lane.branch)
        last = lane.applications[-1] if lane.applications else None
        asks = self._departments.get(branch["item"], "")
        granted = last is not None and last.state == "granted"
        return {
            "key": lane.branch,
            "name": branch["name"],
            "department": department(last.department if last else asks),
            "state": state(states.APPLICATION, last.state) if last else _WAITING,
            "number": last.number if last else None,
            "arrived_at": lane.arrived_at,
            "finished_at": lane.finished_at,
            "spans": [{"kind": each.kind, "start": each.start, "end": each.end} for each in lane.spans],
            "deliverables": last.decision.deliverables if granted and last is not None else [],
        }


def _is_person(code: str) -> bool:
    """Say whether a subject code is a citizen number: its region comes first, a credit code begins with letters."""
    return len(code) == 18 and code[:17].isdigit()


def state(table: Table, key: str) -> dict[str, str]:
    """Return a state with its names."""
    found = table.states[key]
    return {"key": found.key, "zh": found.zh, "en": found.en}


def department(key: str) -> dict[str, str]:
    """Return an organisation with its names."""
    found = organisations.departments().get(key)
    return {"key": key, "zh": found.name_zh if found else key, "en": found.name_en if found else key}


def limit(found: deadlines.Limit | None) -> dict[str, Any] | None:
    """Return how a limit stands, in working hours."""
    if found is None:
        return None
    return {
        "promised_hours": hours(found.promised),
        "used_hours": hours(found.used),
        "left_hours": hours(found.left),
        "light": found.light,
        "ends_at": found.ends_at,
    }


def clock(found: queries.PackageClock) -> dict[str, Any]:
    """Return how a package clock stands, in working hours."""
    return {
        "started_at": found.started_at,
        "ends_at": found.limit.ends_at,
        "used_hours": hours(found.limit.used),
        "promised_hours": hours(found.limit.promised),
        "light": found.limit.light,
        "met": found.met,
        "slowest_branch": found.slowest_branch,
    }
