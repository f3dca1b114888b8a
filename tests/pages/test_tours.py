"""The guided tours: in both languages, pointing at things that their visitors see."""

import re
from typing import Any

import pytest
from django.urls import reverse

from govsim.core.actors import OFFICERS, ROLES
from govsim.core.models import Seat, World
from govsim.exchange.queries import PersonView
from govsim.web.tours import PUBLIC, kind, tours
from tests.pages.browser import Element, Page
from tests.pages.conftest import sit, visit

pytestmark = [pytest.mark.django_db]
SIMPLE = re.compile(
    r"(?P<tag>[a-z0-9]*)(?P<id>#[\w-]+)?(?P<classes>(?:\.[\w-]+)*)(?:\[(?P<name>\w+)='?(?P<value>[^'\]]+)'?\])?"
)


def fits(element: Element, part: str) -> bool:
    """Say whether an element fits one part of a selector: tag, #id, .class, [name=value]."""
    found = SIMPLE.fullmatch(part)
    assert found is not None, part
    classes = set(found["classes"].strip(".").split(".")) - {""}
    return (
        found["tag"] in ("", element.tag)
        and (not found["id"] or element.attrs.get("id") == found["id"][1:])
        and classes <= set(element.attrs.get("class", "").split())
        and (not found["name"] or element.attrs.get(found["name"]) == found["value"])
    )


def on(page: Page, selector: str) -> bool:
    """Say whether every part of a selector stands on the page, in its order."""
    at = 0
    for part in selector.split():
        at = next((i + 1 for i in range(at, len(page.elements)) if fits(page.elements[i], part)), 0)
        if not at:
            return False
    return True


@pytest.mark.parametrize("visitor", ["public", "applicant", "officer", "trainer"])
def test_every_step_points_at_something_on_the_home_page(
    town: World, elder: PersonView, settings: Any, visitor: str
) -> None:
    settings.DEMO = True
    seats: dict[str, Seat | None] = {
        "public": None,
        "applicant": sit(town, "applicant", elder),
        "officer": sit(town, "handler", department="sz.civil"),
        "trainer": sit(town, "trainer"),
    }
    page = visit(seats[visitor]).get(reverse("home"))
    missing = [each["at"] for each in tours()[visitor] if not on(page, each["at"])]
    assert missing == []
    script = next(each for each in page.all("script") if "data-tour" in each.attrs)
    assert (script.attrs["data-visitor"], script.attrs["data-tour"]) == (visitor, reverse("tour"))
    assert reverse("home") + "?tour=1" in page.links  # to see it again


def test_the_words_are_there_in_both_languages() -> None:
    for steps in tours().values():
        assert 3 <= len(steps) <= 7
        for step in steps:
            for words in (step["title"], step["say"]):
                assert set(words) == {"zh", "en"}
                assert re.search("[一-鿿]", words["zh"])
                assert not re.search("[一-鿿]", words["en"])


def test_every_role_has_a_tour(town: World) -> None:
    assert {kind(Seat(role=role)) for role in OFFICERS} == {"officer"}
    assert all(kind(Seat(role=role)) in tours() for role in ROLES)
    assert kind(None) == PUBLIC


@pytest.mark.parametrize(("language", "word"), [("zh", "下一处"), ("en", "Next")])
def test_the_tour_comes_in_the_language_of_whoever_asks(town: World, language: str, word: str) -> None:
    said = visit(sit(town, "trainer"), language=language).client.get(reverse("tour")).json()
    assert said["words"]["next"] == word
    assert [each["title"] for each in said["steps"]] == [each["title"][language] for each in tours()["trainer"]]
    assert said["script"].endswith(".js")
