"""Presenting a certificate on a phone (亮证): choose what to show, then a QR code that is good for a minute."""

from datetime import datetime, timedelta
from typing import Any, TypedDict, cast

from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from certificates import actions, queries, sdjwt
from certificates.pages import wording
from certificates.pages.wallet import mine
from govsim.core import access, clock, faults
from govsim.core import world as worlds
from govsim.core.doors import SeatedRequest, seated
from govsim.core.errors import BadInput, NotFound, Refused
from govsim.core.models import World
from govsim.exchange import queries as exchange

CODE_SECONDS = 60  # how long one QR code is good
MINUTES = 10  # how long new codes are made for one presentation
SALT = "certificates.presented"
PRESENTED = "certificate_presented"  # in the session: what is being presented
LONGEST_USER, LONGEST_PURPOSE = 60, 200


class Showing(TypedDict):
    """One presentation under way."""

    identifier: str
    fields: list[str]
    user: str
    purpose: str
    until: str  # wall time
    made_at: str  # world time, as is the next
    good_until: str
    consent: int


@seated("applicant")
@require_http_methods(["GET", "POST"])
def present(request: SeatedRequest, identifier: str) -> HttpResponseBase:
    """Choose to whom, for what and which fields of a certificate to show; sent, make the presentation.

    Raises NotFound.
    """
    found = mine(request, identifier)
    chosen = request.POST.getlist("fields")
    told: dict[str, Any] = {
        **wording.line(found),
        "usable": found.state.key == "valid",
        "user": request.POST.get("user", "")[:LONGEST_USER],
        "purpose": request.POST.get("purpose", "")[:LONGEST_PURPOSE],
        "minutes": MINUTES,
        "fields": [
            {**each, "chosen": each["key"] in chosen}
            for each in wording.fields(found.type_key, wording.everything(found), masked=True)
        ],
    }
    if request.method == "GET":
        return render(request, "certificates/present.html", told)
    try:
        shown = actions.disclose(
            world=request.seat.world, identifier=identifier, actor=access.actor(request.seat), user=told["user"],
            purpose=told["purpose"], fields=chosen, minutes=MINUTES,
        )  # fmt: skip
    except (BadInput, Refused) as refused:
        told["faults"] = faults.of(refused)
        return render(request, "certificates/present.html", told, status=422)
    until = clock.wall() + timedelta(minutes=MINUTES)
    request.session[PRESENTED] = Showing(
        identifier=identifier, fields=chosen, user=told["user"], purpose=told["purpose"], until=until.isoformat(),
        consent=shown.consent_id, made_at=shown.made_at.isoformat(), good_until=shown.until.isoformat(),
    )  # fmt: skip
    return redirect("certificate-presented", identifier)


@seated("applicant")
@require_GET
def presented(request: SeatedRequest, identifier: str) -> HttpResponseBase:
    """Show the presentation under way with a fresh QR code; over, lead back to the choice. Raises NotFound."""
    found = mine(request, identifier)
    showing = _under_way(request, found)
    if showing is None:
        return redirect("certificate-present", identifier)
    told = {
        **wording.line(found),
        **_code(request, showing),
        "showing": showing,
        "good_until": datetime.fromisoformat(showing["good_until"]),
        "fields": [
            each
            for each in wording.fields(found.type_key, wording.everything(found))
            if each["key"] in showing["fields"]
        ],
        "token": _token(request, showing),
    }
    if request.headers.get("HX-Request"):
        return render(request, "certificates/_code.html", told)
    return render(request, "certificates/presented.html", told)


@seated("applicant")
@require_GET
def token(request: SeatedRequest, identifier: str) -> HttpResponseBase:
    """Return the presentation under way as a file (SD-JWT VC). Raises NotFound."""
    found = mine(request, identifier)
    showing = _under_way(request, found)
    if showing is None:
        return redirect("certificate-present", identifier)
    answer = HttpResponse(_token(request, showing), content_type="application/dc+sd-jwt")
    answer.headers["Content-Disposition"] = 'attachment; filename="certificate.sd-jwt"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@seated("applicant")
