"""A draft of rules: what it changes, which examples break, its replays, its form, and the moves of the two officers."""

from collections.abc import Callable
from datetime import date
from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from approvals.actions import replay as replaying
from approvals.pages.studio import shelf, telling, typed
from approvals.queries import replays
from govsim.core import access, clock, faults
from govsim.core.doors import SeatedRequest, seated
from govsim.core.errors import BadInput, Conflict, GovsimError, NotFound, Refused
from services import actions as catalogue_actions
from services import queries as catalogue

NOTES: Final = {
    "drafted": {"zh": "草案已建立，尚未改动", "en": "The draft is there; nothing is changed yet"},
    "saved": {"zh": "草案已保存", "en": "The draft is saved"},
    "submit": {"zh": "已送审，由另一名规则管理员或培训教师复核", "en": "Handed over; another officer reviews it"},
    "publish": {"zh": "已发布，只在这个模拟世界生效", "en": "Published, for this world only"},
    "return": {"zh": "已退回起草人", "en": "Sent back to its authors"},
    "withdraw": {"zh": "草案已撤回", "en": "The draft is withdrawn"},
}


@require_POST
@seated("rule_officer")
def start(request: SeatedRequest, key: str) -> HttpResponse:
    """Start a draft from the rules in force, or one that goes back to the installation's."""
    world = request.seat.world
    installed = request.POST.get("from") == "installation"
    note = "恢复为安装版本 / back to the installation's rules" if installed else ""
    try:
        draft = catalogue_actions.draft_rule_set(
            world=world, item=key, actor=access.actor(request.seat), at=_now(request), installed=installed, note=note
        )
    except Conflict:  # somebody was first: their draft is the one to look at
        return redirect("studio-draft", key, catalogue.open_proposals(world.pk)[key].number)
    messages.info(request, "drafted")
    return redirect("studio-draft", key, draft.number)


def _now(request: SeatedRequest) -> Any:
    return clock.now(request.seat.world).astimezone(clock.ZONE)


@require_http_methods(["GET", "POST"])
@seated(*shelf.READERS)
def one(request: SeatedRequest, key: str, number: int) -> HttpResponse:
    """Show a draft; save what was typed in its form. What is refused is shown again as it was typed."""
    draft = catalogue.proposal(request.seat.world.pk, key, number)
    if request.method != "POST":
        return page(request, draft)
    made = typed.parse(draft.body, request.POST)
    try:
        if made.faults:
            raise BadInput(made.faults)
        catalogue_actions.save_draft(
            world=request.seat.world, proposal_id=draft.pk, version=_version(request), changes=made.changes,
            actor=access.actor(request.seat), at=_now(request), note=request.POST.get("note", "").strip()[:200],
        )  # fmt: skip
    except BadInput as error:
        shown = {**typed.texts(draft.body), **request.POST.dict()}
        direct = made.faults or None
        found = faults.of(error) if direct else typed.at_fields(error, made, shown)
        return page(request, draft, sent=request.POST, found=found, status=400)
    except Conflict as error:
        return page(request, draft, sent=request.POST, found=faults.of(error), clash=True, status=409)
    messages.info(request, "saved")
    return redirect("studio-draft", key, number)


def _version(request: SeatedRequest) -> int:
    text = request.POST.get("version", "")
    return int(text) if text.isdecimal() and len(text) < 9 else 0


@require_POST
@seated(*replaying.REPLAYERS)
def do(request: SeatedRequest, key: str, number: int, verb: str) -> HttpResponse:
    """Make one move: submit, return, publish, withdraw or replay."""
    draft = catalogue.proposal(request.seat.world.pk, key, number)
    moves: dict[str, Callable[[SeatedRequest, Any], HttpResponse | None]] = {
        "submit": _submit, "return": _return, "publish": _publish, "withdraw": _withdraw, "replay": _replay,
    }  # fmt: skip
    if verb not in moves:
        raise NotFound("没有这个操作", "There is no such move")
    try:
        answer = moves[verb](request, draft)
    except (BadInput, Conflict, Refused) as error:
        fresh = catalogue.proposal(request.seat.world.pk, key, number)
        status = {BadInput: 400, Conflict: 409}.get(type(error), 422)
        return page(request, fresh, sent=None, found=faults.of(error), moved=request.POST, status=status)
    if answer is not None:
        return answer
    messages.info(request, verb)
    return redirect("studio-draft", key, number)


def _told(request: SeatedRequest, draft: Any) -> dict[str, Any]:
    return {
        "world": request.seat.world,
        "proposal_id": draft.pk,
        "version": _version(request),
        "actor": access.actor(request.seat),
    }


