"""Assess a batch: gather facts and certificates for all its cases at once, judge each, prepare what will be recorded.

No transaction is open and nothing is written here (decision 15). What was shown in a form is not trusted: every
mapped field, fact and certificate is asked for again at this moment (decision 9).
"""

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from approvals import passport as passports
from approvals.actions.rulings import Ruling
from approvals.models import Application
from approvals.rules import derive, engine
from approvals.rules.ruleset import RuleSet
from certificates import queries as certificates
from certificates.actions import issue, use
from govsim.core import clock, draws, numbers
from govsim.core.actors import SYSTEM, Actor
from govsim.core.codes import credit, names
from govsim.core.expressions import EvaluationError, Expression, Scope, compile_expression, midnight, plain
from govsim.core.models import World
from govsim.core.organisations import cities, department, in_city
from govsim.exchange import queries as exchange
from govsim.exchange.actions import register
from services import queries as catalogue

PATIENCE = 10.0  # seconds: a slower source gives its case a later due moment instead of a wait
ROUNDS = 3  # of asking a source that is down, before the doubt goes to a person
ASK_AGAIN = timedelta(minutes=5)
NO_RECORDS: tuple[Mapping[str, Any], ...] = ()


@dataclass
class Case:
    """One application while it is assessed."""

    row: Application
    at: datetime
    item: Any
    ruleset: RuleSet
    consent_id: int | None = None
    keys: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    answers: dict[tuple[str, str], Any] = field(default_factory=dict)
    seconds: float = 0.0
    used: list[dict[str, Any]] = field(default_factory=list)  # certificates, for the passport
    missing: list[dict[str, Any]] = field(default_factory=list)  # materials that nothing replaced
    certificates_valid: bool = True
    uploaded: bool = False  # a paper that only a person can judge
    log: list[Any] = field(default_factory=list)
    uses: list[Any] = field(default_factory=list)


def ruleset_of(version: Any) -> RuleSet:
    """Return the compiled rule set of one published version."""
    return engine.load(version.body, version.body["standing"], version=version.version, sha256=version.sha256)


def assess(world: World, rows: Sequence[Application], moments: Mapping[int, datetime]) -> list[tuple[Case, Any]]:
    """Return each case with its findings (None: a source is slow or down, ask again later)."""
    cases = _cases(world, rows, moments)
    _consents(world, cases)
    _gather(world, cases)
    _certificates(world, cases)
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


# --- shared data -----------------------------------------------------------------------------------------------


def _pairs(case: Case) -> list[tuple[str, str]]:
    """Return what has to be asked: the sources of facts, and of the form's own mapped fields."""
    mapped = [
        (each["source"]["dataset"], each["source"].get("key", "applicant"))
        for each in case.item.body["form"]
        if "source" in each
    ]
    wanted = derive.wanted(case.ruleset, case.row.form, case.at.date())
    return list(dict.fromkeys([*wanted, *mapped]))


def _keys(case: Case, key: str, spouses: Mapping[str, str]) -> tuple[str, ...]:
    row = case.row
    if key == "applicant":
        return (row.applicant,)
    if key == "firm":
        return (row.subject,)
    if key == "spouse":
        spouse = spouses.get(row.applicant, "")
        return (spouse,) if spouse else ()
    if key == "people":
        return tuple(people(row))
    value = row.form.get(key.removeprefix("form."))
    values = value if isinstance(value, list) else [value]
    return tuple(str(each) for each in values if each not in (None, ""))


_PEOPLE = ("legal_representative", "shareholders", "supervisor", "finance_officer", "contact")


def people(row: Application) -> list[str]:
    """Return everybody who has to be identified and sign: those whom the form names, and the applicant."""
    named: list[str] = []
    for key in _PEOPLE:
        value = row.form.get(key)
        named += value if isinstance(value, list) else [value] if value else []
    return list(dict.fromkeys([*named, row.applicant])) if named else [row.applicant]


