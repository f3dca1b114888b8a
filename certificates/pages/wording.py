"""How this room's pages say things: names of types, departments and fields, certificates in a line, masked values."""

from collections.abc import Iterable, Mapping
from typing import Any

import segno
from django.conf import settings
from django.http import HttpRequest

from certificates import queries, schema
from certificates.verdicts import REASONS
from govsim.core import organisations
from govsim.core.actors import ROLES
from govsim.core.codes import masking
from govsim.core.templatetags.house import day, value, yuan

type Words = Mapping[str, str]  # {zh, en}

TONES = {"valid": "done", "not_yet_valid": "wait", "suspended": "wait"}  # how a state looks; any other is bad


def pair(names: tuple[str, str]) -> Words:
    """Return a pair of names as words."""
    return {"zh": names[0], "en": names[1]}


def type_name(key: str) -> Words:
    """Return what a certificate type is called; an unknown key as it is."""
    kind = queries.certificate_types().get(key)
    return {"zh": kind.name.zh if kind else key, "en": kind.name.en if kind else key}


def department_name(key: str) -> Words:
    """Return what a department is called; an unknown key as it is."""
    found = organisations.departments().get(key)
    return {"zh": found.name_zh if found else key, "en": found.name_en if found else key}


def actor_name(actor: str, department: str = "") -> Words:
    """Return who acted, in words: the department, or the role (`handler:seat:1`)."""
    role = actor.partition(":")[0]
    return department_name(department) if department else ROLES.get(role, {"zh": role, "en": role})


def labels(type_keys: Iterable[str]) -> dict[str, Words]:
    """Return what the fields of these types are called, with those that every certificate has."""
    kinds = [queries.certificate_types()[key] for key in type_keys if key in queries.certificate_types()]
    own = {key: {"zh": each.label.zh, "en": each.label.en} for kind in kinds for key, each in kind.fields.items()}
    return {**schema.STANDING, **own}


def line(found: queries.Held) -> dict[str, Any]:
    """Return what a list shows of one certificate."""
    return {
        "identifier": found.identifier,
        "type": type_name(found.type_key),
        "number": masked_text("number", found.number) if is_personal(found.type_key) else found.number,
        "issuer": department_name(found.issuer_key),
        "holder_name": found.holder_name,
        "valid_from": found.valid_from,
        "valid_until": found.valid_until,
        "state": found.state,
        "tone": TONES.get(found.state.key, "bad"),
    }


def use(found: queries.UseLine) -> dict[str, Any]:
    """Return one use of a certificate in words."""
    named = labels([found.type_key])
    result = REASONS.get(found.result.lower())
    return {
        "at": found.at,
        "identifier": found.identifier,
        "type": type_name(found.type_key),
        "who": actor_name(found.actor, found.department),
        "number": found.case_number,
        "purpose": found.purpose,
        "consent": found.consent_id,
        "fields": [named.get(each, {"zh": each, "en": each}) for each in found.fields],
        "result": {"zh": result[1], "en": result[2]} if result else {"zh": found.result, "en": found.result},
    }


def is_personal(type_key: str) -> bool:
    """Say whether certificates of a type are about people; what one about an enterprise says is public (C.3)."""
    return queries.type_of(type_key).holder == "person"


def fields(type_key: str, values: Mapping[str, Any], *, masked: bool = False) -> list[dict[str, Any]]:
    """Return the fields of a type that have a value here, in the type's order, each {key, label, value}; masked, what
    others need not see of a person is hidden."""
    masked = masked and is_personal(type_key)
    kinds = {key: each.type for key, each in queries.type_of(type_key).fields.items()}
    return [
        {"key": key, "label": label, "value": shown(key, kinds.get(key, "text"), values[key], masked=masked)}
        for key, label in labels([type_key]).items()
        if values.get(key) not in (None, "")
    ]


def everything(found: queries.Held) -> dict[str, Any]:
    """Return all that a certificate says: the fields of its type and those that every certificate has."""
    standing = {"holder_name": found.holder_name, "holder_code": found.holder_code, "number": found.number}
    return {**found.fields, **standing}


def shown(key: str, kind: str, found: Any, *, masked: bool = False) -> str:
    """Return one value as people read it, on request with the part hidden that others need not see (domain.md C.3)."""
    if kind == "money" and isinstance(found, int):
        return "¥***" if masked else f"¥{yuan(found)}"
    if kind == "date":
        return f"{str(found)[:4]}-**-**" if masked and "birth" in key else day(found)
    text = value(found)
    return masked_text(key, text) if masked and isinstance(found, str) else text


def masked_text(key: str, text: str) -> str:
    """Hide the middle of a text by what its field holds: numbers, names of people, addresses."""
    if len(text) == 18 and text[:17].isdigit():
        return masking.citizen_number(text)
    if key in ("mobile", "phone"):
        return masking.phone(text)
    if "address" in key:
        return f"{text[:6]}***" if len(text) > 6 else text
    if key in ("holder_name", "name", "spouse_name") and len(text) <= 4:
        return masking.name(text)
    is_code = len(text) >= 8 and text.isascii() and any(each.isdigit() for each in text) and " " not in text
    return masking.document(text) if is_code and "date" not in key else text


def qr(text: str) -> dict[str, Any]:
    """Return a QR code as one path of squares, with its size: drawn by the template without any style."""
    matrix = segno.make(text, error="m", micro=False).matrix
    squares = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(matrix) for x, dark in enumerate(row) if dark)
    return {"size": len(matrix), "path": squares}


def base(request: HttpRequest) -> str | None:
    """Return the address of the site for a QR code: in the demo the one that the reader uses, so that a phone in the
    same network can follow it (decision 21); else None, which is the one of the settings."""
    return f"{request.scheme}://{request.get_host()}" if settings.DEMO else None
