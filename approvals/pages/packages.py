"""Packages: start one form for several departments, sign, and watch the lanes."""

from datetime import datetime, timedelta
from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.cache import patch_cache_control
from django.views.decorators.http import condition, require_GET, require_http_methods, require_POST

from approvals import queries
from approvals.actions import cases, package
from approvals.api.packages import etag
from approvals.api.telling import Teller
from approvals.pages import fields, wording
from govsim.core import access, clock, draws
from govsim.core.codes import names
from govsim.core.doors import SeatedRequest, seated
from govsim.core.errors import GovsimError
from govsim.exchange import queries as exchange
from services import queries as catalogue


def example(request: SeatedRequest, body: Any) -> dict[str, Any]:
    """Return a whole form that will be granted: the persona founds, with two fictional neighbours."""
    world, founder, city = request.seat.world, request.seat.holder, body["city"]
    bars = ("dishonest_persons", "disqualified_officers", "abnormal_taxpayers", "deaths")
    near = exchange.sample_persons(world, household_city=city, min_age=25, max_age=55, lacking=bars, limit=8)
    others = [each.number for each in near if each.number != founder][:3]
    taken = exchange.taken_names(world, city, clock.now(world), by=founder)
    place = "深圳市" if city == "shenzhen" else "肇庆市"
    words = ("禾穗", "青榕", "海棠", "云帆", "木棉", "南塘", "晴川", "远岫")
    start = draws.integer(0, len(words) - 1, world.seed, founder)
    offered = (f"{place}模拟{words[(start + step) % len(words)]}科技有限公司" for step in range(len(words)))
    name = next((each for each in offered if not names.check(each, city=city, kind="limited_company", taken=taken)), "")
    prefix = {"shenzhen": "sz", "zhaoqing": "zq"}[city]
    return {
        "company_name": name,
        "company_type": "limited_company",
        "address_code": exchange.free_addresses(world, city, limit=1)[0]["key"],
        "capital_fen": 100_000_000,
        "term_years": 0,
        "scope": ["I6513", "I6531"],
        "legal_representative": founder,
        "shareholders": [founder, *others[:1]],
        "shares": [60_000_000, 40_000_000],
        "supervisor": others[1],
        "finance_officer": others[2],
        "contact": founder,
        "seals": ["official", "finance", "invoice", "legal_representative"],
        "invoices_wanted": 25,
        "employees": others[2:3],
        "bank": f"{prefix}.bank1",
        **{each["key"]: True for each in body["form"] if each["key"].startswith("wants_")},
    }


@seated("applicant")
@require_http_methods(["GET", "POST"])
def new(request: SeatedRequest, theme: str) -> HttpResponseBase:
    """Start a package; a form with faults comes back with everything in it."""
    found: list[dict[str, str]] = []
    body = catalogue.theme(theme).body
    form = [each for each in body["form"] if "source" not in each]
    typed = request.POST if request.method == "POST" else None
    if typed is not None:
        own, _ = fields.read(form, typed)
        try:
            made = package.start(
                world=request.seat.world,
                actor=access.actor(request.seat),
                applicant_name=request.seat.name_zh,
                theme_key=theme,
                form=own,
                sign_all=typed.get("sign_all") == "true",
            )
        except GovsimError as error:
            found = fields.of(error)
        else:
            return redirect("package", made.number)
    values = example(request, body) if request.GET.get("example") == "1" else {}
    context = {
        "theme": catalogue.theme(theme),
        "faults": found,
        "boxes": fields.boxes(form, typed=typed, values=values, found=found),
        "sign_all": typed is None or typed.get("sign_all") == "true",
    }
    return render(request, "approvals/package_new.html", context, status=422 if found else 200)


def lanes(told: dict[str, Any], now: datetime) -> dict[str, Any]:
    """Return the lanes as a drawing: every place in per cent of the time from submission until now or the last end."""
    start = told["submitted_at"]
    if start is None:
        return {"rows": [], "height": 0}
    ends = [branch["finished_at"] for branch in told["branches"] if branch["finished_at"]]
    end = max([now, start + timedelta(hours=1), *ends]) + timedelta(minutes=10)
    whole = (end - start).total_seconds()

    def at(moment: datetime) -> float:
        share = float((moment - start).total_seconds()) / whole * 100
        return float(round(max(0.0, min(100.0, share)), 3))

    rows = []
    for order, branch in enumerate(told["branches"]):
        bars = []
        for span in branch["spans"]:
            left = at(span["start"])
            tall = span["kind"] == "work"
            bars.append(
                {
                    "x": left,
                    "width": max(0.4, at(span["end"]) - left),
                    "y": order * 40 + (10 if tall else 18),
                    "height": 20 if tall else 6,
                    "class": {"work": "b-work", "queue": "b-queue"}.get(span["kind"], "b-wait"),
                    "word": wording.SPANS.get(span["kind"], wording.SPANS["queue"]),
                }
            )
        done = at(branch["finished_at"]) if branch["finished_at"] else None
        rows.append({**branch, "bars": bars, "y": order * 40 + 20, "done": done})
    return {"rows": rows, "height": len(rows) * 40, "now": at(now), "start": start, "end": end}


def context_of(request: SeatedRequest, number: str) -> dict[str, Any]:
    """Return what the lanes page shows."""
    world, actor = request.seat.world, access.actor(request.seat)
    row = cases.package(world, number, actor)
    now = clock.now(world)
    told = Teller(actor, now).package(row)
    return {
        "row": row,
        "told": told,
        "drawing": lanes(told, now),
        "finished": row.state not in ("signing", "running"),
        "mine_to_sign": row.signatures.filter(person=request.seat.holder, signed_at=None).exists(),
        "tag": etag(row),
    }


@seated()
@require_GET
def one(request: SeatedRequest, number: str) -> HttpResponse:
    """The package: a lane for each department on the world's clock."""
    return render(request, "approvals/package.html", context_of(request, number))


def _tag(request: SeatedRequest, number: str) -> str | None:
    if request.seat is None:
        return None
    world = request.seat.world
    row = cases.package(world, number, access.actor(request.seat))
    return f'"{etag(row).strip(chr(34))}-{int(clock.now(world).timestamp()) if row.finished_at is None else 0}"'


@seated()
@require_GET
@condition(etag_func=_tag)
def live(request: SeatedRequest, number: str) -> HttpResponse:
    """The part of the page that changes; 304 when nothing has."""
    response = render(request, "approvals/_package.html", context_of(request, number))
    patch_cache_control(response, private=True, no_cache=True)
    return response


@seated("applicant")
@require_http_methods(["GET", "POST"])
def sign(request: SeatedRequest, number: str) -> HttpResponseBase:
    """Sign as oneself."""
    if request.method == "POST":
        package.sign(world=request.seat.world, actor=access.actor(request.seat), number=number)
        return redirect("package", number)
    return render(request, "approvals/sign.html", context_of(request, number))


@seated("applicant")
@require_POST
def withdraw(request: SeatedRequest, number: str) -> HttpResponseBase:
    """Withdraw the package and what of it is not finished."""
    package.withdraw_package(world=request.seat.world, actor=access.actor(request.seat), number=number)
    return redirect("package", number)


@seated("applicant")
@require_GET
def mine(request: SeatedRequest) -> HttpResponseBase:
    """Packages are listed with the applications."""
    return redirect("applications")


__all__ = ["lanes", "live", "mine", "new", "one", "queries", "sign", "withdraw"]
