"""List pages stay flat: their statements use an index of the big tables and sort nothing that grows with the world.

SQLite tells how it would answer; statistics of an empty database would mislead it, so it is told of a big one first.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from approvals.models import Application, Package
from govsim.core.models import World
from govsim.exchange.queries import PersonView
from govsim.web.command import listing
from tests.pages.browser import Visitor
from tests.pages.conftest import sit, visit
from tests.pages.test_open_company import open_company

pytestmark = [pytest.mark.django_db]

# Tables that grow with every case. A walk of some ids of a table ("rowid<? AND rowid>?") is a search.
BIG = (
    "approvals_application", "approvals_decision", "approvals_package", "approvals_deskstay", "core_journalentry",
    "exchange_exchangelog", "exchange_record", "certificates_certificate", "certificates_use", "core_auditentry",
)  # fmt: skip
# What sorts a bounded or short set, with the reason that it is one.
SORTS_FEW = {
    "approvals_pause": "the pauses of the rows of one page",
    "approvals_application": "",
}


def plans(visitor: Visitor, address: str) -> Iterator[tuple[str, str, list[str]]]:
    """Yield (address, statement, plan) of every SELECT of a page."""
    with CaptureQueriesContext(connection) as seen:
        assert visitor.client.get(address).status_code == 200, address
    for each in seen.captured_queries:
        sql = each["sql"]
        if not sql.lstrip().startswith("SELECT"):
            continue
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}".replace("%", "%%"))
            yield address, sql, [row[3] for row in cursor.fetchall()]


def faults(address: str, sql: str, plan: list[str]) -> list[str]:
    """Return what would grow with the world: a scan of a big table, a sort of one that is not bounded."""
    found = []
    for step in plan:
        words = step.split()
        scans = words[0] == "SCAN" and any(f'"{words[1]}"' in sql and words[1] == table for table in BIG)
        if scans and "INDEX" not in words:
            found.append(f"{address}: {step}\n    {sql[:300]}")
        if "TEMP B-TREE FOR ORDER BY" in step and "LIMIT" in sql and any(f'FROM "{table}"' in sql for table in BIG):
            found.append(f"{address}: {step}\n    {sql[:400]}\n    {plan}")
    return found


@pytest.fixture
def crowd(town: World, claim: Callable[..., Application], founder: PersonView, run: Callable[..., None]) -> Package:
    """Some of everything."""
    claim()
    package = open_company(visit(sit(town, "applicant", founder)))
    run(10)
    claim(human_route=True)
    run(1)
    return package


def test_list_pages_use_their_indexes(town: World, elder: PersonView, founder: PersonView, crowd: Package) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("reads the plans of SQLite")
    mine, other = visit(sit(town, "applicant", elder)), visit(sit(town, "applicant", founder))
    office, trainer = visit(sit(town, "handler", department="sz.civil")), visit(sit(town, "trainer"))
    pages: list[tuple[Any, str]] = [
        (mine, reverse("applications")),
        (other, reverse("packages")),
        (office, reverse("inbox")),
        (mine, reverse("my-data")),
        (mine, reverse("wallet")),
        (visit(), reverse("command")),
        *((trainer, reverse("command-rows", args=[key])) for key in listing.KINDS),
    ]
    found = []
    for visitor, address in pages:
        for each in plans(visitor, address):
            found += faults(*each)
    assert not found, "\n".join(found)
