"""The verdict: each rule PASS, FAIL or UNKNOWN, and the outcome that follows (domain.md §B.0, decisions 1 and 3).

What cannot be proven is not granted. A rule runs only when every fact and figure that it reads is known and typed,
and only a result that is exactly true is a PASS.
"""

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, Literal, NamedTuple

from approvals.rules import facts
from approvals.rules.facts import UNKNOWN, Fact
from approvals.rules.loading import load
from approvals.rules.parameters import Figures
from approvals.rules.ruleset import CASE_NUMBER, CertificateFields, Result, Rule, RuleSet, RuleSetError
from govsim.core.expressions import BUSINESS_ZONE, INTEGERS, EvaluationError, Expression, Scope, midnight, plain

__all__ = [
    "Finding",
    "Findings",
    "Granted",
    "RuleSet",
    "RuleSetError",
    "combine",
    "evaluate",
    "granted",
    "load",
]

Verdict = Literal["PASS", "FAIL", "UNKNOWN"]
Outcome = Literal["GRANT", "REJECT", "MANUAL"]

PASS: Final = "PASS"  # noqa: S105  # a verdict, not a password
FAIL: Final = "FAIL"
GRANT: Final = "GRANT"
REJECT: Final = "REJECT"
MANUAL: Final = "MANUAL"


class Finding(NamedTuple):
    """What one rule found. On UNKNOWN `why` is a key of facts.WHY, and `about` the fact or figure that it concerns."""

    rule: Rule
    verdict: Verdict
    why: str = ""
    about: str = ""


@dataclass(slots=True)
class Findings:
    """The verdict on one application. `facts` are all declared facts as they were judged, in the item's order.

    `result` is complete on a grant, else empty. `result_fault` is (key, why) when all rules passed and a result could
    not be worked out, which is why the outcome is MANUAL.
    """

    outcome: Outcome
    as_of: date
    findings: list[Finding]
    facts: dict[str, Fact]
    figures: Figures
    result: dict[str, object]
    result_fault: tuple[str, str] | None = None


def evaluate(ruleset: RuleSet, known: Mapping[str, Fact], as_of: date, *, figures_of: date | None = None) -> Findings:
    """Judge one application. `known` maps fact names to facts; what is not declared in it is not read.

    `figures_of` judges by the figures of another day than `as_of`: what a later standard would have meant.
    Never raises for what the facts hold: a value that cannot be used is UNKNOWN.
    """
    figures = ruleset.figures_on(figures_of or as_of)
    values: dict[str, object] = {"as_of": midnight(as_of), **figures.values}
    judged: dict[str, Fact] = {}
    unknown: dict[str, str] = {name: facts.NO_PARAMETER for name in ruleset.figures_used if name not in figures.data}
    for name, declared in ruleset.declarations.items():
        fact = judged[name] = facts.judged(declared, known.get(name))
        if fact.value is UNKNOWN:
            unknown[name] = fact.why
        elif name in ruleset.facts_used:
            values[name] = midnight(fact.value) if type(fact.value) is date else fact.value
    scope = _scope(values, figures, judged, unknown)
    findings = [_finding(rule, scope, unknown) for rule in ruleset.rules]
    outcome = combine((each.verdict, each.rule.on_fail) for each in findings)
    found = Findings(outcome, as_of, findings, judged, figures, {})
    if outcome == GRANT:
        _work_out(ruleset.results, scope, unknown, found)
    return found


def _scope(values: dict[str, object], figures: Figures, judged: dict[str, Fact], unknown: dict[str, str]) -> Scope:
    try:
        return Scope(values, lookup=figures.lookup)
    except EvaluationError:  # one value that passed its check and still cannot enter: it alone becomes UNKNOWN
        scope = Scope(lookup=figures.lookup)
        for name, value in values.items():
            try:
                scope.set(name, value)
            except EvaluationError:
                unknown[name] = facts.WRONG_TYPE
                if name in judged:
                    judged[name] = judged[name]._replace(value=UNKNOWN, why=facts.WRONG_TYPE)
        return scope


def _finding(rule: Rule, scope: Scope, unknown: Mapping[str, str]) -> Finding:
    if unknown:
        for name in rule.facts:
            if name in unknown:
                return Finding(rule, "UNKNOWN", unknown[name], name)
        for name in rule.figures:
            if name in unknown:
                return Finding(rule, "UNKNOWN", unknown[name], name)
    try:
        value = scope.run(rule.expression.program)
    except EvaluationError:
        return Finding(rule, "UNKNOWN", facts.EXPRESSION_FAILED)
    if value is True:
        return Finding(rule, "PASS")
    if value is False:
        return Finding(rule, "FAIL")
    return Finding(rule, "UNKNOWN", facts.NOT_BOOLEAN)


def combine(judged: Iterable[tuple[str, str]]) -> Outcome:
    """Combine (verdict, on_fail) of every rule: a REJECT that fails rejects; else anything that is not a PASS goes to
    a person; else grant. No rules at all prove nothing, so they grant nothing.
    """
    outcome: Outcome | None = None
    for verdict, on_fail in judged:
        if verdict == FAIL and on_fail == REJECT:
            return "REJECT"
        outcome = "MANUAL" if verdict != PASS else outcome or "GRANT"
    return outcome or "MANUAL"


