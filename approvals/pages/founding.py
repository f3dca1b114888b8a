"""Founding: the one form of a theme (一表填报), checked, signed and handed in as a package."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from approvals.actions import package as packaging
from approvals.actions.submit import CONSENT_DAYS, consent_scope
from approvals.pages import apply, cards, examples, fields
from certificates import queries as certificates
from govsim.core import access
from govsim.core.doors import SeatedRequest, seated
from govsim.core.errors import BadInput, Conflict, Refused
from govsim.exchange import queries as exchange
from services import queries as catalogue


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
