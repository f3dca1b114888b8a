"""Certificates as pages: the holder's wallet, who looked at the holder's data and why, and verifying for everybody."""

from collections.abc import Iterable, Mapping
from typing import Any

import segno
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from certificates import queries, schema, states
from certificates.queries.issuer import VCT
from certificates.verdicts import REASONS
from govsim.core import clock, faults, organisations
from govsim.core import world as worlds
from govsim.core.actors import ROLES
from govsim.core.doors import SeatedRequest, seated
from govsim.core.errors import BadInput, Conflict, NotFound
from govsim.core.models import World
from govsim.core.templatetags.house import day, value, yuan
from govsim.exchange import actions as exchanges
from govsim.exchange import queries as exchange

type Words = Mapping[str, str]  # {zh, en}

MOST_LINES = 200
TONES = {"valid": "done", "not_yet_valid": "wait", "suspended": "wait"}  # how a state looks; any other is bad
TABS: Mapping[str, Words] = {
    "looks": {"zh": "谁看过我的数据", "en": "Who looked at my data"},
    "uses": {"zh": "用证记录", "en": "Uses of certificates"},
    "consents": {"zh": "我的授权", "en": "My consents"},
    "disputes": {"zh": "数据异议", "en": "Disputed data"},
}
LOOKED: Mapping[str, Words] = {
    "answered": {"zh": "已答复", "en": "Answered"},
    "down": {"zh": "来源不可用", "en": "Source down"},
    "conflict": {"zh": "记录不一致", "en": "Records differ"},
}
DISPUTES: Mapping[str, Words] = {
    "open": {"zh": "待核实", "en": "Being checked"},
    "corrected": {"zh": "已更正", "en": "Corrected"},
    "upheld": {"zh": "核实无误", "en": "Found right"},
}


# --- the holder's wallet -----------------------------------------------------------------------------------------


@seated("applicant")
@require_GET
def wallet(request: SeatedRequest) -> HttpResponse:
    """Show the holder's certificates by state, usable ones first."""
    world = request.seat.world
    held = [_line(each) for each in queries.wallet(world, request.seat.holder, at=clock.now(world))]
    every = [*states.TABLE.states.values(), states.NOT_YET_VALID, states.EXPIRED]
    groups = [(state, [each for each in held if each["state"].key == state.key]) for state in every]
    return render(request, "certificates/wallet.html", {
        "groups": [(state, cards) for state, cards in groups if cards],
        "many": len(held),
    })  # fmt: skip


@seated("applicant")
@require_GET
def certificate(request: SeatedRequest, identifier: str) -> HttpResponse:
    """Show one certificate of the holder: what it says, what it is worth, who used it. Raises NotFound."""
    world = request.seat.world
    found = _mine(request, identifier)
    address = queries.verification_address(world, found.identifier)
    uses = queries.use_log(world, request.seat.holder, limit=2000)
    return render(request, "certificates/certificate.html", {
        **_line(found),
        "held": found,
        "fields": _fields(found.type_key, found.fields),
        "address": address,
        "qr": _qr(address),
        "uses": [_use(each) for each in uses if each.identifier == found.identifier][:MOST_LINES],
    })  # fmt: skip


@seated("applicant")
@require_safe
def card(request: SeatedRequest, identifier: str) -> HttpResponse:
    """Return the specimen card of one certificate of the holder as a picture. Raises NotFound."""
    world = request.seat.world
    found = _mine(request, identifier)
    picture = queries.card(world, found.identifier, at=clock.now(world))
    answer = HttpResponse(picture, content_type="image/svg+xml")
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _mine(request: SeatedRequest, identifier: str) -> queries.Held:
    """Return a certificate of the asker. Raises NotFound for a stranger's as for none at all."""
    world = request.seat.world
    found = queries.held(world, identifier, at=clock.now(world))
    if found.holder_code != request.seat.holder:
        raise NotFound("没有查到这个证照", "No such certificate was found")
    return found


# --- who looked at my data ---------------------------------------------------------------------------------------


@seated("applicant")
@require_GET
def my_data(request: SeatedRequest) -> HttpResponse:
    """Show the holder who looked at their data and why, uses of certificates, consents and disputes."""
    return _my_data(request)


