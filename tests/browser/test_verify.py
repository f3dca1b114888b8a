"""Verifying in a browser: the picture of a QR code is read there, and a presentation passes from phone to screen."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
import segno
from playwright.sync_api import expect

from certificates import queries
from govsim.core import access, clock
from govsim.core import world as worlds
from govsim.demo import first_run
from govsim.exchange import queries as registers
from tests.browser.guests import Guest

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]


def test_an_uploaded_picture_is_read_in_the_browser(demo: str, visitor: Callable[..., Guest], tmp_path: Path) -> None:
    world = worlds.current(first_run.DEMO_WORLD)
    person = registers.sample_persons(world, limit=1)[0]
    card = queries.wallet(world, person.number, at=clock.now(world))[0]
    code = tmp_path / "code.png"
    segno.make(queries.verification_address(world, card.identifier, demo), error="m").save(str(code), scale=6)
    empty = tmp_path / "empty.png"
    segno.make("x").save(str(empty), scale=6, dark="#ffffff")
    guest = visitor("/verify")
    page = guest.page
    page.locator("#file").set_input_files(str(empty))
    expect(page.locator("#file-said")).to_contain_text("没有找到二维码")
    page.locator("#file").set_input_files(str(code))
    expect(page.locator("#verdict")).to_contain_text("证照有效")
    expect(page.locator("main")).to_contain_text(card.name.zh)
    assert guest.axe() == []


def test_what_is_presented_on_a_phone_is_seen_by_whoever_scans(visitor: Callable[..., Guest]) -> None:
    world = worlds.current(first_run.DEMO_WORLD)
    person = registers.sample_persons(world, limit=1)[0]
    card = queries.wallet(world, person.number, at=clock.now(world))[0]
    seat = access.seat(world, role="applicant", holder=person.number, name_zh=person.name, name_en=person.pinyin)
    phone = visitor(f"/in/{access.new_link(seat)}", width=390)
    page = phone.go(f"/wallet/{card.identifier}/present")
    page.get_by_label("出示给谁").fill("某酒店（模拟）")
    page.get_by_label("用途").fill("入住登记")
    page.locator("input[value=holder_name]").check()
    page.get_by_role("button", name="同意并出示").click()
    expect(page).to_have_url(re.compile("/presented$"))
    first = page.locator("#code").get_attribute("data-address") or ""
    assert phone.axe() == []
    other = visitor(first[first.index("/w/") :], width=390)
    expect(other.page.locator("#verdict")).to_contain_text("证照有效")
    expect(other.page.locator("main")).to_contain_text(person.name)
    assert person.number not in other.page.content()
    assert other.axe() == []
    page.evaluate("document.getElementById('code-place').dispatchEvent(new Event('refresh'))")
    expect(page.locator("#code")).not_to_have_attribute("data-address", first)
