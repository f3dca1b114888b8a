"""What a batch has decided, and the one short transaction that records it (law 1, decision 15).

Prepared rulings carry everything; recording checks the fence, writes in bulk, and adds the audit link last.
"""

import logging
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from approvals import states
from approvals.events import ApplicationGranted, ApplicationReferred, ApplicationRefused
from approvals.models import Application, Decision
from approvals.queries import decision_content
from certificates.actions import issue, use
from govsim.core import audit, bulk, clock, draws, journal
from govsim.core.actors import Actor
from govsim.core.errors import Conflict
from govsim.core.events import Event
from govsim.core.models import World
from govsim.exchange.actions import log as exchange_log
from govsim.exchange.actions import register

log = logging.getLogger(__name__)
QUALITY_SHARE = 0.02  # of automatic grants, checked by a person (domain.md §B.0)


@dataclass
class Ruling:
    """What will become of one application. `outcome` is granted, refused, referred, or later (ask again)."""

    row: Application
    outcome: str
    at: datetime
    actor: Actor
    passport: str = ""
    passport_hash: str = ""
    rule_set: str = ""
    result: dict[str, Any] = field(default_factory=dict)
    reasons: list[dict[str, str]] = field(default_factory=list)
    remedy: dict[str, str] = field(default_factory=dict)
    unsure: list[str] = field(default_factory=list)
    opinion: str = ""
    automatic: bool = True
    deliverables: list[dict[str, Any]] = field(default_factory=list)
    certificate: issue.IssueRequest | None = None
    prepared: Any = None
    log: list[Any] = field(default_factory=list)  # exchange log rows
    uses: list[Any] = field(default_factory=list)  # certificate use-log rows
    registers: list[register.Entry] = field(default_factory=list)  # what a grant writes into a register
    due_at: datetime | None = None  # for "later"
    asked: int = 0
    claim: str = ""  # the fence that the row was claimed under; empty for an officer's own case

    @property
    def final(self) -> bool:
        """Say whether this is a decision."""
        return self.outcome in ("granted", "refused")


def sign(world: World, rulings: Sequence[Ruling], *, at: datetime) -> None:
    """Make the certificates of all grants, outside any transaction. Raises SigningFailed for the whole batch."""
    granted = [ruling for ruling in rulings if ruling.outcome == "granted" and ruling.certificate is not None]
    requests = [ruling.certificate for ruling in granted if ruling.certificate is not None]
    if requests:
        for ruling, prepared in zip(granted, issue.prepare(world, requests, at=at, wall=clock.wall()), strict=True):
            ruling.prepared = prepared


def record(world: World, rulings: Sequence[Ruling]) -> int:
    """Record rulings in one transaction and return how many were still ours.

    A row whose fence has changed was claimed by another worker after our lease ran out: its ruling is dropped.
    An officer's single ruling that lost the race raises Conflict instead.
    """
    with transaction.atomic():
        ours = _still_ours(rulings)
        if len(ours) < len(rulings) and not rulings[0].claim:
            raise Conflict(
                "该事项刚刚被他人处理，请刷新后再看", "Somebody else has just handled this; reload to see it"
            )
        if ours:
            _write(world, ours)
    if len(ours) < len(rulings):
        late = len(rulings) - len(ours)
        log.warning("%s 项结论迟到，已由他人接手，不予记录 / rulings came too late and were dropped: %s", late, late)
    return len(ours)


def _still_ours(rulings: Sequence[Ruling]) -> list[Ruling]:
    by_id = {ruling.row.pk: ruling for ruling in rulings}
    rows = Application.objects.select_for_update().filter(pk__in=by_id).order_by("pk")
    found = rows.values_list("pk", "claim", "version", "state")
    return [
        by_id[pk]
        for pk, claim, version, state in found
        if (claim, version, state) == (by_id[pk].claim or claim, by_id[pk].row.version, by_id[pk].row.state)
    ]


