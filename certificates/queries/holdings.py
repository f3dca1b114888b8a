"""Who holds which certificate, and which one replaces a material. Batches cost a fixed number of
statements whatever their size."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from certificates import identifiers, schema, states
from certificates.models import Certificate
from certificates.queries.audited import content_hash
from certificates.queries.verification import judge
from certificates.verdicts import Verdict, verdict
from govsim.core import clock
from govsim.core.codes.errors import CodeError
from govsim.core.errors import BadInput, NotFound, Refused
from govsim.core.models import World
from govsim.core.states import State
from govsim.exchange import queries as exchange


@dataclass(frozen=True, slots=True)
class Held:
    """One certificate as its holder and the departments see it. `state` is what holds at the moment asked about."""

    identifier: str
    type_key: str
    name: schema.Label
    edition: int
    number: str
    holder_code: str
    holder_name: str
    issuer_key: str
    valid_from: date
    valid_until: date | None
    issued_at: datetime
    state: State
    fields: Mapping[str, Any]
    origin: str
    case_number: str
    replaced: str  # identifier of the version before, or ""
    has_token: bool


@dataclass(frozen=True, slots=True)
class Match:
    """What a holder has of one type: the certificate to use, the other usable ones, or why there is none."""

    chosen: Held | None
    others: tuple[Held, ...]
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Retrieved:
    """What was retrieved of one certificate with consent: only the named fields, and the hash of the whole."""

    identifier: str
    type_key: str
    fields: Mapping[str, Any]
    content_hash: str
    verdict: Verdict


def match(world: World, wanted: Iterable[tuple[str, str]], *, at: datetime) -> dict[tuple[str, str], str]:
    """Return for each (holder code, type key) the identifier of the certificate that can replace the paper, the
    newest usable one (B.4 step 2); a pair without one is left out. One statement."""
    pairs, day = set(wanted), at.astimezone(clock.ZONE).date()
    rows = (
        Certificate.objects.filter(
            world=world, holder_code__in={pair[0] for pair in pairs}, type_key__in={pair[1] for pair in pairs}
        )
        .order_by("valid_from", "issued_at", "edition", "pk")
        .values_list("holder_code", "type_key", "identifier", "state", "valid_from", "valid_until")
    )
    return {
        (holder, type_key): identifier  # the newest comes last and stays
        for holder, type_key, identifier, state, begins, ends in rows
        if (holder, type_key) in pairs and states.shown(state, begins, ends, day).key == "valid"
    }


def choices(world: World, wanted: Iterable[tuple[str, str]], *, at: datetime) -> dict[tuple[str, str], Match]:
    """Answer for each (holder code, type key) what there is: usable ones newest first, the first is `chosen`.

    Without a usable one the verdict tells what is wrong with the newest, or NOT_FOUND. One statement.
    """
    pairs = list(dict.fromkeys(wanted))
    found: dict[tuple[str, str], list[Certificate]] = defaultdict(list)
    for row in _rows(world).filter(
        holder_code__in={holder for holder, _ in pairs}, type_key__in={type_key for _, type_key in pairs}
    ):
        found[row.holder_code, row.type_key].append(row)
    return {pair: _match(found.get(pair, []), at) for pair in pairs}


def check(world: World, wanted: Collection[str], *, at: datetime) -> dict[str, Verdict]:
    """Judge many identifiers at a world time: what is looked at again when a case is decided. One statement."""
    rows = {row.identifier: row for row in _rows(world).filter(identifier__in=set(wanted))}
    return {
        identifier: verdict(
            judge(rows[identifier], at) if identifier in rows else _why_absent(identifier), identifier=identifier
        )
        for identifier in wanted
    }


def check_held(
    world: World, wanted: Iterable[tuple[str, str, frozenset[str]]], *, at: datetime
) -> dict[tuple[str, str, frozenset[str]], Verdict]:
    """Judge certificates that applicants chose, each (identifier, holder code, type keys that will do). One statement.

    Beyond `check` the certificate has to be the holder's own (`other_holder`) and of a kind that will do
    (`wrong_type`): an identifier is no secret, so naming one proves nothing (B.4 step 5).
    """
    asked = list(dict.fromkeys(wanted))
    rows = {row.identifier: row for row in _rows(world).filter(identifier__in={each[0] for each in asked})}
    return {each: verdict(_why(rows.get(each[0]), *each, at), identifier=each[0]) for each in asked}


def _why(row: Certificate | None, identifier: str, holder: str, types: frozenset[str], at: datetime) -> str:
    if row is None:
        return _why_absent(identifier)
    if row.holder_code != holder:
        return "other_holder"
    return judge(row, at) if row.type_key in types else "wrong_type"


def wallet(world: World, *holders: str, at: datetime, limit: int | None = None) -> list[Held]:
    """Return every certificate of a holder, or of several: usable ones first, then by type; with `limit` the newest."""
    rows = _rows(world).filter(holder_code__in=holders)
    held = [_held(row, at) for row in (rows if limit is None else rows.order_by("-pk")[:limit])]
    return sorted(held, key=lambda each: (each.state.key != "valid", schema.types()[each.type_key].number))


def held(world: World, identifier: str, *, at: datetime) -> Held:
    """Return one certificate. Raises NotFound."""
    return _held(one(world, identifier), at)


def token(world: World, identifier: str) -> str | None:
    """Return the signed token of a certificate, None before its first use. Raises NotFound."""
    return one(world, identifier).token


def status_entry(world: World, identifier: str) -> tuple[int, int]:
    """Return the number of the status list that speaks for a certificate, and its entry there. Raises NotFound."""
    row = one(world, identifier)
    return row.status_list, row.status_index


def held_of_case(world: World, case_number: str, *, at: datetime) -> list[Held]:
    """Return the certificates that a case produced, newest first."""
    rows = _rows(world).filter(case_number=case_number, origin=Certificate.Origin.DECISION)
    return [_held(row, at) for row in rows.order_by("-pk")]


def retrieve(
    world: World, identifier: str, fields: Sequence[str], *, consent_id: int | None, at: datetime
) -> Retrieved:
    """Return the named fields of a certificate (B.4 step 4). Raises NotFound, BadInput for a field that the type
    has not, and Refused without the holder's consent in force for this type and these fields."""
    row = one(world, identifier)
    kind = schema.types()[row.type_key]
    values = {**row.fields, "holder_code": row.holder_code, "holder_name": row.holder_name, "number": row.number}
    unknown = [name for name in fields if name not in kind.fields and name not in schema.STANDING]
    if unknown:
        raise BadInput(dict.fromkeys(unknown, (f"“{kind.name.zh}”没有这个字段", f"{kind.name.en} has no such field")))
    _expect_consent(world, row, fields, consent_id, at)
    return Retrieved(
        identifier=row.identifier,
        type_key=row.type_key,
        fields={name: values.get(name) for name in fields},
        content_hash=content_hash(row).hex(),
        verdict=verdict(judge(row, at), identifier=row.identifier),
    )


