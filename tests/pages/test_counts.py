"""What the main pages cost in SQL statements: they do not grow with what is in the list."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from approvals.models import Application
from certificates import queries as certificates
from govsim.core import clock
from govsim.core.models import World
from govsim.exchange.queries import PersonView
from tests.pages.browser import Visitor
from tests.pages.conftest import sit, visit
from tests.pages.test_open_company import open_company

pytestmark = [pytest.mark.django_db]

# Session, user, seat and clock are four or five of them.
MOST = {
    "home": 15,
    "counters": 8,
    "about": 15,
    "components": 8,
    "theme": 8,
    "items": 8,
    "item": 8,
    "applications": 14,
    "application": 24,
    "package": 24,
    "package-live": 24,
    "wallet": 10,
    "certificate": 12,
    "my-data": 16,
    "inbox": 14,
    "case": 26,
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
    office = visit(sit(town, "handler", department="sz.civil"))
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
        "package": cost(other, "package", package.number),
        "package-live": cost(other, "package-live", package.number),
        "wallet": cost(mine, "wallet"),
        "certificate": cost(mine, "certificate", card),
        "my-data": cost(mine, "my-data"),
        "inbox": cost(office, "inbox"),
        "case": cost(office, "case", waiting.number),
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
