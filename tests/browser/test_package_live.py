"""A branch is sent back while its founder looks on: the page says so by itself, and the answer is given there."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from approvals import queries
from approvals.actions import ask_correction
from approvals.models import Package
from govsim.core import access, clock
from govsim.core import world as worlds
from govsim.core.models import World
from govsim.demo import first_run
from govsim.demo.showcase import FOUNDERS, PACE
from govsim.exchange import queries as registers
from govsim.lab.stack import wait
from tests.browser.guests import Guest

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]


def test_a_branch_is_sent_back_and_answered_while_one_looks_on(visitor: Callable[..., Guest]) -> None:
    world = worlds.current(first_run.DEMO_WORLD)
    worlds.staff(world, "sz.tax", "people")
    person = registers.sample_persons(world, **FOUNDERS, limit=1)[0]
    seat = access.seat(world, role="applicant", holder=person.number, name_zh=person.name, name_en=person.pinyin)
    founder = visitor(f"/in/{access.new_link(seat)}")
    page = founder.page
    founder.go("/packages/new/sz.open_company?example=1")
    page.locator("#invoices_wanted").fill("60")
    page.get_by_role("button", name="签名并提交，一次办完").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("模拟")
    number = page.url.partition("?")[0].rpartition("/")[2]
    clock.run(worlds.current(first_run.DEMO_WORLD), mode=World.Mode.PACED, pace=PACE)
    tax = Package.objects.get(number=number).applications
    wait(lambda: tax.filter(branch="tax", state="accepted").exists(), seconds=60)
    officer = access.actor(access.seat(world, role="handler", department="sz.tax"))
    told = {"what": "invoices_wanted", "zh": "首次不超过 25 份", "en": "At most 25 at first"}
    case = tax.get(branch="tax").number
    ask_correction.ask_correction(
        world=worlds.current(first_run.DEMO_WORLD), actor=officer, number=case, missing=[told]
    )  # fmt: skip
    answer = page.locator("#invoices_wanted")
    expect(answer).to_be_visible()
    expect(page.locator("#journal-box")).to_contain_text("税务局一次告知补正：首次不超过 25 份")
    answer.fill("25")
    page.get_by_role("button", name="下一件事").click()  # the live part is another one now
    expect(page.locator("#head")).to_contain_text("停表，等您补正")
    expect(answer).to_have_value("25")  # and what was typed is still there
    page.get_by_role("button", name="提交补正").click()
    expect(page.get_by_role("status").first).to_contain_text("补正已提交")
    expect(page.locator("#invoices_wanted")).to_have_count(0)
    worlds.staff(world, "sz.tax", "simulation")
    assert queries.packages_of(world, person.number).get(number=number).state == "running"
    assert founder.axe() == []
