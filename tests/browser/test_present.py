"""A presenter shows a walk-through by keys alone, with the notes in a second window; a newcomer takes the tour."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from govsim.walkthroughs.schema import packs
from govsim.web.presenter import cuts
from tests.browser.guests import Guest

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]
PACK = next(each for each in packs() if each.name == "instant_approval_granted")
STEP = 40_000  # milliseconds that a step may take


def begin(guest: Guest, pack: str, cut: int) -> Page:
    page = guest.go("/present")
    page.locator(f"form:has(input[value={pack}]) button[value='{cut}']").click()
    expect(page.locator(".gv-show")).to_be_visible(timeout=STEP)
    return page


def second(guest: Guest, page: Page) -> Page:
    """Open the notes by their key."""
    with guest.context.expect_page() as opened:
        page.keyboard.press("s")
    guest.watch(opened.value)
    expect(opened.value.locator(".gv-notes")).to_be_visible()
    return opened.value


def test_a_show_by_keys_with_the_notes_in_step(visitor: Callable[..., Guest]) -> None:
    guest = visitor()
    page = begin(guest, PACK.name, 10)
    assert guest.axe() == []
    notes = second(guest, page)
    page.bring_to_front()
    stops = cuts.stops(PACK, 10)
    for key, stop in zip(["ArrowRight", "n", "Space", "PageDown"] * 4, stops[1:-1], strict=False):
        step = PACK.steps[stop - 1]
        page.keyboard.press(key)
        expect(page.locator(".gv-say > p")).to_have_text(step.say.zh, timeout=STEP)
        expect(page.locator(".gv-plot [aria-current]").first).to_contain_text(step.title.zh)
        expect(page.frame_locator("iframe").locator("main")).to_be_visible()
        expect(notes.locator(".now")).to_have_text(step.title.zh)
        assert guest.axe() == []
    page.keyboard.press("ArrowLeft")
    expect(page.locator(".gv-say > p")).to_have_text(PACK.steps[stops[-3] - 1].say.zh)
    page.reload()  # a refresh keeps the place
    expect(page.locator(".gv-say > p")).to_have_text(PACK.steps[stops[-3] - 1].say.zh)
    notes.bring_to_front()
    notes.keyboard.press("ArrowRight")
    notes.wait_for_timeout(300)
    notes.keyboard.press("ArrowRight")
    expect(notes.locator(".now")).to_have_text("收尾", timeout=STEP)
    page.bring_to_front()
    expect(page.locator(".gv-say > p")).to_contain_text("不变量全部成立")
    page.keyboard.press("ArrowRight")  # there is nothing more, and nothing breaks
    expect(page.locator("[data-do=next]")).to_be_disabled()
    assert guest.axe() == []


def test_the_other_keys(visitor: Callable[..., Guest]) -> None:
    guest = visitor()
    page = begin(guest, "instant_approval_refused", 3)
    curtain = page.locator("[data-part=blank]")
    for key in ("b", "."):
        page.keyboard.press(key)
        expect(curtain).to_be_visible()
        page.keyboard.press(key)
        expect(curtain).to_be_hidden()
    page.keyboard.press("?")
    expect(page.locator("dialog[data-part=help]")).to_be_visible()
    assert guest.axe() == []
    page.locator("input[data-do=letters]").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("b")  # single letters are off
    expect(curtain).to_be_hidden()
    page.keyboard.press("Escape")
    contents = page.locator("dialog[data-part=plot]")
    expect(contents).to_be_visible()
    contents.get_by_role("button", name=re.compile("说明书")).click()
    expect(page.locator(".gv-say > p")).to_contain_text("十二条中", timeout=STEP)
    page.locator("[data-do=help]").click()
    page.locator("input[data-do=letters]").check()
    page.keyboard.press("Escape")
    page.keyboard.press("r")
    page.get_by_role("button", name="不，继续讲").click()
    expect(page.locator(".gv-say > p")).to_contain_text("十二条中")
    page.keyboard.press("r")
    page.get_by_role("button", name="从头再来", exact=True).click()
    expect(page.locator("[data-do=next]")).to_contain_text("开始")


def test_it_goes_on_by_itself_until_it_is_paused(visitor: Callable[..., Guest]) -> None:
    guest = visitor()
    page = begin(guest, PACK.name, 3)
    page.locator("select[data-do=speed]").select_option("2")
    page.locator("[data-do=play]").click()
    expect(page.locator("[data-do=play]")).to_contain_text("暂停")
    expect(page.locator(".gv-say > p")).to_have_text(PACK.steps[1].say.zh, timeout=STEP)
    page.keyboard.press("k")
    expect(page.locator("[data-do=play]")).to_contain_text("自动")


def test_a_newcomer_takes_the_tour_and_is_not_told_again(visitor: Callable[..., Guest]) -> None:
    guest = visitor("/?tour=1")
    page = guest.page
    popover = page.locator(".driver-popover")
    expect(popover).to_contain_text("这里是模拟")
    expect(popover).to_contain_text(re.compile(r"1 / \d"))
    page.keyboard.press("ArrowRight")
    expect(popover).to_contain_text(re.compile(r"2 / \d"))
    assert guest.axe() == []
    for _ in range(3):
        page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('.driver-popover') === null")  # the focus is free
    page.keyboard.press("Escape")
    expect(popover).to_have_count(0)
    assert page.evaluate("localStorage.getItem('govsim-tour-public')") == "seen"
    guest.go("/")
    page.wait_for_timeout(500)
    expect(popover).to_have_count(0)
