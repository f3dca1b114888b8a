"""Submit many applications at once: each is checked alone, the good ones are stored in one transaction."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

from django.db import transaction

from approvals.actions import entry, submit
from approvals.actions.admit import admit
from approvals.events import ApplicationSubmitted
from approvals.models import Application
from govsim.core import bulk, clock, journal, numbers
from govsim.core.actors import Actor
from govsim.core.errors import BadInput, GovsimError, NotAllowed
from govsim.core.models import World
from govsim.exchange import queries as exchange
from govsim.exchange.actions import consent as consents
from services import queries as catalogue

MOST = 200


class _Checked(NamedTuple):
    """One entry that may be stored."""

    item: Any
    who: Actor
    name: str
    subject: str
    channel: str
    fields: dict[str, Any]  # what `submit.new` takes as it is
    consent: bool


def submit_batch(
    *, world: World, actor: Actor, applicant_name: str, entries: Sequence[Mapping[str, Any]]
) -> list[Application | GovsimError]:
    """Submit up to 200 applications; return for each, in their order, the stored row or the error that it met.

    An applicant submits their own. A window officer submits for others (窗口代办): each entry then names its
    `applicant` by citizen number, who has signed at the counter. The keys of an entry are those of `submit.submit`.
    Raises NotAllowed for other roles, BadInput for too many entries, Busy when too much waits.
    """
    if actor.role not in ("applicant", "window"):
        raise NotAllowed("只有申请人和窗口人员可以申报", "Only applicants and window officers may submit")
    if not 0 < len(entries) <= MOST:
        raise BadInput({"applications": (f"一次最多提交 {MOST} 件", f"Submit 1 to {MOST} at a time")})
    admit(world)
    names = _names(world, actor, applicant_name, entries)
    find = cache(catalogue.item)
    checked = [_check(world, actor, names, find, each) for each in entries]
    good = [each for each in checked if isinstance(each, _Checked)]
    stored = iter(_store(world, actor, good, clock.now(world))) if good else iter(())
    return [each if isinstance(each, GovsimError) else next(stored) for each in checked]


def _names(world: World, actor: Actor, own: str, entries: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Return the registered name of everybody in whose name something is submitted."""
    if actor.role == "applicant":
        return {actor.key: own}
    asked = {str(each.get("applicant", "")) for each in entries}
    return {each["key"]: each.get("name", "") for each in exchange.records(world, "population", asked)}


def _check(
    world: World, actor: Actor, names: Mapping[str, str], find: Callable[[str], Any], given: Mapping[str, Any]
) -> _Checked | GovsimError:
    try:
        who = _who(actor, names, str(given.get("applicant", "")))
        item = find(given["item"])
        fields = {
            "form": entry.clean(item.body["form"], given["form"]),
            "corrections": entry.clean(item.body["form"], given["corrections"], shared=True),
            "materials": submit.check_materials(item.body, given["materials"]),
            "human_route": given["human_route"],
        }
        subject = submit.subject_of(world, item.body, given["subject"], who)
        channel = "window" if actor.role == "window" else submit.channel_of(given["channel"])
    except GovsimError as error:
        return error
    return _Checked(item, who, names[who.key], subject, channel, fields, given["consent"])


def _who(actor: Actor, names: Mapping[str, str], asked: str) -> Actor:
    if actor.role == "applicant":
        if asked not in ("", actor.key):
            raise NotAllowed("申请人只能为自己申报", "An applicant submits only for themselves")
        return actor
    if asked not in names:
        raise BadInput({"applicant": ("人口库中没有这个人", "The population register has no such person")})
    return Actor("applicant", asked)


def _store(world: World, actor: Actor, good: Sequence[_Checked], at: datetime) -> list[Application]:
    with transaction.atomic():
        rows = _rows(world, good, at)
        bulk.add_all(rows)
        journal.save([
            journal.entry(world.pk, "application", row.pk, 1, ApplicationSubmitted(row.number), actor=actor, at=at)
            for row in rows
        ])  # fmt: skip
        for row, each in zip(rows, good, strict=True):
            submit.open_disputes(row, each.item.body, at)
    return rows


def _rows(world: World, good: Sequence[_Checked], at: datetime) -> list[Application]:
    """Return the unsaved rows, each with its number and its consent."""
    by_city: defaultdict[str, int] = defaultdict(int)
    for each in good:
        by_city[each.item.body["city"]] += 1
    given = {city: iter(numbers.case_numbers(world.pk, city, at.date(), count)) for city, count in by_city.items()}
    numbered = [(next(given[each.item.body["city"]]), each) for each in good]
    until = at + timedelta(days=submit.CONSENT_DAYS)
    bodies = {each.item.key: each.item.body for each in good if each.consent}
    scopes = {key: submit.consent_scope(body) for key, body in bodies.items()}
    agreed = {
        number: consents.Wanted(each.who.key, number, *scopes[each.item.key], until)
        for number, each in numbered
        if each.consent
    }
    ids = consents.give_many(world=world, wanted=list(agreed.values()), at=at)
    consent_of = dict(zip(agreed, ids, strict=True))
    return [
        submit.new(
            world=world, number=number, item=each.item, applicant=each.who.key, applicant_name=each.name,
            subject=each.subject, at=at, state="submitted", channel=each.channel,
            consent_ids=[consent_of[number]] if number in consent_of else [], **each.fields,
        )
        for number, each in numbered
    ]  # fmt: skip
