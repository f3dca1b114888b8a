"""Try rules on a person of the world: their records are asked for and the look is logged; nothing is decided."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from approvals.actions.casefile import Case
from approvals.actions.gather import form_values, gather
from approvals.models import Application
from approvals.rules import derive
from approvals.rules.facts import Fact
from approvals.rules.ruleset import RuleSet
from govsim.core.actors import Actor
from govsim.core.errors import NotAllowed
from govsim.core.models import World
from govsim.exchange import actions as exchange_actions
from govsim.exchange import queries as exchange
from services import queries as catalogue

UNSAVED = 0  # the case that there is not
NO_CONSENT = 0  # what a trial asks by: people of a simulation, and each of them sees the look in their log
PURPOSE = "rule_trial"


@transaction.atomic
def facts_of(
    *, world: World, item: str, ruleset: RuleSet, person: str, system: Mapping[str, object], actor: Actor, at: datetime
) -> dict[str, Fact]:
    """Return what the registers say of a person as the facts of a rule set; `system` are those the engine supplies.

    What only a form tells stays missing. Every look goes into the exchange log, so the person sees it.
    Raises NotAllowed for anybody but a rule officer or trainer, NotFound for an unknown item or person.
    """
    if not (actor.has("rule_officer") or actor.has("trainer")):
        raise NotAllowed("只有规则管理员或培训教师可以试算", "Only a rule officer or a trainer may try rules")
    found, known = catalogue.item(item), exchange.person(world, person)
    row = Application(
        pk=UNSAVED, world=world, number="", item_key=item, item_version=found.version, city=found.body["city"],
        department=found.body["department"], applicant=known.number, subject=known.number, form={},
    )  # fmt: skip
    case = Case(row, at, found, ruleset, consent_id=NO_CONSENT)
    gather(world, [case])
    for look in case.log:
        look.purpose, look.consent_id, look.case_id = PURPOSE, None, None
    exchange_actions.log.record(case.log)
    derived = derive.derive(
        ruleset, answers=case.answers, asked=case.keys, form=form_values(case), system=system, as_of=at.date()
    )
    return derived.facts
