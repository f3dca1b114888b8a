"""Is this certificate real, and may it be relied on now? Every refusal has its own reason (`verdicts.REASONS`)."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from certificates import identifiers, schema, sdjwt, states, status
from certificates.models import Certificate
from certificates.queries import keys
from certificates.queries.issuer import VCT
from certificates.verdicts import Verdict, verdict
from govsim.core.clock import ZONE
from govsim.core.codes.errors import CodeError
from govsim.core.models import World
from govsim.core.organisations import departments
from govsim.core.world import address

_LISTED = {status.INVALID: "revoked", status.SUSPENDED: "suspended", status.SUPERSEDED: "superseded"}


def verify(
    presented: str,
    *,
    world: World,
    at: datetime,
    wall: datetime,
    nonce: str | None = None,
    audience: str | None = None,
    type_key: str | None = None,
) -> Verdict:
    """Judge a token or an identifier against the register of a world.

    `at` is the world's time (validity), `wall` the machine's (token, binding). With a nonce the holder must have
    bound the presentation to it. One statement.
    """
    presented = presented.strip()
    if "~" not in presented and presented.count(".") != 2:
        return _by_identifier(presented, world=world, at=at, type_key=type_key)
    try:
        content = sdjwt.verify(presented, keys=keys.trusted().get, wall=wall, nonce=nonce, audience=audience)
    except sdjwt.TokenRefused as refusal:
        return verdict(refusal.reason)
    claims = content.claims
    identifier = str(claims.get("identifier", ""))
    reason = _entitled(claims, world, type_key)
    if reason is None:
        row = Certificate.objects.defer("token").filter(world=world, identifier=identifier).first()
        reason = "row_missing" if row is None else _against(row, claims, at)
    return _answer(reason, identifier, claims)


def verify_offline(
    presented: str, *, world: World, status_list: str | None, at: datetime, wall: datetime, type_key: str | None = None
) -> Verdict:
    """Judge a token without the register, by a published status list; None means that it could not be fetched."""
    try:
        content = sdjwt.verify(presented, keys=keys.trusted().get, wall=wall)
    except sdjwt.TokenRefused as refusal:
        return verdict(refusal.reason)
    claims = content.claims
    reason = _entitled(claims, world, type_key) or _listed(claims, status_list, wall)
    if reason is None:
        start, end = _validity(claims)
        reason = "row_differs" if start is None else states.shown("valid", start, end, _day(at)).key
    return _answer(reason, str(claims.get("identifier", "")), claims)


def issuing_world(token: str, *, wall: datetime) -> str:
    """Return the address of the world that issued an authentic token, "" for any other text."""
    try:
        found = sdjwt.verify(token.strip(), keys=keys.trusted().get, wall=wall)
    except sdjwt.TokenRefused:
        return ""
    return str(found.claims["iss"]).rpartition("/w/")[2]


def judge(row: Certificate, at: datetime) -> str:
    """Return the reason (a key of REASONS) that the state and validity of a certificate give at this world time."""
    return states.shown(row.state, row.valid_from, row.valid_until, _day(at)).key


def _answer(reason: str, identifier: str, claims: Mapping[str, Any]) -> Verdict:
    authentic = reason in states.TABLE.states or reason in ("expired", "not_yet_valid")
    return verdict(reason, identifier=identifier, claims=claims if authentic else None)


def _by_identifier(text: str, *, world: World, at: datetime, type_key: str | None) -> Verdict:
    try:
        identifiers.parse(text)
    except CodeError as error:
        return verdict("identifier_check" if error.code == "bad_check_digit" else "identifier_malformed")
    row = Certificate.objects.defer("token").filter(world=world, identifier=text).first()
    if row is None:
        return verdict("not_found", identifier=text)
    if type_key is not None and row.type_key != type_key:
        return verdict("wrong_type", identifier=text)
    # Whoever types an identifier learns what it is and whether it counts, not whose it is.
    claims = {"vct": VCT + row.type_key, "valid_from": row.valid_from, "valid_until": row.valid_until}
    return _answer(judge(row, at), text, {**claims, "issuing_authority": {"key": row.issuer_key}})


def _entitled(claims: Mapping[str, Any], world: World, type_key: str | None) -> str | None:
    """World, type and issuer must belong together; None when they do."""
    if str(claims.get("iss")).rpartition("/w/")[2] != address(world):
        return "other_world"
    kind = schema.types().get(str(claims.get("vct")).removeprefix(VCT))
    if kind is None or type_key not in (None, kind.key):
        return "wrong_type"
    authority = claims.get("issuing_authority")
    named = authority.get("key") if isinstance(authority, dict) else None
    issuer = departments().get(named) if isinstance(named, str) else None
    if issuer is None or issuer.key.rpartition(".")[2] != kind.issuer:
        return "issuer_not_entitled"
    if claims.get("type_code") != kind.code(issuer.credit_code):
        return "issuer_not_entitled"
    return None


def _against(row: Certificate, claims: Mapping[str, Any], at: datetime) -> str:
    listed = _entry(claims)
    said = {
        "vct": VCT + row.type_key,
        "valid_from": row.valid_from.isoformat(),
        "valid_until": row.valid_until.isoformat() if row.valid_until else None,
    }
    disclosed = {**row.fields, "holder_code": row.holder_code, "holder_name": row.holder_name, "number": row.number}
    same = all(claims.get(name) == value for name, value in said.items()) and listed.get("idx") == row.status_index
    if not same or any(name in claims and claims[name] != value for name, value in disclosed.items()):
        return "row_differs"
    return judge(row, at)


def _entry(claims: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what a token says of its status list; nothing when that is not well formed."""
    status_claim = claims.get("status")
    entry = status_claim.get("status_list") if isinstance(status_claim, dict) else None
    return entry if isinstance(entry, dict) else {}


def _listed(claims: Mapping[str, Any], status_list: str | None, wall: datetime) -> str | None:
    listed = _entry(claims)
    uri, index = listed.get("uri"), listed.get("idx")
    if not isinstance(uri, str) or not isinstance(index, int):
        return "status_missing"
    if status_list is None:
        return "status_unreachable"
    try:
        value = status.read(status_list, uri=uri, index=index, keys=keys.trusted().get, wall=wall)
    except status.StatusUnknown as unknown:
        return unknown.reason
    return None if value == status.VALID else _LISTED.get(value, "status_list_bad")


def _validity(claims: Mapping[str, Any]) -> tuple[date | None, date | None]:
    try:
        start = date.fromisoformat(str(claims.get("valid_from")))
        end = claims.get("valid_until")
        return start, date.fromisoformat(end) if end is not None else None
    except (ValueError, TypeError):
        return None, None


def _day(at: datetime) -> date:
    return at.astimezone(ZONE).date()
