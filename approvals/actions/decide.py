"""Grant or refuse by an officer: the last step of the human route, with reasons and remedy."""

from django.db import transaction

from approvals.actions import assess, cases, handle, officer, rulings
from approvals.models import Application
from govsim.core import clock
from govsim.core.actors import Actor
from govsim.core.errors import BadInput, Conflict, NotAllowed
from govsim.core.models import World


def _decide(
    world: World, actor: Actor, number: str, *, grants: bool, opinion: str, reason: dict[str, str] | None,
    remedy: dict[str, str] | None = None,
) -> Application:  # fmt: skip
    row = cases.application(world, number, actor)
    if actor.role != "approver":
        raise NotAllowed("只有批准人可以作出决定", "Only an approver may decide")
    handle.keep_apart(row, actor, "ApplicationHandled", "ApplicationReviewed")
    if row.state != "approving":
        raise Conflict("该事项还没有到批准环节", "This case is not at the approver's step")
    at = clock.now(world)
    row.asked = assess.ROUNDS  # a person does not wait for a source: what is not known stays not known
    [(case, judged)] = assess.assess(world, [row], {row.pk: at})
    made = officer.by_hand(world, case, judged, grants=grants, actor=actor, at=at, opinion=opinion, reason=reason)
    if remedy is not None:
        made.remedy = {key: f"{text} {officer.REMEDY[key]}" for key, text in remedy.items()}
    rulings.sign(world, [made], at=at)
    with transaction.atomic():
        rulings.record(world, [made])
    return row


def grant(*, world: World, actor: Actor, number: str, opinion: str = "") -> Application:
    """Grant one case. Raises NotAllowed for whoever handled or reviewed it, Conflict in any other state."""
    return _decide(world, actor, number, grants=True, opinion=opinion[:2000], reason=None)


def refuse(
    *, world: World, actor: Actor, number: str, reason_zh: str, reason_en: str = "", remedy_zh: str = "",
    remedy_en: str = "",
) -> Application:  # fmt: skip
    """Refuse one case, with the reason that the applicant is told.

    What the officer writes on how to remedy it comes before the remedies that the law gives, which are always told.
    """
    if not reason_zh.strip():
        raise BadInput({"reason_zh": ("不予许可必须说明理由", "A refusal must give its reason")})
    reason = _pair(reason_zh, reason_en)
    remedy = _pair(remedy_zh, remedy_en) if remedy_zh.strip() else None
    return _decide(world, actor, number, grants=False, opinion=reason["zh"], reason=reason, remedy=remedy)


def _pair(zh: str, en: str) -> dict[str, str]:
    return {"zh": zh.strip()[:1000], "en": (en.strip() or zh.strip())[:1000]}
