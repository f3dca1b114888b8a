"""The shortest proof that the pages work: a newcomer opens a company and sees every deliverable arrive."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from approvals.models import Package
from govsim.core import clock
from govsim.core import world as worlds
from govsim.core.models import World
from govsim.demo import first_run
from govsim.demo.showcase import PACE
from tests.browser.guests import Guest

pytestmark = [pytest.mark.browser, pytest.mark.smoke, pytest.mark.timeout(240)]
ARRIVAL = 120_000  # milliseconds for a working day, or a night and a working day

BRANCHES = ("licence", "seals", "tax", "social_insurance", "medical_insurance", "housing_fund", "bank")


def test_a_newcomer_opens_a_company(visitor: Callable[..., Guest]) -> None:
    clock.run(worlds.current(first_run.DEMO_WORLD), mode=World.Mode.PACED, pace=PACE)
    newcomer = visitor("/")
    page = newcomer.page
    assert newcomer.axe() == []
    page.get_by_role("button", name="开一家公司", exact=True).click()
    expect(page).to_have_url(re.compile("/packages/new/sz.open_company"))
    name = page.locator("[name$=company_name]").input_value()
    assert "模拟" in name
    assert newcomer.axe() == []
    page.get_by_role("button", name="签名并提交，一次办完").click()
    expect(page).to_have_url(re.compile(r"/packages/\d+"))
    number = page.url.rpartition("/")[2]
    expect(page.locator("main")).to_contain_text(name)
    expect(page.locator("main")).to_contain_text("全部办结", timeout=ARRIVAL)
    expect(page.locator("main")).to_contain_text("营业执照")
    assert newcomer.axe() == []
    package = Package.objects.get(number=number)
    branches = {each.branch: each.state for each in package.applications.all()}
    assert branches == dict.fromkeys(BRANCHES, "granted")
