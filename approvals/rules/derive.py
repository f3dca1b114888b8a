"""From records to facts: what departments, the form and the engine itself know, typed and with its source.

A source that is down, two records in conflict, or no record where one must exist make a fact UNKNOWN. An answered
query without a record is a known "none" only where the item says so (decisions 2).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, Protocol

from approvals.rules import facts
from approvals.rules.engine import calendar_day, form_value
from approvals.rules.facts import UNKNOWN, Declaration, Fact
from approvals.rules.ruleset import RuleSet
from govsim.core.canonical import digest
from govsim.core.expressions import BUSINESS_ZONE, EvaluationError, Expression, Scope, midnight, plain

ENGINE: Final = "system"  # source of the facts that the engine supplies
APPLICANT: Final = "applicant"  # source of what was entered in the form
_NOTHING: Final = digest([]).hex()


class Answer(Protocol):
    """What a department answered for one dataset and all keys of one question (exchange.queries.Answer)."""

    @property
    def status(self) -> str:
        """answered, down or conflict."""

    @property
    def records(self) -> Sequence[Mapping[str, Any]]:
        """The records of all keys, dates as `date`."""

    @property
    def source(self) -> str:
        """Key of the department that answered."""

    @property
    def at(self) -> datetime:
        """Moment of the answer, world time."""


@dataclass(frozen=True, slots=True)
class Derived:
    """The facts of one application, and one entry for each answer: where it came from, when, and its SHA-256."""

    facts: dict[str, Fact]
    answers: list[dict[str, Any]]


def derive(
    ruleset: RuleSet,
    *,
    answers: Mapping[tuple[str, str], Answer],
    asked: Mapping[tuple[str, str], Sequence[str]] | None = None,
    form: Mapping[str, Any],
    system: Mapping[str, object],
    as_of: date,
) -> Derived:
    """Return the typed facts of one application.

    `answers` are by (dataset, key) as in `ruleset.sources()`; a pair that was not asked leaves its facts missing, a
    subject that is known not to exist (no spouse) is an answer without records. `asked` gives the keys of a question
    about several people, so that one without a record is noticed. `form` is by field key, `system` by fact name.
    """
    plan = _plan(ruleset)
    scope = Scope({"as_of": midnight(as_of)}, lookup=ruleset.figures_on(as_of).lookup)
    entered = _enter(ruleset, plan.form, form, scope)
    there = entered | {"record", "records"}
    stamps = {pair: _stamp(answer.at) for pair, answer in answers.items()}
    found: dict[str, Fact] = {}
    shown: tuple[str, str] | None = None
    for declared in plan.order:
        name, pair = declared.name, (declared.dataset, declared.key)
        applies = _applies(ruleset, name, scope, entered)
        if applies is not True:
            none, why = (declared.none_value, "") if applies is False else (UNKNOWN, facts.MISSING)
            found[name] = Fact(name, none, why, APPLICANT, declared.dataset)
        elif declared.dataset == "system":
            found[name] = _from_system(declared, system)
        elif declared.dataset == "form":
            found[name] = _from_form(declared, ruleset.derivations[name], scope, entered, form)
        elif pair not in answers:
            found[name] = Fact(name, UNKNOWN, facts.MISSING, "", declared.dataset)
        else:
            answer, expression = answers[pair], ruleset.derivations[name]
            why = _fault(declared, expression, answer, len((asked or {}).get(pair, ())))
            value: object = UNKNOWN
            if not why and not answer.records and declared.none_value is not UNKNOWN:
                value = declared.none_value
            elif not why and expression.column:
                value, why = _column(declared, expression.column, answer.records[0])
            elif not why:
                if shown != pair:
                    shown = pair if _show(scope, answer.records, plan.reads[pair]) else None
                value, why = (
                    _value(declared, expression, scope, there) if shown == pair else (UNKNOWN, facts.WRONG_TYPE)
                )
            found[name] = Fact(name, value, why, answer.source, declared.dataset, stamps[pair])
    in_order = {name: found[name] for name in ruleset.declarations}
    return Derived(in_order, [_entry(pair, answer, stamps[pair]) for pair, answer in answers.items()])


@dataclass(frozen=True, slots=True)
class _Plan:
    """How a rule set's facts are derived: facts of one answer together, so that its records are shown once."""

    order: tuple[Declaration, ...]
    form: tuple[str, ...]  # keys of the form fields that any fact reads
    reads: Mapping[tuple[str, str], frozenset[str]]  # by (dataset, key): record, records or both


def _plan(ruleset: RuleSet) -> _Plan:
    plan: _Plan | None = ruleset.memory.get(_Plan)
    if plan is None:
        places = {pair: place for place, pair in enumerate(ruleset.sources())}
        order = sorted(ruleset.declarations.values(), key=lambda each: places.get((each.dataset, each.key), -1))
        names = {name for each in (*ruleset.derivations.values(), *ruleset.conditions.values()) for name in each.reads}
        reads: dict[tuple[str, str], frozenset[str]] = {pair: frozenset() for pair in places}
        for declared in order:
            pair = (declared.dataset, declared.key)
            if pair in reads:
                reads[pair] |= ruleset.derivations[declared.name].reads & {"record", "records"}
        form = tuple(key for key in ruleset.form if f"form_{key}" in names)
        plan = ruleset.memory[_Plan] = _Plan(tuple(order), form, reads)
    return plan


