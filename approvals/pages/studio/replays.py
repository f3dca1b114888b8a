"""A replay: how far it is, what it counted, and the past cases that would be decided otherwise, with the reason."""

from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from approvals.actions import replay as replaying
from approvals.pages import wording
from approvals.pages.studio import drafts, shelf, telling
from approvals.queries import replays
from approvals.rules.replay import OUTCOMES
from govsim.core.canonical import digest
from govsim.core.doors import SeatedRequest, seated
from govsim.core.errors import NotAllowed
from govsim.core.templatetags.house import value as as_read
from services import queries as catalogue

MOST: Final = 50  # cases of one page
WATER: Final = 34  # px from one bar to the next
DECIDED: Final = {"granted": {"zh": "准予", "en": "Granted"}, "refused": {"zh": "不予许可", "en": "Refused"}}


@require_http_methods(["GET", "POST"])
@seated(*shelf.READERS)
def one(request: SeatedRequest, key: str, number: int, run: int) -> HttpResponse:
    """Show a replay; a POST takes it on for a moment."""
    world = request.seat.world
    draft = catalogue.proposal(world.pk, key, number)
    replay = replays.replay(world, draft.pk, run)
    if request.method == "POST":
        if request.seat.role not in replaying.REPLAYERS:
            raise NotAllowed("您的身份只能查看", "Your role may look only")
        replaying.advance(replay)
        return redirect("studio-replay", key, number, run)
    return render(request, "approvals/studio_replay.html", _context(request, draft, replay))


def _context(request: SeatedRequest, draft: Any, replay: Any) -> dict[str, Any]:
    flips = sorted(kind for kind in replay.kinds if kind.partition(">")[0] != kind.partition(">")[2])
    kinds = [*flips, *(["GRANT>GRANT"] if replay.other_results else [])]
    chosen = request.GET.get("kind", "")
    chosen = chosen if chosen in kinds else ""
    before = request.GET.get("before", "")
    start = int(before) if before.isdecimal() and len(before) < 18 else 0
    found = replays.changes(replay, kind=chosen, before=start, most=MOST + 1)
    sentences = {each["id"]: each for each in (*replay.body["rules"], *replay.body["standing"]["rules"])}
    labels = telling.labels(replay.body)
    return {
        "item": catalogue.item(draft.item),
        "draft": draft,
        "replay": replay,
        **drafts.summary(replay),
        "rate": round(replay.seen / replay.seconds) if replay.seconds else 0,
        "changed_since": replay.rule_set != draft_hash(draft),
        "bars": _bars(replay),
        "height": WATER * len(OUTCOMES),
        "kinds": [
            {
                "key": kind,
                "old": wording.OUTCOMES[kind.partition(">")[0]],
                "new": wording.OUTCOMES[kind.partition(">")[2]],
                "many": replay.other_results if kind == "GRANT>GRANT" else replay.kinds[kind],
                "result": kind == "GRANT>GRANT",
                "on": kind == chosen,
            }
            for kind in kinds
        ],
        "chosen": chosen,
        "by_rule": [
            {"id": rule, "sentence": sentences.get(rule, {}).get("sentence"), "many": many}
            for rule, many in sorted(replay.by_rule.items(), key=lambda each: (-each[1], each[0]))
        ],
        "cases": [_case(each, sentences, labels) for each in found[:MOST]],
        "older": found[MOST - 1]["case"] if len(found) > MOST else None,
        "may_open": request.seat.role in ("trainer", "auditor"),
        "may_advance": replay.below is not None and request.seat.role in replaying.REPLAYERS,
    }


def draft_hash(draft: Any) -> str:
    """Return the content hash of a draft as it is now."""
    return digest(draft.body).hex()


def _bars(replay: Any) -> list[dict[str, Any]]:
    """Return, for each outcome, how many cases had it by the rules then and would have it now, as bars in per cent."""
    total = replay.seen or 1
    bars = []
    for place, outcome in enumerate(OUTCOMES):
        then = sum(many for kind, many in replay.kinds.items() if kind.partition(">")[0] == outcome)
        now = sum(many for kind, many in replay.kinds.items() if kind.partition(">")[2] == outcome)
        bars.append({
            "word": wording.OUTCOMES[outcome], "key": outcome, "then": then, "now": now, "more": now - then,
            "then_width": f"{56 * then / total:.2f}", "now_width": f"{56 * now / total:.2f}",
            "y": place * WATER, "y_then": place * WATER + 3, "y_now": place * WATER + 16,
        })  # fmt: skip
    return bars


def _case(found: dict[str, Any], sentences: dict[str, Any], labels: dict[str, Any]) -> dict[str, Any]:
    old, _, new = found["kind"].partition(">")
    return {
        **found,
        "old": wording.OUTCOMES[old],
        "new": wording.OUTCOMES[new],
        "old_key": old,
        "new_key": new,
        "decided": DECIDED.get(found["outcome"]),
        "why": [_why(rule, was, now, sentences.get(rule)) for rule, was, now in found["rules"]],
        "results": [
            {"label": labels.get(name), "old": _figure(name, was), "new": _figure(name, now)}
            for name, (was, now) in found["result"].items()
        ],
    }


def _why(rule: str, was: str, now: str, told: Any) -> dict[str, Any]:
    words = {**wording.VERDICTS, "-": {"zh": "没有这条", "en": "not there"}}
    said = None if told is None else told["failed"] if now == "FAIL" else told["sentence"]
    return {"id": rule, "was": words[was], "now": words[now], "sentence": said}


def _figure(name: str, value: Any) -> str:
    return as_read(telling.figure(value, name.endswith("_fen")))
