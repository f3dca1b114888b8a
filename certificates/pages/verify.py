"""Verifying for everybody: paste, upload or scan; a verdict in words, and every check as a row."""

import re
from collections.abc import Mapping
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from certificates import queries, sdjwt, verdicts
from certificates.pages import wording
from certificates.queries.issuer import VCT
from govsim.core import clock, faults
from govsim.core import world as worlds
from govsim.core.errors import BadInput, NotFound
from govsim.core.models import World

# What QR codes hold: an address of this site, or of the same site under another name.
_SCANNED = re.compile(r"https?://[^/\s]{1,255}/w/([-\w]{1,80})/(verify|shown)/([^\s/?#]{1,2000})", re.ASCII)


@require_http_methods(["GET", "POST"])
def verify(request: HttpRequest) -> HttpResponseBase:
    """Judge a token, an identifier or an address from a QR code that somebody pastes or uploads. Anybody may ask."""
    seat = getattr(request, "seat", None)
    offered = [] if seat is not None else worlds.living()
    told: dict[str, Any] = {
        "presented": request.POST.get("presented", "").strip()[: sdjwt.MAX_BYTES + 1],
        "worlds": [worlds.address(each) for each in offered] if len(offered) > 1 else [],
        "chosen": request.POST.get("world", ""),
        "elsewhere": _elsewhere(request, [seat.world] if seat is not None else offered),
    }
    if request.method == "GET":
        return render(request, "certificates/verify.html", told)
    try:
        told["presented"] = shown = _given(request, told["presented"])
        if scanned := _SCANNED.fullmatch(shown):
            address, kind, rest = scanned.groups()
            named = worlds.at_address(address)
            if kind == "shown":
                return redirect("certificate-scanned", address, rest)
            return render(request, "certificates/verify.html", {**told, **_verdict(named, rest)})
        world = seat.world if seat is not None else _named(shown) or _chosen(told["chosen"], offered)
    except (BadInput, NotFound) as bad:
        found = faults.of(bad)
        for each in found:
            each["field"] = each["field"] or "presented"
        return render(request, "certificates/verify.html", {**told, "faults": found}, status=422)
    return render(request, "certificates/verify.html", {**told, **_verdict(world, shown)})


@require_GET
def verify_certificate(request: HttpRequest, world: str, identifier: str) -> HttpResponse:
    """Judge the certificate whose QR code was scanned. Raises NotFound for an unknown world."""
    found = worlds.at_address(world)
    told = {"scanned": True, "elsewhere": _elsewhere(request, [found])}
    return render(request, "certificates/verify.html", {**told, **_verdict(found, identifier)})


def _given(request: HttpRequest, pasted: str) -> str:
    """Return what was pasted, else the text of the uploaded file. Raises BadInput."""
    file = request.FILES.get("file")
    if pasted or not isinstance(file, UploadedFile):
        if not pasted:
            raise BadInput({"presented": ("请粘贴电子证照或证照标识", "Paste a certificate or its identifier")})
        return pasted
    if (file.size or 0) > sdjwt.MAX_BYTES:
        raise BadInput({"file": ("文件过大，拒绝读取", "The file is too large and was not read")})
    try:
        text = str(file.read(sdjwt.MAX_BYTES + 1), "utf-8").strip()
    except UnicodeDecodeError:
        text = ""
    if not text or not text.isprintable():
        raise BadInput({"file": (
            "文件里没有电子证照。二维码图片由浏览器识别，需要启用 JavaScript",
            "There is no certificate in the file. Pictures of QR codes are read by the browser, which needs JavaScript",
        )})  # fmt: skip
    return text


def _named(shown: str) -> World | None:
    """Return the world that an authentic token says it is from; nobody has to choose it."""
    address = queries.issuing_world(shown, wall=clock.wall())
    return next((each for each in worlds.living() if worlds.address(each) == address), None)


def _chosen(address: str, offered: list[World]) -> World:
    """Return the only living world, or the one that is named. Raises BadInput."""
    if len(offered) == 1:
        return offered[0]
    for each in offered:
        if worlds.address(each) == address:
            return each
    raise BadInput({"world": ("请选择模拟世界", "Choose a simulated world")})


def _elsewhere(request: HttpRequest, offered: list[World]) -> list[dict[str, str]]:
    """Return what another program needs to check certificates of these worlds: issuer, keys, status list."""
    base = wording.base(request)
    return [
        {
            "issuer": queries.issuer_address(each, base),
            "metadata": queries.issuer_address(each, base).replace("/w/", "/.well-known/jwt-vc-issuer/w/"),
            "status": queries.status_list_address(each, 1, base),
        }
        for each in offered[:3]
    ]


def _verdict(world: World, shown: str) -> dict[str, Any]:
    at = clock.now(world)
    found = queries.verify(shown, world=world, at=at, wall=clock.wall())
    claims = found.claims
    key = str(claims.get("vct", "")).removeprefix(VCT)
    authority = claims.get("issuing_authority")
    issuer = str(authority.get("key", "")) if isinstance(authority, Mapping) else ""
    of_token = "~" in shown or shown.count(".") == 2
    bound = of_token and not shown.endswith("~")
    return {
        "verdict": found,
        "tone": "done" if found.is_valid else wording.TONES.get(found.reason, "bad"),
        "checks": verdicts.checks(found.reason, of_token=of_token, bound=bound),
        "of_token": of_token,
        "checked_at": at,
        "checked_in": worlds.address(world),
        "type": wording.type_name(key) if key else None,
        "issuer": wording.department_name(issuer) if issuer else None,
        "valid_from": claims.get("valid_from"),
        "valid_until": claims.get("valid_until"),
        "dated": "valid_from" in claims,
        "fields": wording.fields(key, claims) if key in queries.certificate_types() else [],
        "status": _status(claims),
    }


def _status(claims: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return where the token says that its status is listed."""
    entry = claims.get("status")
    found = entry.get("status_list") if isinstance(entry, Mapping) else None
    return dict(found) if isinstance(found, Mapping) else None