def _question(case: Case, dataset: str, keys: tuple[str, ...]) -> exchange.Question:
    return exchange.Question(
        case=case.row.pk, number=case.row.number, dataset=dataset, keys=keys,
        consent_id=case.consent_id, department=case.row.department,
    )  # fmt: skip


def _gather(world: World, cases: Sequence[Case]) -> None:
    """Ask for everything in one go; couples are looked up first where an item asks about the spouse.

    Without the applicant's consent nothing is asked at all.
    """
    asking = [case for case in cases if case.consent_id is not None]
    if not asking:
        return
    moment = max(case.at for case in asking)
    couples = [case for case in asking if any(key == "spouse" for _, key in _pairs(case))]
    spouses: dict[str, str] = {}
    if couples:
        first = {case.row.pk: _question(case, "population", (case.row.applicant,)) for case in couples}
        answered = exchange.gather(world, list(first.values()), at=moment)
        for case in couples:
            answer = answered.answers[first[case.row.pk]]
            if answer.status == "answered" and answer.records:
                spouses[case.row.applicant] = answer.records[0].get("spouse") or ""
    questions: dict[tuple[int, tuple[str, str]], exchange.Question] = {}
    for case in asking:
        for pair in _pairs(case):
            keys = case.keys[pair] = _keys(case, pair[1], spouses)
            if keys:
                questions[case.row.pk, pair] = _question(case, pair[0], keys)
            elif pair[1] != "spouse" or case.row.applicant in spouses:
                case.answers[pair] = _Nobody(department=department_key(case, pair[0]), at=case.at)
    gathered = exchange.gather(world, list(dict.fromkeys(questions.values())), at=moment)
    by_case = {case.row.pk: case for case in asking}
    for (pk, pair), question in questions.items():
        answer = gathered.answers[question]
        by_case[pk].answers[pair] = answer
        by_case[pk].seconds = max(by_case[pk].seconds, answer.seconds)
    for line in gathered.log:
        if line.case_id is not None:
            by_case[line.case_id].log.append(line)


@dataclass(frozen=True)
class _Nobody:
    """The answer about a subject that is known not to exist: nobody was asked, nothing is on record."""

    department: str
    at: datetime
    status: str = "answered"
    records: tuple[Mapping[str, Any], ...] = NO_RECORDS
    seconds: float = 0.0

    @property
    def source(self) -> str:
        return self.department


def department_key(case: Case, dataset: str) -> str:
    """Return the department of the case's city that keeps a dataset."""
    return in_city(_keepers()[dataset], case.row.city)


@functools.cache
def _keepers() -> dict[str, str]:
    return {each.key: each.department for each in exchange.catalogue()}


@functools.lru_cache(maxsize=1024)
def _field_expression(text: str) -> Expression:
    return compile_expression(text, names={"record", "records", "as_of"})


def form_values(case: Case) -> dict[str, Any]:
    """Return the form as the decision reads it: the applicant's own fields, and shared values as gathered now."""
    values = dict(case.row.form)
    for each in case.item.body["form"]:
        source = each.get("source")
        if source is None:
            continue
        values.pop(each["key"], None)
        answer = case.answers.get((source["dataset"], source.get("key", "applicant")))
        if answer is None or answer.status != "answered" or not answer.records:
            continue
        record = plain(dict(answer.records[0]))
        scope = Scope({"record": record, "records": [record], "as_of": midnight(case.at.date())})
        try:
            value = engine.calendar_day(scope.run(_field_expression(source["expression"]).program))
        except EvaluationError:
            continue
        values[each["key"]] = value.isoformat() if isinstance(value, date) else value
    return values


# --- certificates ----------------------------------------------------------------------------------------------


