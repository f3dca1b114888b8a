"""The simulated officer: works on what its desk has finished, by the same actions as the buttons (decision 12)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from approvals.actions import accept, ask_correction, assess, desk, granting, handle, rulings
from approvals.actions.casefile import Case
from approvals.models import Application
from approvals.rules import engine
from approvals.rules.facts import to_data
from govsim.core import draws
from govsim.core.actors import SIMULATION
from govsim.core.errors import Refused
from govsim.core.models import Department, World
from services import queries as catalogue

CLEARED = 0.8  # share of doubts that a look by a person clears; a choice of this simulation, per world


def route(item_key: str, version: int) -> str:
    """Return how a version of an item is handled: instant, desk or manual."""
    return str(catalogue.item_version(item_key, version).body["route"])


def handling(row: Application) -> Mapping[str, Any]:
    """Return how long a desk works on the item: median minutes and spread."""
    body = catalogue.item_version(row.item_key, row.item_version).body
    return {"minutes": 60, "sigma": 0.3, **body.get("handling", {})}


def work(world: World, row: Application, at: datetime) -> None:
    """Do what a desk does when its time with a case is over.

    A case that a person has opened is left to that person. Everything happens in one transaction.
    """
    with transaction.atomic():
        held = Application.objects.select_for_update().filter(pk=row.pk, claim=row.claim, version=row.version)
        if not held.exists():
            return
        department = Department.objects.get(world=world, key=row.department)
        if row.opened_by or department.staffed_by == Department.Staff.PEOPLE:
            held.update(due_at=None, lease_until=None, claim="")
            return
        answer = desk.answer(row, at=at)
        if answer is None:
            return  # asked again later
        [(case, judged)] = assess.assess(world, [row], {row.pk: at})
        if judged is None:
            made = assess.later(case)
        elif row.state == "accepted" and answer["done"]:
            made = assess.ruling(world, case, judged, actor=SIMULATION)
        else:
            return _judge_by_hand(world, row, case, judged, at)
        rulings.sign(world, [made], at=at)
        rulings.record(world, [made])


def _judge_by_hand(world: World, row: Application, case: Case, judged: Any, at: datetime) -> None:
    """Decide a doubtful case as a person would: ask once for what is missing, else grant or refuse with a reason."""
    found, _ = judged
    lacking = [*case.missing, *case.invalid]
    if lacking and not row.missing and found.outcome != "REJECT":
        ask_correction.make(row, missing=lacking, actor=SIMULATION, at=at)
        Application.objects.filter(pk=row.pk).update(lease_until=None, claim="", attempts=0)
        return
    if row.state == "received":
        accept.make(row, actor=SIMULATION, at=at)
    handle.make(row, "handle", actor=SIMULATION, at=at)
    handle.make(row, "review", actor=SIMULATION, at=at)
    clears = draws.uniform(world.seed, "by-hand", row.department, row.number) < world.settings.get("cleared", CLEARED)
    grants = found.outcome == "GRANT" or (found.outcome == "MANUAL" and clears and not lacking)
    opinion = "经人工核实 / checked by a person"
    try:
        made = by_hand(world, case, judged, grants=grants, actor=SIMULATION, at=at, opinion=opinion)
    except Refused:  # the certificate cannot say what it must
        made = by_hand(world, case, judged, grants=False, actor=SIMULATION, at=at, opinion=opinion)
    rulings.sign(world, [made], at=at)
    rulings.record(world, [made])


def by_hand(
    world: World, case: Case, judged: Any, *, grants: bool, actor: Any, at: datetime, opinion: str,
    reason: Mapping[str, str] | None = None,
) -> rulings.Ruling:  # fmt: skip
    """Return the ruling of a person on an assessed case. The passport keeps what the rules found beside it."""
    made = assess.ruling(world, case, judged, actor=actor)
    findings, _ = judged
    made.automatic = False
    made.opinion = opinion
    made.at = at
    if grants:
        made.outcome = "granted"
        made.reasons, made.remedy = [], {}
        if findings.outcome != "GRANT":
            findings.result = engine.results_by_hand(case.ruleset, findings)
            made.result = {key: to_data(value) for key, value in findings.result.items()}
            if not granting.complete_grant(world, case, findings, made) and case.ruleset.certificate is not None:
                raise Refused("缺少结果证照必需的信息，不能准予", "What the certificate must say is not known")
    else:
        made.outcome = "refused"
        made.certificate, made.registers, made.result, made.deliverables = None, [], {}, []
        made.reasons = [dict(reason)] if reason else made.reasons or [dict(NOT_CLEARED)]
        made.remedy = made.remedy or dict(REMEDY)
    return made


NOT_CLEARED = {
    "zh": "经人工核查，条件仍无法确认",
    "en": "A person looked into it and the condition could not be confirmed",
}
REMEDY = {
    "zh": "您可以补充材料后重新申请、申请复核，或依法申请行政复议、提起行政诉讼",
    "en": "You may apply again with more material, ask for a review, or seek reconsideration or go to court",
}
