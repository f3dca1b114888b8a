"""Ask many registers for many cases at once (decision 9)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import batched
from typing import Any, Literal

from django.db.models import Q

from govsim.core import draws
from govsim.core.models import World
from govsim.exchange import catalogue
from govsim.exchange.models import Record, SourceFault

# How long the platform waits for a source that does not answer, in simulated seconds.
TIMEOUT_SECONDS = 30.0
KEYS_A_STATEMENT = 10_000

type Status = Literal["answered", "down", "conflict"]
type Stored = list[tuple[str, dict[str, Any]]]  # (source, body), oldest first


@dataclass(frozen=True, slots=True)
class Question:
    """What one case asks of one dataset. `case` is the application's id, `number` what people call it,
    `department` who asks; subjects that the asker does not know are left out of `keys`.
    """

    case: int | None
    number: str
    dataset: str
    keys: tuple[str, ...]
    consent_id: int | None
    department: str

    def __hash__(self) -> int:
        return hash((self.case, self.dataset, self.keys))  # what differs within a batch


@dataclass(frozen=True, slots=True)
class Answer:
    """What a source says. `records` have their dates as `date`; `at` is when the answer came, in world time.

    A source that is down has no records. In conflict `records` are the ones that contradict each other.
    """

    status: Status
    records: tuple[dict[str, Any], ...]
    dataset: str
    source: str
    at: datetime
    seconds: float


@dataclass(slots=True)
class Look:
    """One line of the exchange log that is not recorded yet; the attributes of `ExchangeLog`."""

    world_id: int
    number: str
    case_id: int | None
    dataset: str
    subject: str
    department: str
    source: str
    purpose: str
    consent_id: int | None
    status: Status
    rows: int
    seconds: float
    at: datetime


@dataclass(frozen=True, slots=True)
class Gathered:
    """All answers, and the log that the caller must record with what it does with them."""

    answers: dict[Question, Answer]
    log: list[Look]


def gather(world: World, questions: Iterable[Question], *, at: datetime, purpose: str = "decide") -> Gathered:
    """Answer all questions with a few SQL statements, whatever their number; nothing is written and nothing sleeps.

    The answer time is drawn by (world's seed, dataset, case number), so it is the same however often and in whatever
    order one asks. Whether a consent is in force is asked elsewhere (`consents_in_force`). The log has one row per
    case, dataset and subject. Raises KeyError for an unknown dataset.
    """
    wanted = list(dict.fromkeys(questions))
    faults = _faults(world, at)
    stored = records_of(world, wanted)
    answers: dict[Question, Answer] = {}
    log: dict[tuple[str, str, str], Look] = {}
    for question in wanted:
        answer = _answer(world, question, stored, faults, at)
        answers[question] = answer
        for key in question.keys:
            rows = 0 if answer.status == "down" else len(stored.get((question.dataset, key), ()))
            log.setdefault(
                (question.number or str(question.case), question.dataset, key),
                _log(world, question, answer, key, rows, at, purpose),
            )
    return Gathered(answers=answers, log=list(log.values()))


def records_of(world: World, questions: Sequence[Question]) -> dict[tuple[str, str], Stored]:
    """Return what the registers hold for the subjects of all questions, by (dataset, key)."""
    datasets = sorted({question.dataset for question in questions})
    keys = sorted({key for question in questions for key in question.keys})
    found: dict[tuple[str, str], Stored] = {}
    for part in batched(keys, KEYS_A_STATEMENT):
        rows = Record.objects.filter(world=world, dataset__in=datasets, key__in=part).order_by("id")
        for dataset, key, source, body in rows.values_list("dataset", "key", "source", "body"):
            found.setdefault((dataset, key), []).append((source, body))
    return found


def _faults(world: World, at: datetime) -> dict[str, SourceFault]:
    live = SourceFault.objects.filter(Q(until=None) | Q(until__gt=at), world=world, cleared_at=None)
    return {fault.source: fault for fault in live}


def _answer(
    world: World,
    question: Question,
    stored: Mapping[tuple[str, str], Stored],
    faults: Mapping[str, SourceFault],
    at: datetime,
) -> Answer:
    dataset = catalogue.datasets()[question.dataset]
    by_key = [stored.get((question.dataset, key), []) for key in question.keys]
    sources = {source for rows in by_key for source, _ in rows}
    expected = dataset.source(_prefix(question))
    source = sources.pop() if len(sources) == 1 else expected
    active = [fault for name in {dataset.key, source} if (fault := faults.get(name)) is not None]
    modes = {fault.mode for fault in active}
    seconds = draws.lognormal(
        dataset.median_seconds, dataset.sigma, world.seed, "exchange", dataset.key, question.number or question.case
    )
    for fault in active:
        seconds *= fault.factor if fault.mode == SourceFault.Mode.SLOW else 1.0
    bodies = [body for rows in by_key for _, body in rows]
    status: Status = "answered"
    if SourceFault.Mode.DOWN in modes:
        status, bodies, seconds = "down", [], TIMEOUT_SECONDS
    elif SourceFault.Mode.CONFLICT in modes:
        status, bodies = "conflict", _contradicting(dataset, bodies, at)
    elif dataset.holds == "one" and any(_differ(rows) for rows in by_key):
        status = "conflict"
    return Answer(
        status=status,
        records=tuple(dataset.typed(body) for body in bodies),
        dataset=dataset.key,
        source=source,
        at=at + timedelta(seconds=seconds),
        seconds=seconds,
    )


def _prefix(question: Question) -> str:
    """Return the city whose register is asked: the asking department's, else the first subject's."""
    known = map(catalogue.prefix_of, (question.department, *question.keys))
    return next((prefix for prefix in known if prefix is not None), "sz")


def _differ(rows: Stored) -> bool:
    return any(body != rows[0][1] for _, body in rows[1:])


def _contradicting(dataset: catalogue.Dataset, bodies: list[dict[str, Any]], at: datetime) -> list[dict[str, Any]]:
    """Return two records that differ in one field; without a record, two invented ones."""
    first = bodies[0] if bodies else {field.key: _invented(field, at) for field in dataset.fields.values()}
    field = next(field for field in dataset.fields.values() if field.type != "choice" or len(field.choices) > 1)
    return [first, {**first, field.key: _changed(field, first.get(field.key))}]


def _invented(field: catalogue.Field, at: datetime) -> Any:
    match field.type:
        case "date":
            return (at - timedelta(days=30)).date().isoformat()
        case "choice":
            return field.choices[0]
        case "bool":
            return False
        case "int" | "money":
            return 0
        case "list":
            return []
        case _:
            return ""


def _changed(field: catalogue.Field, value: Any) -> Any:
    match field.type:
        case "date" if value:
            return (date.fromisoformat(value) - timedelta(days=365)).isoformat()
        case "date":
            return "2021-01-01"
        case "choice":
            return next(choice for choice in field.choices if choice != value)
        case "bool":
            return not value
        case "int" | "money":
            return (value or 0) + 1
        case "list":
            return [*(value or []), "*"]
        case _:
            return f"{value}*"


def _log(world: World, question: Question, answer: Answer, key: str, rows: int, at: datetime, purpose: str) -> Look:
    return Look(
        world_id=world.pk,
        number=question.number,
        case_id=question.case,
        dataset=question.dataset,
        subject=key,
        department=question.department,
        source=answer.source,
        purpose=purpose,
        consent_id=question.consent_id,
        status=answer.status,
        rows=rows,
        seconds=answer.seconds,
        at=at,
    )
