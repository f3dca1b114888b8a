"""What every pair of hands does with a page: press, wait for what comes, read the error summary, find its way."""

import re
from dataclasses import dataclass, field
from typing import Any, Final

from playwright.sync_api import Locator, Page

REFUSALS: Final = frozenset({403, 404, 409, 422})
CASE_NUMBER: Final = re.compile(r"/(?:applications|packages|inbox)/(\d{10,})")


@dataclass(frozen=True)
class Shown:
    """What came of a deed in the pages: the status that its API twin answers with, and what the page told.

    `at` is the address of the resource to read afterwards, for what the page does not tell in full.
    """

    status: int
    told: dict[str, Any] = field(default_factory=dict)
    at: str = ""


class NotOffered(Exception):
    """The pages do not offer what somebody wants to do."""


def press(page: Page, button: Locator) -> int:
    """Press something that leads to another page; return the status of that page once it is there."""
    with page.expect_navigation() as leaving:
        button.click()
    answer = leaving.value
    return answer.status if answer is not None else 200


def refused(page: Page, status: int) -> Shown:
    """Return what the error summary says, which has to be there, in sight and with its fields."""
    alert = page.locator("main [role=alert]").first
    alert.wait_for()
    links = alert.locator("a[href^='#']").all()
    fields = [(each.get_attribute("href") or "#")[1:] for each in links]
    return Shown(status, {"errors": [{"field": each} for each in fields], "detail": alert.inner_text()})


def number_of(page: Page) -> str:
    """Return the number of the case or package that the page is about."""
    found = CASE_NUMBER.search(page.url)
    if found is None:
        raise NotOffered(f"no case at {page.url}")
    return found[1]


def follow(page: Page, name: str | re.Pattern[str]) -> None:
    """Follow the first link of the page's main part that is called so."""
    press(page, page.get_by_role("main").get_by_role("link", name=name).first)


def open_listed(page: Page, listing: str, number: str) -> None:
    """Open a case or package from the list that shows it."""
    page.goto(listing)
    press(page, page.locator(f"main a[href$='/{number}']").first)


def unfold(details: Locator) -> None:
    """Open a part that can be folded, when it is not open."""
    if details.get_attribute("open") is None:
        details.locator("> summary").click()
