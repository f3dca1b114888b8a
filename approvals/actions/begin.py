"""Begin an application: consent first, then a draft that the registers may fill in (秒报); and consent given anew."""

from django.db import transaction

from approvals.actions import cases
from approvals.actions.submit import draft, give_consent
from approvals.models import Application
from govsim.core import clock
from govsim.core.actors import Actor
from govsim.core.models import World
from services import queries as catalogue


def begin(
    *, world: World, actor: Actor, applicant_name: str, item_key: str, subject: str = "", consent: bool = True
) -> Application:
    """Return a new draft with the applicant's consent for this one case; it can be withdrawn at any time.

    Without consent no register is asked anything and a person handles the case. Raises NotFound for an unknown item.
    """
    item = catalogue.item(item_key)
    with transaction.atomic():
        row = draft(world=world, actor=actor, applicant_name=applicant_name, item_key=item_key, subject=subject)
        if consent:
            row.consents = [give_consent(world, actor.key, row.number, item.body, clock.now(world))]
            row.save(update_fields=["consents"])
    return row


def agree(*, world: World, actor: Actor, number: str) -> Application:
    """Give the consent of a draft anew, after it was taken back or never given. Raises NotFound when it is no draft."""
    with transaction.atomic():
        row = cases.application(world, number, actor, state="draft")
        body = catalogue.item_version(row.item_key, row.item_version).body
        row.consents = [*row.consents, give_consent(world, actor.key, number, body, clock.now(world))]
        row.save(update_fields=["consents"])
    return row
