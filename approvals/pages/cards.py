"""Certificates that stand in for papers, as cards of a form."""

from collections.abc import Mapping
from typing import Any

from approvals.pages import fields
from certificates import queries as certificates
from govsim.core import clock
from govsim.core.models import Seat

UNKNOWN: Mapping[str, str] = {"zh": "您名下没有这种证照", "en": "You hold no such certificate"}
UNASKED: Mapping[str, str] = {"zh": "您没有同意使用电子证照", "en": "You have not consented to the use of certificates"}


def with_certificates(
    seat: Seat, body: Mapping[str, Any], materials: list[dict[str, Any]], subject: str
) -> list[dict[str, Any]]:
    """Return the materials of a form, each with the certificate that replaces it, or why there is none.

    One statement for all of them. `subject` is the firm that is applied for, or "".
    """
    kinds = certificates.certificate_types()
    wanted: dict[str, list[tuple[str, str]]] = {}
    for each in body["materials"]:
        if each["replace_mode"] == "certificate":
            wanted[each["key"]] = [
                (subject if subject and kinds[key].holder == "firm" else seat.holder, key)
                for key in each["certificate_types"]
            ]
    pairs = [pair for each in wanted.values() for pair in each]
    found = certificates.choices(seat.world, pairs, at=clock.now(seat.world)) if pairs else {}
    declared = {each["key"]: each for each in body["materials"]}
    return [
        _card(each, declared[each["key"]], [found[pair] for pair in wanted.get(each["key"], ())]) for each in materials
    ]


def without(materials: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the materials of a form whose applicant does not let certificates be used."""
    return [{**each, "held": None, "why": UNASKED if each["mode"] == "certificate" else None} for each in materials]


def _card(material: dict[str, Any], declared: Mapping[str, Any], choices: list[Any]) -> dict[str, Any]:
    held = next((each.chosen for each in choices if each.chosen is not None), None)
    if held is None:
        why = choices[0].verdict if choices and choices[0].verdict.code != "NOT_FOUND" else UNKNOWN
        return {**material, "held": None, "why": why if choices else None}
    kind = certificates.type_of(held.type_key)
    labels = [kind.fields[key].label for key in declared.get("fields", ()) if key in kind.fields]
    return {**material, "held": held, "issuer": fields.department(held.issuer_key), "shown": labels}
