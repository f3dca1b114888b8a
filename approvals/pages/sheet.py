"""What lies before an officer: every field with its source and correction, every material, what may be asked for."""

from collections.abc import Mapping
from typing import Any

from django.http import QueryDict

from approvals import states
from approvals.models import Application
from approvals.pages import apply, fields
from certificates import queries as certificates
from govsim.core import clock
from services import queries as catalogue

type Words = Mapping[str, str]
# How a material was given, in the officer's words.
GIVEN: Mapping[str, Words] = {
    "certificate": {"zh": "由申请人名下的电子证照代替", "en": "replaced by a certificate that the applicant holds"},
    "data": {"zh": "由数据共享核验代替", "en": "replaced by a check of shared data"},
    "commitment": {"zh": "申请人作出书面承诺", "en": "the applicant gave a written commitment"},
    "assist": {"zh": "由部门之间协查", "en": "the departments ask one another"},
    "upload": {"zh": "申请人上传", "en": "uploaded by the applicant"},
    "withhold": {"zh": "申请人不提供", "en": "withheld by the applicant"},
}
UNASKED: Words = {"zh": "申请人没有同意使用共享数据", "en": "The applicant does not let registers be asked"}
OTHER: Words = {"zh": "其他", "en": "Something else"}


def may_look(row: Application) -> bool:
    """Say whether registers and certificates of the applicant may be looked at: a consent is in force, or was."""
    return row.state in states.APPLICATION.outcomes or apply.consented(row)


def entered(row: Application, body: Mapping[str, Any], *, may_look: bool) -> list[dict[str, Any]]:
    """Return every field of the form: what the applicant wrote, what a register says with its source, and what the
    applicant says is wrong with that.

    While the case is open the registers are asked; that look is logged, and the applicant can read the log.
    Without consent (`may_look`) nobody is asked.
    """
    open_ = row.state not in states.APPLICATION.outcomes
    firm = row.subject if row.subject != row.applicant else ""
    shared: Mapping[str, Mapping[str, Any]] = {}
    if open_:
        unasked = {each["key"]: {"missing": UNASKED} for each in body["form"] if "source" in each}
        shared = apply.prefilled(row.world, body, holder=row.applicant, firm=firm) if may_look else unasked
    made = []
    for each in body["form"]:
        key = each["key"]
        line: dict[str, Any] = {"label": each["label"], "own": "source" not in each, **shared.get(key, {})}
        if key in row.form:
            line["shown"] = fields.shown(each, row.form[key])
        if key in row.corrections:
            line["corrected"] = {"value": fields.shown(each, row.corrections[key])}
        line["plain"] = isinstance(line.get("shown"), str)  # text as a register or a person wrote it
        if open_ or "shown" in line or "corrected" in line:
            made.append(line)
    return made


def materials(row: Application, body: Mapping[str, Any], *, may_look: bool) -> list[dict[str, Any]]:
    """Return every material with what was given for it, and how the certificates among them are judged now.

    Two statements at most, however many materials there are.
    """
    at = clock.now(row.world)
    kinds = certificates.certificate_types()
    firm = row.subject if row.subject != row.applicant else row.applicant
    named: dict[str, tuple[str, str, frozenset[str]]] = {}
    matched: dict[str, list[tuple[str, str]]] = {}
    for each in body["materials"]:
        choice = row.materials.get(each["key"]) or {}
        types = each.get("certificate_types", ())
        if "certificate" in choice:
            holder = firm if types and kinds[types[0]].holder == "firm" else row.applicant
            named[each["key"]] = (str(choice["certificate"]), holder, frozenset(types))
        elif may_look and not choice and each["replace_mode"] == "certificate":
            matched[each["key"]] = [(firm if kinds[key].holder == "firm" else row.applicant, key) for key in types]
    judged = certificates.check_held(row.world, named.values(), at=at) if named else {}
    found = certificates.choices(row.world, [pair for each in matched.values() for pair in each], at=at)
    made = []
    for each in body["materials"]:
        key = each["key"]
        way, what = next(iter((row.materials.get(key) or {}).items()), (each["replace_mode"], ""))
        line: dict[str, Any] = {"name": each["name"], "required": each["required"], "way": way}
        line["instead"] = GIVEN.get(way, GIVEN["upload"])
        if key in named:
            line |= {"identifier": named[key][0], "verdict": judged[named[key]]}
        elif key in matched:
            line |= _matched([found[pair] for pair in matched[key]])
        elif way == "withhold" or (way == "certificate" and not may_look):
            line["lacking"] = each["required"]
        elif way == "upload":
            line |= {"paper": what, "lacking": not what and each["required"]}
        made.append(line)
    return made