def _work_out(results: tuple[Result, ...], scope: Scope, unknown: Mapping[str, str], found: Findings) -> None:
    """Fill in the results of a grant, or turn it over to a person when one of them has no typed value."""
    worked_out: dict[str, object] = {}
    read_later = {name for result in results for name in result.expression.reads}
    for result in results:
        missing = next((unknown[name] for name in (*result.facts, *result.figures) if name in unknown), "")
        value, why = (UNKNOWN, missing) if missing else _value_of(result, scope)
        if why:
            found.outcome, found.result_fault = "MANUAL", (result.key, why)
            return
        worked_out[result.key] = value
        if result.key in read_later:
            scope.set(result.key, plain(value))
    found.result = worked_out


def results_by_hand(ruleset: RuleSet, found: Findings) -> dict[str, object]:
    """Return the results of a grant that a person gives where the rules gave none: those whose facts are known.

    What the item promises (an amount, a date) does not depend on who decides. The verdict is left as it is.
    """
    scope = Scope({"as_of": midnight(found.as_of), **found.figures.values}, lookup=found.figures.lookup)
    known: set[str] = {"as_of", *found.figures.data}
    for name, fact in found.facts.items():
        if fact.value is not UNKNOWN:
            scope.set(name, plain(fact.value))
            known.add(name)
    worked_out: dict[str, object] = {}
    for result in ruleset.results:
        if not {*result.expression.reads, *result.figures} <= known:
            continue
        value, why = _value_of(result, scope)
        if not why:
            worked_out[result.key] = value
            scope.set(result.key, plain(value))
            known.add(result.key)
    return worked_out


def _value_of(result: Result, scope: Scope) -> tuple[object, str]:
    try:
        value = calendar_day(scope.run(result.expression.program))
    except EvaluationError:
        return UNKNOWN, facts.EXPRESSION_FAILED
    if _fits(result.type, value):
        return value, ""
    return UNKNOWN, facts.WRONG_TYPE


def _fits(kind: str, value: object) -> bool:
    if kind == "money":  # fen, never negative
        return type(value) is int and 0 <= value < INTEGERS.stop
    if kind == "int":
        return type(value) is int and value in INTEGERS
    if kind == "date":
        return type(value) is date
    return type(value) is (str if kind == "text" else bool)


def calendar_day(value: object) -> object:
    """Return a moment that is a midnight in business time as its date, anything else unchanged."""
    if type(value) is not datetime:
        return value
    local = value.astimezone(BUSINESS_ZONE)
    return local.date() if local == midnight(local.date()) else value


@dataclass(frozen=True, slots=True)
class Granted:
    """What follows from a grant: the certificate's fields and last day (None: the item issues none), and what is
    written into registers as (dataset, whose record, fields).
    """

    certificate: tuple[dict[str, object], date | None] | None
    registers: list[tuple[str, str, dict[str, object]]]


def granted(ruleset: RuleSet, found: Findings, form: Mapping[str, Any], case_number: str) -> Granted:
    """Return what follows from a grant. `form` is what the applicant entered, by field key.

    Raises EvaluationError when a field has no value: the caller must then give the case to a person and grant nothing.
    """
    if ruleset.certificate is None and not ruleset.registers:
        return Granted(None, [])
    given = {f"form_{key}": form_value(ruleset, key, form[key]) for key in ruleset.form if form.get(key) is not None}
    held = {name: fact.value for name, fact in found.facts.items() if fact.value is not UNKNOWN}
    values = {name: plain(value) for name, value in {**held, **found.result, **given}.items()}
    values = {"as_of": midnight(found.as_of), **found.figures.values, **values}
    scope, known = Scope(values, lookup=found.figures.lookup), set(values)
    certificate = _certificate(ruleset.certificate, scope, known)
    scope.set(CASE_NUMBER, case_number)  # register entries may name it, a certificate's fields may not
    known.add(CASE_NUMBER)
    return Granted(
        certificate, [(each.dataset, each.key, _fields(each.fields, scope, known)) for each in ruleset.registers]
    )


def _certificate(
    certificate: CertificateFields | None, scope: Scope, known: AbstractSet[str]
) -> tuple[dict[str, object], date | None] | None:
    if certificate is None:
        return None
    fields = _fields(certificate.fields, scope, known)
    if certificate.valid_until is None:
        return fields, None
    until = _granted_value(certificate.valid_until, scope, known)
    if type(until) is not date:
        raise EvaluationError("the last day of the certificate is no date")
    return fields, until


def _fields(expressions: Mapping[str, Expression], scope: Scope, known: AbstractSet[str]) -> dict[str, object]:
    return {name: _granted_value(expression, scope, known) for name, expression in expressions.items()}


def _granted_value(expression: Expression, scope: Scope, known: AbstractSet[str]) -> object:
    if not expression.reads <= known:
        raise EvaluationError(f"{min(expression.reads - known)} is not known")
    value = calendar_day(scope.run(expression.program))
    if value is None or isinstance(value, datetime | float):
        raise EvaluationError("a field has no typed value")
    return value


def form_value(ruleset: RuleSet, key: str, value: object) -> object:
    """Return what was entered in a form field as its type takes it: an ISO date of a date field as a date."""
    if ruleset.form.get(key) == "date" and isinstance(value, str):
        try:
            return date.fromisoformat(value)
        except ValueError:
            return value
    return value