def wanted(ruleset: RuleSet, form: Mapping[str, Any], as_of: date) -> tuple[tuple[str, str], ...]:
    """Return the (dataset, key) pairs that have to be asked for one application: those of `ruleset.sources()` that
    what was entered makes necessary (`when`). What cannot be told is not asked, and its facts are UNKNOWN.
    """
    if not ruleset.conditions:
        return ruleset.sources()
    scope = Scope({"as_of": midnight(as_of)})
    entered = _enter(ruleset, _plan(ruleset).form, form, scope)
    needed = {
        (declared.dataset, declared.key)
        for name, declared in ruleset.declarations.items()
        if _applies(ruleset, name, scope, entered)
    }
    return tuple(pair for pair in ruleset.sources() if pair in needed)


def from_flat(
    ruleset: RuleSet, flat: Mapping[str, object], *, sources: Mapping[str, str] | None = None
) -> dict[str, Fact]:
    """Return facts given as flat JSON data (worked examples, `rules try`): dates are ISO text, lists are choices.

    `sources` names the department of each dataset. Names that the item does not declare are left out.
    """
    found = {}
    for name, declared in ruleset.declarations.items():
        if name not in flat:
            continue
        value = facts.from_data(declared, flat[name])
        source = (sources or {}).get(declared.dataset, "")
        if value is None:
            found[name] = Fact(name, UNKNOWN, facts.MISSING, source, declared.dataset)
        else:
            found[name] = Fact(name, value, "", source, declared.dataset)
    return found


def unavailable(known: Mapping[str, Fact], sources: Iterable[str]) -> dict[str, Fact]:
    """Return the facts as they would be with these datasets or departments down."""
    down = frozenset(sources)
    return {
        name: fact._replace(value=UNKNOWN, why=facts.SOURCE_DOWN) if down & {fact.dataset, fact.source} else fact
        for name, fact in known.items()
    }


def _enter(ruleset: RuleSet, keys: Iterable[str], form: Mapping[str, Any], scope: Scope) -> frozenset[str]:
    """Put what was entered in these fields into the scope and return the names that are there; blank ones are not."""
    names = ["as_of"]
    for key in keys:
        value = form.get(key)
        if _is_blank(value):
            continue
        try:
            scope.set(f"form_{key}", plain(form_value(ruleset, key, value)))
        except EvaluationError:
            continue
        names.append(f"form_{key}")
    return frozenset(names)


def _applies(ruleset: RuleSet, name: str, scope: Scope, entered: frozenset[str]) -> bool | None:
    """Return whether a fact is asked for, None when what was entered does not tell."""
    condition = ruleset.conditions.get(name)
    if condition is None:
        return True
    if not condition.reads <= entered:
        return None
    try:
        value = condition.evaluate_in(scope)
    except EvaluationError:
        return None
    return value if isinstance(value, bool) else None


def _is_blank(value: object) -> bool:
    return value is None or value == ""


def _stamp(at: datetime) -> str:
    return at.astimezone(BUSINESS_ZONE).isoformat(timespec="seconds")


def _from_system(declared: Declaration, system: Mapping[str, object]) -> Fact:
    value = system.get(declared.name)
    if value is None:
        value = declared.none_value if declared.absence == "none" else UNKNOWN
    return Fact(declared.name, value, facts.MISSING if value is UNKNOWN else "", ENGINE, "system")


def _from_form(
    declared: Declaration, expression: Expression, scope: Scope, entered: frozenset[str], form: Mapping[str, Any]
) -> Fact:
    blank = [
        name for name in expression.reads if name not in entered and _is_blank(form.get(name.removeprefix("form_")))
    ]
    if blank and declared.absence == "none" and declared.none_value is not UNKNOWN:
        return Fact(declared.name, declared.none_value, "", APPLICANT, "form")
    value, why = _value(declared, expression, scope, entered)
    return Fact(declared.name, value, why, APPLICANT, "form")


def _fault(declared: Declaration, expression: Expression, answer: Answer, asked: int) -> str:
    """Return why this answer cannot give the fact, or an empty text."""
    if answer.status != "answered":
        return facts.SOURCE_DOWN if answer.status == "down" else facts.CONFLICT
    count = len(answer.records)
    if declared.absence == "unknown" and (count == 0 or count < asked):
        return facts.NO_RECORD
    if "record" in expression.reads and count != 1:
        if count == 0:
            return "" if declared.none_value is not UNKNOWN else facts.NO_RECORD
        return facts.SEVERAL_RECORDS
    return ""


def _show(scope: Scope, records: Sequence[Mapping[str, Any]], read: frozenset[str]) -> bool:
    """Put an answer's records where expressions read them; False when they hold what cannot be used."""
    try:
        shown = plain(list(records))
        if "records" in read:
            scope.set("records", shown)
        if "record" in read:
            scope.set("record", shown[0] if len(shown) == 1 else None)  # never the record of another source
    except EvaluationError:
        return False
    return True


def _column(declared: Declaration, column: str, record: Mapping[str, Any]) -> tuple[object, str]:
    if column not in record:
        return UNKNOWN, facts.EXPRESSION_FAILED
    return _checked(declared, record[column])


def _checked(declared: Declaration, value: object) -> tuple[object, str]:
    if isinstance(value, list):
        value = tuple(value)
    why = facts.check(declared, value)
    return (UNKNOWN, why) if why else (value, "")


def _value(declared: Declaration, expression: Expression, scope: Scope, there: frozenset[str]) -> tuple[object, str]:
    if not expression.reads <= there:
        return UNKNOWN, facts.MISSING
    try:
        value = calendar_day(scope.run(expression.program))
    except EvaluationError:
        return UNKNOWN, facts.EXPRESSION_FAILED
    return _checked(declared, value)


def _entry(pair: tuple[str, str], answer: Answer, at: str) -> dict[str, Any]:
    return {
        "dataset": pair[0],
        "key": pair[1],
        "status": answer.status,
        "records": len(answer.records),
        "source": answer.source,
        "at": at,
        "sha256": digest(list(answer.records)).hex() if answer.records else _NOTHING,
    }
