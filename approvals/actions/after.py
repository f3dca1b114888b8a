"""What comes after the outcome: delivery, rating, asking for a review, the quality check of automatic grants."""

from django.db import IntegrityError, transaction

from approvals import states
from approvals.actions import cases
from approvals.actions.submit import new
from approvals.events import ApplicationSubmitted
from approvals.models import Application, Decision, Delivery, QualityCheck, Rating
from certificates.actions import revoke
from govsim.core import audit, clock, journal, numbers
from govsim.core.actors import Actor
from govsim.core.errors import BadInput, Conflict, NotAllowed, Refused
from govsim.core.models import World
from services import queries as catalogue

METHODS = ("electronic", "window", "post", "kiosk")
MOST_WORDS = 500


def deliver(*, world: World, actor: Actor, number: str, method: str = "electronic") -> Delivery:
    """Record how the applicant took delivery of a grant. Raises Conflict the second time."""
    if method not in METHODS:
        raise BadInput({"method": ("没有这种领取方式", "There is no such way of delivery")})
    row = cases.application(world, number, actor)
    if row.state != "granted":
        raise Refused("尚未准予，不能领取结果", "There is no result to deliver yet")
    try:
        with transaction.atomic():
            return Delivery.objects.create(application=row, method=method, at=clock.now(world))
    except IntegrityError:
        raise Conflict("结果已经领取", "The result was delivered already") from None


def rate(*, world: World, actor: Actor, number: str, code: int, words: str = "") -> Rating:
    """Rate a finished case once: 1 very satisfied … 5 very dissatisfied (GB/T 39046). Raises Conflict when rated."""
    if isinstance(code, bool) or not isinstance(code, int) or code not in range(1, 6):
        raise BadInput({"code": ("请从五个等级中选择", "Choose one of the five grades")})
    row = cases.application(world, number, actor)
    if actor.role != "applicant" or row.applicant != actor.key:
        raise NotAllowed("只有申请人可以评价", "Only the applicant may rate")
    if row.state not in states.APPLICATION.outcomes:
        raise Refused("办结后才能评价", "A case can be rated once it is finished")
    try:
        with transaction.atomic():
            return Rating.objects.create(application=row, code=code, words=words[:500], at=clock.now(world))
    except IntegrityError:
        raise Conflict("本次办件已经评价过", "This case has been rated already") from None


def ask_review(*, world: World, actor: Actor, number: str, reason: str = "") -> Application:
    """Ask for a review (复核) of a decision: a new application on the human route that names it (decision 13).

    `reason` is told to the officers. Raises BadInput when it is too long, Refused, Conflict while one is under way.
    """
    if len(reason) > MOST_WORDS:
        raise BadInput({"reason": ("理由不要超过 500 个字", "Keep the reason within 500 characters")})
    row = cases.application(world, number, actor)
    if actor.role != "applicant" or row.state not in ("granted", "refused"):
        raise Refused("只有已作出决定的办件可以申请复核", "Only a decided case can be reviewed")
    if Application.objects.filter(reviews=row).exclude(state__in=states.APPLICATION.outcomes).exists():
        raise Conflict("复核正在进行", "A review is already under way")
    at = clock.now(world)
    item = catalogue.item(row.item_key)
    with transaction.atomic():
        again = numbers.case_numbers(world.pk, row.city, at.date())[0]
        made = new(
            world=world, number=again, item=item, applicant=row.applicant, applicant_name=row.applicant_name,
            subject=row.subject, at=at, state="submitted", form=row.form, materials=row.materials,
            consent_ids=row.consents, channel=row.channel, human_route=True, reviews=row, department=row.department,
        )  # fmt: skip
        made.save(force_insert=True)
        event = ApplicationSubmitted(again, reason=reason.strip())
        journal.record(world.pk, "application", made.pk, 1, event, actor=actor, at=at)
    return made


def inspect(*, world: World, actor: Actor, number: str, passed: bool, words: str = "") -> QualityCheck:
    """Record the check of one sampled automatic grant; a failed one revokes its certificate (质检抽查, §B.0)."""
    if actor.role != "quality_inspector":
        raise NotAllowed("只有质检员可以抽查", "Only a quality inspector may do this")
    row = cases.application(world, number, actor)
    decision = Decision.objects.filter(pk=row.pk, sampled=True).first()
    if decision is None:
        raise Refused("该办件不在抽查范围", "This case was not sampled")
    at = clock.now(world)
    with transaction.atomic():
        if QualityCheck.objects.filter(decision=decision).exists():
            raise Conflict("该办件已经抽查", "This case was checked already")
        check = QualityCheck.objects.create(
            decision=decision, passed=passed, inspector=actor.key, words=words[:500], at=at
        )
        if not passed and decision.certificate:
            revoke(world=world, identifier=decision.certificate, actor=actor, reason=words or "质检不合格", at=at)
        else:
            audit.append(
                world.pk, [audit.Leaf("check", str(row.pk), audit.digest([passed, actor.key, words]))], shard_key=row.pk
            )
    return check
