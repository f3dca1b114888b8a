"""The officers' hands at their desk: each move by its form on the page of the case."""

from collections.abc import Mapping
from typing import Any

from playwright.sync_api import Page

from tests.browser.hands.windows import NotOffered, Shown, press, refused, unfold


def move(page: Page, number: str, verb: str, body: Mapping[str, Any]) -> Shown:
    """Make a move on a case from the inbox. Raises NotOffered when the page has no form for it."""
    page.goto("/inbox")
    listed = page.locator(f"main a[href$='/inbox/{number}']")
    if listed.count():
        press(page, listed.first)
    else:
        page.goto(f"/inbox/{number}")
    form = page.locator(f"#move-{verb}")
    if form.count() == 0:
        raise NotOffered(verb)
    unfold(form)
    if body.get("opinion"):
        form.locator(f"#opinion-{verb}").fill(body["opinion"])
    for line in body.get("missing", ()):
        form.locator(f"#what-{line['what']}").check()
        form.locator(f"[name='zh-{line['what']}']").fill(line["zh"])
        form.locator(f"[name='en-{line['what']}']").fill(line["en"])
    confirm = form.locator("[name=confirm]")
    if confirm.count():
        confirm.check()
    status = press(page, form.get_by_role("button"))
    return Shown(200, at=f"/applications/{number}") if status == 200 else refused(page, status)
