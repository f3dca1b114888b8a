"""The holder's wallet: certificates by what they are worth, and one certificate with its state, QR code and uses."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST, require_safe

from certificates import actions, queries
from certificates.pages import wording
from certificates.pages.wording import Words
from govsim.core import access, clock
from govsim.core.doors import SeatedRequest, seated
from govsim.core.errors import NotFound, Refused
from govsim.exchange import queries as exchange

MOST_CARDS = 300
MOST_USES = 20
IN_FULL = timedelta(minutes=5)  # wall time: how long the full content stays on the screen
SHOWN_IN_FULL = "certificates_in_full"  # in the session: identifier -> until when (wall time)
GROUPS: Mapping[str, tuple[Words, frozenset[str]]] = {
    "valid": ({"zh": "有效", "en": "Valid"}, frozenset({"valid"})),
    "waiting": ({"zh": "暂不能用", "en": "Not usable for now"}, frozenset({"not_yet_valid", "suspended"})),
    "expired": ({"zh": "已过期", "en": "Expired"}, frozenset({"expired"})),
    "ended": ({"zh": "已吊销、注销或换发", "en": "Revoked, cancelled or replaced"},
              frozenset({"revoked", "cancelled", "superseded"})),
}  # fmt: skip
EVENTS: Mapping[str, Words] = {
    "CertificateSuspended": {"zh": "暂扣", "en": "Suspended"},
    "CertificateResumed": {"zh": "解除暂扣", "en": "Suspension lifted"},
    "CertificateRevoked": {"zh": "吊销", "en": "Revoked"},
    "CertificateCancelled": {"zh": "注销", "en": "Cancelled"},
    "CertificateSuperseded": {"zh": "换发新版本", "en": "Replaced by a newer version"},
    "CertificateSigned": {"zh": "签发电子文件", "en": "Electronic file signed"},
}


@seated("applicant")
@require_GET
def wallet(request: SeatedRequest) -> HttpResponse:
    """Show the holder's certificates by what they are worth, usable ones first."""
    world = request.seat.world
    held = queries.wallet(world, *holders(request), at=clock.now(world), limit=MOST_CARDS)
    held.sort(key=lambda each: each.holder_code != request.seat.holder)  # one's own before those of enterprises
    groups = [
        {"key": key, "words": words, "cards": [wording.line(each) for each in held if each.state.key in states]}
        for key, (words, states) in GROUPS.items()
    ]
    return render(request, "certificates/wallet.html", {
        "groups": [each for each in groups if each["cards"]],
        "many": len(held),
        "full": len(held) == MOST_CARDS,
    })  # fmt: skip


@seated("applicant")
@require_GET
def certificate(request: SeatedRequest, identifier: str) -> HttpResponse:
    """Show one certificate of the holder: what it says (masked, unless asked for in full), what it is worth, who used
    it. Raises NotFound."""
    return _certificate(request, mine(request, identifier))


def _certificate(request: SeatedRequest, found: queries.Held, *, refusal: Refused | None = None) -> HttpResponse:
    world = request.seat.world
    address = queries.verification_address(world, found.identifier, wording.base(request))
    until = in_full(request, found.identifier)
    uses = queries.use_log(world, found.holder_code, identifier=found.identifier, limit=MOST_USES)
    told = {
        **wording.line(found),
        "held": found,
        "fields": wording.fields(found.type_key, wording.everything(found), masked=until is None),
        "in_full": until,
        "left": int((until - clock.wall()).total_seconds()) if until else 0,
        "usable": found.state.key == "valid",
        "address": address,
        "qr": wording.qr(address),
        "uses": [wording.use(each) for each in uses],
        "more_uses": len(uses) == MOST_USES,
        "changes": changes(request, found.identifier),
        "status_list": status_list(request, found),
        "faults": [{"field": "", "zh": refusal.zh, "en": refusal.en}] if refusal else [],
    }
    return render(request, "certificates/certificate.html", told, status=409 if refusal else 200)


