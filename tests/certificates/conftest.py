from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import transaction

from certificates.actions import issue
from certificates.models import Certificate
from certificates.queries import keys
from govsim.core import audit, clock
from govsim.core import world as worlds
from govsim.core.actors import Actor
from govsim.core.models import World

AT = datetime(2021, 12, 1, 9, 0, tzinfo=clock.ZONE)
CHEN = "440399194003150011"  # 陈样甲, 81 years old
LIN = "44039919980620002X"  # 林样乙
HETIAN = "91440399MN0000012Y"
OFFICER = Actor("certificate_officer", "seat:1", department="sz.civil")


@pytest.fixture(autouse=True)
def installation(tmp_path, settings):
    """Every test has an installation of its own: its keys are made on first use."""
    settings.VAR = tmp_path
    yield tmp_path
    keys._proved.cache_clear()
    keys._trusted.cache_clear()


@pytest.fixture
def world(db):
    return worlds.create(name="classroom", seed=7, mode=World.Mode.FROZEN, at=AT)


@pytest.fixture
def neighbour(db):
    return worlds.create(name="neighbour", seed=7, mode=World.Mode.FROZEN, at=AT)


@pytest.fixture
def wall():
    return datetime.now(UTC)  # noqa: TID251 - a test of tokens compares with the machine's time


def a_request(**changes):
    """A senior citizen card for Chen, granted in case 211201-03-000001."""
    fields = {
        "type_key": "senior_citizen_card",
        "holder_code": CHEN,
        "holder_name": "陈样甲",
        "issuer_key": "sz.civil",
        "fields": {"city": "深圳市", "birth_date": date(1940, 3, 15), "age_band": "65周岁及以上"},
        "number": None,
        "valid_from": AT.date(),
        "valid_until": None,
        "case_number": "21120103000001",
        "application_id": 1,
    }
    return issue.IssueRequest(**{**fields, **changes})


def issue_now(world, wall, *requests):
    """Prepare and record a batch as a worker does, audit link last; return the prepared certificates."""
    prepared = issue.prepare(world, requests or [a_request()], at=AT, wall=wall)
    with transaction.atomic():
        audit.append(world.pk, issue.record(world, prepared), shard_key=1)
    return prepared


@pytest.fixture
def card(world, wall):
    """Chen's senior citizen card, issued today."""
    return Certificate.objects.get(world=world, identifier=issue_now(world, wall)[0].identifier)


@pytest.fixture
def in_a_year():
    return AT + timedelta(days=400)
