"""Submit an application: with a draft before it, or in one go. One transaction, no question to anybody else.

What the applicant typed, corrected, chose and consented to is stored and the row is due; the worker does the rest.
"""

import re
import secrets
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from approvals import states
from approvals.actions import cases, entry
from approvals.actions.admit import admit
from approvals.events import ApplicationDrafted, ApplicationSubmitted
from approvals.models import Application, Package
from govsim.core import bulk, clock, journal, moves, numbers
from govsim.core.actors import Actor
from govsim.core.errors import BadInput, NotAllowed
from govsim.core.models import World
from govsim.exchange import queries as exchange
from govsim.exchange.actions import consent as consents
from govsim.exchange.actions import dispute
from services import queries as catalogue

CHANNELS = ("web", "mobile", "kiosk", "window", "app")
CONSENT_DAYS = 90


def consent_scope(body: Mapping[str, Any]) -> tuple[list[str], list[str], list[str]]:
    """Return what an item has to be allowed: datasets, certificate types, and fields of certificates."""
    datasets = {fact["dataset"] for fact in body["facts"]} - {"form", "system"}
    datasets |= {field["source"]["dataset"] for field in body["form"] if "source" in field}
    used = [material for material in body["materials"] if material["replace_mode"] == "certificate"]
    types = {each for material in used for each in material.get("certificate_types", ())}
    fields = {each for material in used for each in material.get("fields", ())}
    return sorted(datasets), sorted(types), sorted(fields)


def give_consent(world: World, subject: str, number: str, body: Mapping[str, Any], at: datetime) -> int:
    """Record the applicant's consent to what the item uses, for one case; return its row."""
    datasets, types, fields = consent_scope(body)
    given = consents.give(
        world=world,
        subject=subject,
        purpose=number,
        datasets=datasets,
        certificate_types=types,
        fields=fields,
        until=at + timedelta(days=CONSENT_DAYS),
        at=at,
    )
    return int(given.pk)


def check_materials(body: Mapping[str, Any], materials: Mapping[str, Any]) -> dict[str, Any]:
    """Return the applicant's choices of materials. Raises BadInput for unknown ones or ways that the item forbids.

    Each is one of {"certificate": identifier}, {"commitment": true}, {"upload": name} or {"withhold": true}; one that
    is not named is matched by the worker from the certificates that the applicant holds.
    """
    known = {material["key"]: material for material in body["materials"]}
    faults: dict[str, tuple[str, str]] = {}
    for key, choice in materials.items():
        if key not in known:
            faults[f"materials.{key}"[:80]] = ("事项不需要这份材料", "The item needs no such material")
        elif not isinstance(choice, Mapping) or len(choice) != 1 or next(iter(choice)) not in WAYS:
            faults[f"materials.{key}"] = ("材料的提交方式无法识别", "The way of giving this material is not known")
        elif "commitment" in choice and known[key]["replace_mode"] != "commitment":
            faults[f"materials.{key}"] = (
                "这份材料不能以承诺代替",
                "A commitment cannot take the place of this material",
            )
        elif not _well_given(choice):
            faults[f"materials.{key}"] = ("材料的内容无法识别", "The content of this material cannot be read")
    if faults:
        raise BadInput(faults)
    return {key: dict(choice) for key, choice in materials.items()}


WAYS = ("certificate", "commitment", "upload", "withhold")


def _well_given(choice: Mapping[str, Any]) -> bool:
    way, value = next(iter(choice.items()))
    if way in ("commitment", "withhold"):
        return value is True
    return isinstance(value, str) and 0 < len(value) <= 160 and value.isprintable()


def new(
    *,
    world: World,
    number: str,
    item: Any,
    applicant: str,
    applicant_name: str,
    subject: str,
    at: datetime,
    state: str,
    form: Mapping[str, Any] | None = None,
    corrections: Mapping[str, Any] | None = None,
    materials: Mapping[str, Any] | None = None,
    consent_ids: list[int] | None = None,
    channel: str = "web",
    human_route: bool = False,
    package: Package | None = None,
    branch: str = "",
    department: str = "",
    reviews: Application | None = None,
) -> Application:
    """Return an unsaved application; batches save many at once."""
    body = item.body
    return Application(
        world=world,
        number=number,
        query_code=f"{secrets.randbelow(1_000_000):06d}",
        item_key=item.key,
        item_version=item.version,
        city=body["city"],
        department=department or body["department"],
        applicant=applicant,
        applicant_name=applicant_name,
        subject=subject,
        channel=channel,
        state=state,
        form=dict(form or {}),
        corrections=dict(corrections or {}),
        materials=dict(materials or {}),
        consents=list(consent_ids or ()),
        human_route=human_route,
        package=package,
        branch=branch,
        reviews=reviews,
        created_at=at,
        submitted_at=at if state == "submitted" else None,
        due_at=at if state == "submitted" else None,
        recorded_at=clock.wall(),
    )


def draft(
    *,
    world: World,
    actor: Actor,
    applicant_name: str,
    item_key: str,
    form: Mapping[str, Any] | None = None,
    subject: str = "",
    channel: str = "web",
) -> Application:
    """Save a draft. What is typed so far is kept as it is and checked when it is submitted."""
    item = catalogue.item(item_key)
    at = clock.now(world)
    with transaction.atomic():
        number = numbers.case_numbers(world.pk, item.body["city"], at.date())[0]
        row = new(
            world=world, number=number, item=item, applicant=actor.key, applicant_name=applicant_name,
            subject=subject or actor.key, at=at, state="draft", form=form, channel=channel_of(channel),
        )  # fmt: skip
        row.save(force_insert=True)
        journal.record(world.pk, "application", row.pk, 1, ApplicationDrafted(number), actor=actor, at=at)
    return row


