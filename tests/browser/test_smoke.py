"""The shortest proof that the pages work: a newcomer opens a company and sees every deliverable arrive."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.guests import Guest

pytestmark = [pytest.mark.browser, pytest.mark.smoke, pytest.mark.timeout(240)]
ARRIVAL = 120_000  # milliseconds; a working day takes two and a half minutes at the demo's pace


def test_a_newcomer_opens_a_company(visitor: Callable[..., Guest]) -> None:
    newcomer = visitor("/")
    page = newcomer.page
    assert newcomer.axe() == []
