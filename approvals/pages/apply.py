"""Applying for one item: consent, then a list of tasks over a draft. Leaving and coming back loses nothing."""

from collections.abc import Mapping
from typing import Any, Final

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from approvals import queries
from approvals.actions import cases, entry
from approvals.actions.begin import agree, begin
from approvals.actions.precheck import precheck
from approvals.actions.submit import CONSENT_DAYS, consent_scope
from approvals.models import Application
from approvals.pages import choices, fields
from certificates import queries as certificates
from govsim.core import access, clock
from govsim.core.canonical import digest
from govsim.core.doors import SeatedRequest, seated
from govsim.core.errors import BadInput
from govsim.core.models import Seat, World
from govsim.exchange import queries as exchange
from govsim.exchange.actions import log as exchange_log
from services import queries as catalogue

DECLARE: Final = ("declaration", "请先确认申报内容属实", "Confirm first that what you declare is true")
CONSENT: Final = ("consent", "须先同意使用共享数据", "Consent to the use of shared data first")
FIRM: Final = ("subject", "没有这家企业，或您不是其法定代表人", "There is no such firm, or you do not represent it")
MOST_DRAFTS: Final = 5
AHEAD: Final = "looked_ahead"  # in the session: what the rules would say of the draft that was looked at last
MOST_LOOKED_AT: Final = 200  # of one's latest applications, for the firms that they were about


@require_http_methods(["GET", "POST"])
@seated("applicant")
def apply(request: SeatedRequest, key: str) -> HttpResponse:
    """Ask for consent, then open a draft and show its tasks. Nobody who refuses is turned away: a person handles it.

    Before consent no register is asked anything.
    """
    item = catalogue.item(key)
    faults: list[dict[str, str]] = []
    seat = request.seat
    if request.method == "POST":
        try:
            consent = request.POST.get("step") != "without"
            if consent and request.POST.get("consent") != "true":
                raise BadInput({CONSENT[0]: CONSENT[1:]})
            subject = _subject(seat, item.body, request.POST.get("subject", "").strip())
        except BadInput as error:
            faults = fields.of(error)
        else:
            actor = access.actor(seat)
            made = begin(
                world=seat.world, actor=actor, applicant_name=seat.name_zh, item_key=item.key, subject=subject,
                consent=consent,
            )  # fmt: skip
            return redirect("apply-tasks", made.number)
    body = item.body
    mine = queries.of_applicant(seat.world, seat.holder).filter(item_key=item.key)
    context = {
        "item": {"key": item.key, "name": body["name"], "summary": body["summary"]},
        "department": fields.department(body["department"]),
        "limits": body["limits"],
        "faults": faults,
        "scope": scope(body),
        "of_firm": body["subject"] == "firm",
        "subject": request.POST.get("subject", ""),
        "firms": _firms(seat) if body["subject"] == "firm" else [],
        "drafts": list(mine.filter(state="draft")[:MOST_DRAFTS]),
        "running": queries.unfinished(mine).first(),
    }
    return render(request, "approvals/apply.html", context, status=422 if faults else 200)


def kept(request: SeatedRequest, number: str) -> Application:
    """Return the seat's own draft. Raises NotFound."""
    return cases.application(request.seat.world, number, access.actor(request.seat), state="draft")


@require_http_methods(["GET", "POST"])
@seated("applicant")
def tasks(request: SeatedRequest, number: str) -> HttpResponse:
    """Show what is left to do on a draft, and tell beforehand when the rules would refuse it. A POST consents anew."""
    row = kept(request, number)
    if request.method == "POST":
        agree(world=request.seat.world, actor=access.actor(request.seat), number=number)
        return redirect("apply-tasks", number)
    item = catalogue.item_version(row.item_key, row.item_version)
    left = left_to_enter(row, item.body)
    unchosen = [each for each in cards_of(request.seat, row, item.body) if each["open"]]
    context = {
        **about(row, item.body),
        "consented": consented(row),
        "entering": left,
        "own": sum(1 for each in item.body["form"] if "source" not in each),
        "shared": sum(1 for each in item.body["form"] if "source" in each),
        "unchosen": len(unchosen),
        "ready": not left and not unchosen,
        "against": ahead(request, row),
    }
    return render(request, "approvals/tasks.html", context)


def ahead(request: SeatedRequest, row: Application) -> list[Mapping[str, Any]]:
    """Return the rules that would refuse the draft; registers are asked again only when it has changed since."""
    told = digest([row.number, row.form, row.corrections, row.consents, consented(row)]).hex()
    kept = request.session.get(AHEAD)
    if kept is None or kept["of"] != told:
        found = precheck(world=request.seat.world, actor=access.actor(request.seat), number=row.number)
        kept = {"of": told, "rules": [{key: each[key] for key in ("sentence", "remedy")} for each in found]}
        request.session[AHEAD] = kept
    return list(kept["rules"])


