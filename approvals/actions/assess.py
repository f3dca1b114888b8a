"""Assess a batch: gather facts and certificates for all its cases at once, judge each, prepare what will be recorded.

No transaction is open and nothing is written here (decision 15).
"""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from approvals import passport as passports
from approvals.actions import granting
from approvals.actions.casefile import Case
from approvals.actions.gather import form_values, gather
from approvals.actions.replace import replace
from approvals.actions.rulings import Ruling
from approvals.models import Application
from approvals.rules import derive, engine
from approvals.rules.ruleset import RuleSet
from govsim.core import clock, draws
from govsim.core.actors import SYSTEM, Actor
from govsim.core.codes import names
from govsim.core.models import World
from govsim.core.organisations import department
from govsim.exchange import queries as exchange
from services import queries as catalogue

PATIENCE = 10.0  # seconds: a slower source gives its case a later due moment instead of a wait
ROUNDS = 3  # of asking a source that is down, before the doubt goes to a person
ASK_AGAIN = timedelta(minutes=5)


def ruleset_of(version: Any) -> RuleSet:
    """Return the compiled rule set of one published version."""
    return engine.load(version.body, version.body["standing"], version=version.version, sha256=version.sha256)


def assess(
    world: World, rows: Sequence[Application], moments: Mapping[int, datetime], *, purpose: str = "decide"
) -> list[tuple[Case, Any]]:
    """Return each case with its findings (None: a source is slow or down, ask again later).

    `purpose` is what the log of the looks at registers says.
    """
    cases = _cases(world, rows, moments)
    _consents(world, cases)
    gather(world, cases, purpose=purpose)
    replace(world, cases)
    return [(case, _judge(world, case)) for case in cases]


def _cases(world: World, rows: Sequence[Application], moments: Mapping[int, datetime]) -> list[Case]:
    """Join each row with its item version and the rules in force on its day; asked once for each kind of row."""
    items: dict[tuple[str, int], Any] = {}
    rulesets: dict[tuple[str, date], RuleSet] = {}
    cases = []
    for row in rows:
        at = moments[row.pk].astimezone(clock.ZONE)
        named, day = (row.item_key, row.item_version), (row.item_key, at.date())
        if named not in items:
            items[named] = catalogue.item_version(*named)
        if day not in rulesets:
            rulesets[day] = ruleset_of(catalogue.current_rule_set(row.item_key, world.pk, at.date()))
        cases.append(Case(row, at, items[named], rulesets[day]))
    return cases


def _consents(world: World, cases: Sequence[Case]) -> None:
    wanted = {each for case in cases for each in case.row.consents}
    if not wanted:
        return
    moment = max(case.at for case in cases)
    in_force = exchange.consents_in_force(world, wanted, at=moment)
    for case in cases:
        case.consent_id = next((each for each in reversed(case.row.consents) if each in in_force), None)


def _system(world: World, case: Case) -> dict[str, object]:
    """Return the facts that the engine itself knows (standing conditions, the package, the name)."""
    row = case.row
    facts: dict[str, object] = {
        "materials_complete": not case.missing and not case.uploaded,
        "certificates_valid": not case.invalid,
        "consent_in_force": case.consent_id is not None,
        "no_data_dispute": not row.corrections,
        "automatic_route_chosen": not row.human_route,
    }
    declared = case.ruleset.declarations
    if "all_signed" in declared:
        facts["all_signed"] = row.package is None or not row.package.signatures.filter(signed_at=None).exists()
    if "name_findings" in declared:
        facts["name_findings"] = name_verdict(world, row)
    if "pre_licence_held" in declared:
        facts["pre_licence_held"] = any(
            each["material"] == "pre_licence" and each["verdict"] == "VALID" for each in case.used
        )
    if "seal_maker" in declared:
        facts["seal_maker"] = row.department if department(row.department).kind == "seal_maker" else None
    for name in ("seal_maker_accepts", "bank_accepts"):
        if name in declared:
            facts[name] = row.department not in world.settings.get("declining", [])
    return facts


