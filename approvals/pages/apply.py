"""Applying for one item: consent, the form that fills itself in, submitting, and keeping a draft."""

from collections.abc import Mapping
from typing import Any, Final

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from approvals.actions import cases, entry
from approvals.actions.submit import CONSENT_DAYS, check_materials, consent_scope, draft, save_draft, submit
from approvals.models import Application
from approvals.pages import cards, fields
from certificates import queries as certificates
from govsim.core import access, clock
from govsim.core.doors import SeatedRequest, seated
from govsim.core.errors import BadInput, Conflict, NotFound, Refused
from govsim.core.models import Seat, World
from govsim.exchange import queries as exchange
from govsim.exchange.actions import log as exchange_log
from services import queries as catalogue

DECLARE: Final = ("declaration", "请先确认申报内容属实", "Confirm first that what you declare is true")
CONSENT: Final = ("consent", "须先同意使用共享数据", "Consent to the use of shared data first")
FIRM: Final = ("subject", "没有这家企业，或您不是其法定代表人", "There is no such firm, or you do not represent it")


@require_http_methods(["GET", "POST"])
@seated("applicant")
def apply(request: SeatedRequest, key: str) -> HttpResponse:
    """Ask for consent, then show the form that the registers have filled in; take what is submitted or kept."""
    item = catalogue.item(key)
    if request.method == "GET":
        return _shown(request, item, opened=request.GET.get("consent") == "1", given=request.GET)
    step = request.POST.get("step", "")
    if step == "prefill":
        faults = [] if request.POST.get("consent") == "true" else [fields.fault(*CONSENT)]
        return _shown(request, item, opened=not faults, given=request.POST, faults=faults)
    if step == "change":
        return _shown(request, item, opened=True, given=request.POST, typed=request.POST)
    try:
        if step == "check":
            return _checked(request, item)
        number = _keep(request, item) if step == "draft" else _submit(request, item)
    except (BadInput, Conflict, Refused) as error:
        faults = fields.of(error)
        if any(each["field"] == DECLARE[0] for each in faults):
            return _checked(request, item, faults=faults)
        return _shown(request, item, opened=True, given=request.POST, typed=request.POST, faults=faults)
    messages.success(request, "draft" if step == "draft" else "submitted")
    return redirect("application", number)


def _checked(request: SeatedRequest, item: Any, *, faults: list[dict[str, str]] | None = None) -> HttpResponse:
    """Show the answers once more before they are submitted. Raises BadInput with every faulty field."""
    posted, form = request.POST, item.body["form"]
    own, corrected = fields.read(form, posted)
    entries = entry.clean(form, own)
    corrections = entry.clean(form, corrected, shared=True)
    chosen = check_materials(item.body, fields.read_materials(item.body["materials"], posted))
    skipped = ("csrfmiddlewaretoken", "step", "declaration")
    context = {
        "item": {"key": item.key, "name": item.body["name"]},
        "entered": fields.rows(form, entries),
        "corrected": fields.rows(form, corrections),
        "materials": fields.materials(item.body["materials"], values=chosen),
        "subject": _subject(request, item.body, posted),
        "human_route": posted.get("human_route") == "true",
        "kept": [(name, text) for name in posted if name not in skipped for text in posted.getlist(name)],
        "faults": faults or [],
    }
    return render(request, "approvals/check.html", context, status=422 if faults else 200)


def _subject(request: SeatedRequest, body: Mapping[str, Any], given: QueryDict) -> str:
    """Return the firm that is applied for, "" for an item about persons. Raises BadInput for somebody else's firm."""
    if body["subject"] != "firm":
        return ""
    code = given.get("subject", "").strip()
    held = exchange.records(request.seat.world, "enterprises", [code]) if code else []
    if code != request.seat.holder and (not held or held[-1].get("legal_representative") != request.seat.holder):
        raise BadInput({FIRM[0]: FIRM[1:]})
    return code


def _submit(request: SeatedRequest, item: Any) -> str:
    seat, posted = request.seat, request.POST
    if posted.get("declaration") != "true":
        raise BadInput({DECLARE[0]: DECLARE[1:]})
    own, corrected = fields.read(item.body["form"], posted)
    row = submit(
        world=seat.world,
        actor=access.actor(seat),
        applicant_name=seat.name_zh,
        item_key=item.key,
        form=own,
        corrections=corrected,
        materials=fields.read_materials(item.body["materials"], posted),
        consent=True,
        human_route=posted.get("human_route") == "true",
        subject=_subject(request, item.body, posted),
        number=posted.get("draft", ""),
    )
    return row.number


def _keep(request: SeatedRequest, item: Any) -> str:
    seat, posted = request.seat, request.POST
    own, _ = fields.read(item.body["form"], posted)
    actor = access.actor(seat)
    if number := posted.get("draft", ""):
        return save_draft(world=seat.world, actor=actor, number=number, form=own).number
    subject = _subject(request, item.body, posted)
    made = draft(
        world=seat.world, actor=actor, applicant_name=seat.name_zh, item_key=item.key, form=own, subject=subject
    )
    return made.number


def _draft(request: SeatedRequest, item: Any, number: str) -> Application | None:
    if not number:
        return None
    row = cases.application(request.seat.world, number, access.actor(request.seat), state="draft")
    if row.item_key != item.key:
        raise NotFound("没有这个办件编号，或您无权查看", "There is no such case number, or it is not yours to see")
    return row


def _shown(
    request: SeatedRequest,
    item: Any,
    *,
    opened: bool,
    given: QueryDict,
    typed: QueryDict | None = None,
    faults: list[dict[str, str]] | None = None,
) -> HttpResponse:
    """Show the consent, or the form with its values; 422 when something in it was wrong."""
    faults = list(faults or ())
    body = item.body
    kept = _draft(request, item, given.get("draft", ""))
    subject = given.get("subject", "").strip() or (kept.subject if kept is not None else "")
    if opened and body["subject"] == "firm" and not any(each["field"] == FIRM[0] for each in faults):
        try:
            _subject(request, body, _with(given, subject))
        except BadInput as error:
            faults += fields.of(error)
            opened = typed is not None
    context: dict[str, Any] = {
        "item": {"key": item.key, "name": body["name"], "summary": body["summary"]},
        "department": fields.department(body["department"]),
        "route": body["route"],
        "opened": opened,
        "faults": faults,
        "scope": scope(body),
        "of_firm": body["subject"] == "firm",
        "subject": subject,
        "firms": _firms(request.seat) if body["subject"] == "firm" else [],
        "draft": kept.number if kept is not None else "",
    }
    if opened:
        shared = prefilled(request.seat.world, body, holder=request.seat.holder, firm=subject)
        values = kept.form if kept is not None else {}
        context["boxes"] = fields.boxes(body["form"], typed=typed, values=values, shared=shared, found=faults)
        context["filled"] = sum(1 for each in shared.values() if each.get("value") is not None)
        materials = fields.materials(body["materials"], typed=typed, found=faults)
        context["materials"] = cards.with_certificates(request.seat, body, materials, subject)
        context["left"] = sum(1 for each in context["boxes"] if each.shared is None and not each.text)
        context["human_route"] = typed is not None and typed.get("human_route") == "true"
    return render(request, "approvals/apply.html", context, status=422 if faults else 200)


def _with(given: QueryDict, subject: str) -> QueryDict:
    copy = given.copy()
    copy["subject"] = subject
    return copy


def _firms(seat: Seat) -> list[dict[str, str]]:
    """Return the firms that the seat has founded or applied for, to choose from."""
    rows = Application.objects.filter(world=seat.world, applicant=seat.holder).select_related("decision").order_by("pk")
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
