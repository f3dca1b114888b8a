"""What the main pages cost in SQL statements: they do not grow with what is in the list."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from approvals.actions.begin import begin
from approvals.models import Application
from certificates import queries as certificates
from govsim.core import clock
from govsim.core.actors import Actor
from govsim.core.models import World
from govsim.exchange.queries import PersonView
from tests.pages.browser import Visitor
from tests.pages.conftest import sit, visit
from tests.pages.test_open_company import open_company
from tests.pages.test_studio import draft_rules

pytestmark = [pytest.mark.django_db]

# What each took when it was last counted, and four more. Session, user, seat and clock are four or five of them.
MOST = {
    "home": 7,
    "counters": 6,
    "about": 7,
    "components": 6,
    "theme": 6,
    "items": 6,
    "item": 7,
    "applications": 13,
    "application": 17,
    "package": 14,
    "package-live": 17,
    "package-new": 11,
    "packages": 9,
    "apply": 10,
    "apply-tasks": 13,
    "apply-details": 15,
    "apply-materials": 11,
    "application-sent": 11,
    "wallet": 9,
    "certificate": 12,
    "certificate-present": 8,
    "my-data": 8,
    "certificate-desk": 7,
    "inbox": 13,
    "case": 18,
    "case-live": 18,
    "world": 23,
    "world-live": 12,
    "studio": 9,
    "studio-rule-set": 13,
    "studio-try": 11,
    "studio-draft": 14,
    "studio-replay": 11,
    "command": 23,
    "command-live": 23,
}


def cost(visitor: Visitor, name: str, *args: Any) -> int:
    """Return how many statements a page takes the second time."""
    address = reverse(name, args=args)
    assert visitor.client.get(address).status_code == 200, address
    with CaptureQueriesContext(connection) as seen:
        visitor.client.get(address)
    return len(seen)


def test_main_pages_take_few_statements(
    town: World, elder: PersonView, founder: PersonView, claim: Callable[..., Application], run: Callable[..., None]
) -> None:
    case = claim()
    run()
    package = open_company(visit(sit(town, "applicant", founder)))
    run(10)
    waiting = claim(human_route=True)
    run(1)
    card = certificates.wallet(town, elder.number, at=clock.now(town))[0].identifier
    mine, other = visit(sit(town, "applicant", elder)), visit(sit(town, "applicant", founder))
    actor = Actor("applicant", elder.number)
    draft = begin(world=town, actor=actor, applicant_name=elder.name, item_key="sz.old_age_allowance")
    office = visit(sit(town, "handler", department="sz.civil"))
    trainer = visit(sit(town, "trainer"))
    rules = visit(sit(town, "rule_officer", department="sz.civil"))
    draft_rules(rules)
    counted = {
        "home": cost(visit(), "home"),
        "counters": cost(visit(), "counters"),
        "about": cost(visit(), "about"),
        "components": cost(visit(), "components"),
        "theme": cost(visit(), "theme", "sz.open_company"),
        "items": cost(visit(), "items"),
        "item": cost(visit(), "item", "sz.old_age_allowance"),
        "applications": cost(mine, "applications"),
        "application": cost(mine, "application", case.number),
        "apply": cost(mine, "apply", "sz.old_age_allowance"),
        "apply-tasks": cost(mine, "apply-tasks", draft.number),
        "apply-details": cost(mine, "apply-details", draft.number),
        "apply-materials": cost(mine, "apply-materials", draft.number),
        "application-sent": cost(mine, "application-sent", case.number),
        "package": cost(other, "package", package.number),
        "package-live": cost(other, "package-live", package.number),
        "package-new": cost(other, "package-new", "sz.open_company"),
        "packages": cost(other, "packages"),
        "wallet": cost(mine, "wallet"),
        "certificate": cost(mine, "certificate", card),
        "certificate-present": cost(mine, "certificate-present", card),
        "my-data": cost(mine, "my-data"),
        "certificate-desk": cost(visit(sit(town, "certificate_officer", department="sz.psb")), "certificate-desk"),
        "inbox": cost(office, "inbox"),
        "case": cost(office, "case", waiting.number),
        "case-live": cost(office, "case-live", waiting.number),
        "world": cost(trainer, "world"),
        "world-live": cost(trainer, "world-live"),
        "studio": cost(rules, "studio"),
        "studio-rule-set": cost(rules, "studio-rule-set", "sz.old_age_allowance"),
        "studio-try": cost(rules, "studio-try", "sz.old_age_allowance"),
        "studio-draft": cost(rules, "studio-draft", "sz.old_age_allowance", 1),
        "studio-replay": cost(rules, "studio-replay", "sz.old_age_allowance", 1, 1),
        "command": cost(visit(), "command"),
        "command-live": cost(visit(), "command-live"),
    }
    above = {name: count for name, count in counted.items() if count > MOST[name]}
    assert not above, above


def test_lists_do_not_cost_more_when_they_grow(
    town: World, elder: PersonView, claim: Callable[..., Application]
) -> None:
    mine, office = visit(sit(town, "applicant", elder)), visit(sit(town, "handler", department="sz.civil"))
    for _ in range(2):
        claim(human_route=True)
    few = cost(mine, "applications"), cost(office, "inbox")
    for _ in range(6):
        claim(human_route=True)
    assert (cost(mine, "applications"), cost(office, "inbox")) == few


def test_a_package_costs_no_more_beside_others_nor_with_more_that_happened(
    town: World, founder: PersonView, run: Callable[..., None]
) -> None:
    visitor = visit(sit(town, "applicant", founder))
    first = open_company(visitor)
    run(4)
    early = cost(visitor, "package-live", first.number)
    few = cost(visitor, "packages")
    for _ in range(3):
        open_company(visitor)
    run()
    assert cost(visitor, "packages") == few
    assert cost(visitor, "package-live", first.number) <= early
