"""Packages: one form for all branches, signatures, and the lanes of the branches on the world's clock."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import condition, require_GET, require_http_methods, require_POST

from approvals import states
from approvals.actions import cases
from approvals.actions import package as packaging
from approvals.actions.submit import CONSENT_DAYS, consent_scope
from approvals.api.packages import etag
from approvals.api.telling import Teller
from approvals.models import Package
from approvals.pages import apply, cards, examples, fields, lanes, spells, wording
from certificates import queries as certificates
from govsim.core import access, clock
from govsim.core.actors import OFFICERS
from govsim.core.doors import SeatedRequest, seated
from govsim.core.errors import BadInput, Conflict, Refused
from govsim.exchange import queries as exchange
from services import queries as catalogue


@require_GET
@seated("applicant")
def mine(request: SeatedRequest) -> HttpResponse:
    """The packages stand in the list of applications."""
    return redirect("applications")


@require_http_methods(["GET", "POST"])
@seated("applicant")
def new(request: SeatedRequest, theme: str) -> HttpResponse:
    """Show the one form of a theme, empty or filled in with an example; start the package."""
    found = catalogue.theme(theme)
    if request.method == "GET":
        values = examples.example(request.seat, found.body) if request.GET.get("example") == "1" else {}
        return _form(request, found, values=values)
    posted = request.POST
    try:
        if posted.get("declaration") != "true":
            raise BadInput({apply.DECLARE[0]: apply.DECLARE[1:]})
        if posted.get("consent") != "true":
            raise BadInput({apply.CONSENT[0]: apply.CONSENT[1:]})
        own, _ = fields.read(found.body["form"], posted)
        row = packaging.start(
            world=request.seat.world,
            actor=access.actor(request.seat),
            applicant_name=request.seat.name_zh,
            theme_key=found.key,
            form=own,
            materials=fields.read_materials(found.body["materials"], posted),
            consent=True,
            sign_all=posted.get("sign_all") == "true",
        )
    except (BadInput, Conflict, Refused) as error:
        return _form(request, found, typed=posted, faults=fields.of(error))
    messages.success(request, "submitted" if row.submitted_at else "started")
    return redirect("package", row.number)


def _form(
    request: SeatedRequest,
    theme: Any,
    *,
    values: Mapping[str, Any] | None = None,
    typed: QueryDict | None = None,
    faults: list[dict[str, str]] | None = None,
) -> HttpResponse:
    body = theme.body
    own = [each for each in body["form"] if "source" not in each]
    boxes = fields.boxes(own, typed=typed, values=values, found=faults or ())
    context = {
        "theme": {"key": theme.key, "name": body["name"], "summary": body["summary"]},
        "branches": [
            {"name": each["name"], "department": _department(each), "always": each["chosen_by"] == "always"}
            for each in body["branches"]
        ],
        "hours": body["promised_working_hours"],
        "choices": [each for each in boxes if each.key.startswith("wants_")],
        "boxes": [each for each in boxes if not each.key.startswith("wants_")],
        "materials": cards.with_certificates(
            request.seat, body, fields.materials(body["materials"], typed=typed, found=faults or ()), ""
        ),
        "scope": _scope(body),
        "addresses": exchange.free_addresses(request.seat.world, body["city"], limit=8),
        "sign_all": typed is None or typed.get("sign_all") == "true",
        "consented": bool(values) or (typed is not None and typed.get("consent") == "true"),
        "declared": bool(values) or (typed is not None and typed.get("declaration") == "true"),
        "example": bool(values),
        "faults": faults or [],
    }
    return render(request, "approvals/package_new.html", context, status=422 if faults else 200)


def _department(branch: Mapping[str, Any]) -> dict[str, str]:
    return fields.department(catalogue.item(branch["item"]).body["department"])


def _scope(theme: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the branches of a theme have to be allowed, in words."""
    datasets: set[str] = set()
    types: set[str] = set()
    for branch in theme["branches"]:
        found = consent_scope(catalogue.item(branch["item"]).body)
        datasets.update(found[0])
        types.update(found[1])
    kinds = certificates.certificate_types()
    return {
        "datasets": [fields.dataset(each) for each in sorted(datasets)],
        "certificates": [kinds[each].name for each in sorted(types) if each in kinds],
        "days": CONSENT_DAYS,
    }


# --- one package ----------------------------------------------------------------------------------------------------


@require_GET
@seated()
def one(request: SeatedRequest, number: str) -> HttpResponse:
    """Show one package: its clock, lanes, deliverables, signatures, and the firm that came of it."""
    return _page(request, number)


def _page(
    request: SeatedRequest, number: str, *, faults: list[dict[str, str]] | None = None, status: int = 200
) -> HttpResponse:
    row = cases.package(request.seat.world, number, access.actor(request.seat))
    context = {**_told(request, row), "notes": wording.noted(request), "faults": faults or []}
    context["entered"] = fields.rows(catalogue.theme_version(row.theme_key, row.theme_version).body["form"], row.form)
    return render(request, "approvals/package.html", context, status=status)


