"""The command centre: the wall, its live part, every number's rows, and urging from the page to the officer's inbox."""

import re
from collections.abc import Callable

import pytest
from django.urls import reverse

from approvals import queries
from approvals.actions import tally
from approvals.models import Application
from govsim.core import clock
from govsim.core import world as worlds
from govsim.core.districts import DISTRICTS, STREETS, district_of
from govsim.core.models import World
from govsim.exchange.queries import PersonView
from govsim.web.command import city, indicators, listing
from tests.pages.conftest import sit, visit

pytestmark = [pytest.mark.django_db]


@pytest.fixture
def busy(town: World, claim: Callable[..., Application], run: Callable[..., None],
         monkeypatch: pytest.MonkeyPatch) -> Application:  # fmt: skip
    """A granted claim, and one that waits for people and is overdue."""
    monkeypatch.setattr(tally, "SETTLED", tally.timedelta(0))
    worlds.staff(town, "sz.civil", "people")
    claim()
    run()
    waiting = claim(human_route=True)
    run(2)
    tally.count()
    waiting.refresh_from_db()
    return waiting


def test_every_number_leads_to_as_many_rows(town: World, busy: Application) -> None:
    wall = visit(sit(town, "trainer")).get(reverse("command"))
    for key in indicators.INDICATORS:
        assert reverse("command-rows", args=[key]) in wall.links
        assert key in listing.KINDS
    assert "2" in re.findall(r"今日受理[^0-9]*([0-9]+)", wall.text)
    rows = visit(sit(town, "trainer")).get(reverse("command-rows", args=["submitted"]))
    numbers = {each.number for each in Application.objects.filter(world=town)}
    assert {each for each in numbers if each in rows.text} == numbers
    automatic = visit(sit(town, "trainer")).get(reverse("command-rows", args=["automatic"]))
    assert busy.number not in automatic.text


def test_the_public_sees_neither_numbers_nor_people(town: World, elder: PersonView, busy: Application) -> None:
    for name in ("submitted", "open", "pressing"):
        page = visit().get(reverse("command-rows", args=[name]))
        assert busy.number not in page.text
        assert elder.name not in page.text
        assert elder.number not in page.text
    wall = visit().get(reverse("command"))
    assert not [each for each in wall.all("form") if "urge" in each.attrs.get("action", "")]
    mine = visit(sit(town, "applicant", elder)).get(reverse("command-rows", args=["open"]))
    assert busy.number not in mine.text


def test_urging_reaches_the_officer(town: World, busy: Application) -> None:
    address = reverse("command-tell", args=[busy.number, "urge"])
    watch = visit(sit(town, "dispatcher")).client
    answer = watch.post(address, {"back": "https://elsewhere.example/"})
    assert (answer.status_code, answer["Location"]) == (302, reverse("command"))
    office = visit(sit(town, "handler", department="sz.civil"))
    assert "催办" in office.get(reverse("inbox")).text
    assert "指挥中心要求尽快办理" in office.get(reverse("case", args=[busy.number])).text
    assert "已催" in visit(sit(town, "dispatcher")).get(reverse("command")).text


@pytest.mark.parametrize("role", ["auditor", "handler", "applicant", ""])
def test_nobody_else_urges(town: World, elder: PersonView, busy: Application, role: str) -> None:
    person = elder if role == "applicant" else None
    seat = sit(town, role, person, department="sz.civil" if role == "handler" else "") if role else None
    client = visit(seat).client
    assert client.get(reverse("command-tell", args=[busy.number, "urge"])).status_code in (302, 403, 405)
    assert client.post(reverse("command-tell", args=[busy.number, "urge"])).status_code in (302, 403)
    assert "ApplicationUrged" not in [each.event for each in queries.history(busy)]


def test_an_unchanged_wall_is_not_sent_again(town: World, busy: Application, claim: Callable[..., Application]) -> None:
    client = visit().client
    first = client.get(reverse("command-live"))
    assert first.status_code == 200
    again = client.get(reverse("command-live"), headers={"if-none-match": first["ETag"]})
    assert again.status_code == 304
    claim()
    tally.count()
    assert client.get(reverse("command-live"), headers={"if-none-match": first["ETag"]}).status_code == 200


@pytest.mark.parametrize("query", ["day=2021-13-01", "before=x", "before=-1", "before=99999999999999999999",
                                   "department=nobody", "district=nowhere", "hour=99", "street=64"])  # fmt: skip
def test_filters_that_cannot_be_read_are_refused(town: World, query: str) -> None:
    assert visit().client.get(reverse("command-rows", args=["submitted"]) + f"?{query}").status_code in (400, 422)


def test_an_unknown_indicator_is_not_found(town: World) -> None:
    assert visit().client.get("/command/rows/everything").status_code == 404


def test_filters_keep_what_fits(town: World, busy: Application) -> None:
    seat = sit(town, "trainer")
    here = district_of(busy.subject)
    elsewhere = next(key for key in DISTRICTS if key != here)
    address = reverse("command-rows", args=["open"])
    assert busy.number in visit(seat).get(f"{address}?district={here}&department=sz.civil&state=received").text
    assert busy.number not in visit(seat).get(f"{address}?district={elsewhere}").text
    assert busy.number not in visit(seat).get(f"{address}?department=sz.tax").text


def test_pages_of_rows_follow_one_another(town: World, claim: Callable[..., Application],
                                          monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    monkeypatch.setattr(queries.monitoring, "PAGE", 3)
    made = [claim().number for _ in range(7)]
    seen: list[str] = []
    client = visit(sit(town, "trainer"))
    address = reverse("command-rows", args=["submitted"])
    for _ in range(4):
        page = client.get(address)
        seen += [each for each in reversed(made) if each in page.text]
        older = [each.attrs["href"] for each in page.all("a") if each.attrs.get("rel") == "next"]
        if not older:
            break
        address = reverse("command-rows", args=["submitted"]) + older[0]
    assert seen == list(reversed(made))


def test_the_map_has_an_outline_for_every_street() -> None:
    assert len(city.drawing()["streets"]) == len(STREETS) == 64
    assert set(city.drawing()["districts"]) == set(DISTRICTS) == set(STREETS)


def test_a_triangle_points_to_the_side_that_meets_the_threshold(town: World) -> None:
    seen = indicators.Seen(queries.counted(town, clock.now(town).date()), 0, 3, 0, [])
    overdue = indicators.draw(indicators.INDICATORS["overdue"], seen)
    assert (overdue.light, "l-6 3" in overdue.flag) == ("red", True)
    assert "l6 3" in indicators.draw(indicators.INDICATORS["in_time"], seen).flag
    assert indicators.draw(indicators.INDICATORS["in_time"], seen).light == "none"


def test_nothing_on_the_wall_mixes_reported_and_simulated(town: World, busy: Application) -> None:
    text = visit().get(reverse("command")).text
    assert "全部为模拟数据" in text
    assert re.search(r"报道.*82.*SZ-09", text, re.DOTALL)
