"""Fill a form from the registers (秒报, B.3): each value with its source."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

from govsim.core import expressions
from govsim.core.models import World
from govsim.exchange import catalogue
from govsim.exchange.queries.gathering import Look, Question, gather
from govsim.exchange.queries.registers import people

type FormField = tuple[str, str, str, str]  # form field, dataset, key, expression


@dataclass(frozen=True, slots=True)
class Prefilled:
    """One value as a form stores it (dates YYYY-MM-DD, money in fen), who says so, and when (world time)."""

    value: Any
    source: str
    dataset: str
    at: datetime


@dataclass
class PrefilledFields(dict[str, Prefilled]):
    """The fields that could be filled; `missing` says of the others why not, `log` is for `actions.log.record`.

    Reasons: down, conflict, no_record, no_value, needs_answer (its subject is another field of the form).
    `seconds` is the simulated time until the slowest source had answered.
    """

    missing: dict[str, str] = field(default_factory=dict)
    log: list[Look] = field(default_factory=list)
    seconds: float = 0.0


def prefill(
    world: World,
    subject: str,
    fields: Iterable[FormField],
    *,
    at: datetime,
    purpose: str = "prefill",
    consent: int | None = None,
    department: str = "",
    number: str = "",
    case: int | None = None,
) -> PrefilledFields:
    """Return what the registers can fill in for `subject`; nothing is written.

    A field's key is `applicant` or `firm` (the subject), `spouse`, or a subject code; its expression reads `record`
    (the newest), `records` and `as_of`. `department` is who asks, by default the data administration of the
    subject's city. Raises ExpressionError for an expression that cannot be used, KeyError for an unknown dataset.
    """
    wanted = list(fields)
    asker = department or f"{catalogue.prefix_of(subject) or 'sz'}.data"
    spouse = ""
    if any(key == "spouse" for _, _, key, _ in wanted):
        found_people = people(world, [subject])
        spouse = found_people[subject].spouse if subject in found_people else ""
    subjects = {"applicant": subject, "firm": subject, "spouse": spouse}
    found = PrefilledFields()
    questions: dict[str, Question] = {}
    for name, dataset, key, _ in wanted:
        code = "" if key.startswith("form.") else subjects.get(key, key)
        if code:
            questions[name] = Question(case, number, dataset, (code,), consent, asker)
        else:
            found.missing[name] = "needs_answer" if key.startswith("form.") else "no_record"
    gathered = gather(world, questions.values(), at=at, purpose=purpose)
    found.log = gathered.log
    found.seconds = max((answer.seconds for answer in gathered.answers.values()), default=0.0)
    for name, dataset, _, expression in wanted:
        if name not in questions:
            continue
        answer = gathered.answers[questions[name]]
        if answer.status != "answered" or not answer.records:
            found.missing[name] = "no_record" if answer.status == "answered" else answer.status
            continue
        value = _value(expression, answer.records, at)
        if value is None or value == "":
            found.missing[name] = "no_value"
        else:
            found[name] = Prefilled(value=value, source=answer.source, dataset=dataset, at=answer.at)
    return found


@lru_cache(maxsize=2_000)
def _compiled(text: str) -> expressions.Expression:
    return expressions.compile_expression(text, names={"record", "records", "as_of"})


def _value(text: str, records: tuple[dict[str, Any], ...], at: datetime) -> Any:
    as_of = at.astimezone(expressions.BUSINESS_ZONE).date()
    try:
        value = _compiled(text).evaluate({"record": records[-1], "records": list(records), "as_of": as_of})
    except expressions.EvaluationError:
        return None
    if isinstance(value, datetime):
        return value.astimezone(expressions.BUSINESS_ZONE).date().isoformat()
    return value
