"""What the audit chain and the invariants are checked against."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from typing import Any

from approvals.models import Application, Decision, Package
from govsim.core import audit, clock
from govsim.core.models import JournalEntry, World

DECISION_COLUMNS = (
    "application_id", "world_id", "outcome", "automatic", "officer", "opinion", "item_key", "rule_set", "passport",
    "passport_hash", "result", "remedy", "certificate", "deliverables", "sampled", "decided_at",
)  # fmt: skip


def decision_content(decision: Decision) -> dict[str, Any]:
    """Return the columns of a decision that the audit chain vouches for; of its long passport, the hash."""
    content = {column: getattr(decision, column) for column in DECISION_COLUMNS}
    content["passport"] = hashlib.sha256(decision.passport.encode()).hexdigest()
    content["decided_at"] = decision.decided_at.astimezone(clock.ZONE).isoformat()
    return content


def decision_hashes(world_id: int, refs: Sequence[str] | None) -> Iterator[tuple[str, bytes]]:
    """Compute the audited hash of each decision again: (application id, hash)."""
    rows = Decision.objects.filter(world_id=world_id)
    if refs is not None:
        rows = rows.filter(pk__in=[int(ref) for ref in refs])
    for decision in rows.order_by("pk").iterator(500):
        yield str(decision.pk), audit.digest(decision_content(decision))


def package_hashes(world_id: int, refs: Sequence[str] | None) -> Iterator[tuple[str, bytes]]:
    """Compute the audited hash of each finished package again from its row and its journal."""
    ends = JournalEntry.objects.filter(world_id=world_id, kind="package", event="PackageFinished")
    data = dict(ends.values_list("row", "data").iterator(2000))
    for pk, number, state in Package.objects.filter(world_id=world_id).values_list("pk", "number", "state"):
        if pk in data and (refs is None or number in refs):
            yield number, audit.digest([number, state, data[pk]["granted"], data[pk]["refused"]])


def outcomes(world: World) -> Iterator[dict[str, Any]]:
    """Yield what happened to every application and package of a world, in the order of their numbers.

    Only what the seed decides is there: no wall times, no random identifiers, no signatures (decision 6).
    """
    told: dict[tuple[str, int], list[list[Any]]] = {}
    entries = JournalEntry.objects.filter(world=world, kind__in=("application", "package"))
    for each in entries.order_by("kind", "row", "seq").iterator(2000):
        told.setdefault((each.kind, each.row), []).append([each.event, each.actor.partition(":")[0], each.at])
    for package in Package.objects.filter(world=world).order_by("number").iterator(500):
        yield {
            "package": package.number,
            "state": package.state,
            "branches": package.branches,
            "events": told.get(("package", package.pk), []),
        }
    rows = Application.objects.filter(world=world).select_related("decision").prefetch_related("stays")
    for row in rows.order_by("number").iterator(500):
        decision: Decision | None = getattr(row, "decision", None)
        yield {
            "application": row.number,
            "long_number": row.long_number,
            "item": row.item_key,
            "branch": row.branch,
            "department": row.department,
            "state": row.state,
            "missing": row.missing,
            "events": told.get(("application", row.pk), []),
            "stays": sorted([each.desk, each.arrived_at, each.starts_at, each.ends_at] for each in row.stays.all()),
            "decision": _decided(decision) if decision is not None else None,
        }


def _decided(decision: Decision) -> dict[str, Any]:
    passport = json.loads(decision.passport)
    return {
        "outcome": decision.outcome,
        "automatic": decision.automatic,
        "rule_set": decision.rule_set,
        "verdicts": [[each["id"], each["verdict"]] for each in passport["rules"]],
        "result": decision.result,
        "remedy": decision.remedy,
        "sampled": decision.sampled,
        "at": decision.decided_at,
    }


# --- for the check of the books (decisions 18) -------------------------------------------------------------------


def standings(world_id: int) -> Iterator[tuple[str, int, str, str, int, str]]:
    """Yield (kind, row, number, state, version, outcome of its decision) of every application and package."""
    rows = Application.objects.filter(world_id=world_id).order_by("pk")
    for row in rows.values_list("pk", "number", "state", "version", "decision__outcome").iterator(2000):
        yield "application", row[0], row[1], row[2], row[3], row[4] or ""
    packages = Package.objects.filter(world_id=world_id).order_by("pk")
    for each in packages.values_list("pk", "number", "state", "version").iterator(2000):
        yield "package", each[0], each[1], each[2], each[3], ""


def decided(world_id: int) -> Iterator[dict[str, Any]]:
    """Yield what a decision can be checked by: its number, item, rule set, passport, outcome, certificate."""
    rows = Decision.objects.filter(world_id=world_id).order_by("pk")
    columns = ("item_key", "rule_set", "passport", "passport_hash", "outcome", "automatic", "certificate")
    found = rows.values("application__number", *columns)
    yield from found.iterator(500)


def number_of(world_id: int, row: int) -> str:
    """Return the short number of an application by its row, or the row's own number when it is gone."""
    rows = Application.objects.filter(world_id=world_id, pk=row)
    return rows.values_list("number", flat=True).first() or f"#{row}"


# --- for figures -------------------------------------------------------------------------------------------------