@seated("applicant")
@require_POST
def show_in_full(request: SeatedRequest, identifier: str) -> HttpResponseBase:
    """Show everything for five minutes: on a consent of the holder, and logged like any use. Raises NotFound."""
    found = mine(request, identifier)
    user, purpose = gettext("持证人本人"), gettext("查看完整证照")
    try:
        actions.disclose(
            world=request.seat.world, identifier=identifier, actor=access.actor(request.seat), user=user,
            purpose=purpose, fields=sorted(wording.everything(found)),
            minutes=int(IN_FULL.total_seconds()) // 60,
        )  # fmt: skip
    except Refused as refused:
        return _certificate(request, found, refusal=refused)
    now = clock.wall()
    open_ones = {key: until for key, until in _session(request).items() if until > now.isoformat()}
    request.session[SHOWN_IN_FULL] = {**open_ones, identifier: (now + IN_FULL).isoformat()}
    return redirect("certificate", identifier)


@seated("applicant")
@require_POST
def hide(request: SeatedRequest, identifier: str) -> HttpResponseBase:
    """Mask the content again. Raises NotFound."""
    mine(request, identifier)
    request.session[SHOWN_IN_FULL] = {key: each for key, each in _session(request).items() if key != identifier}
    return redirect("certificate", identifier)


@seated("applicant")
@require_safe
def card(request: SeatedRequest, identifier: str) -> HttpResponse:
    """Return the specimen card of one certificate of the holder as a picture; numbers and names masked unless the
    holder has asked for it in full. Raises NotFound."""
    world = request.seat.world
    found = mine(request, identifier)
    masks = None
    if in_full(request, identifier) is None:
        says = wording.everything(found)
        plain = {each["key"]: each["value"] for each in wording.fields(found.type_key, says)}
        hidden = wording.fields(found.type_key, says, masked=True)
        masks = {each["key"]: each["value"] for each in hidden if each["value"] != plain[each["key"]]}
    base = wording.base(request)
    picture = queries.card(world, found.identifier, at=clock.now(world), base=base, masks=masks)
    answer = HttpResponse(picture, content_type="image/svg+xml")
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def holders(request: SeatedRequest) -> list[str]:
    """Return whose certificates the asker may show: their own, and of the enterprises that they represent by law."""
    world, own = request.seat.world, request.seat.holder
    return [own, *(each.code for each in exchange.firms_led_by(world, own))]


def mine(request: SeatedRequest, identifier: str) -> queries.Held:
    """Return a certificate of the asker or their firm. Raises NotFound for a stranger's as for none at all."""
    world = request.seat.world
    found = queries.held(world, identifier, at=clock.now(world))
    if found.holder_code != request.seat.holder and found.holder_code not in holders(request):
        raise NotFound("没有查到这个证照", "No such certificate was found")
    return found


def in_full(request: SeatedRequest, identifier: str) -> datetime | None:
    """Return until when (wall time) the holder has asked to see all of a certificate; None when it is masked."""
    until = _session(request).get(identifier)
    at = datetime.fromisoformat(until) if until else None
    return at if at is not None and at > clock.wall() else None


def changes(request: SeatedRequest, identifier: str) -> list[dict[str, Any]]:
    """Return what happened to a certificate, in words, newest first."""
    return [
        {"at": each.at, "event": EVENTS.get(each.event, {"zh": each.event, "en": each.event}), "reason": each.reason,
         "who": wording.actor_name(each.actor), "replaced_by": each.replaced_by}
        for each in queries.changes(request.seat.world, identifier)
    ]  # fmt: skip


def status_list(request: SeatedRequest, found: queries.Held) -> dict[str, Any]:
    """Return where the status of a certificate is published: address of the list and the entry."""
    world = request.seat.world
    number, index = queries.status_entry(world, found.identifier)
    return {"address": queries.status_list_address(world, number, wording.base(request)), "index": index}


def _session(request: SeatedRequest) -> dict[str, str]:
    kept: dict[str, str] = request.session.get(SHOWN_IN_FULL, {})
    return kept
