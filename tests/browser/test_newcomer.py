"""Somebody who has never seen this follows the words on the pages, from `/` to a company, in under two minutes.

They know nothing of the addresses: at every moment they press the first thing they can see whose words promise to
lead on. They do not wait a fixed time anywhere, only until a page offers something new.
"""

import re
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from approvals.models import Package
from govsim.exchange import queries as registers
from tests.browser.guests import Guest

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
LIMIT = 120.0  # seconds, from the first page to the company with everything it needs
MOST_CLICKS = 20


def offers(page: Page) -> list[Locator]:
    """Return what would lead on, the most promising first."""
    fastest = page.locator("button[aria-pressed]", has_text=re.compile(r"一天约 \d+ 秒")).last
    return [
        page.get_by_role("button", name="用示例提交"),
        page.get_by_role("link", name="填入示例"),
        page.get_by_role("button", name="开一家公司", exact=True),
        page.get_by_role("link", name="选一个身份进入"),
        page.get_by_role("button", name="跳到上班时间"),
        fastest.and_(page.locator("[aria-pressed=false]")),
        page.get_by_role("main").get_by_role("link", name=re.compile("一窗通")),
    ]


def finished(page: Page) -> Locator:
    """Return what tells that it is done."""
    return page.get_by_role("main").get_by_role("heading", name="全部办结")


def lead(page: Page, until: float) -> list[str]:
    """Press what the pages offer until the company is there; return the words that were pressed."""
    pressed: list[str] = []
    while time.monotonic() < until:
        union = finished(page)
        for each in offers(page):
            union = union.or_(each)
        expect(union.first).to_be_visible(timeout=(until - time.monotonic()) * 1000)
        if finished(page).is_visible():
            return pressed
        chosen = next((each.first for each in offers(page) if each.first.is_visible()), None)
        if chosen is None:
            continue  # it went away while we looked: look again
        before = page.locator("main").inner_text()
        pressed.append(" ".join(chosen.inner_text().split()))
        assert len(pressed) <= MOST_CLICKS, pressed
        chosen.click()
        expect(page.locator("main")).not_to_have_text(before, use_inner_text=True)  # nobody presses twice at once
    raise AssertionError(f"no company after {LIMIT} s: {pressed}")


def test_a_newcomer_has_a_company_in_under_two_minutes(visitor: Callable[..., Guest]) -> None:
    began = time.monotonic()
    newcomer = visitor("/")
    pressed = lead(newcomer.page, began + LIMIT)
    took = time.monotonic() - began
    number = newcomer.page.url.partition("?")[0].rpartition("/")[2]
    package = Package.objects.select_related("world").get(number=number)
    assert package.state == "done", pressed
    licence = package.applications.get(branch="licence", state="granted")
    firm = registers.firm(package.world, licence.decision.result["credit_code"])
    assert firm is not None
    assert firm.name == package.form["company_name"]
    assert {each.state for each in package.applications.all()} == {"granted"}
    assert took < LIMIT, (took, pressed)
    assert newcomer.axe() == []