def _write(world: World, rulings: list[Ruling]) -> None:
    wall = clock.wall()
    exchange_log.record([row for ruling in rulings for row in ruling.log])
    later = [ruling for ruling in rulings if ruling.outcome == "later"]
    for ruling in later:
        Application.objects.filter(pk=ruling.row.pk).update(
            due_at=ruling.due_at, asked=ruling.asked, attempts=0, lease_until=None, claim=""
        )
    moved = [ruling for ruling in rulings if ruling.outcome != "later"]
    for ruling in moved:
        _check_move(ruling)
    _move_rows(moved)
    leaves: list[audit.Leaf] = []
    prepared = [ruling.prepared for ruling in moved if ruling.prepared is not None]
    if prepared:
        leaves += issue.record(world, prepared)
    decisions = [_decision(world, ruling, wall) for ruling in moved if ruling.final]
    bulk.save(decisions)
    leaves += [audit.Leaf("decision", str(each.pk), audit.digest(decision_content(each))) for each in decisions]
    use.log(world, [row for ruling in rulings for row in ruling.uses])
    register.write(world=world, entries=[entry for ruling in moved for entry in ruling.registers])
    journal.save([_entry(world, ruling) for ruling in moved])
    for shard, of_shard in _by_shard(leaves, moved).items():
        audit.append(world.pk, of_shard, shard_key=shard)


def _by_shard(leaves: list[audit.Leaf], rulings: list[Ruling]) -> dict[int, list[audit.Leaf]]:
    """Spread leaves over the shards of their applications; a certificate goes with the batch's first application."""
    found: dict[int, list[audit.Leaf]] = defaultdict(list)
    home = audit.shard_of(rulings[0].row.pk) if rulings else 0
    for leaf in leaves:
        found[audit.shard_of(int(leaf.ref)) if leaf.kind == "decision" else home].append(leaf)
    return dict(sorted(found.items()))  # heads are locked in this order, so two batches never wait for each other


_VERB = {"granted": "grant", "refused": "refuse", "referred": "refer"}


def _check_move(ruling: Ruling) -> None:
    found = states.APPLICATION.find(_VERB[ruling.outcome], ruling.row.state, ruling.actor)
    if found is None:
        raise Conflict("该事项的状态已改变", "The state of this case has changed")


def _move_rows(rulings: list[Ruling]) -> None:
    for outcome in ("granted", "refused", "referred"):
        ids = [ruling.row.pk for ruling in rulings if ruling.outcome == outcome]
        if ids:
            Application.objects.filter(pk__in=ids).update(
                state="received" if outcome == "referred" else outcome,
                version=F("version") + 1,
                due_at=None,
                lease_until=None,
                claim="",
                attempts=0,
                dead_reason="",
            )
    for ruling in rulings:
        ruling.row.version += 1
        ruling.row.state = "received" if ruling.outcome == "referred" else ruling.outcome
        ruling.row.due_at = None
    for ruling in rulings:
        if ruling.outcome == "referred":  # few: the officer needs the findings
            Application.objects.filter(pk=ruling.row.pk).update(assessment=ruling.passport)
            ruling.row.assessment = ruling.passport


def _decision(world: World, ruling: Ruling, wall: datetime) -> Decision:
    sampled = (
        ruling.automatic
        and ruling.outcome == "granted"
        and draws.uniform(world.seed, "quality", ruling.row.number) < world.settings.get("quality_share", QUALITY_SHARE)
    )
    return Decision(
        application_id=ruling.row.pk,
        world=world,
        outcome=ruling.outcome,
        automatic=ruling.automatic,
        officer=str(ruling.actor),
        opinion=ruling.opinion,
        item_key=ruling.row.item_key,
        rule_set=ruling.rule_set,
        passport=ruling.passport,
        passport_hash=ruling.passport_hash,
        result=ruling.result,
        remedy=ruling.remedy,
        certificate=ruling.prepared.identifier if ruling.prepared is not None else "",
        deliverables=ruling.deliverables,
        sampled=sampled,
        decided_at=ruling.at,
        recorded_at=wall,
    )


def _entry(world: World, ruling: Ruling) -> Any:
    row = ruling.row
    about: dict[str, Any] = {"number": row.number, "package": row.package_id, "branch": row.branch}
    event: Event
    if ruling.outcome == "granted":
        certificate = ruling.prepared.identifier if ruling.prepared is not None else ""
        event = ApplicationGranted(**about, result=ruling.result, certificate=certificate)
    elif ruling.outcome == "refused":
        event = ApplicationRefused(**about, reasons=ruling.reasons, remedy=ruling.remedy)
    else:
        event = ApplicationReferred(**about, reasons=ruling.unsure)
    due = row.package_id is not None or ruling.outcome == "referred"
    return journal.entry(world.pk, "application", row.pk, row.version, event, actor=ruling.actor, at=ruling.at, due=due)
