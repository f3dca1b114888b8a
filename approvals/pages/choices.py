"""How each material of a draft is given: a certificate by consent, a scan, a commitment, or not at all."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from django.http import HttpRequest, QueryDict

from approvals.pages import cards, fields
from govsim.core.models import Seat

MOST_BYTES: Final = 5 * 1024 * 1024
MOST_NAME: Final = 120
# What a file begins with, and how its name may end then: a program that calls a scan .html is refused as well.
KINDS: Final = {b"%PDF": (".pdf",), b"\xff\xd8\xff": (".jpg", ".jpeg"), b"\x89PNG": (".png",)}
TOO_LARGE: Final = ("所选文件必须小于 5 MB", "The selected file must be smaller than 5 MB")
WRONG_KIND: Final = ("所选文件必须是 PDF、JPG 或 PNG", "The selected file must be a PDF, JPG or PNG")
EMPTY: Final = ("所选文件是空的", "The selected file is empty")
NO_FILE: Final = ("请选择要上传的文件", "Select a file")
WAY, HELD, FILE = "-way", "-certificate", "-file"  # what the names of inputs end with


def shown(
    seat: Seat,
    body: Mapping[str, Any],
    given: Mapping[str, Any],
    subject: str,
    found: Iterable[Mapping[str, str]] = (),
    *,
    consented: bool = True,
) -> list[dict[str, Any]]:
    """Return a card for each material of an item, with what is chosen so far, and whether something has to be.

    Without consent no certificate is looked for, and none can take the place of a paper.
    """
    wrong = {each["field"]: each for each in found}
    materials = fields.materials(body["materials"], values=given)
    made = cards.with_certificates(seat, body, materials, subject) if consented else cards.without(materials)
    declared = {each["key"]: each for each in body["materials"]}
    for card in made:
        way = next(iter(given.get(card["key"]) or {}), "")
        card["way"] = "" if way == "certificate" and card["held"] is None else way
        card["fault"] = wrong.get(f"materials.{card['key']}")
        card["asks"] = _asks(card, declared[card["key"]])
        card["open"] = card["asks"] and not card["way"] and (card["required"] or card["held"] is not None)
    return made


def _asks(card: Mapping[str, Any], declared: Mapping[str, Any]) -> bool:
    """Say whether the applicant has anything to choose: shared data and assistance go by themselves."""
    mode = card["mode"]
    return mode in ("certificate", "upload") or (mode == "commitment" and bool(declared.get("must_sign")))


def read(
    request: HttpRequest, made: Sequence[Mapping[str, Any]], *, all_held: bool = False, partly: bool = False
) -> tuple[dict[str, Any], list[dict[str, str]]]:
    """Return (choices as the actions take them, faults in the words of the error summary).

    `all_held` consents to every certificate that is held; `partly` lets what is not chosen stay as it is. Of a file
    only its name is kept: this is a simulation.
    """
    chosen: dict[str, Any] = {}
    faults: list[dict[str, str]] = []
    for card in made:
        if not card["asks"]:
            continue
        key, name, held = card["key"], card["input"], card["held"]
        way = "certificate" if all_held and held is not None else request.POST.get(name + WAY, "")
        if way == "certificate" and held is not None:
            chosen[key] = {"certificate": held.identifier}
        elif way in ("commitment", "withhold"):
            chosen[key] = {way: True}
        elif way == "upload":
            text, fault = _file(request.POST, request.FILES.get(name + FILE), name)
            if text:
                chosen[key] = {"upload": text}
            if fault is not None:
                faults.append(fields.fault(f"materials.{key}", *fault))
        elif not partly and (card["required"] or held is not None):
            label = card["name"]
            fault = (f"请选择怎样提供{label['zh']}", f"Choose how to give: {label['en'].lower()}")
            faults.append(fields.fault(f"materials.{key}", *fault))
    return chosen, faults


def _file(posted: QueryDict, sent: Any, name: str) -> tuple[str, tuple[str, str] | None]:
    """Return the name of the file that stands for a material, and what is wrong with it."""
    if sent is None:
        kept = posted.get(name, "").strip()
        return kept, None if kept else NO_FILE
    if not sent.size:
        return "", EMPTY
    if sent.size > MOST_BYTES:
        return "", TOO_LARGE
    sent.seek(0)
    start, called = sent.read(8), (sent.name or "").lower()
    if not any(start.startswith(each) and called.endswith(ends) for each, ends in KINDS.items()):
        return "", WRONG_KIND
    text = "".join(each for each in (sent.name or "") if each.isprintable()).strip()
    return text[-MOST_NAME:] or "file", None
