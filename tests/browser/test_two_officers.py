"""Two officers in two browsers on one case: one wins, the other is told and loses no word; and the keys of the desk."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from approvals.actions.submit import submit
from approvals.models import Application
from govsim.core import access
from govsim.core import world as worlds
from govsim.core.actors import Actor
from govsim.core.models import World
from govsim.demo import first_run
from govsim.demo.showcase import ALLOWANCE, ELDERS
from govsim.exchange import queries as registers
from govsim.lab.stack import wait
from tests.browser.guests import Guest

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]
OFFICE = "sz.civil"
MOVED = 15_000  # milliseconds for what another did to appear


@pytest.fixture
def case(demo: str) -> Application:
    """A case that waits for people, in the running demo."""
    world = worlds.current(first_run.DEMO_WORLD)
    worlds.staff(world, OFFICE, "people")
    elder = registers.sample_persons(world, limit=1, **ELDERS)[0]
    made = submit(
        world=world, actor=Actor("applicant", elder.number), applicant_name=elder.name, item_key=ALLOWANCE,
        form={"mobile": "10100000001"}, human_route=True,
    )  # fmt: skip
    wait(lambda: Application.objects.get(pk=made.pk).state == "received", seconds=60)
    return Application.objects.get(pk=made.pk)


def sit(visitor: Callable[..., Guest], world: World, role: str, case: Application) -> Guest:
    """Return an officer who has the case on the screen."""
    guest = visitor()
    guest.go(f"/in/{access.new_link(access.seat(world, role=role, department=OFFICE))}")
    guest.go(f"/inbox/{case.number}")
    return guest


def unfold(page: Page, verb: str) -> None:
    """Open the form of a move."""
    if page.locator(f"#move-{verb}").get_attribute("open") is None:
        page.locator(f"#move-{verb} > summary").click()


def test_only_one_of_two_officers_wins(visitor: Callable[..., Guest], case: Application) -> None:
    world = worlds.current(first_run.DEMO_WORLD)
    one, two = sit(visitor, world, "window", case), sit(visitor, world, "handler", case)
    unfold(two.page, "ask_correction")
    two.page.locator("#what-mobile").check()
    two.page.locator("#zh-mobile-ask_correction").fill("手机号码请再核对一遍")
    assert two.axe() == []
    one.page.locator("#move-accept button").click()
    expect(one.page.locator("main")).to_contain_text("已受理")
    # What the other did appears by itself, and what was typed here stays.
    expect(two.page.locator("#live")).to_contain_text("您打开之后，本件有了变化", timeout=MOVED)
    expect(two.page.locator("#zh-mobile-ask_correction")).to_have_value("手机号码请再核对一遍")
    two.expected.add(409)
    two.page.locator("#move-ask_correction button").click()
    alert = two.page.get_by_role("alert")
    expect(alert).to_contain_text("有人先办了")
    expect(alert).to_contain_text("窗口受理人员")
    expect(alert).to_be_focused()
    assert "手机号码请再核对一遍" in [each.input_value() for each in alert.locator("textarea").all()]
    assert two.axe() == []
    assert two.page.title().startswith("错误")
    case.refresh_from_db()
    assert case.state == "accepted"
    # The form is still filled in and now shows the case as it stands: sent again, it counts.
    expect(two.page.locator("#zh-mobile-ask_correction")).to_have_value("手机号码请再核对一遍")
    two.page.locator("#move-ask_correction button").click()
    expect(two.page.locator("main")).to_contain_text("停表中")
    case.refresh_from_db()
    assert [each["zh"] for each in case.missing] == ["手机号码请再核对一遍"]


def test_the_keys_walk_and_can_be_switched_off(visitor: Callable[..., Guest], case: Application) -> None:
    world = worlds.current(first_run.DEMO_WORLD)
    guest = sit(visitor, world, "handler", case)
    page = guest.go("/inbox")
    page.keyboard.press("j")
    expect(page.locator("[data-case]").first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#moves")).to_be_visible()
    guest.go(f"/inbox/{case.number}")
    page.keyboard.press("r")
    expect(page.locator("#reason_zh-decline")).to_be_focused()
    page.keyboard.type("acr")  # letters in a field are letters
    expect(page.locator("#reason_zh-decline")).to_have_value("acr")
    page.locator("#keys-on").uncheck()
    guest.go("/inbox")
    page.keyboard.press("j")
    expect(page.locator("[data-case]").first).not_to_be_focused()
    expect(page.locator("#keys-on")).not_to_be_checked()