def _tag(request: SeatedRequest, number: str) -> str | None:
    """Return what changes whenever the live part does: the package, its branches, and while it runs the clock."""
    if request.seat is None:
        return None
    row = cases.package(request.seat.world, number, access.actor(request.seat))
    running = row.state not in states.PACKAGE.outcomes
    moment = int(clock.now(request.seat.world).timestamp()) if running else 0
    return f'"{etag(row).strip(chr(34))}-{moment}"'


@require_GET
@condition(etag_func=_tag)
@seated()
def live(request: SeatedRequest, number: str) -> HttpResponse:
    """Return the part of a package that changes while it is handled: 304 when nothing has, the end when it is done."""
    row = cases.package(request.seat.world, number, access.actor(request.seat))
    return render(request, "approvals/_package_live.html", _told(request, row))


def _told(request: SeatedRequest, row: Package) -> dict[str, Any]:
    actor, now = access.actor(request.seat), clock.now(request.seat.world)
    row.world = request.seat.world
    teller = Teller(actor, now)
    package = teller.package(row)
    for branch in package["branches"]:
        branch["department"] = fields.short(branch["department"]["key"])
    theme = teller.theme(row).body
    time, branches = package["clock"], {each["key"]: each for each in package["branches"]}
    slowest = branches.get(time["slowest_branch"] or "")
    mine = row.applicant == actor.key and actor.role == "applicant"
    waiting = row.signatures.filter(person=actor.key, signed_at=None).exists()
    return {
        "package": package,
        "picture": lanes.drawn(package, theme, now),
        "light": wording.LIGHTS.get(time["light"]),
        "slowest": slowest,
        "slowest_took": _took(slowest, now),
        "corrections": [each for each in package["branches"] if each["state"]["key"] == "correcting"],
        "tone": wording.tone(row.state),
        "arrivals": _arrivals(package, theme),
        "signatures": [
            {**each, "roles": [wording.SIGNING.get(role, {"zh": role, "en": role}) for role in each["roles"]]}
            for each in package["signatures"]
        ],
        "finished": row.state in states.PACKAGE.outcomes,
        "to_sign": row.state == "signing" and waiting and actor.role == "applicant",
        "can_withdraw": mine and states.PACKAGE.find("withdraw", row.state, actor) is not None,
        "where": "applications" if actor.role == "applicant" else "inbox",
        "where_one": "case" if actor.role in OFFICERS else "application",
        "sees_cases": mine or actor.role != "applicant",
    }


def _took(branch: Mapping[str, Any] | None, now: datetime) -> Mapping[str, str] | None:
    """Return how long a branch has taken, in words."""
    if branch is None or branch["arrived_at"] is None:
        return None
    start, end = branch["arrived_at"], branch["finished_at"] or now
    return spells.length(spells.worked(start.astimezone(clock.ZONE), end.astimezone(clock.ZONE)))


def _arrivals(package: Mapping[str, Any], theme: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return what the branches bring: first what has come, by its moment, then what is still to come."""
    items = {each["key"]: each["item"] for each in theme["branches"]}
    come, due = [], []
    for branch in package["branches"]:
        line = {"branch": branch["name"], "department": branch["department"], "at": branch["finished_at"]}
        for each in branch["deliverables"]:
            come.append({**line, "name": each.get("name", each), "number": each.get("number", ""), "come": True})
        if not branch["deliverables"]:
            state = branch["state"]
            for each in catalogue.item(items[branch["key"]]).body["deliverables"]:
                due.append({**line, "name": each["name"], "number": "", "come": False, "state": state})
    return sorted(come, key=lambda each: each["at"]) + due


@require_http_methods(["GET", "POST"])
@seated("applicant")
def sign(request: SeatedRequest, number: str) -> HttpResponse:
    """Show a signatory what there is to sign, and take the signature."""
    world, actor = request.seat.world, access.actor(request.seat)
    row = cases.package(world, number, actor)
    faults: list[dict[str, str]] = []
    if request.method == "POST":
        try:
            if request.POST.get("declaration") != "true":
                raise BadInput({apply.DECLARE[0]: apply.DECLARE[1:]})
            packaging.sign(world=world, actor=actor, number=number)
        except (BadInput, Conflict, Refused) as error:
            faults = fields.of(error)
        else:
            messages.success(request, "signed")
            return redirect("package", number)
    theme = catalogue.theme_version(row.theme_key, row.theme_version).body
    context = {**_told(request, row), "entered": fields.rows(theme["form"], row.form), "faults": faults}
    return render(request, "approvals/package_sign.html", context, status=422 if faults else 200)


@require_POST
@seated("applicant")
def withdraw(request: SeatedRequest, number: str) -> HttpResponse:
    """Withdraw a package and all of it that is not finished."""
    try:
        packaging.withdraw_package(world=request.seat.world, actor=access.actor(request.seat), number=number)
    except (Conflict, Refused) as error:
        return _page(request, number, faults=fields.of(error), status=409 if isinstance(error, Conflict) else 422)
    messages.success(request, "withdraw")
    return redirect("package", number)
