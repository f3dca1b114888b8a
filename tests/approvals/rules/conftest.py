"""Bus passes to judge, and the eight items of domain.md §B.2 as their files stand."""

from pathlib import Path

import pytest

import services
from approvals.rules import derive, engine
from govsim.core.yamlfile import load, plain
from tests.approvals.rules import bus_pass

CATALOGUE = Path(services.__file__).parent / "catalogue"
INSTANT = [
    "old_age_allowance",
    "graduate_settlement",
    "business_registration",
    "ride_hailing_driver_permit",
    "housing_fund_withdrawal",
    "senior_citizen_card",
    "unemployment_benefit",
    "food_filing",
]


@pytest.fixture
def passes():
    """Return the rule set of the bus pass."""
    return engine.load(bus_pass.BODY, bus_pass.STANDING)


@pytest.fixture
def judge(passes):
    """Return a function that judges the granted example with some facts changed (REMOVED takes one away)."""

    def judged(rules=passes, as_of=bus_pass.AS_OF, **changes):
        flat = {**bus_pass.GRANTED, **changes}
        return engine.evaluate(rules, derive.from_flat(rules, flat), as_of)

    return judged


def read(name):
    """Return the body of one of the eight items."""
    return plain(load(CATALOGUE / "shenzhen" / f"{name}.yaml"))


@pytest.fixture(params=INSTANT)
def item(request):
    """Return the body of each of the eight items in turn."""
    return read(request.param)


@pytest.fixture(scope="session")
def items():
    """Return the bodies of all eight."""
    return [read(name) for name in INSTANT]


@pytest.fixture(scope="session")
def standing():
    """Return the standing facts and rules of every item."""
    return plain(load(CATALOGUE / "standing.yaml"))
