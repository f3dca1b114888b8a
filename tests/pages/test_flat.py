"""List pages stay flat: their statements use an index of the big tables and sort nothing that grows with the world.

SQLite tells how it would answer each statement. It has no statistics here, so the plan is the same for any size.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection
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
# Indexes of a few rows only: reading all that a world has in them is no scan.
PARTIAL = ("application_open", "application_stuck", "application_due", "journal_due", "decision_sampled")
# Sorted in memory because there are few: what one person has, the history of the cases of one page.
FEW = (
    "package_of_applicant", "certificate_of_holder (world_id=? AND holder_code=?)",
    "sqlite_autoindex_core_journalentry_1 (world_id=? AND kind=? AND row=?)",
)  # fmt: skip


def plans(visitor: Visitor, address: str) -> Iterator[tuple[str, list[str]]]:
    """Yield (statement, plan) of every SELECT of a page, planned with the very values that were bound."""
    asked: list[tuple[str, Any]] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.lstrip().startswith("SELECT"):
            asked.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        assert visitor.client.get(address).status_code == 200, address
    for sql, params in asked:
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}", params)
            yield sql, [row[3] for row in cursor.fetchall()]


def faults(sql: str, plan: list[str]) -> list[str]:
    """Return the steps that would grow with the world: scans of big tables, whole worlds, sorts of more than few."""
    found = []
    big = [step for step in plan if step.split()[1] in BIG]
    for step in big:
        whole = step.endswith("(world_id=?)") and not any(name in step for name in PARTIAL)
        if step.startswith("SCAN") or whole:
            found.append(step)
    if any("TEMP B-TREE FOR ORDER BY" in step for step in plan):
        found += [f"sorts {step}" for step in big if not any(name in step for name in FEW) and "rowid=?" not in step]
    return [f"{each}\n    {sql[:400]}" for each in found]


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
        (other, reverse("applications")),
        (office, reverse("inbox")),
        (mine, reverse("my-data")),
        (mine, reverse("wallet")),
        (visit(), reverse("command")),
        *((trainer, reverse("command-rows", args=[key])) for key in listing.KINDS),
    ]
    found = []
    for visitor, address in pages:
        for sql, plan in plans(visitor, address):
            found += [f"{address}: {each}" for each in faults(sql, plan)]
    assert not found, "\n".join(found)
