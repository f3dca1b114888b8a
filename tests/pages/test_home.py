"""The first page: it starts a mechanism in one click, finds by pinyin, counts cheaply, and leads everywhere in two."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from approvals import queries as approvals
from approvals.models import Application
from certificates import queries as certificates
from govsim.core import clock
from govsim.core import world as worlds
from govsim.core.models import World
from govsim.demo.sights import SIGHTS
from govsim.exchange.queries import PersonView
from govsim.figures import live
from tests.pages.browser import Form, Page, Visitor
from tests.pages.conftest import sit, visit
from tests.pages.test_open_company import open_company

pytestmark = pytest.mark.django_db

LOOPBACK = {"REMOTE_ADDR": "127.0.0.1"}


@pytest.fixture(autouse=True)
def _nothing_remembered() -> None:
    cache.clear()


@pytest.fixture
def in_demo(settings: Any) -> None:
    settings.DEMO = True


def starts(page: Page) -> dict[str, Form]:
    """Return the forms that make a visitor somebody and lead on, by where they lead."""
    return {each.values["next"][0]: each for each in page.forms if each.values.get("next")}


# --- starting ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("leads_to", "said"),
    [("/packages/new/sz.open_company?example=1", "模拟"), ("/items/sz.old_age_allowance/apply", "高龄老人津贴"),
     ("/wallet", "我的证照")],
)  # fmt: skip
def test_a_visitor_of_the_demo_starts_a_mechanism_in_one_click(
    town: World, in_demo: None, leads_to: str, said: str
) -> None:
    visitor = visit(**LOOPBACK)
    page = visitor.send(starts(visitor.get("/"))[leads_to])
    assert visitor.at.startswith(leads_to.partition("?")[0])
    assert said in page.text


def test_an_applicant_goes_on_as_themselves(town: World, in_demo: None, founder: PersonView) -> None:
    mine = visit(sit(town, "applicant", founder), **LOOPBACK)
    page = mine.get("/")
    assert not starts(page)
    assert "/packages/new/sz.open_company?example=1" in page.links
    assert founder.name in mine.get("/packages/new/sz.open_company").text


def test_outside_a_demo_one_is_asked_to_sign_in(town: World) -> None:
    visitor = visit()
    page = visitor.get("/")
    assert not starts(page)
    visitor.get("/packages/new/sz.open_company?example=1")
    assert visitor.at.startswith("/sign-in?next=")


def test_an_officer_outside_a_demo_reads_about_it(town: World) -> None:
    office = visit(sit(town, "handler", department="sz.civil"))
    page = office.get("/")
    assert not starts(page)
    assert {"/themes/sz.open_company", "/items/sz.old_age_allowance", "/verify"} <= set(page.links)
    assert not [each for each in page.links if each.startswith("/packages/new/")]


def test_a_suggested_persona_is_one_click(town: World, in_demo: None) -> None:
    visitor = visit(**LOOPBACK)
    chosen = {each.values["persona"][0]: each for each in visitor.get("/").forms if "persona" in each.values}
    visitor.send(chosen["handler:sz.civil"])
    assert reverse("inbox") in visitor.get("/").links
    assert visitor.client.post(reverse("personas"), {"persona": "mayor"}).status_code == 403


# --- finding -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["高龄津贴", "津贴", "old-age", "glj", "gllrjt", "gaolingjintie", "laorenjintie"])
def test_an_item_is_found_in_chinese_english_and_pinyin(town: World, typed: str) -> None:
    page = visit().get(f"/?q={typed}")
    found = [each for each in page.links if each.startswith(("/items/", "/themes/")) and each != "/items/"]
    assert found[0] == "/items/sz.old_age_allowance"


def test_themes_are_found_and_nothing_is_said_plainly(town: World) -> None:
    assert "/themes/sz.open_company" in visit().get("/?q=yichuangtong").links
    assert "没有找到相关事项" in visit().get("/?q=zzzz").text
    assert "&lt;script&gt;" in Client().get("/?q=<script>").content.decode()


# --- counting ----------------------------------------------------------------------------------------------------


def test_counters_say_what_the_rows_say(
    town: World, claim: Callable[..., Application], run: Callable[..., None]
) -> None:
    claim()
    run()
    worlds.staff(town, "sz.civil", "people")
    claim(human_route=True)
    told = {each["label"]["en"]: each["value"] for each in live.counted(town).cases}
    assert told["Cases opened today"] == Application.objects.filter(world=town).count() == 2
    assert told["Decided automatically"] == told["Under way"] == 1
    assert told["Decided by people"] == 0
    took = Application.objects.select_related("decision").get(decision__automatic=True)
    assert took.submitted_at is not None
    assert told["Instant decision, median"] == round((took.decision.decided_at - took.submitted_at).total_seconds(), 1)


def test_a_tally_reads_no_more_than_it_shows(town: World, claim: Callable[..., Application]) -> None:
    for _ in range(3):
        claim(human_route=True)
    on = clock.now(town).astimezone(clock.ZONE).date()
    with CaptureQueriesContext(connection) as seen:
        found = approvals.tally(town.pk, on, latest=2)
    assert (found.opened, found.latest) == (3, 2)
    assert len(seen) == 2
    assert "LIMIT 2" in seen[1]["sql"]


def test_counts_are_kept_for_a_moment(town: World, claim: Callable[..., Application]) -> None:
    before = live.counted(town)
    claim()
    assert live.counted(town) is not None
    assert live.counted(town).cases == before.cases
    cache.clear()
    assert live.counted(town).cases != before.cases


def test_live_counters_answer_304_until_something_changes(town: World, claim: Callable[..., Application]) -> None:
    client, address = Client(), reverse("counters")
    tag = client.get(address).headers["ETag"]
    assert client.get(address, headers={"If-None-Match": tag}).status_code == 304
    claim()
    cache.clear()
    assert client.get(address, headers={"If-None-Match": tag}).status_code == 200


def test_reported_and_simulated_stand_apart(town: World) -> None:
    page = visit().get("/")
    assert "SZ-06" in page.text
    assert [each.attrs["data-pause"] for each in page.all("button") if "data-pause" in each.attrs] == ["live"]
    counters = visit().get(reverse("counters"))
    assert "SZ-0" not in counters.text


# --- the frame ---------------------------------------------------------------------------------------------------


def test_switching_language_or_theme_keeps_page_and_query(town: World) -> None:
    page = visit().get("/items/?q=津贴&city=shenzhen")
    assert "?q=%E6%B4%A5%E8%B4%B4&city=shenzhen&lang=en" in page.links
    assert "?q=%E6%B4%A5%E8%B4%B4&city=shenzhen&theme=dark" in page.links


ENTRIES = {
    "": {"items", "present", "command", "verify", "about"},
    "applicant": {"items", "applications", "wallet", "my-data", "present", "command", "verify", "about"},
    "handler": {"items", "inbox", "present", "command", "verify", "about"},
    "rule_officer": {"items", "studio", "present", "command", "verify", "about"},
    "trainer": {"items", "studio", "world", "present", "command", "verify", "about"},
    "auditor": {"items", "present", "command", "verify", "about"},
}


def _seated(town: World, role: str, elder: PersonView) -> Visitor:
    if not role:
        return visit()
    return visit(sit(town, role, elder if role == "applicant" else None, "sz.civil" if role != "trainer" else ""))


@pytest.mark.parametrize("role", ENTRIES)
def test_each_role_has_its_entries_and_no_dead_ends(town: World, elder: PersonView, role: str) -> None:
    visitor = _seated(town, role, elder)
    page = visitor.get(reverse("about"))
    whole = {reverse(each) for each in set().union(*ENTRIES.values())}
    assert {each for each in page.links if each in whole} == {reverse(each) for each in ENTRIES[role]}
    for each in ENTRIES[role]:
        visitor.get(reverse(each))


def test_every_page_is_two_clicks_from_home(
    town: World,
    in_demo: None,
    elder: PersonView,
    founder: PersonView,
    claim: Callable[..., Application],
    run: Callable[..., None],
) -> None:
    """A click is a link; what lists lead to counts from any page of its kind, since numbers differ."""
    granted = claim()
    run()
    worlds.staff(town, "sz.civil", "people")
    claim(human_route=True)
    run(1)
    open_company(visit(sit(town, "applicant", founder)))
    assert certificates.wallet(town, elder.number, at=clock.now(town))
    assert granted.number
    seats = {
        "": None, "founder": sit(town, "applicant", founder),
        **{role: sit(town, role, department="sz.civil") for role in ("handler", "rule_officer")},
        "trainer": sit(town, "trainer"),
    }  # fmt: skip
    for name in ("elder", "stranger", "doubtful"):
        seats[name] = sit(town, "applicant", elder)
    reached: dict[str, set[str]] = {}
    for name in {each.seat for each in SIGHTS} & seats.keys():
        reached[name] = _within_two_clicks(visit(seats[name], **LOOPBACK))
    away = [
        each.name for each in SIGHTS
        if each.seat in reached and each.name not in NOT_BY_LINK and _kind(each.path) not in reached[each.seat]
    ]  # fmt: skip
    assert not away, away


# An address that is wrong, one that is printed on a certificate, and the steps within a page that is reached.
NOT_BY_LINK = {
    "not-found", "verify-certificate", "apply-tasks", "apply-against", "apply-form", "apply-materials", "apply-sent",
    "package-sign", "certificate-present", "dispute", "present-opening", "present-show", "present-notes",
    "present-trouble", "present-end",
    "studio-try", "studio-draft", "studio-review", "studio-replay",
}  # fmt: skip


def _kind(address: str) -> str:
    """Return an address as the pattern that it belongs to: without query, its numbers and keys named alike."""
    parts = address.partition("?")[0].partition("#")[0].split("/")
    return "/".join("*" if "{" in part or "." in part or part[:1].isdigit() else part for part in parts)


def _within_two_clicks(visitor: Visitor) -> set[str]:
    first = _places(visitor.get("/"))
    kinds = {"/", *map(_kind, first)}
    seen: set[str] = set()
    for address in first:
        if _kind(address) in seen or address.startswith("/api/"):
            continue
        seen.add(_kind(address))
        kinds |= set(map(_kind, _places(visitor.get(address))))
    return kinds


def _places(page: Page) -> list[str]:
    links = [each for each in page.links if each.startswith("/")]
    return links + [each.action for each in page.forms if each.method == "get" and each.action.startswith("/")]
