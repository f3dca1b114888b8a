"""Gather shared data for a batch: every fact and mapped field is asked for again at this moment (decision 9)."""

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from approvals.actions.casefile import Case
from approvals.models import Application
from approvals.rules import derive, engine
from govsim.core.expressions import EvaluationError, Expression, Scope, compile_expression, midnight, plain
from govsim.core.models import World
from govsim.core.organisations import in_city
from govsim.exchange import queries as exchange

NO_RECORDS: tuple[Mapping[str, Any], ...] = ()


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


def gather(world: World, cases: Sequence[Case], *, purpose: str = "decide") -> None:
    """Ask for everything in one go; couples are looked up first where an item asks about the spouse.

    Without the applicant's consent nothing is asked at all.
    """
    asking = [case for case in cases if case.consent_id is not None]
    if not asking:
        return
    moment = max(case.at for case in asking)
    pairs = {case.row.pk: _pairs(case) for case in asking}
    couples = [case for case in asking if any(key == "spouse" for _, key in pairs[case.row.pk])]
    spouses: dict[str, str] = {}
    if couples:
        first = {case.row.pk: _question(case, "population", (case.row.applicant,)) for case in couples}
        answered = exchange.gather(world, list(first.values()), at=moment, purpose=purpose)
        for case in couples:
            answer = answered.answers[first[case.row.pk]]
            if answer.status == "answered" and answer.records:
                spouses[case.row.applicant] = answer.records[0].get("spouse") or ""
    questions: dict[tuple[int, tuple[str, str]], exchange.Question] = {}
    for case in asking:
        for pair in pairs[case.row.pk]:
            keys = case.keys[pair] = _keys(case, pair[1], spouses)
            if keys:
                questions[case.row.pk, pair] = _question(case, pair[0], keys)
            elif pair[1] != "spouse" or case.row.applicant in spouses:
                case.answers[pair] = _Nobody(department=department_key(case, pair[0]), at=case.at)
    gathered = exchange.gather(world, questions.values(), at=moment, purpose=purpose)
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
    if case.values is None:
        case.values = _form_values(case)
    return case.values


def _form_values(case: Case) -> dict[str, Any]:
    values = dict(case.row.form)
    scope: Scope | None = None
    shown: tuple[str, str] | None = None
    for each in case.item.body["form"]:
        source = each.get("source")
        if source is None:
            continue
        values.pop(each["key"], None)
        pair = (source["dataset"], source.get("key", "applicant"))
        answer = case.answers.get(pair)
        if answer is None or answer.status != "answered" or not answer.records:
            continue
        record, expression = answer.records[0], _field_expression(source["expression"])
        if expression.column:
            if expression.column in record:
                value = record[expression.column]
                values[each["key"]] = value.isoformat() if isinstance(value, date) else value
            continue
        scope = scope or Scope({"as_of": midnight(case.at.date())})
        if shown != pair:
            scope.set("record", plain(record))
            scope.set("records", [plain(record)])
            shown = pair
        try:
            value = engine.calendar_day(scope.run(expression.program))
        except EvaluationError:
            continue
        values[each["key"]] = value.isoformat() if isinstance(value, date) else value
    return values