def _rows(world: World) -> Any:
    return Certificate.objects.filter(world=world).select_related("supersedes")


def one(world: World, identifier: str) -> Certificate:
    """Return the row of one certificate, for this room's own queries. Raises NotFound."""
    row: Certificate | None = _rows(world).filter(identifier=identifier).first()
    if row is None:
        raise NotFound("没有查到这个证照", "No such certificate was found")
    return row


def _held(row: Certificate, at: datetime) -> Held:
    key = judge(row, at)
    computed = {each.key: each for each in (states.EXPIRED, states.NOT_YET_VALID)}
    return Held(
        identifier=row.identifier,
        type_key=row.type_key,
        name=schema.types()[row.type_key].name,
        edition=row.edition,
        number=row.number,
        holder_code=row.holder_code,
        holder_name=row.holder_name,
        issuer_key=row.issuer_key,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        issued_at=row.issued_at,
        state=computed.get(key) or states.TABLE.states[key],
        fields=row.fields,
        origin=row.origin,
        case_number=row.case_number,
        replaced=row.supersedes.identifier if row.supersedes else "",
        has_token=bool(row.token),
    )


def _match(rows: list[Certificate], at: datetime) -> Match:
    newest = sorted(rows, key=lambda row: (row.valid_from, row.issued_at, row.edition, row.pk), reverse=True)
    usable = [row for row in newest if judge(row, at) == "valid"]
    if usable:
        chosen, *others = [_held(row, at) for row in usable]
        return Match(chosen, tuple(others), verdict("valid", identifier=chosen.identifier))
    if newest:
        return Match(None, (), verdict(judge(newest[0], at), identifier=newest[0].identifier))
    return Match(None, (), verdict("not_found"))


def _why_absent(identifier: str) -> str:
    try:
        identifiers.parse(identifier)
    except CodeError as error:
        return "identifier_check" if error.code == "bad_check_digit" else "identifier_malformed"
    return "not_found"


def _expect_consent(
    world: World, row: Certificate, fields: Sequence[str], consent_id: int | None, at: datetime
) -> None:
    given = {each.id: each for each in exchange.consents_of(world, row.holder_code)}
    consent = given.get(consent_id) if consent_id is not None else None
    in_force = consent is not None and exchange.consents_in_force(world, [consent.id], at=at)
    if consent is None or not in_force:
        raise Refused("没有持证人有效的授权", "The holder's consent is not in force", "consent_missing")
    if consent.certificate_types and row.type_key not in consent.certificate_types:
        raise Refused("授权不包括这种证照", "The consent does not cover this kind of certificate", "consent_narrower")
    if consent.fields and set(fields) - set(consent.fields):
        raise Refused("授权不包括这些字段", "The consent does not cover these fields", "consent_narrower")
