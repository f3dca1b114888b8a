"""Packages: one form for all branches, signatures, and the lanes of the branches on the world's clock."""

from collections.abc import Mapping
from typing import Any, Final

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from approvals import states
from approvals.actions import cases
from approvals.actions import package as packaging
from approvals.api.telling import Teller
from approvals.models import Package
from approvals.pages import apply, fields, lanes, wording
from certificates import queries as certificates
from govsim.core import access, clock
from govsim.core.codes import names, regions
from govsim.core.doors import SeatedRequest, seated
from govsim.core.errors import BadInput, Conflict, Refused
from govsim.core.models import Seat
from govsim.exchange import queries as exchange
from services import queries as catalogue

# Trade names of the example, tried in turn: invented, and marked as simulated.
TRADE_NAMES: Final = ("禾穗", "青榕", "云帆", "澄溪", "木棉", "海岚", "星渚", "麦垄", "竹影", "晴川")
BARS: Final = ("disqualified_officers", "dishonest_persons", "abnormal_taxpayers", "bad_credit", "criminal", "deaths")
CAPITAL_FEN: Final = 100_000_000
SHARES: Final = [60_000_000, 40_000_000]


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
        values = example(request.seat, found.body) if request.GET.get("example") == "1" else {}
        return _form(request, found, values=values)
    posted = request.POST
    try:
        if posted.get("declaration") != "1":
            raise BadInput({apply.DECLARE[0]: apply.DECLARE[1:]})
        if posted.get("consent") != "1":
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
            sign_all=posted.get("sign_all") == "1",
        )
    except (BadInput, Conflict, Refused) as error:
        return _form(request, found, typed=posted, faults=fields.of(error))
    return redirect(f"/packages/{row.number}?note=submitted")


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
        "materials": fields.materials(body["materials"], typed=typed, found=faults or ()),
        "scope": _scope(body),
        "addresses": exchange.free_addresses(request.seat.world, body["city"], limit=8),
        "sign_all": typed is None or typed.get("sign_all") == "1",
        "consented": typed is not None and typed.get("consent") == "1",
        "declared": typed is not None and typed.get("declaration") == "1",
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
        found = apply.consent_scope(catalogue.item(branch["item"]).body)
        datasets.update(found[0])
        types.update(found[1])
    kinds = certificates.certificate_types()
    return {
        "datasets": [fields.dataset(each) for each in sorted(datasets)],
        "certificates": [kinds[each].name for each in sorted(types) if each in kinds],
        "days": apply.CONSENT_DAYS,
    }


def example(seat: Seat, theme: Mapping[str, Any]) -> dict[str, Any]:
    """Return a whole form that would be granted: the seat founds the firm with fictional people of the world."""
    city, world, at = theme["city"], seat.world, clock.now(seat.world)
    fit = exchange.sample_persons(
        world, city=city, min_age=25, max_age=55, having=["identity_library"], lacking=BARS, on=at.date(), limit=6
    )
    others = [each.number for each in fit if each.number != seat.holder][:2]
    people = [seat.holder, *others]
    second, third = (people[1], people[-1]) if others else (seat.holder, seat.holder)
    holders = list(dict.fromkeys((seat.holder, second)))
    free = exchange.free_addresses(world, city, limit=1)
    values: dict[str, Any] = {
        "company_name": _free_name(seat, city),
        "company_type": "limited_company",
        "address_code": free[0]["key"] if free else "",
        "capital_fen": CAPITAL_FEN,
        "term_years": 0,
        "scope": ["I6513", "I6531"],
        "legal_representative": seat.holder,
        "shareholders": holders,
        "shares": SHARES if len(holders) == len(SHARES) else [CAPITAL_FEN],
        "supervisor": third,
        "finance_officer": second,
        "contact": seat.holder,
        "seals": ["official", "finance", "invoice", "legal_representative"],
        "invoices_wanted": 25,
        "employees": [third],
    }
    for declared in theme["form"]:
        key, choices = declared["key"], declared.get("choices")
        if key.startswith("wants_"):
            values[key] = True
        elif key not in values and choices and declared["type"] != "list":
            values[key] = choices[0]
    return values


def _free_name(seat: Seat, city: str) -> str:
    """Return the first name of the example that no rule objects to in this world."""
    home = regions.city(city).zh
    taken = exchange.taken_names(seat.world, city, clock.now(seat.world))
    offers = [f"{home}模拟{trade}科技有限公司" for trade in TRADE_NAMES]
    offers += [f"{home}模拟{one}{two}科技有限公司" for one in TRADE_NAMES for two in TRADE_NAMES if one != two]
    return next(
        (each for each in offers if not names.check(each, city=city, kind="limited_company", taken=taken)), offers[0]
    )


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
    context = {**_told(request, row), "note": request.GET.get("note", ""), "faults": faults or []}
    context["entered"] = fields.rows(catalogue.theme_version(row.theme_key, row.theme_version).body["form"], row.form)
    return render(request, "approvals/package.html", context, status=status)


@require_GET
@seated()
def live(request: SeatedRequest, number: str) -> HttpResponse:
    """Return the part of a package that changes while it is handled; a finished one asks for no more."""
    row = cases.package(request.seat.world, number, access.actor(request.seat))
    return render(request, "approvals/_package_live.html", _told(request, row))


def _told(request: SeatedRequest, row: Package) -> dict[str, Any]:
    actor, now = access.actor(request.seat), clock.now(request.seat.world)
    row.world = request.seat.world
    teller = Teller(actor, now)
    package = teller.package(row)
    theme = teller.theme(row).body
    time, branches = package["clock"], {each["key"]: each for each in package["branches"]}
    slowest = branches.get(time["slowest_branch"] or "")
    mine = row.applicant == actor.key and actor.role == "applicant"
    waiting = row.signatures.filter(person=actor.key, signed_at=None).exists()
    return {
        "package": package,
        "picture": lanes.drawn(package, theme, now),
        "used": lanes.span_words(time["used_hours"] * 3600),
        "promised": lanes.span_words(time["promised_hours"] * 3600),
        "light": wording.LIGHTS.get(time["light"]),
        "slowest": slowest,
        "slowest_took": lanes.duration(slowest["arrived_at"], slowest["finished_at"] or now) if slowest else None,
        "arrivals": _arrivals(package, theme),
        "signatures": [
            {**each, "roles": [wording.SIGNING.get(role, {"zh": role, "en": role}) for role in each["roles"]]}
            for each in package["signatures"]
        ],
        "finished": row.state in states.PACKAGE.outcomes,
        "to_sign": row.state == "signing" and waiting and actor.role == "applicant",
        "can_withdraw": mine and states.PACKAGE.find("withdraw", row.state, actor) is not None,
        "where": "applications" if actor.role == "applicant" else "inbox",
        "sees_cases": mine or actor.role != "applicant",
    }


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
            if request.POST.get("declaration") != "1":
                raise BadInput({apply.DECLARE[0]: apply.DECLARE[1:]})
            packaging.sign(world=world, actor=actor, number=number)
        except (BadInput, Conflict, Refused) as error:
            faults = fields.of(error)
        else:
            return redirect(f"/packages/{number}?note=signed")
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
    return redirect(f"/packages/{number}?note=withdrawn")
