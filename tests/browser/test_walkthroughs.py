"""Every walk-through as its people do it: by clicks and typing, each in a window of their own."""

from collections.abc import Callable

import pytest

from govsim.walkthroughs.clients import client
from govsim.walkthroughs.report import Report, as_text
from govsim.walkthroughs.schema import packs
from govsim.walkthroughs.story import Pack
from tests.browser.guests import Guest
from tests.browser.hands import ByHand

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]


@pytest.mark.parametrize("pack", packs(), ids=lambda pack: pack.name)
def test_a_walk_through_is_done_in_the_pages(demo: str, visitor: Callable[..., Guest], pack: Pack) -> None:
    with client(demo) as http:
        report = ByHand(pack, http, visitor).run()
    assert report.passed, as_text(Report([report]))
