"""The trainer's hands on the console: trouble, its end, how banks decide, and the clock."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from playwright.sync_api import Locator, Page, expect

from govsim.core import clock
from tests.browser.hands.windows import Shown, press, refused

type Body = Mapping[str, Any]


def form_of(page: Page, deed: str) -> Locator:
    """Return the last small form of the console that does this: the one with fields, not a button of a list."""
    return page.locator("form", has=page.locator(f"input[name=do][value={deed}]")).last


def send(page: Page, form: Locator, name: str) -> Shown:
    """Press the button of a small form; return what came of it."""
    status = press(page, form.get_by_role("button", name=name))
    return Shown(200, at="/world") if status == 200 else refused(page, status)


def fault(page: Page, body: Body) -> Shown:
    """Make a register or an office fail."""
    page.goto("/world")
    source = "source" in body
    form = form_of(page, "source" if source else "office")
    form.locator("[name=source]" if source else "[name=department]").select_option(
        body.get("source") or body["department"]
    )
    form.get_by_label("怎样坏").select_option(body["mode"])
    if "until" in body:
        form.get_by_label("到哪一刻自己好").fill(local(datetime.fromisoformat(body["until"])))
    return send(page, form, "让它坏")


def clear(page: Page, body: Body) -> Shown:
    """End the trouble that the console lists."""
    page.goto("/world")
    value = body.get("source") or body["department"]
    listed = page.locator(".gv-troubles li", has=page.locator(f"input[value='{value}']"))
    expect(listed).to_have_count(1)
    return send(page, listed, "撤销")


def settings(page: Page, body: Body) -> Shown:
    """Say which banks turn customers away."""
    page.goto("/world")
    form = form_of(page, "declining")
    for each in form.locator("[name=bank]").all():
        each.set_checked(each.get_attribute("value") in body["declining"])
    return send(page, form, "保存")


def move_clock(page: Page, body: Body) -> Shown:
    """Let the clock go to the next thing that is due, or towards a moment."""
    if not page.url.endswith("/world"):
        page.goto("/world")
    if body["action"] == "step":
        return send(page, form_of(page, "step"), "走到下一件事")
    form = form_of(page, "until")
    form.get_by_label("走到哪一刻").fill(local(datetime.fromisoformat(body["until"])))
    return send(page, form, "走到这一刻")


def local(moment: datetime) -> str:
    """Return a moment as one types it; what is finer than a second goes on to the next."""
    here = moment.astimezone(clock.ZONE)
    if here.microsecond:
        here = here.replace(microsecond=0) + timedelta(seconds=1)
    return here.strftime("%Y-%m-%dT%H:%M" if here.second == 0 else "%Y-%m-%dT%H:%M:%S")