def consented(row: Application) -> bool:
    """Say whether the applicant's consent to the use of data in this case is in force now."""
    return bool(exchange.consents_in_force(row.world, row.consents, at=clock.now(row.world)))


def about(row: Application, body: Mapping[str, Any]) -> dict[str, Any]:
    """Return what every page of a draft shows."""
    return {
        "number": row.number,
        "item": {"key": row.item_key, "name": body["name"]},
        "department": fields.department(body["department"]),
        "limits": body["limits"],
        "instant": body["route"] == "instant",
    }


def left_to_enter(row: Application, body: Mapping[str, Any]) -> list[dict[str, str]]:
    """Return what is wrong with, or missing from, what was typed so far, as lines of an error summary."""
    try:
        entry.clean(body["form"], row.form)
        entry.clean(body["form"], row.corrections, shared=True)
    except BadInput as error:
        return fields.of(error)
    return []


def cards_of(
    seat: Seat, row: Application, body: Mapping[str, Any], *, faults: list[dict[str, str]] | None = None
) -> list[dict[str, Any]]:
    """Return the materials of a draft as cards, with the certificates of who it is about, if they consent."""
    firm = row.subject if body["subject"] == "firm" else ""
    return choices.shown(seat, body, row.materials, firm, faults or (), consented=consented(row))


def _subject(seat: Seat, body: Mapping[str, Any], code: str) -> str:
    """Return the firm that is applied for, "" for an item about persons. Raises BadInput for somebody else's firm."""
    if body["subject"] != "firm":
        return ""
    held = exchange.records(seat.world, "enterprises", [code]) if code else []
    if code != seat.holder and (not held or held[-1].get("legal_representative") != seat.holder):
        raise BadInput({FIRM[0]: FIRM[1:]})
    return code


def _firms(seat: Seat) -> list[dict[str, str]]:
    """Return the firms that the seat has founded or applied for, to choose from."""
    rows = list(queries.of_applicant(seat.world, seat.holder)[:MOST_LOOKED_AT])[::-1]
    codes = {row.subject for row in rows} - {seat.holder}
    codes |= {str(row.decision.result["credit_code"]) for row in rows if "credit_code" in _result(row)}
    known = exchange.records(seat.world, "enterprises", codes) if codes else []
    mine = {each["key"]: each for each in known if each.get("legal_representative") == seat.holder}
    return [{"code": code, "name": each["name"]} for code, each in mine.items()]


def _result(row: Application) -> Mapping[str, Any]:
    found = getattr(row, "decision", None)
    return found.result if found is not None else {}


def scope(body: Mapping[str, Any]) -> dict[str, Any]:
    """Return what an item has to be allowed, in words: data, certificates, days."""
    datasets, types, _ = consent_scope(body)
    kinds = certificates.certificate_types()
    return {
        "datasets": [fields.dataset(each) for each in datasets],
        "certificates": [kinds[each].name for each in types if each in kinds],
        "days": CONSENT_DAYS,
    }


def prefilled(world: World, body: Mapping[str, Any], *, holder: str, firm: str = "") -> dict[str, dict[str, Any]]:
    """Ask the registers for the fields of a form, and record who was asked: value, department, dataset, moment."""
    at = clock.now(world)
    sourced = {each["key"]: each for each in body["form"] if "source" in each}
    answers: dict[str, dict[str, Any]] = {}
    log: list[Any] = []
    for subject, of_firm in ((holder, False), (firm, True)):
        wanted = [
            (key, each["source"]["dataset"], each["source"].get("key", "applicant"), each["source"]["expression"])
            for key, each in sourced.items()
            if (each["source"].get("key") == "firm") is of_firm
        ]
        if not subject or not wanted:
            answers.update({name: {"missing": fields.MISSING["needs_answer"]} for name, *_ in wanted})
            continue
        found = exchange.prefill(world, subject, wanted, at=at, department=body["department"])
        log += found.log
        for name, why in found.missing.items():
            answers[name] = {"missing": fields.MISSING.get(why, fields.MISSING["no_value"])}
        for name, each in found.items():
            answers[name] = {
                "value": each.value,
                "shown": fields.shown(sourced[name], each.value),
                "department": fields.department(each.source),
                "dataset": fields.dataset(each.dataset),
                "at": each.at,
            }
    with transaction.atomic():
        exchange_log.record(log)
    return answers