# Types of entity as the form has them → kinds of name as the naming rules have them (§C.13 N6).
NAME_KINDS = {
    "limited_company": "limited_company",
    "individual_business": "individual_business",
    "sole_proprietorship": "sole_proprietorship",
    "partnership": "partnership",
    "company_limited_by_shares": "joint_stock_company",
}


def name_verdict(world: World, row: Application) -> str:
    """Return accepted, doubtful or rejected for the enterprise name of an application (§C.13)."""
    name = str(row.form.get("company_name", ""))
    kind = NAME_KINDS.get(str(row.form.get("company_type")))
    if kind is None:
        return "rejected"
    at = row.submitted_at or row.created_at
    taken = exchange.taken_names(world, row.city, at, by=row.applicant)
    findings = names.check(name, city=row.city, kind=kind, taken=taken)
    verdicts = {finding.verdict for finding in findings}
    return "rejected" if "reject" in verdicts else "doubtful" if "manual" in verdicts else "accepted"


def _judge(world: World, case: Case) -> Any:
    """Return (findings, passport), or None when a source should be asked again later."""
    statuses = {answer.status for answer in case.answers.values()}
    if "down" in statuses:
        if case.row.asked < ROUNDS - 1:
            return None
    elif case.row.asked == 0 and case.seconds > PATIENCE:
        return None
    derived = derive.derive(
        case.ruleset,
        answers=case.answers,
        asked=case.keys,
        form=form_values(case),
        system=_system(world, case),
        as_of=case.at.date(),
    )
    found = engine.evaluate(case.ruleset, derived.facts, case.at.date())
    return found, passports.build(case.ruleset, found, answers=derived.answers, certificates=case.used)


def later(case: Case) -> Ruling:
    """Return the ruling "ask again": when a slow answer will be there, or some minutes on if a source is down."""
    down = any(answer.status == "down" for answer in case.answers.values())
    wait = ASK_AGAIN if down else timedelta(seconds=case.seconds)
    return Ruling(
        row=case.row, outcome="later", at=case.at, actor=SYSTEM, log=case.log, due_at=case.at + wait,
        asked=case.row.asked + 1, claim=case.row.claim,
    )  # fmt: skip


def decided_at(world: World, case: Case) -> datetime:
    """Return the moment of an automatic decision: the slowest answer, and the item's own drawn seconds, later."""
    seconds = min(case.seconds, PATIENCE) if case.row.asked == 0 else 0.0
    typical = case.item.body.get("handling", {}).get("auto_seconds")
    if typical:
        seconds = max(seconds, draws.lognormal(typical, 0.2, world.seed, "auto", case.row.number))
    return case.at + timedelta(seconds=round(seconds, 3))


def ruling(world: World, case: Case, judged: Any, *, actor: Actor = SYSTEM) -> Ruling:
    """Return what becomes of a judged case, with the certificate and register entries of a grant prepared."""
    if judged is None:
        return later(case)
    found, passport = judged
    outcome = {"GRANT": "granted", "REJECT": "refused", "MANUAL": "referred"}[found.outcome]
    if case.row.human_route and actor is SYSTEM:
        outcome = "referred"  # who asks for a person is refused by a person too
    at = decided_at(world, case) if actor is SYSTEM else case.at
    made = Ruling(
        row=case.row, outcome=outcome, at=at, actor=actor, rule_set=case.ruleset.sha256, log=case.log, uses=case.uses,
        claim=case.row.claim, result=dict(passport["result"]), remedy=dict(passport["remedy"] or {}),
    )  # fmt: skip
    if outcome == "granted" and not granting.complete_grant(world, case, found, made):
        made.outcome = "referred"
        passport = {**passport, "outcome": "MANUAL", "result": {}, "result_fault": CERTIFICATE_FAULT}
    made.unsure = [each["id"] for each in passport["rules"] if each["verdict"] != "PASS"]
    made.reasons = [each["sentence"] for each in passport["rules"] if each["verdict"] == "FAIL"]
    written = passports.canonical_bytes(passport)
    made.passport, made.passport_hash = written.decode(), hashlib.sha256(written).hexdigest()
    return made


CERTIFICATE_FAULT = {
    "key": "certificate",
    "why": "expression_failed",
    "zh": "结果证照的内容无法生成",
    "en": "the certificate cannot be made",
}
