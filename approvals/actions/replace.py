"""Replace paper (免证办, domain.md §B.4): match certificates, check them again, and write down what was used."""

from collections.abc import Mapping, Sequence
from typing import Any

from approvals.actions.casefile import Case
from certificates import queries as certificates
from certificates.actions import use
from govsim.core.models import World


def replace(world: World, cases: Sequence[Case]) -> None:
    """Match and check what stands in for paper (§B.4): chosen certificates again, others by holder and type."""
    moment = max(case.at for case in cases)
    wanted = [
        (case, material, type_key)
        for case in cases
        if case.consent_id is not None
        for material in _by_certificate(case)
        for type_key in material["certificate_types"]
    ]
    pairs = list(dict.fromkeys((_holder(case, material), type_key) for case, material, type_key in wanted))
    held = certificates.match(world, pairs, at=moment) if pairs else {}
    chosen = {
        _claim(case, material): None
        for case in cases
        for material in _by_certificate(case)
        if "certificate" in case.row.materials.get(material["key"], {})
    }
    verdicts = certificates.check_held(world, chosen, at=moment) if chosen else {}
    for case in cases:
        for material in case.item.body["materials"]:
            _replace_one(case, material, held, verdicts)


OTHERWISE = frozenset(("upload", "withhold"))  # ways in which no certificate is used


def _by_certificate(case: Case) -> list[Mapping[str, Any]]:
    return [
        each
        for each in case.item.body["materials"]
        if each["replace_mode"] == "certificate" and not OTHERWISE & case.row.materials.get(each["key"], {}).keys()
    ]


def _claim(case: Case, material: Mapping[str, Any]) -> tuple[str, str, frozenset[str]]:
    """Return which certificate an applicant chose, whose it has to be, and the types that will do."""
    identifier = case.row.materials[material["key"]]["certificate"]
    return identifier, _holder(case, material), frozenset(material["certificate_types"])


def _holder(case: Case, material: Mapping[str, Any]) -> str:
    kinds = {certificates.type_of(each).holder for each in material["certificate_types"]}
    return case.row.subject if kinds == {"firm"} else case.row.applicant


def _replace_one(case: Case, material: Mapping[str, Any], held: Mapping[Any, Any], verdicts: Mapping[Any, Any]) -> None:
    """Find what replaces one material of one case, and write down what was used or is missing."""
    key, mode = material["key"], material["replace_mode"]
    choice = case.row.materials.get(key, {})
    if "upload" in choice:
        case.uploaded = True
        return
    if "withhold" in choice:
        if material["required"]:
            case.missing.append(_lack(material))
        return
    if "commitment" in choice or (mode in ("data", "assist") and case.consent_id is not None):
        return
    if mode == "certificate" and case.consent_id is not None:
        chosen = choice.get("certificate", "")
        identifier = chosen or _newest(case, material, held)
        if identifier:
            verdict = verdicts[_claim(case, material)] if chosen else None
            _use(case, material, identifier, verdict)
            if verdict is not None and not verdict.is_valid:
                case.invalid.append(_lack(material, invalid=True))
            return
    if mode == "commitment" and not material.get("must_sign"):
        return  # the declaration at the end of the form is the commitment
    if material["required"]:
        case.missing.append(_lack(material))


def _newest(case: Case, material: Mapping[str, Any], held: Mapping[tuple[str, str], str]) -> str:
    holder = _holder(case, material)
    return next(filter(None, (held.get((holder, each)) for each in material["certificate_types"])), "")


def _lack(material: Mapping[str, Any], *, invalid: bool = False) -> dict[str, Any]:
    name = material["name"]
    if invalid:
        return {
            "what": material["key"],
            "zh": f"{name['zh']}（所用证照已失效）",
            "en": f"{name['en']} (no longer valid)",
        }
    return {"what": material["key"], "zh": name["zh"], "en": name["en"]}


def _use(case: Case, material: Mapping[str, Any], identifier: str, verdict: certificates.Verdict | None) -> None:
    """Write down what was used: in the passport, and for its holder; what was not the applicant's was not used."""
    code = "VALID" if verdict is None else verdict.code
    entry = {
        "material": material["key"],
        "identifier": identifier,
        "verdict": code,
        "fields": material.get("fields", []),
    }
    case.used.append(entry)
    if code in ("NOT_FOUND", "MALFORMED"):
        return
    case.uses.append(
        use.Use(
            identifier=identifier,
            actor="system",
            department=case.row.department,
            item_key=case.row.item_key,
            case_number=case.row.number,
            purpose=material["name"]["zh"],
            consent_id=case.consent_id,
            fields=list(material.get("fields", [])),
            result=code,
            at=case.at,
        )
    )
