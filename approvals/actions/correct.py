"""Correct an application that was sent back for correction: it is due again and is assessed as if new."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from approvals import states
from approvals.actions import cases, entry
from approvals.actions.submit import check_materials, give_consent
from approvals.events import ApplicationCorrected
from approvals.models import Application
from govsim.core import clock, moves
from govsim.core.actors import Actor
from govsim.core.models import World
from services import queries as catalogue


def correct(
    *,
    world: World,
    actor: Actor,
    number: str,
    form: Mapping[str, Any] | None = None,
    materials: Mapping[str, Any] | None = None,
    consent: bool = False,
) -> Application:
    """Add or replace fields and materials and hand the case in again; the limit runs on.

    Only what is given changes. Raises BadInput naming every faulty field.
    """
    row = cases.application(world, number, actor)
    body = catalogue.item_version(row.item_key, row.item_version).body
    entries = entry.clean(body["form"], {**row.form, **(form or {})})
    chosen = {**row.materials, **check_materials(body, materials or {})}
    at = clock.now(world)
    with transaction.atomic():
        given = [*row.consents, give_consent(world, row.applicant, number, body, at)] if consent else row.consents
        moves.make(
            row, states.APPLICATION, "correct", actor=actor, at=at, form=entries, materials=chosen, consents=given,
            due_at=at, asked=0, event=ApplicationCorrected(row.number, row.package_id, row.branch),
        )  # fmt: skip
        row.pauses.filter(to_at=None).update(to_at=at)
    return row
