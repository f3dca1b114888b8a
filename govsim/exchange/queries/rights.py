"""What a subject may ask: who looked at my data, what did I allow, what did I dispute; and which names are taken."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from django.db.models import Q

from govsim.core import organisations
from govsim.core.codes import regions
from govsim.core.errors import NotFound
from govsim.core.models import World
from govsim.core.places import Place, older
from govsim.exchange import catalogue
from govsim.exchange.models import Consent, DataDispute, ExchangeLog, NameReservation, Record, SourceFault

# Purposes that the platform itself writes into the log; any other is shown as it was given.
MOST_DISPUTES = 2000
PURPOSES = MappingProxyType(
    {
        "decide": {"zh": "办件审批核验", "en": "Checking facts for a decision"},
        "prefill": {"zh": "预填申请表单", "en": "Filling in an application form"},
        "look_ahead": {"zh": "提交前试算", "en": "Looking ahead before you submit"},
        "rule_trial": {"zh": "规则试算", "en": "Trying rules before they are changed"},
    }
)
# Enterprises, individual businesses, cooperatives (C.4): what a name may collide with.
_NAMED = ("91", "92", "93")


@dataclass(frozen=True, slots=True)
class LogLine:
    """One look at a subject's data. Pairs are (zh, en)."""

    at: datetime
    number: str
    case_id: int | None
    subject: str
    dataset: str
    dataset_names: tuple[str, str]
    department: str
    department_names: tuple[str, str]
    source: str
    source_names: tuple[str, str]
    purpose: tuple[str, str]
    consent_id: int | None
    status: str
    rows: int
    seconds: float
    place: Place


def log_of(
    world: World, subject: str, *, limit: int = 200, department: str = "", before: Place | None = None
) -> list[LogLine]:
    """Return who looked at the data of `subject`, newest first: all, or one department; `before` is the place of the
    last line that was seen."""
    rows = ExchangeLog.objects.filter(world=world, subject=subject)
    if department:
        rows = rows.filter(department=department)
    return [_line(row) for row in older(rows, before).order_by("-at", "-id")[:limit]]


def looks_under(world: World, subject: str, consent_id: int, *, limit: int = 20) -> list[str]:
    """Return the numbers of cases in which data was asked for on a consent of the subject."""
    rows = ExchangeLog.objects.filter(world=world, subject=subject, consent_id=consent_id).exclude(number="")
    return sorted(set(rows.order_by("-at", "-id").values_list("number", flat=True)[:limit]))


def log_of_case(world: World, number: str) -> list[LogLine]:
    """Return what was asked for one case, in order."""
    return [_line(row) for row in ExchangeLog.objects.filter(world=world, number=number).order_by("at", "id")]


def consents_in_force(world: World, ids: Iterable[int], *, at: datetime) -> set[int]:
    """Return which of these consents hold at a moment: given, not run out, not withdrawn."""
    wanted = [each for each in set(ids) if each is not None]
    if not wanted:
        return set()
    held = Consent.objects.filter(
        Q(withdrawn_at=None) | Q(withdrawn_at__gt=at), world=world, pk__in=wanted, given_at__lte=at, until__gt=at
    )
    return set(held.values_list("pk", flat=True))


def consents_of(world: World, subject: str, *, limit: int | None = None, before: Place | None = None) -> list[Consent]:
    """Return every consent that `subject` gave, newest first; `before` is the place of the last that was seen."""
    rows = older(Consent.objects.filter(world=world, subject=subject), before, "given_at")
    return list(rows.order_by("-given_at", "-id")[:limit])


def consent_of(world: World, subjects: Iterable[str], consent_id: int) -> Consent:
    """Return one consent that one of these subjects gave. Raises NotFound."""
    found = Consent.objects.filter(world=world, subject__in=list(subjects), pk=consent_id).first()
    if found is None:
        raise NotFound("没有找到这份授权", "There is no such consent")
    return found


def disputes_of(world: World, subject: str) -> list[DataDispute]:
    """Return every dispute that `subject` opened, newest first."""
    return list(DataDispute.objects.filter(world=world, subject=subject).order_by("-opened_at", "-id"))


def open_disputes(world: World, department: str, *, limit: int = MOST_DISPUTES) -> list[DataDispute]:
    """Return the disputes that a department still has to answer, oldest first."""
    waiting = DataDispute.objects.filter(world=world, source=department, state=DataDispute.State.OPEN)
    return list(waiting.order_by("opened_at", "id")[:limit])


def dispute_of(world: World, department: str, number: int) -> DataDispute:
    """Return a dispute that a department answers, or has answered. Raises NotFound for another's as for none."""
    found = DataDispute.objects.filter(world=world, source=department, pk=number).first()
    if found is None:
        raise NotFound("没有这份数据异议", "There is no such dispute")
    return found


def disputed(world: World, numbers: Iterable[str]) -> dict[str, list[DataDispute]]:
    """Return the disputes opened in these cases, by case number."""
    found: dict[str, list[DataDispute]] = {}
    for dispute in DataDispute.objects.filter(world=world, number__in=set(numbers)).order_by("id"):
        found.setdefault(dispute.number, []).append(dispute)
    return found


def faults(world: World, *, at: datetime) -> list[SourceFault]:
    """Return the faults of sources that are in force at a moment."""
    live = SourceFault.objects.filter(Q(until=None) | Q(until__gt=at), world=world, cleared_at=None)
    return list(live.order_by("source"))


def taken_names(world: World, city: str, at: datetime, *, by: str = "") -> list[str]:
    """Return the enterprise names that are registered in a city or reserved there, for C.13 N9 and N10.

    Names that `by` has reserved do not bar `by`.
    """
    region = regions.city(city).simulated
    here = Q()
    for category in _NAMED:
        here |= Q(key__startswith=f"{category}{region}")
    registered = Record.objects.filter(here, world=world, dataset="enterprises").values_list("body__name", flat=True)
    reserved = reservations(world, city, at)
    return sorted({*filter(None, registered), *(each.name for each in reserved if not by or each.by != by)})


def reservations(world: World, city: str, at: datetime) -> list[NameReservation]:
    """Return the names that are reserved in a city at a moment."""
    live = NameReservation.objects.filter(world=world, city=city, released_at=None, until__gt=at)
    return list(live.order_by("name"))


def _line(row: ExchangeLog) -> LogLine:
    dataset = catalogue.datasets()[row.dataset]
    purpose = PURPOSES.get(row.purpose, {"zh": row.purpose, "en": row.purpose})
    return LogLine(
        at=row.at,
        number=row.number,
        case_id=row.case_id,
        subject=row.subject,
        dataset=row.dataset,
        dataset_names=(dataset.zh, dataset.en),
        department=row.department,
        department_names=_names(row.department),
        source=row.source,
        source_names=_names(row.source),
        purpose=(purpose["zh"], purpose["en"]),
        consent_id=row.consent_id,
        status=row.status,
        rows=row.rows,
        seconds=row.seconds,
        place=Place(row.at, row.pk),
    )


def _names(department: str) -> tuple[str, str]:
    found = organisations.departments().get(department)
    return (found.name_zh, found.name_en) if found else (department, department)
