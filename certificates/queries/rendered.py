"""Certificates as pictures and as metadata (domain.md §C.11, §C.12)."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from certificates import identifiers, rendering, schema, states
from certificates.queries.holdings import held
from certificates.queries.issuer import verification_address
from govsim.core.clock import ZONE
from govsim.core.models import World
from govsim.core.organisations import department

_HOLDER_CODE_TYPES = {"person": "111", "firm": "001", "project": "099", "vehicle": "099"}


def metadata(world: World, identifier: str, *, at: datetime) -> dict[str, Any]:
    """Return the metadata file of a certificate in the fields of GB/T 36903 (names in English). Raises NotFound."""
    found = held(world, identifier, at=at)
    kind = schema.types()[found.type_key]
    issuer = department(found.issuer_key)
    said = identifiers.parse(found.identifier)
    return {
        "simulated": True,
        "name": f"{kind.name.zh}（{found.holder_name}）",
        "type_name": {"zh": kind.name.zh, "en": kind.name.en},
        "type_code": said.type_code,
        "defining_authority": issuer.name_zh,
        "defining_authority_code": said.type_code[:18],
        "number": found.number,
        "identifier": found.identifier,
        "issuer": {"zh": issuer.name_zh, "en": issuer.name_en},
        "issuer_code": issuer.credit_code,
        "issuer_level": kind.level,
        "issued_at": found.issued_at.astimezone(ZONE).isoformat(),
        "valid_from": found.valid_from.isoformat(),
        "valid_until": found.valid_until.isoformat() if found.valid_until else None,
        "holder": found.holder_name,
        "holder_code": found.holder_code,
        "holder_code_type": _HOLDER_CODE_TYPES[kind.holder_of(found.holder_code)],
        "jurisdiction": issuer.credit_code[2:8],
        "related_identifier": found.replaced or None,
        "related_case": found.case_number or None,
        "version": f"{found.edition:03d}",
        "status": states.MINISTRY_CODES[found.state.key],
        "seal": {"name": " ".join(rendering.SEAL[:2]), "time": found.issued_at.astimezone(ZONE).isoformat()},
        "fields": dict(found.fields),
    }


def card(
    world: World,
    identifier: str,
    *,
    at: datetime,
    base: str | None = None,
    only: Collection[str] | None = None,
    masks: Mapping[str, str] | None = None,
) -> str:
    """Return the specimen card as SVG; with `only`, the other fields stay off it; `masks` are the texts that stand
    there instead of some values. Raises NotFound."""
    return rendering.card(_content(world, identifier, at=at, base=base, only=only, masks=masks))


def annotated_copy(
    world: World,
    identifier: str,
    *,
    purpose: str,
    user: str,
    at: datetime,
    until: datetime,
    base: str | None = None,
    only: Collection[str] | None = None,
) -> tuple[str, str]:
    """Return the annotated copy (加注件) as SVG and its SHA-256: the card with purpose, user, time and expiry."""
    note = rendering.Annotation(purpose=purpose, user=user, made_at=_minute(at), until=_minute(until))
    return rendering.annotated(_content(world, identifier, at=at, base=base, only=only), note)


def _content(
    world: World,
    identifier: str,
    *,
    at: datetime,
    base: str | None,
    only: Collection[str] | None,
    masks: Mapping[str, str] | None = None,
) -> rendering.Card:
    found = held(world, identifier, at=at)
    kind = schema.types()[found.type_key]
    issuer = department(found.issuer_key)
    standing = {"holder_name": found.holder_name, "holder_code": found.holder_code, "number": found.number}
    told = masks or {}
    rows = [
        (label["zh"], label["en"], told.get(key, standing[key]))
        for key, label in schema.STANDING.items()
        if _kept(key, only)
    ]
    rows += [
        (field.label.zh, field.label.en, told.get(key, _shown(field.type, found.fields[key])))
        for key, field in kind.fields.items()
        if found.fields.get(key) not in (None, "") and _kept(key, only)
    ]
    end = found.valid_until.isoformat() if found.valid_until else "长期 no end date"
    return rendering.Card(
        name_zh=kind.name.zh,
        name_en=kind.name.en,
        issuer_zh=kind.authority.zh if kind.authority else issuer.name_zh,
        issuer_en=kind.authority.en if kind.authority else issuer.name_en,
        identifier=found.identifier,
        state_zh=found.state.zh,
        state_en=found.state.en,
        validity=f"有效期 Valid {found.valid_from.isoformat()} — {end}",
        rows=rows,
        address=verification_address(world, found.identifier, base),
    )


def _kept(key: str, only: Collection[str] | None) -> bool:
    return only is None or key in only


def _shown(type_: str, value: Any) -> str:
    if type_ == "money":
        return f"{value // 100:,}.{value % 100:02d} 元"
    if type_ == "bool":
        return "是 yes" if value else "否 no"
    if type_ == "list":
        return "、".join(map(str, value))
    return str(value)


def _minute(at: datetime) -> str:
    return at.astimezone(ZONE).strftime("%Y-%m-%d %H:%M")
