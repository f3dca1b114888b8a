"""Packages: the list, one package with the lanes of its branches, signing, answering, the clock, withdrawing."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import condition, require_GET, require_http_methods, require_POST

from approvals import queries
from approvals.actions import cases, correct
from approvals.actions import package as packaging
from approvals.api.packages import etag
from approvals.api.telling import Teller
from approvals.pages import apply, fields, pace, package_view, wording
from govsim.core import access, clock
from govsim.core.doors import SeatedRequest, seated
from govsim.core.errors import BadInput, Conflict, NotFound, Refused
from govsim.core.templatetags.house import language
from services import queries as catalogue

PAGE = 20  # packages on one page of the list


@require_GET
@seated("applicant")
def mine(request: SeatedRequest) -> HttpResponse:
    """List the packages that the seat started or has to sign, newest first, a page at a time."""
    world, actor = request.seat.world, access.actor(request.seat)
    rows = queries.packages_of(world, actor.key)
    if before := request.GET.get("before", "")[:20]:
        rows = rows.filter(pk__lt=cases.package(world, before, actor).pk)
    found = list(rows[: PAGE + 1])
    teller = Teller(actor, clock.now(world))
    lines = [
        {**teller.package_line(row), "tone": wording.tone(row.state), "name": row.form.get("company_name", "")}
        for row in found[:PAGE]
    ]
    older = lines[-1]["number"] if len(found) > PAGE else None
    themes = [{"key": each.key, "name": each.body["name"]} for each in catalogue.themes()]
    context = {"lines": lines, "older": older, "before": before, "themes": themes}
    return render(request, "approvals/packages.html", context)


@require_GET
@seated()
def one(request: SeatedRequest, number: str) -> HttpResponse:
    """Show one package: its clock, lanes, deliverables, signatures, and the firm that came of it."""
    return _page(request, number)


def _page(
    request: SeatedRequest,
    number: str,
    *,
    branch: str = "",
    typed: QueryDict | None = None,
    faults: list[dict[str, str]] | None = None,
    status: int = 200,
) -> HttpResponse:
    """Render the page, with what was typed in the refused answer of one branch."""
    row = cases.package(request.seat.world, number, access.actor(request.seat))
    context = {**package_view.told(request, row), "notes": wording.noted(request), "faults": faults or []}
    context["answers"] = _answers(row, context, branch=branch, typed=typed, faults=faults or [])
    context["entered"] = fields.rows(catalogue.theme_version(row.theme_key, row.theme_version).body["form"], row.form)
    return render(request, "approvals/package.html", context, status=status)


def _answers(row: Any, context: dict[str, Any], **more: Any) -> list[dict[str, Any]]:
    """Return the forms in which the applicant answers; officers see none."""
    return package_view.answers(row, context["package"], **more) if context["mine"] and context["corrections"] else []


def _tag(request: SeatedRequest, number: str) -> str | None:
    """Return what changes whenever the live part does: package, branches, clock and its pace, and the language."""
    if request.seat is None:
        return None
    world = request.seat.world
    row = cases.package(world, number, access.actor(request.seat))
    moment = package_view.moment_of(row, clock.now(world))
    return f'"{etag(row).strip(chr(34))}-{moment}-{world.mode}-{world.pace:g}-{language()}"'


@require_GET
@condition(etag_func=_tag)
@seated()
def live(request: SeatedRequest, number: str) -> HttpResponse:
    """Return the part of a package that changes while it is handled: 304 when nothing has, the end when it is done."""
    return _live(request, number)


def _live(request: SeatedRequest, number: str) -> HttpResponse:
    """Render the live part, and beside it what has changed since: the answers, the journal, the table."""
    row = cases.package(request.seat.world, number, access.actor(request.seat))
    context = package_view.told(request, row)
    asked = request.GET.get("asked", "")
    context["others"] = True
    context["answers_changed"] = asked != ",".join(each["key"] for each in context["corrections"])
    context["journal_grew"] = request.GET.get("lines", "") != str(len(context["journal"]))
    if context["answers_changed"]:
        context["answers"] = _answers(row, context)
    return render(request, "approvals/_package_live.html", context)


@require_POST
@seated()
def move_clock(request: SeatedRequest, number: str) -> HttpResponse:
    """Move the world's clock while one watches a package (demo only); answer with the live part, or the page."""
    cases.package(request.seat.world, number, access.actor(request.seat))
    pace.move(request)
    if request.headers.get("HX-Request"):
        return _live(request, number)
    return redirect("package", number)


@require_POST
@seated("applicant")
def answer(request: SeatedRequest, number: str, branch: str) -> HttpResponse:
    """Take the answer to the correction notice of one branch, on the page of the package."""
    world, actor = request.seat.world, access.actor(request.seat)
    row = cases.package(world, number, actor)
    case = row.applications.filter(branch=branch, state="correcting").first()
    if case is None or row.applicant != actor.key:
        raise NotFound("这一路没有等待您补正", "This branch does not wait for an answer of yours")
    own, materials = package_view.asked(case)
    form, _ = fields.read(own, request.POST)
    given = fields.read_materials(materials, request.POST)
    try:
        correct.correct(world=world, actor=actor, number=case.number, form=form, materials=given)
    except (BadInput, Conflict, Refused) as error:
        return _page(request, number, branch=branch, typed=request.POST, faults=fields.of(error), status=422)
    messages.success(request, "correct")
    return redirect("package", number)


@require_http_methods(["GET", "POST"])
@seated("applicant")
def sign(request: SeatedRequest, number: str) -> HttpResponse:
    """Show a signatory what there is to sign, and take the signature; the applicant may have the rest signed."""
    world, actor = request.seat.world, access.actor(request.seat)
    row = cases.package(world, number, actor)
    faults: list[dict[str, str]] = []
    if request.method == "POST":
        for_others = request.POST.get("for_others") == "true"
        try:
            if not for_others and request.POST.get("declaration") != "true":
                raise BadInput({apply.DECLARE[0]: apply.DECLARE[1:]})
            packaging.sign(world=world, actor=actor, number=number, for_others=for_others)
        except (BadInput, Conflict, Refused) as error:
            faults = fields.of(error)
        else:
            messages.success(request, "submitted" if for_others else "signed")
            return redirect("package", number)
    theme = catalogue.theme_version(row.theme_key, row.theme_version).body
    context = {**package_view.told(request, row), "entered": fields.rows(theme["form"], row.form), "faults": faults}
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