def save_draft(
    *,
    world: World,
    actor: Actor,
    number: str,
    form: Mapping[str, Any] | None = None,
    corrections: Mapping[str, Any] | None = None,
    materials: Mapping[str, Any] | None = None,
) -> Application:
    """Replace what a draft holds, of each part that is given. Raises NotFound when it is not the actor's draft."""
    row = cases.application(world, number, actor, state="draft")
    parts = {"form": form, "corrections": corrections, "materials": materials}
    given = {name: dict(part) for name, part in parts.items() if part is not None}
    for name, part in given.items():
        setattr(row, name, part)
    if given:
        Application.objects.filter(pk=row.pk, state="draft", version=row.version).update(**given)
    return row


def submit(
    *,
    world: World,
    actor: Actor,
    applicant_name: str,
    item_key: str,
    form: Mapping[str, Any] | None = None,
    corrections: Mapping[str, Any] | None = None,
    materials: Mapping[str, Any] | None = None,
    consent: bool = True,
    human_route: bool = False,
    subject: str = "",
    channel: str = "web",
    number: str = "",
) -> Application:
    """Submit an application of the signed-in applicant, from the draft `number` or in one go; return the stored row.

    Raises BadInput with every faulty field, NotAllowed for officers, NotFound for an unknown item or draft,
    Busy when too much waits already.
    """
    if actor.role != "applicant":
        raise NotAllowed("只有申请人可以申报", "Only an applicant may submit")
    admit(world)
    item = catalogue.item(item_key)
    entries = entry.clean(item.body["form"], form or {})
    corrected = entry.clean(item.body["form"], corrections or {}, shared=True)
    chosen = check_materials(item.body, materials or {})
    at = clock.now(world)
    with transaction.atomic(savepoint=False):
        if number:
            return _submit_draft(world, actor, number, item, entries, corrected, chosen, consent, human_route, at)
        number = numbers.case_number(world, item.body["city"], at.date())
        given = [give_consent(world, actor.key, number, item.body, at)] if consent else []
        row = new(
            world=world, number=number, item=item, applicant=actor.key, applicant_name=applicant_name,
            subject=subject_of(world, item.body, subject, actor), at=at, state="submitted", form=entries,
            corrections=corrected, materials=chosen, consent_ids=given, channel=channel_of(channel),
            human_route=human_route,
        )  # fmt: skip
        bulk.add(row)
        journal.record(world.pk, "application", row.pk, 1, ApplicationSubmitted(number), actor=actor, at=at)
        open_disputes(row, item.body, at)
    return row


def _submit_draft(
    world: World, actor: Actor, number: str, item: Any, entries: dict[str, Any], corrected: dict[str, Any],
    chosen: dict[str, Any], consent: bool, human_route: bool, at: datetime,
) -> Application:  # fmt: skip
    row = cases.application(world, number, actor)
    given = row.consents or ([give_consent(world, actor.key, number, item.body, at)] if consent else [])
    moves.make(
        row, states.APPLICATION, "submit", event=ApplicationSubmitted(number), actor=actor, at=at,
        form=entries, corrections=corrected, materials=chosen, consents=given, human_route=human_route,
        submitted_at=at, due_at=at, asked=0, item_version=item.version,
    )  # fmt: skip
    open_disputes(row, item.body, at)
    return row


def open_disputes(row: Application, body: Mapping[str, Any], at: datetime) -> None:
    """Open a data dispute with the source for every shared value that the applicant corrected (§B.3)."""
    sources = {field["key"]: field["source"] for field in body["form"] if "source" in field}
    for key, claimed in row.corrections.items():
        source = sources.get(key)
        found = _READS.search(source["expression"]) if source else None
        if source is None or found is None:
            continue
        owner = {"firm": row.subject}.get(source.get("key", "applicant"), row.applicant)
        held = exchange.records(row.world, source["dataset"], [owner])
        value = held[-1].get(found[1]) if held else None
        dispute.open(
            world=row.world, subject=owner, dataset=source["dataset"], field=found[1], number=row.number, at=at,
            source_value=value.isoformat() if isinstance(value, date) else value, claimed_value=claimed,
        )  # fmt: skip


_READS = re.compile(r"record\.([a-z_]+)")  # which field of the record a form field shows


def channel_of(channel: str) -> str:
    """Return the channel. Raises BadInput when there is none of this name."""
    if channel not in CHANNELS:
        raise BadInput({"channel": ("没有这个办理渠道", "There is no such channel")})
    return channel


def subject_of(world: World, body: Mapping[str, Any], subject: str, actor: Actor) -> str:
    """Return whom an application is about. Raises BadInput without an enterprise where one is needed, NotAllowed for
    one that is not the applicant's.
    """
    if body["subject"] != "firm":
        return actor.key
    if not subject:
        raise BadInput({"subject": ("请选择要代表的企业", "Choose the enterprise that you act for")})
    if subject != actor.key and exchange.firm(world, subject).legal_representative != actor.key:
        raise NotAllowed("您不是该企业的法定代表人", "You are not this enterprise's legal representative")
    return subject
