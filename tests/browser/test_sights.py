"""Every page, in both languages, both themes, on a desk and on a phone: nothing for axe, for the policy, to scroll."""

from collections.abc import Callable
from typing import Any

import pytest

from govsim.core import access
from govsim.core import world as worlds
from govsim.demo import first_run
from govsim.demo.showcase import Showcase, fill
from govsim.demo.sights import PUBLIC, SIGHTS
from tests.browser.guests import Guest

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]
NARROWEST = 320


@pytest.fixture(scope="module")
def showcase(demo: str) -> Showcase:
    """The demo world with something on every page; its clock stands still."""
    return fill(worlds.current(first_run.DEMO_WORLD))


def enter(visitor: Callable[..., Guest], showcase: Showcase, seat: str, **options: Any) -> Guest:
    """Return somebody signed in to a seat of the showcase."""
    guest = visitor(**options)
    if seat != PUBLIC:
        guest.go(f"/in/{access.new_link(showcase.seats[seat])}")
    return guest


@pytest.mark.parametrize(
    ("language", "theme", "width"),
    [
        ("zh", "light", 1440),
        ("zh", "light", 390),
        ("en", "light", 1440),
        ("en", "light", 390),
        ("zh", "dark", 1440),
        ("en", "dark", 390),
    ],
)
def test_every_page_is_accessible_and_stays_inside_its_policy(
    visitor: Callable[..., Guest], showcase: Showcase, language: str, theme: str, width: int
) -> None:
    windows: dict[str, Guest] = {}
    found: list[str] = []
    for sight in SIGHTS:
        if sight.seat not in windows:
            windows[sight.seat] = enter(visitor, showcase, sight.seat, language=language, theme=theme, width=width)
            windows[sight.seat].expected.add(404)  # one of the pages says that there is none
        guest = windows[sight.seat]
        page = guest.go(sight.at(showcase.numbers))
        found += [f"{sight.name}: {each}" for each in guest.axe()]
        found += [f"{sight.name}: stopped {each}" for each in guest.stopped()]
        inner = page.evaluate("document.documentElement.scrollWidth")
        if inner > width:
            found.append(f"{sight.name}: {inner} pixels on a page of {width}")
        language_of_page = page.evaluate("document.documentElement.lang")
        if language_of_page != {"zh": "zh-CN", "en": "en"}[language]:
            found.append(f"{sight.name}: speaks {language_of_page}")
    assert "\n".join(found) == ""


def test_every_page_reflows_at_320_pixels(visitor: Callable[..., Guest], showcase: Showcase) -> None:
    windows: dict[str, Guest] = {}
    found = []
    for sight in SIGHTS:
        if sight.seat not in windows:
            windows[sight.seat] = enter(visitor, showcase, sight.seat, width=NARROWEST)
            windows[sight.seat].expected.add(404)
        inner = windows[sight.seat].go(sight.at(showcase.numbers)).evaluate("document.documentElement.scrollWidth")
        if inner > NARROWEST:
            found.append(f"{sight.name}: {inner} pixels")
    assert "\n".join(found) == ""
