from datetime import datetime, timedelta

import pytest

from govsim.core import clock
from govsim.core import world as worlds
from govsim.core.models import World
from govsim.exchange import actions

AT = datetime(2021, 12, 1, 9, 0, tzinfo=clock.ZONE)


@pytest.fixture
def world(db):
    return worlds.create(name="classroom", seed=7, mode=World.Mode.FROZEN, at=AT)


@pytest.fixture
def neighbour(db):
    return worlds.create(name="neighbour", seed=7, mode=World.Mode.FROZEN, at=AT)


@pytest.fixture
def tomorrow():
    return AT + timedelta(days=1)


CHEN = "440399194003150011"  # 陈样甲, 81 years old
LIN = "44039919980620002X"  # 林样乙
HETIAN = "91440399MN0000012Y"


@pytest.fixture
def cast(world):
    """Chen, 81, alive, with a card; Lin, 23, a driver; a firm."""
    actions.load_cast(
        world=world,
        data={
            "people": [
                {"number": CHEN, "name": "陈样甲", "household_city": "shenzhen", "household_region": "440305"},
                {"number": LIN, "name": "林样乙", "household_city": "other", "spouse": CHEN},
            ],
            "firms": [{"code": HETIAN, "name": "深圳市模拟禾田科技有限公司", "legal_representative": LIN}],
            "records": {
                "social_security_card": [
                    {
                        "key": CHEN,
                        "number": "SIMSC1",
                        "bank": "模拟湾区银行",
                        "account": "SIM0000000000000001",
                        "account_name": "陈样甲",
                        "account_status": "active",
                    }
                ],
                "real_estate": [
                    {"key": CHEN, "unit_code": "440399001002GB00012F00030005", "city": "shenzhen", "area_m2": 60},
                    {"key": CHEN, "unit_code": "440399001002GB00012F00030006", "city": "jiangmen", "area_m2": 40},
                ],
            },
        },
    )
    return world