@seated("applicant")
@require_POST
def withdraw(request: SeatedRequest, consent: int) -> HttpResponseBase:
    """Take a consent back. Raises NotFound for somebody else's."""
    world = request.seat.world
    try:
        exchanges.consent.withdraw(
            world=world, consent_id=consent, subject=request.seat.holder, at=clock.now(world)
        )  # fmt: skip
    except Conflict as ended:
        return _my_data(request, tab="consents", problems=faults.of(ended), status=409)
    answer = redirect("my-data")
    answer.headers["Location"] += "?tab=consents"
    return answer


def _my_data(
    request: SeatedRequest, *, tab: str = "", problems: Iterable[faults.Fault] = (), status: int = 200
) -> HttpResponse:
    world, holder = request.seat.world, request.seat.holder
    tab = tab or request.GET.get("tab", "")
    tab = tab if tab in TABS else "looks"
    told: dict[str, Any] = {"tab": tab, "tabs": [{"key": key, **words} for key, words in TABS.items()],
                            "faults": list(problems)}  # fmt: skip
    if tab == "looks":
        told["looks"] = [_look(each) for each in exchange.log_of(world, holder, limit=MOST_LINES)]
    elif tab == "uses":
        told["uses"] = [_use(each) for each in queries.use_log(world, holder, limit=MOST_LINES)]
    elif tab == "consents":
        rows, now = exchange.consents_of(world, holder), clock.now(world)
        live = exchange.consents_in_force(world, [each.pk for each in rows], at=now)
        told["consents"] = [{"row": each, "live": each.pk in live, **_allowed(each)} for each in rows]
    else:
        told["disputes"] = [_dispute(each) for each in exchange.disputes_of(world, holder)]
    return render(request, "certificates/my_data.html", told, status=status)


def _look(line: exchange.LogLine) -> dict[str, Any]:
    return {
        "at": line.at,
        "number": line.number,
        "dataset": _pair(line.dataset_names),
        "department": _pair(line.department_names),
        "source": _pair(line.source_names),
        "purpose": _pair(line.purpose),
        "status": {"key": line.status, **LOOKED[line.status]},
        "rows": line.rows,
        "consent": line.consent_id,
    }


def _use(line: queries.UseLine) -> dict[str, Any]:
    role = line.actor.partition(":")[0]
    labels = _labels([line.type_key])
    result = REASONS.get(line.result.lower())
    return {
        "at": line.at,
        "identifier": line.identifier,
        "type": _type(line.type_key),
        "who": _department(line.department) if line.department else ROLES.get(role, {"zh": role, "en": role}),
        "number": line.case_number,
        "purpose": line.purpose,
        "fields": [labels.get(each, {"zh": each, "en": each}) for each in line.fields],
        "result": {"zh": result[1], "en": result[2]} if result else {"zh": line.result, "en": line.result},
    }


def _allowed(row: Any) -> dict[str, Any]:
    """Return what a consent allows, in words: data, certificates, and of these which fields."""
    datasets = {each.key: {"zh": each.zh, "en": each.en} for each in exchange.catalogue()}
    labels = _labels(row.certificate_types)
    return {
        "allows": [datasets.get(key, {"zh": key, "en": key}) for key in row.datasets]
        + [_type(key) for key in row.certificate_types],
        "fields": [labels.get(key, {"zh": key, "en": key}) for key in row.fields],
    }


def _dispute(row: Any) -> dict[str, Any]:
    kind = {each.key: each for each in exchange.catalogue()}[row.dataset]
    named = kind.fields.get(row.field)
    return {
        "row": row,
        "dataset": {"zh": kind.zh, "en": kind.en},
        "field": {"zh": named.zh, "en": named.en} if named else {"zh": row.field, "en": row.field},
        "source": _department(row.source),
        "state": DISPUTES[row.state],
    }