def _certificates(world: World, cases: Sequence[Case]) -> None:
    """Match and check what stands in for paper (§B.4): chosen certificates again, others by holder and type."""
    moment = max(case.at for case in cases)
    wanted = [
        (case, material, type_key)
        for case in cases
        if case.consent_id is not None
        for material in _by_certificate(case)
        for type_key in material["certificate_types"]
    ]
    pairs = list(dict.fromkeys((_holder(case, material), type_key) for case, material, type_key in wanted))
    held = certificates.match(world, pairs, at=moment) if pairs else {}
    chosen = {
        _claim(case, material): None
        for case in cases
        for material in _by_certificate(case)
        if "certificate" in case.row.materials.get(material["key"], {})
    }
    verdicts = certificates.check_held(world, chosen, at=moment) if chosen else {}
    for case in cases:
        for material in case.item.body["materials"]:
            _replace(case, material, held, verdicts)


def _by_certificate(case: Case) -> list[Mapping[str, Any]]:
    return [
        each
        for each in case.item.body["materials"]
        if each["replace_mode"] == "certificate" and "upload" not in case.row.materials.get(each["key"], {})
    ]


def _claim(case: Case, material: Mapping[str, Any]) -> tuple[str, str, frozenset[str]]:
    """Return which certificate an applicant chose, whose it has to be, and the types that will do."""
    identifier = case.row.materials[material["key"]]["certificate"]
    return identifier, _holder(case, material), frozenset(material["certificate_types"])


def _holder(case: Case, material: Mapping[str, Any]) -> str:
    kinds = {certificates.type_of(each).holder for each in material["certificate_types"]}
    return case.row.subject if kinds == {"firm"} else case.row.applicant


def _replace(case: Case, material: Mapping[str, Any], held: Mapping[Any, Any], verdicts: Mapping[Any, Any]) -> None:
    """Find what replaces one material of one case, and write down what was used or is missing."""
    key, mode = material["key"], material["replace_mode"]
    choice = case.row.materials.get(key, {})
    if "upload" in choice:
        case.uploaded = True
        return
    if "commitment" in choice or (mode in ("data", "assist") and case.consent_id is not None):
        return
    if mode == "certificate" and case.consent_id is not None:
        chosen = choice.get("certificate", "")
        newest = None if chosen else _newest(case, material, held)
        identifier = chosen or (newest.identifier if newest is not None else "")
        if identifier:
            verdict = verdicts[_claim(case, material)] if chosen else None
            _use(case, material, identifier, verdict)
            if verdict is not None and not verdict.is_valid:
                case.certificates_valid = False
                case.missing.append(_lack(material, invalid=True))
            return
    if mode == "commitment" and not material.get("must_sign"):
        return  # the declaration at the end of the form is the commitment
    if material["required"]:
        case.missing.append(_lack(material))


def _newest(case: Case, material: Mapping[str, Any], held: Mapping[Any, Any]) -> Any:
    holder = _holder(case, material)
    found = [held[holder, each] for each in material["certificate_types"] if held.get((holder, each)) is not None]
    return found[0] if found else None


def _lack(material: Mapping[str, Any], *, invalid: bool = False) -> dict[str, Any]:
    name = material["name"]
    if invalid:
        return {
            "what": material["key"],
            "zh": f"{name['zh']}（所用证照已失效）",
            "en": f"{name['en']} (no longer valid)",
        }
    return {"what": material["key"], "zh": name["zh"], "en": name["en"]}


def _use(case: Case, material: Mapping[str, Any], identifier: str, verdict: certificates.Verdict | None) -> None:
    """Write down what was used: in the passport, and for its holder; what was not the applicant's was not used."""
    code = "VALID" if verdict is None else verdict.code
    entry = {
        "material": material["key"],
        "identifier": identifier,
        "verdict": code,
        "fields": material.get("fields", []),
    }
    case.used.append(entry)
    if code in ("NOT_FOUND", "MALFORMED"):
        return
    case.uses.append(
        use.Use(
            identifier=identifier,
            actor="system",
            department=case.row.department,
            item_key=case.row.item_key,
            case_number=case.row.number,
            purpose=material["name"]["zh"],
            consent_id=case.consent_id,
            fields=list(material.get("fields", [])),
            result=code,
            at=case.at,
        )
    )


# --- judging ---------------------------------------------------------------------------------------------------


