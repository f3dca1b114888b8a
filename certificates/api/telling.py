"""How rows of this room are told to those who may see them. Nothing here asks who may."""

from collections.abc import Mapping
from typing import Any

from certificates import queries, schema
from govsim.core import organisations
from govsim.core.models import World


def department(key: str) -> dict[str, str]:
    """Return an organisation with its names."""
    found = organisations.departments().get(key)
    return {"key": key, "zh": found.name_zh if found else key, "en": found.name_en if found else key}


def type_of(key: str) -> dict[str, str]:
    """Return a certificate type with its names."""
    kind = queries.certificate_types().get(key)
    return {"key": key, "zh": kind.name.zh if kind else key, "en": kind.name.en if kind else key}


def kind(found: schema.CertificateType) -> dict[str, Any]:
    """Return a certificate type with its fields."""
    return {
        **type_of(found.key),
        "number": found.number,
        "issuer": found.issuer,
        "level": found.level,
        "holders": found.holders,
        "verified": found.verified,
        "fields": [
            {"key": each.key, "label": words(each.label), "type": each.type, "mandatory": each.mandatory}
            for each in found.fields.values()
        ],
    }


def words(label: schema.Label) -> dict[str, str]:
    """Return a label in both languages."""
    return {"zh": label.zh, "en": label.en}


def line(found: queries.Held) -> dict[str, Any]:
    """Return a certificate for a list."""
    return {
        "identifier": found.identifier,
        "type": type_of(found.type_key),
        "number": found.number,
        "edition": found.edition,
        "issuer": department(found.issuer_key),
        "holder_name": found.holder_name,
        "valid_from": found.valid_from,
        "valid_until": found.valid_until,
        "issued_at": found.issued_at,
        "state": {"key": found.state.key, "zh": found.state.zh, "en": found.state.en},
    }


def card(world: World, found: queries.Held, metadata: Mapping[str, Any]) -> dict[str, Any]:
    """Return a certificate with everything that its holder may see."""
    kind = queries.type_of(found.type_key)
    return {
        **line(found),
        "holder_code": found.holder_code,
        "fields": [
            {"key": key, "label": words(field.label), "value": found.fields[key]}
            for key, field in kind.fields.items()
            if key in found.fields
        ],
        "case_number": found.case_number,
        "replaces": found.replaced,
        "verification_address": queries.verification_address(world, found.identifier),
        "metadata": metadata,
    }


def use(line: queries.UseLine) -> dict[str, Any]:
    """Return one use of a certificate."""
    return {
        "at": line.at,
        "identifier": line.identifier,
        "type": type_of(line.type_key),
        "actor": line.actor.partition(":")[0],
        "department": department(line.department),
        "item": line.item_key,
        "case_number": line.case_number,
        "purpose": line.purpose,
        "fields": line.fields,
        "result": line.result,
        "consent": line.consent_id,
    }