@require_GET
def copy(request: SeatedRequest, identifier: str) -> HttpResponseBase:
    """Return the annotated copy (加注件) of the presentation under way: only what was chosen, with its purpose and end.

    Raises NotFound.
    """
    showing = _under_way(request, mine(request, identifier))
    if showing is None:
        raise NotFound("没有正在出示的证照", "Nothing is being presented")
    picture, _ = queries.annotated_copy(
        request.seat.world, identifier, purpose=showing["purpose"], user=showing["user"],
        at=datetime.fromisoformat(showing["made_at"]), until=datetime.fromisoformat(showing["good_until"]),
        base=wording.base(request), only=showing["fields"],
    )  # fmt: skip
    answer = HttpResponse(picture, content_type="image/svg+xml")
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@require_GET
def scanned(request: HttpRequest, world: str, code: str) -> HttpResponse:
    """Show whoever scanned the code what the holder chose to show, and what it is worth. Raises NotFound for an
    unknown world."""
    place = worlds.at_address(world)
    try:
        showing = cast("dict[str, Any]", signing.loads(code, salt=SALT, max_age=CODE_SECONDS))
        if showing["world"] != place.pk:
            raise NotFound("没有查到这个证照", "No such certificate was found")
        at = clock.now(place)
        found = queries.held(place, showing["identifier"], at=at)
        if _taken_back(place, found, showing["consent"]):
            return render(request, "certificates/scanned.html", {"taken_back": True})
    except signing.SignatureExpired:
        return render(request, "certificates/scanned.html", {"late": True})
    except (signing.BadSignature, NotFound):
        return render(request, "certificates/scanned.html", {"unknown": True})
    verdict = queries.verify(found.identifier, world=place, at=at, wall=clock.wall())
    told = {
        **wording.line(found),
        "verdict": verdict,
        "showing": showing,
        "checked_at": at,
        "checked_in": worlds.address(place),
        "fields": [
            each
            for each in wording.fields(found.type_key, wording.everything(found))
            if verdict.is_valid and each["key"] in showing["fields"]
        ],
    }
    return render(request, "certificates/scanned.html", told)


def _under_way(request: SeatedRequest, found: queries.Held) -> Showing | None:
    """Return the presentation of this certificate that has not run out, else nothing."""
    kept: Showing | None = request.session.get(PRESENTED)
    if kept is None or kept["identifier"] != found.identifier or kept["until"] <= clock.wall().isoformat():
        return None
    return None if _taken_back(request.seat.world, found, kept["consent"]) else kept


def _taken_back(world: World, found: queries.Held, consent: int) -> bool:
    """Say whether the holder has withdrawn the consent behind a presentation. Raises NotFound."""
    return exchange.consent_of(world, [found.holder_code], consent).withdrawn_at is not None


def _code(request: SeatedRequest, showing: Showing) -> dict[str, Any]:
    """Return a fresh code: signed, good for a minute, and telling only what it points to."""
    world = request.seat.world
    said = {
        "world": world.pk, "identifier": showing["identifier"], "fields": showing["fields"], "user": showing["user"],
        "purpose": showing["purpose"], "consent": showing["consent"],
    }  # fmt: skip
    code = signing.dumps(said, salt=SALT, compress=True)
    site = wording.base(request) or queries.issuer_address(world).partition("/w/")[0]
    address = site + reverse("certificate-scanned", args=[worlds.address(world), code])
    return {"address": address, "qr": wording.qr(address), "seconds": CODE_SECONDS}


def _token(request: SeatedRequest, showing: Showing) -> str:
    world = request.seat.world
    whole = queries.token(world, showing["identifier"]) or ""
    return sdjwt.present(whole, showing["fields"])