def _matched(choices: list[Any]) -> dict[str, Any]:
    """Return the certificate of the applicant that stands in for a paper, or why there is none."""
    chosen = next((each.chosen for each in choices if each.chosen is not None), None)
    if chosen is None:
        return {"verdict": choices[0].verdict if choices else None, "lacking": True}
    return {
        "identifier": chosen.identifier,
        "held": chosen,
        "issuer": fields.department(chosen.issuer_key),
        "verdict": next(each.verdict for each in choices if each.chosen is chosen),
    }


# --- what may be asked for ------------------------------------------------------------------------------------------


def checklist(body: Mapping[str, Any], typed: QueryDict | None) -> list[dict[str, Any]]:
    """Return the lines of a correction notice: the applicant's own fields, every material, and one for the rest.

    Each has its reason in both languages, as typed or as one usually says it.
    """
    own = [(each["key"], each["label"], "请更正或补填", "Please correct or fill in") for each in body["form"]
           if "source" not in each]  # fmt: skip
    papers = [(each["key"], each["name"], "请补交", "Please supply") for each in body["materials"]]
    ticked = typed.getlist("what") if typed is not None else []
    made = []
    for key, label, zh, en in [*own, *papers, ("other", OTHER, "", "")]:
        usual = {"zh": f"{zh}：{label['zh']}" if zh else "", "en": f"{en}: {label['en'].lower()}" if en else ""}
        made.append(
            {
                "key": key,
                "fault": f"zh-{key}",
                "label": label,
                "on": key in ticked,
                "zh": typed.get(f"zh-{key}", "") if typed is not None else usual["zh"],
                "en": typed.get(f"en-{key}", "") if typed is not None else usual["en"],
            }
        )
    return made


def asked(posted: QueryDict, body: Mapping[str, Any]) -> list[dict[str, str]]:
    """Return the lines that were ticked, as the action takes them; a reason that was left out stays empty."""
    return [
        {"what": each["key"], "zh": each["zh"].strip(), "en": each["en"].strip()}
        for each in checklist(body, posted)
        if each["on"]
    ]


# --- what the rules found -------------------------------------------------------------------------------------------

_ORDER = {"FAIL": 0, "UNKNOWN": 1, "PASS": 2}


def findings(passport: Mapping[str, Any] | None, body: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return what the rules found of a case that nobody has decided: open questions first, each with what settles it.

    It tells facts and questions only: the outcome is the officer's.
    """
    if passport is None or passport["decided"]:
        return None
    said = {each["id"]: each["officer"] for each in body["rules"]}
    rules = [
        {**each, "officer": said.get(each["id"], each["sentence"])}
        for each in sorted(passport["rules"], key=lambda rule: _ORDER[rule["verdict"]])
    ]
    counted = {verdict: sum(1 for each in rules if each["verdict"] == verdict) for verdict in _ORDER}
    parts = {"open": [each for each in rules if each["verdict"] != "PASS"],
             "passed": [each for each in rules if each["verdict"] == "PASS"]}  # fmt: skip
    return {**parts, "counted": counted, "all": len(rules), "as_of": passport["as_of"],
            "rule_set": passport["rule_set"]}  # fmt: skip


def reasons(passport: Mapping[str, Any] | None, row: Application) -> Words:
    """Return what a refusal would give as its reason: what the rules that did not hold say of it."""
    if passport is None or passport["decided"]:
        return {"zh": "", "en": ""}
    rules = catalogue.rule_set_by_hash(row.item_key, passport["rule_set"]["sha256"], world_id=row.world_id)
    failed = {each["id"]: each["failed"] for each in rules.body["rules"]}
    words = [failed[each["id"]] for each in passport["rules"] if each["verdict"] == "FAIL" and each["id"] in failed]
    return {"zh": "；".join(each["zh"] for each in words), "en": "; ".join(each["en"] for each in words)}
