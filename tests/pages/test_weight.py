"""Pages stay light: HTML, styles and scripts together, compressed, as decision 19 counts them; fonts apart."""

import gzip
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.urls import reverse

from approvals.models import Application
from certificates import queries as certificates
from govsim.core import clock
from govsim.core.models import World
from govsim.exchange.queries import PersonView
from tests.pages.browser import Visitor
from tests.pages.conftest import sit, visit

pytestmark = [pytest.mark.django_db]
MOST, MOST_WITH_CHARTS = 300_000, 600_000  # bytes
FONTS = 1_500_000  # bytes of the fonts that a first page loads


def packed(content: bytes) -> int:
    return len(gzip.compress(content, 6))


def weight(visitor: Visitor, address: str) -> int:
    """Return the bytes of a page with all styles and scripts that it names."""
    page = visitor.get(address)
    named = [each.attrs.get("href", "") for each in page.all("link") if each.attrs.get("rel") == "stylesheet"]
    named += [each.attrs["src"] for each in page.all("script") if "src" in each.attrs]
    total = packed(visitor.client.get(address).content)
    for each in named:
        found = finders.find(each.removeprefix(settings.STATIC_URL).partition("?")[0])
        assert isinstance(found, str), each
        total += packed(Path(found).read_bytes())
    return total


def test_pages_are_light(
    town: World, elder: PersonView, founder: PersonView, claim: Callable[..., Application], run: Callable[..., None]
) -> None:
    case = claim()
    run()
    card = certificates.wallet(town, elder.number, at=clock.now(town))[0].identifier
    mine, office, trainer = (
        visit(sit(town, "applicant", elder)), visit(sit(town, "handler", department="sz.civil")),
        visit(sit(town, "trainer")),
    )  # fmt: skip
    looked: list[tuple[Visitor, str]] = [
        (visit(), reverse("home")), (visit(), reverse("items")),
        (visit(), reverse("item", args=["sz.old_age_allowance"])),
        (visit(), reverse("verify")), (visit(), reverse("about")), (visit(), reverse("components")),
        (mine, reverse("application", args=[case.number])), (mine, reverse("wallet")),
        (mine, reverse("certificate", args=[card])), (mine, reverse("my-data")),
        (visit(sit(town, "applicant", founder)), reverse("package-new", args=["sz.open_company"]) + "?example=1"),
        (office, reverse("inbox")), (office, reverse("case", args=[case.number])), (trainer, reverse("world")),
        (trainer, reverse("studio-rule-set", args=["sz.old_age_allowance"])), (visit(), reverse("present")),
    ]  # fmt: skip
    heavy = {address: found for visitor, address in looked if (found := weight(visitor, address)) > MOST}
    assert not heavy
    assert weight(trainer, reverse("command")) < MOST_WITH_CHARTS


def test_a_first_page_loads_few_fonts() -> None:
    folder = Path(settings.ROOT) / "govsim" / "web" / "static" / "vendor" / "fonts"
    project: Any = [each.stat().st_size for each in folder.glob("*-project.woff2")]
    assert project
    assert sum(project) < FONTS
