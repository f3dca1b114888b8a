"""Issue certificates for decisions: `prepare` without a transaction, `record` inside the caller's (decision 15)."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from certificates import identifiers, schema, sdjwt
from certificates.actions.allocate import allocate
from certificates.models import Certificate
from certificates.queries import audited, keys
from certificates.queries.issuer import VCT, issuer_address
from certificates.queries.keys import SigningFailed
from govsim.core import bulk
from govsim.core.audit import Leaf
from govsim.core.errors import BadInput, Refused
from govsim.core.models import World
from govsim.core.organisations import departments

__all__ = ["IssueRequest", "Prepared", "SigningFailed", "prepare", "record"]

TOKEN_LIFE = timedelta(days=5 * 365)  # of the file, in wall time; the certificate's own validity is in its claims


@dataclass(frozen=True, slots=True)
class IssueRequest:
    """One certificate that a decision grants. `valid_until` None takes the usual term of the type."""

    type_key: str
    holder_code: str
    holder_name: str
    issuer_key: str
    fields: Mapping[str, Any]
    number: str | None
    valid_from: date
    valid_until: date | None
    case_number: str
    application_id: int


@dataclass(frozen=True, slots=True)
class Prepared:
    """A signed certificate that is not stored yet."""

    row: Certificate
    application_id: int

    @property
    def identifier(self) -> str:
        """Return its identifier."""
        return self.row.identifier

    @property
    def number(self) -> str:
        """Return its number (证照编号)."""
        return self.row.number


def prepare(world: World, requests: Sequence[IssueRequest], *, at: datetime, wall: datetime) -> list[Prepared]:
    """Number and sign a batch, in the order asked; nothing is stored but the status entries taken.

    One certificate of the batch, nobody knows which, is verified with the published key; if that fails the whole
    batch is held (decision 16). Raises BadInput for fields that the type has not or lacks, Refused for an issuer
    that may not issue it, SigningFailed when there is no good key.
    """
    if not requests:
        return []
    signer = keys.signer()
    for request in requests:
        expect_right(request)
    entries = allocate(world, len(requests))
    rows = [_row(world, request, entry, at, wall) for request, entry in zip(requests, entries, strict=True)]
    issuer = issuer_address(world)
    for row in rows:
        sign(row, signer=signer, issuer=issuer, wall=wall)
    expect_good(secrets.choice(rows), wall)
    return [Prepared(row, request.application_id) for row, request in zip(rows, requests, strict=True)]


def record(world: World, prepared: Sequence[Prepared]) -> list[Leaf]:
    """Store prepared certificates in the caller's transaction and return what the audit chain has to vouch for.

    Raises IntegrityError when a case has a live result already; the transaction is then lost with everything in it.
    """
    rows = [each.row for each in prepared]
    if any(row.world_id != world.pk for row in rows):
        raise ValueError("a certificate is recorded in the world that it was prepared for")
    bulk.save(rows)
    return [audited.leaf(row) for row in rows]


def expect_right(request: IssueRequest) -> schema.CertificateType:
    """Raise BadInput or Refused when a certificate like this must not exist; return its type."""
    kind = schema.types().get(request.type_key)
    if kind is None:
        zh, en = f"证照目录中没有 {request.type_key}", f"The catalogue has no certificate type {request.type_key}"
        raise BadInput({"type_key": (zh, en)})
    issuer = departments().get(request.issuer_key)
    if issuer is None or request.issuer_key.rpartition(".")[2] != kind.issuer:
        raise Refused(
            f"{request.issuer_key} 无权签发“{kind.name.zh}”",
            f"{request.issuer_key} may not issue: {kind.name.en}",
            "issuer_not_entitled",
        )
    faults = kind.faults(request.fields)
    if request.valid_until is not None and request.valid_until < request.valid_from:
        faults["valid_until"] = ("有效期止早于有效期起", "The certificate would end before it begins")
    if faults:
        raise BadInput(faults)
    return kind


def sign(
    row: Certificate,
    *,
    signer: sdjwt.Signer,
    issuer: str,
    wall: datetime,
    holder: Mapping[str, Any] | None = None,
) -> None:
    """Set token and kid of a certificate. Everything about the holder is behind disclosures."""
    kind = schema.types()[row.type_key]
    authority = departments()[row.issuer_key]
    claims = {
        "iss": issuer,
        "iat": int(wall.timestamp()),
        "exp": int((wall + TOKEN_LIFE).timestamp()),
        "vct": VCT + row.type_key,
        "identifier": row.identifier,
        "type_code": kind.code(authority.credit_code),
        "issuing_authority": {
            "key": authority.key,
            "code": authority.credit_code,
            "zh": authority.name_zh,
            "en": authority.name_en,
        },
        "valid_from": row.valid_from.isoformat(),
        "status": {
            "status_list": {"idx": row.status_index, "uri": f"{issuer}/status-lists/{row.status_list}"},
        },
    }
    if row.valid_until is not None:
        claims["valid_until"] = row.valid_until.isoformat()
    hidden = {"holder_code": row.holder_code, "holder_name": row.holder_name, "number": row.number, **row.fields}
    row.token = sdjwt.issue(claims, hidden, signer=signer, holder=holder)
    row.kid = signer.kid


def expect_good(row: Certificate, wall: datetime) -> None:
    """Raise SigningFailed unless the token of this row verifies with the published keys and says what the row says."""
    try:
        content = sdjwt.verify(row.token or "", keys=keys.trusted().get, wall=wall)
    except sdjwt.TokenRefused as refusal:
        zh, en = f"签发后复验未通过（{refusal.reason}）", f"the check after signing failed ({refusal.reason})"
        raise SigningFailed(zh, en) from refusal
    if (content.claims["identifier"], content.claims["holder_code"]) != (row.identifier, row.holder_code):
        raise SigningFailed("签发后复验内容不符", "the check after signing found other content")


def _row(world: World, request: IssueRequest, entry: tuple[int, int], at: datetime, wall: datetime) -> Certificate:
    kind = schema.types()[request.type_key]
    return new_row(
        world,
        kind,
        entry,
        holder=(request.holder_code, request.holder_name),
        issuer_key=request.issuer_key,
        number=request.number,
        fields=request.fields,
        valid=(request.valid_from, request.valid_until or kind.until(request.valid_from)),
        at=at,
        wall=wall,
        origin=Certificate.Origin.DECISION,
        case_number=request.case_number,
    )


def new_row(
    world: World,
    kind: schema.CertificateType,
    entry: tuple[int, int],
    *,
    holder: tuple[str, str],
    issuer_key: str,
    number: str | None,
    fields: Mapping[str, Any],
    valid: tuple[date, date | None],
    at: datetime,
    wall: datetime,
    origin: str,
    case_number: str = "",
) -> Certificate:
    """Return an unsaved first edition with a fresh identifier. `at` is its date of issue in world time."""
    code = departments()[issuer_key].credit_code
    drawn = secrets.randbelow(identifiers.RANDOM_SPAN)
    return Certificate(
        world_id=world.pk,
        identifier=identifiers.make(kind.code(code), code, identifiers.new_serial(at.date(), drawn), 1),
        type_key=kind.key,
        holder_code=holder[0],
        holder_name=holder[1],
        issuer_key=issuer_key,
        number=number or identifiers.new_number(kind.number, at.date(), drawn),
        valid_from=valid[0],
        valid_until=valid[1],
        issued_at=at,
        recorded_at=wall,
        fields={key: _plain(value) for key, value in fields.items() if value is not None},
        status_list=entry[0],
        status_index=entry[1],
        origin=origin,
        case_number=case_number,
    )


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value
