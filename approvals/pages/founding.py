"""Founding: the one form of a theme (一表填报) in short sections, looked over once more, signed and handed in."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from approvals.actions import checking, naming
from approvals.actions import package as packaging
from approvals.actions.submit import CONSENT_DAYS, consent_scope
from approvals.pages import apply, cards, examples, fields
from certificates import queries as certificates
from govsim.core import access, clock
from govsim.core.codes import masking
from govsim.core.doors import SeatedRequest, seated
from govsim.core.errors import BadInput, Conflict, Refused
from govsim.core.models import Seat
from govsim.exchange import queries as exchange
from services import queries as catalogue

SCOPE: Final = frozenset({"scope", "scope_other", "food_sales"})  # what the firm will do
SHARES: Final = "shares"  # stands with the people who hold them
MYSELF: Final = {"zh": "来自您的实名登录，可以改", "en": "From your sign-in; you may change it"}
SKIPPED: Final = ("csrfmiddlewaretoken", "step", "declaration")
OFFERED = 8  # addresses and people to choose from


@require_http_methods(["GET", "POST"])
@seated("applicant")
def new(request: SeatedRequest, theme: str) -> HttpResponse:
    """Show the one form of a theme, empty or filled in with an example; look it over; start the package."""
    found = catalogue.theme(theme)
    if request.method == "GET":
        filled = request.GET.get("example") == "1"
        values = examples.example(request.seat, found.body) if filled else _known(request.seat, found.body)
        return _form(request, found, values=values, filled=filled)
    posted = request.POST
    step = posted.get("step", "")
    if step == "change":
        return _form(request, found, typed=posted)
    try:
        own, _ = fields.read(found.body["form"], posted)
        given = fields.read_materials(found.body["materials"], posted)
        if step == "check":
            return _checked(request, found, own, given)
        if posted.get("declaration") != "true":
            raise BadInput({apply.DECLARE[0]: apply.DECLARE[1:]})
        if posted.get("consent") != "true":
            raise BadInput({apply.CONSENT[0]: apply.CONSENT[1:]})
        row = packaging.start(
            world=request.seat.world,
            actor=access.actor(request.seat),
            applicant_name=request.seat.name_zh,
            theme_key=found.key,
            form=own,
            materials=given,
            consent=True,
            sign_all=posted.get("sign_all") == "true",
        )
    except (BadInput, Conflict, Refused) as error:
        return _form(request, found, typed=posted, faults=fields.of(error))
    messages.success(request, "submitted" if row.submitted_at else "started")
    return redirect("package", row.number)


@require_GET
@seated("applicant")
def name(request: SeatedRequest, theme: str) -> HttpResponse:
    """Say of a name, as it is typed, whether it could be registered, and what could be chosen instead."""
    body = catalogue.theme(theme).body
    typed = request.GET.get(fields.OWN + "company_name", "").strip()[:100]
    kind = request.GET.get(fields.OWN + "company_type", "")
    world = request.seat.world
    at = clock.now(world)
    found = naming.check(world=world, city=body["city"], name=typed, company_type=kind, at=at) if typed else None
    return render(request, "approvals/_package_name.html", {"found": found})


def _known(seat: Seat, body: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is known before anything is typed: all branches wished for, and who has signed in."""
    values: dict[str, Any] = {each["key"]: True for each in body["form"] if each["key"].startswith("wants_")}
    return values | dict.fromkeys(("legal_representative", "contact"), seat.holder) | {"term_years": 0}


def _checked(request: SeatedRequest, theme: Any, own: Mapping[str, Any], given: Mapping[str, Any]) -> HttpResponse:
    """Show all that was filled in once more. Raises BadInput with every faulty field."""
    world, posted = request.seat.world, request.POST
    entries, chosen = checking.checked(world, theme.body, own, given, clock.now(world))
    context = {
        "theme": {"key": theme.key, "name": theme.body["name"]},
        "entered": fields.rows(theme.body["form"], entries),
        "materials": fields.materials(theme.body["materials"], values=chosen),
        "kept": [(name, text) for name in posted if name not in SKIPPED for text in posted.getlist(name)],
        "declared": posted.get("declaration") == "true",
    }
    return render(request, "approvals/package_check.html", context)


def _form(
    request: SeatedRequest,
    theme: Any,
    *,
    values: Mapping[str, Any] | None = None,
    filled: bool = False,
    typed: QueryDict | None = None,
    faults: Sequence[Mapping[str, str]] = (),
) -> HttpResponse:
    """Render the form with what was typed, else with `values`; `filled` says that they are the example."""
    body = theme.body
    own = [each for each in body["form"] if "source" not in each]
    boxes = {each.key: each for each in fields.boxes(own, typed=typed, values=values, found=faults)}
    if not filled:
        for key in ("legal_representative", "contact"):
            if key in boxes and boxes[key].text == request.seat.holder:
                boxes[key].hint = MYSELF
    materials = fields.materials(body["materials"], typed=typed, found=faults)
    context = {
        "theme": {"key": theme.key, "name": body["name"], "summary": body["summary"]},
        "hours": body["promised_working_hours"],
        **_sections(body, boxes),
        "materials": cards.with_certificates(request.seat, body, materials, ""),
        "scope": _scope(body),
        "addresses": exchange.free_addresses(request.seat.world, body["city"], limit=OFFERED),
        "people": _people(request.seat, body["city"]),
        "sign_all": typed is None or typed.get("sign_all") == "true",
        "consented": filled or (typed is not None and typed.get("consent") == "true"),
        "declared": filled or (typed is not None and typed.get("declaration") == "true"),
        "example": filled,
        "faults": list(faults),
    }
    return render(request, "approvals/package_new.html", context, status=422 if faults else 200)


def _sections(body: Mapping[str, Any], boxes: Mapping[str, fields.Box]) -> dict[str, Any]:
    """Return the boxes by section: of the firm, its scope, its people, and of each further branch with its choice."""
    people = {*body["signatories"], SHARES}
    left = {key: box for key, box in boxes.items() if not key.startswith("wants_")}
    branches, firm = [], []
    for branch in body["branches"]:
        item = catalogue.item(branch["item"]).body
        mine = [left.pop(each["key"]) for each in item["form"] if each["key"] in left]
        choice = boxes.get(branch["chosen_by"].removeprefix("form."))
        if choice is None:
            firm += mine
        department = fields.department(item["department"])
        branches.append({
            "name": branch["name"], "department": department, "choice": choice, "boxes": mine if choice else [],
        })  # fmt: skip
    firm += left.values()
    return {
        "branches": branches,
        "firm": [each for each in firm if each.key not in people and each.key not in SCOPE],
        "business": [each for each in firm if each.key in SCOPE],
        "roles": [each for each in firm if each.key in people],
    }


def _people(seat: Seat, city: str) -> list[dict[str, str]]:
    """Return people of the world who could take part: the seat, and others with their names masked."""
    others = exchange.sample_persons(
        seat.world, city=city, min_age=25, max_age=55, having=["identity_library"], lacking=examples.BARS, limit=OFFERED
    )
    found = [{"number": seat.holder, "name": seat.name_zh}]
    return found + [
        {"number": each.number, "name": masking.name(each.name)} for each in others if each.number != seat.holder
    ]


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