# --- verifying ---------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """Judge a token or an identifier that somebody pastes. Anybody may ask."""
    seat = getattr(request, "seat", None)
    offered = [] if seat is not None else worlds.living()
    shown = request.POST.get("presented", "").strip()
    told: dict[str, Any] = {
        "presented": shown,
        "worlds": [worlds.address(each) for each in offered] if len(offered) > 1 else [],
        "chosen": request.POST.get("world", ""),
    }
    if request.method == "GET":
        return render(request, "certificates/verify.html", told)
    try:
        if not shown:
            raise BadInput({"presented": ("请粘贴电子证照或证照标识", "Paste a certificate or its identifier")})
        world = seat.world if seat is not None else _chosen(told["chosen"], offered)
    except BadInput as bad:
        return render(request, "certificates/verify.html", {**told, "faults": faults.of(bad)}, status=422)
    return render(request, "certificates/verify.html", {**told, **_verdict(world, shown)})


@require_GET
def verify_certificate(request: HttpRequest, world: str, identifier: str) -> HttpResponse:
    """Judge the certificate whose QR code was scanned. Raises NotFound for an unknown world."""
    found = worlds.at_address(world)
    return render(request, "certificates/verify.html", {"scanned": True, **_verdict(found, identifier)})


def _chosen(address: str, offered: list[World]) -> World:
    """Return the only living world, or the one that is named. Raises BadInput."""
    if len(offered) == 1:
        return offered[0]
    for each in offered:
        if worlds.address(each) == address:
            return each
    raise BadInput({"world": ("请选择模拟世界", "Choose a simulated world")})


def _verdict(world: World, shown: str) -> dict[str, Any]:
    at = clock.now(world)
    found = queries.verify(shown, world=world, at=at, wall=clock.wall())
    claims = found.claims
    key = str(claims.get("vct", "")).removeprefix(VCT)
    authority = claims.get("issuing_authority")
    issuer = str(authority.get("key", "")) if isinstance(authority, Mapping) else ""
    return {
        "verdict": found,
        "checked_at": at,
        "checked_in": worlds.address(world),
        "type": _type(key) if key else None,
        "issuer": _department(issuer) if issuer else None,
        "valid_from": claims.get("valid_from"),
        "valid_until": claims.get("valid_until"),
        "dated": "valid_from" in claims,
        "fields": _fields(key, claims) if key in queries.certificate_types() else [],
    }


# --- words -------------------------------------------------------------------------------------------------------


def _pair(names: tuple[str, str]) -> Words:
    return {"zh": names[0], "en": names[1]}


def _type(key: str) -> Words:
    kind = queries.certificate_types().get(key)
    return {"zh": kind.name.zh if kind else key, "en": kind.name.en if kind else key}


def _department(key: str) -> Words:
    found = organisations.departments().get(key)
    return {"zh": found.name_zh if found else key, "en": found.name_en if found else key}


def _labels(type_keys: Iterable[str]) -> dict[str, Words]:
    """Return what the fields of these types are called, with those that every certificate has."""
    kinds = [queries.certificate_types()[key] for key in type_keys if key in queries.certificate_types()]
    own = {key: {"zh": each.label.zh, "en": each.label.en} for kind in kinds for key, each in kind.fields.items()}
    return {**schema.STANDING, **own}


def _line(found: queries.Held) -> dict[str, Any]:
    return {
        "identifier": found.identifier,
        "type": _type(found.type_key),
        "number": found.number,
        "issuer": _department(found.issuer_key),
        "holder_name": found.holder_name,
        "valid_from": found.valid_from,
        "valid_until": found.valid_until,
        "state": found.state,
        "tone": TONES.get(found.state.key, "bad"),
    }


def _fields(type_key: str, values: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the fields of a type that have a value here, in the type's order."""
    kinds = {key: each.type for key, each in queries.type_of(type_key).fields.items()}
    return [
        {"key": key, "label": label, "value": _shown(kinds.get(key, "text"), values[key])}
        for key, label in _labels([type_key]).items()
        if values.get(key) not in (None, "")
    ]


def _shown(kind: str, found: Any) -> str:
    if kind == "money" and isinstance(found, int):
        return f"¥{yuan(found)}"
    return day(found) if kind == "date" else value(found)


def _qr(address: str) -> dict[str, Any]:
    """Return the QR code as one path of squares, with its size: drawn by the template without any style."""
    matrix = segno.make(address, error="m", micro=False).matrix
    squares = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(matrix) for x, dark in enumerate(row) if dark)
    return {"size": len(matrix), "path": squares}