def _system(world: World, case: Case) -> dict[str, object]:
    """Return the facts that the engine itself knows (standing conditions, the package, the name)."""
    row = case.row
    facts: dict[str, object] = {
        "materials_complete": not case.uploaded
        and not [each for each in case.missing if "（所用证照已失效）" not in each["zh"]],
        "certificates_valid": case.certificates_valid,
        "consent_in_force": case.consent_id is not None,
        "no_data_dispute": not row.corrections,
        "automatic_route_chosen": not row.human_route,
        "identity_verified": True,  # the door lets only real-name seats submit
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
    if outcome == "granted" and not complete_grant(world, case, found, made):
        made.outcome = "referred"
        passport = {**passport, "outcome": "MANUAL", "result": {}, "result_fault": CERTIFICATE_FAULT}
    made.unsure = [each["id"] for each in passport["rules"] if each["verdict"] != "PASS"]
    made.reasons = [each["sentence"] for each in passport["rules"] if each["verdict"] == "FAIL"]
    made.passport = passports.canonical_bytes(passport).decode()
    made.passport_hash = passports.sha256(passport).hex()
    return made


CERTIFICATE_FAULT = {
    "key": "certificate",
    "why": "expression_failed",
    "zh": "结果证照的内容无法生成",
    "en": "the certificate cannot be made",
}


def complete_grant(world: World, case: Case, found: Any, made: Ruling) -> bool:
    """Add deliverables, certificate and register entries to a grant; False when the certificate has no value."""
    body, row = case.item.body, case.row
    made.deliverables = [dict(each) for each in body.get("deliverables", [])]
    values = form_values(case)
    try:
        fields = engine.certificate_fields(case.ruleset, found, values)
        records = engine.register_bodies(case.ruleset, found, values, row.number)
    except EvaluationError:
        return False
    if body.get("assigns") == "credit_code":
        made.result["credit_code"] = new_firm_code(world, row)
    owners = {"applicant": row.applicant, "firm": row.subject, "new_firm": made.result.get("credit_code", "")}
    made.registers = [register.Entry(dataset, owners[key], row.city, record) for dataset, key, record in records]
    if fields is None:
        return True
    holder_kind = case.ruleset.certificate.holder if case.ruleset.certificate else ""
    code, name = _certificate_holder(case, holder_kind, made)
    made.certificate = issue.IssueRequest(
        type_key=body["result_certificate"]["type"],
        holder_code=code,
        holder_name=name,
        issuer_key=_issuer(row),
        fields={key: value.isoformat() if isinstance(value, date) else value for key, value in fields[0].items()},
        number=made.result.get("credit_code") if holder_kind == "new_firm" else None,
        valid_from=made.at.date(),
        valid_until=fields[1],
        case_number=row.number,
        application_id=row.pk,
    )
    return True


# Registration department and category of a new entity, by its type (§C.4).
_CATEGORIES = {"individual_business": "92"}


def new_firm_code(world: World, row: Application) -> str:
    """Return a unified social credit code that nobody has: from the simulated region, numbered within the world."""
    category = _CATEGORIES.get(str(row.form.get("company_type")), "91")
    serial = numbers.take(world.pk, "firm")
    return credit.make(category, cities()[row.city].region, f"MN{NEW_FIRMS + serial:06d}")


NEW_FIRMS = 500_000  # above the firms of the population


def _issuer(row: Application) -> str:
    """Return who signs the result: the department itself, or the city's police for a seal maker's work."""
    kind = department(row.department).kind
    return in_city("psb", row.city) if kind == "seal_maker" else row.department


def _certificate_holder(case: Case, kind: str, made: Ruling) -> tuple[str, str]:
    row = case.row
    if kind == "new_firm":
        return made.result["credit_code"], str(row.form.get("company_name", ""))
    if kind == "firm" or (not kind and case.item.body["subject"] == "firm"):
        return row.subject, str(row.form.get("company_name") or row.applicant_name)
    return row.applicant, row.applicant_name