def _submit(request: SeatedRequest, draft: Any) -> None:
    catalogue_actions.submit_draft(**_told(request, draft), at=_now(request))


def _withdraw(request: SeatedRequest, draft: Any) -> None:
    catalogue_actions.withdraw_draft(**_told(request, draft), at=_now(request))


def _return(request: SeatedRequest, draft: Any) -> None:
    reason = request.POST.get("reason", "")
    catalogue_actions.return_draft(**_told(request, draft), at=_now(request), reason=reason)


def _publish(request: SeatedRequest, draft: Any) -> None:
    valid_from = _day(request, "valid_from")
    if valid_from is None:
        raise BadInput({"valid_from": ("请填写从哪天起生效", "Enter the day from which it holds")})
    catalogue_actions.publish_rule_set(**_told(request, draft), valid_from=valid_from)


def _replay(request: SeatedRequest, draft: Any) -> HttpResponse:
    made = replaying.start(
        world=request.seat.world, item=draft.item, number=draft.number, actor=access.actor(request.seat),
        figures_of=_day(request, "figures_of"),
    )  # fmt: skip
    replaying.advance(made)
    return redirect("studio-replay", draft.item, draft.number, made.number)


def _day(request: SeatedRequest, name: str) -> date | None:
    text = request.POST.get(name, "").strip()
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise BadInput({name: ("日期无法识别，应为 2021-12-01 的形式", "A date has to be like 2021-12-01")}) from None


def page(
    request: SeatedRequest,
    draft: Any,
    *,
    sent: QueryDict | None = None,
    found: list[dict[str, str]] | None = None,
    moved: QueryDict | None = None,
    clash: bool = False,
    status: int = 200,
) -> HttpResponse:
    """Render a draft, with what was typed in a form that was refused; after a clash, beside what is stored now."""
    world, key = request.seat.world, draft.item
    item, on = catalogue.item(key), shelf.today(request)
    actor = access.actor(request.seat)
    base = _base(world.pk, draft)
    changes = telling.differences(base.body, draft.body)
    ran = shelf.examples_of(key, draft.body, base.body)
    is_open, second = draft.state in draft.OPEN, actor.key not in draft.authors
    stored = typed.texts(draft.body)
    context = {
        "item": item,
        "draft": draft,
        "base": base,
        "stale": is_open and catalogue.current_rule_set(key, world.pk, on).sha256 != draft.base,
        "state": telling.STATES[draft.state],
        "tone": telling.TONES[draft.state],
        "authors": [telling.officers(world).get(each) or {"zh": each, "en": each} for each in draft.authors],
        "reviewer": telling.officers(world).get(draft.reviewer),
        "changes": changes,
        "examples": ran,
        "broken": [each for each in ran if not each["holds"]],
        "replays": [summary(each) for each in replays.replays(draft.pk)],
        "starts": sorted({each["since"] for each in changes if "since" in each and each["since"] > on.isoformat()}),
        "may_edit": is_open and request.seat.role == "rule_officer",
        "may_submit": draft.state in ("draft", "returned") and request.seat.role == "rule_officer",
        "may_review": draft.state == "submitted" and second and request.seat.role in replaying.REPLAYERS,
        "waits": draft.state == "submitted" and not second,
        "may_replay": request.seat.role in replaying.REPLAYERS,
        "form": typed.form(draft.body, sent, found or []),
        "note_text": sent.get("note", "") if sent is not None else draft.note,
        "clash": _clash(sent, stored) if clash and sent is not None else [],
        "moved": moved or {},
        "today": on,
        "faults": found or [],
        "notes": [NOTES[each.message] for each in messages.get_messages(request) if each.message in NOTES],
        "opened": sent is not None or not changes,
    }
    return render(request, "approvals/studio_draft.html", context, status=status)


def _base(world_id: int, draft: Any) -> Any:
    """Return the rules that a draft changes."""
    try:
        return catalogue.rule_set_by_hash(draft.item, draft.base, world_id=world_id)
    except GovsimError:  # proposed before drafts named it
        return catalogue.installed_rule_set(draft.item)


def _clash(sent: QueryDict, stored: dict[str, str]) -> list[dict[str, str]]:
    """Return the fields in which what was typed and what somebody else has saved meanwhile are different."""
    typed_in = {name: str(sent[name]) for name in stored if name in sent}
    return [
        {"name": name, "typed": text, "stored": stored[name]}
        for name, text in typed_in.items()
        if text.split() != stored[name].split()
    ]


def summary(replay: Any) -> dict[str, Any]:
    """Return a replay in figures: how many cases, how many outcomes change."""
    share = f"{100 * replay.flips / replay.seen:.1f}" if replay.seen else "0"
    return {"row": replay, "done": replay.below is None, "share": share}
