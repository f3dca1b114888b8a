"""The certificate officer's desk (证照管理): find a certificate of the department, see its life, change its state."""

from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from certificates import actions, queries, states
from certificates.pages import wording
from certificates.pages.wallet import changes, status_list
from certificates.pages.wording import Words
from govsim.core import access, clock, faults
from govsim.core.doors import SeatedRequest, seated
from govsim.core.errors import BadInput, Conflict, NotFound

ROLE = "certificate_officer"
MOST = 50
LONGEST_REASON = 200
VERBS: Mapping[str, tuple[Callable[..., Any], Words]] = {
    "suspend": (actions.suspend, {
        "zh": "暂扣期间不能用于任何办事，解除后恢复有效。",
        "en": "While suspended it cannot be used for anything; lifting the suspension makes it valid again.",
    }),
    "resume": (actions.resume, {"zh": "证照恢复有效，可以继续使用。", "en": "It becomes valid and usable again."}),
    "revoke": (actions.revoke, {
        "zh": "吊销不可恢复。核验和状态名单立即显示“已吊销”，正在办理的件改由工作人员处理。",
        "en": "This cannot be undone. Verification and the status list say “revoked” at once, and cases under way that "
        "rely on it go to a person.",
    }),
    "cancel": (actions.cancel, {
        "zh": "注销不可恢复。适用于持证主体不再需要或已不存在。",
        "en": "This cannot be undone. It is for a holder that no longer needs it or no longer exists.",
    }),
}  # fmt: skip


@seated(ROLE)
@require_GET
def desk(request: SeatedRequest) -> HttpResponseBase:
    """Find certificates that the officer's department issued, by their identifier or their holder's code."""
    world, asked = request.seat.world, request.GET.get("q", "").strip()[:120]
    now = clock.now(world)
    if asked:
        try:
            return redirect("certificate-desk-one", _own(request, asked).identifier)
        except NotFound:
            pass
    held = queries.wallet(world, asked, at=now, limit=MOST) if asked else []
    mine = [each for each in held if each.issuer_key == request.seat.department]
    return render(request, "certificates/desk.html", {
        "asked": asked,
        "department": wording.department_name(request.seat.department),
        "found": [wording.line(each) for each in mine],
    })  # fmt: skip


@seated(ROLE)
@require_GET
def one(request: SeatedRequest, identifier: str) -> HttpResponse:
    """Show one certificate of the department: what it says (masked), its state, its life, what may be done.

    Raises NotFound for another department's as for none at all.
    """
    found = _own(request, identifier)
    uses = queries.use_log(request.seat.world, found.holder_code, identifier=identifier, limit=20)
    return render(request, "certificates/desk_certificate.html", {
        **wording.line(found),
        "held": found,
        "fields": wording.fields(found.type_key, wording.everything(found), masked=True),
        "changes": changes(request, identifier),
        "uses": [wording.use(each) for each in uses],
        "status_list": status_list(request, found),
        "verbs": _possible(request, found),
    })  # fmt: skip


@seated(ROLE)
@require_http_methods(["GET", "POST"])
def change(request: SeatedRequest, identifier: str, verb: str) -> HttpResponseBase:
    """Say what a change means and ask for the reason; sent, make it. Raises NotFound."""
    found = _own(request, identifier)
    if verb not in VERBS:
        raise NotFound("没有这个操作", "There is no such action")
    action, means = VERBS[verb]
    [move] = states.TABLE.of(verb)
    reason = request.POST.get("reason", "")[:LONGEST_REASON]
    told = {**wording.line(found), "verb": {"zh": move.zh, "en": move.en}, "means": means, "reason": reason}
    if request.method == "GET":
        return render(request, "certificates/desk_change.html", told)
    try:
        action(world=request.seat.world, identifier=identifier, reason=reason, actor=access.actor(request.seat))
    except (BadInput, Conflict) as refused:
        status = 422 if isinstance(refused, BadInput) else 409
        told["faults"] = faults.of(refused)
        return render(request, "certificates/desk_change.html", told, status=status)
    return redirect("certificate-desk-one", identifier)


def _own(request: SeatedRequest, identifier: str) -> queries.Held:
    """Return a certificate that the officer's department issued. Raises NotFound."""
    world = request.seat.world
    found = queries.held(world, identifier, at=clock.now(world))
    if found.issuer_key != request.seat.department:
        raise NotFound("没有查到这个证照", "No such certificate was found")
    return found


def _possible(request: SeatedRequest, found: queries.Held) -> list[dict[str, str]]:
    """Return the changes that the table of states lets this officer make now."""
    stored = "valid" if found.state.key in ("expired", "not_yet_valid") else found.state.key
    moves = states.TABLE.allowed(stored, access.actor(request.seat))
    return [{"key": each.verb, "zh": each.zh, "en": each.en} for each in moves if each.verb in VERBS]
