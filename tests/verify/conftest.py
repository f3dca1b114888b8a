"""A world in which several things were decided, and hands that reach into its tables."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from approvals.actions import submit
from approvals.models import Application
from approvals.tasks import drain_worlds
from govsim import verify
from govsim.core.models import World
from govsim.exchange.actions import load_cast
from tests.approvals.conftest import FOUNDERS, GU, OUTSIDER, applicant, city, claim_allowance, open_company, run

__all__ = ["city", "claim_allowance", "open_company", "run"]  # fixtures of the neighbour


@pytest.fixture
def decided(city: World, claim_allowance: Callable[..., Application]) -> dict[str, Application]:
    """One grant, one refusal, one case with a person, one grant with a certificate; all by the workers."""
    photo = {"key": GU, "meets_standard": True, "taken_on": "2021-06-01"}
    load_cast(world=city, data={"records": {"photos": [photo]}})
    cases = {
        "granted": claim_allowance(),
        "refused": claim_allowance(OUTSIDER),
        "referred": claim_allowance(FOUNDERS[0], human_route=True),
        "card": submit.submit(
            world=city, actor=applicant(GU), applicant_name="顾样甲", item_key="sz.senior_citizen_card", form={}
        ),
    }
    drain_worlds([city])
    for row in cases.values():
        row.refresh_from_db()
    return cases


@pytest.fixture
def sql() -> Callable[..., None]:
    """Change rows behind the back of every action: `sql("UPDATE … WHERE id = %s", 7)`."""

    def execute(statement: str, *values: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement, list(values))
            assert cursor.rowcount > 0, "nothing was changed"

    return execute


def bad(world: World) -> dict[str, str]:
    """Return what is wrong: invariant → the first bad row, in words."""
    found = verify.check([world])
    return {name: each["first_bad"] for name, each in found["invariants"].items() if not each["held"]}
