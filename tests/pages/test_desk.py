"""The officers' desk: what the inbox shows and finds, one case and its moves, two officers on one case."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.urls import reverse

from approvals import queries
from approvals.actions.submit import submit
from approvals.models import Application
from govsim.core import access, clock
from govsim.core import world as worlds
from govsim.core.actors import Actor
from govsim.core.models import World
from govsim.exchange.queries import PersonView
from tests.pages.browser import Form, Page, Visitor
from tests.pages.conftest import sit, visit
from tests.pages.test_counts import cost

pytestmark = [pytest.mark.django_db]
OFFICE = "sz.civil"


def put_on_desk(town: World, claim: Callable[..., Application], run: Callable[..., None]) -> Application:
    """Return a case that waits for people of the civil affairs bureau."""
    worlds.staff(town, OFFICE, "people")
    case = claim(human_route=True)
    run(2)
    case.refresh_from_db()
    assert case.state == "received"
    return case


@pytest.fixture
def waiting(town: World, claim: Callable[..., Application], run: Callable[..., None]) -> Application:
    """A case that waits for people."""
    return put_on_desk(town, claim, run)


def officer(town: World, role: str, **more: Any) -> Visitor:
    """Return an officer of the bureau with a browser."""
    return visit(sit(town, role, department=OFFICE), **more)


def move(page: Page, verb: str) -> Form:
    """Return the form of one move."""
    return page.form(f"/{verb}")


def address(case: Application) -> str:
    """Return where officers see a case."""
    return reverse("case", args=[case.number])


# --- the inbox -------------------------------------------------------------------------------------------------------


def test_the_lights_say_how_much_working_time_is_left(town: World, waiting: Application) -> None:
    page = officer(town, "handler").get(reverse("inbox"))
    assert "时限内" in page.text
    assert "还剩" in page.text
    later = clock.now(town) + timedelta(days=9)
    clock.advance(town, until=later)
    late = officer(town, "handler").get(reverse("inbox"))
    assert "已超" in late.text
    assert address(waiting) in officer(town, "handler").get(reverse("inbox") + "?light=red").links
    assert address(waiting) not in officer(town, "handler").get(reverse("inbox") + "?light=green").links


def test_filters_and_search_find_and_keep(town: World, waiting: Application) -> None:
    office = officer(town, "handler")
    inbox = reverse("inbox")
    assert address(waiting) in office.get(f"{inbox}?state=received").links
    assert address(waiting) not in office.get(f"{inbox}?state=accepted").links
    assert address(waiting) in office.get(f"{inbox}?item=sz.old_age_allowance").links
    assert "没有符合筛选条件的办件" in office.get(f"{inbox}?item=sz.senior_citizen_card").text
    assert office.client.get(f"{inbox}?q={waiting.number}").headers["Location"] == address(waiting)
    missed = office.get(f"{inbox}?q=21120103999999")
    assert "本部门没有这个办件编号" in missed.text
    assert ["21120103999999"] in [form.values.get("q") for form in missed.forms]


def test_an_empty_inbox_says_what_will_come(town: World) -> None:
    assert "没有等待您的办件" in officer(town, "reviewer").get(reverse("inbox")).text


def many(town: World, elder: PersonView, count: int) -> list[Application]:
    """Put cases straight on the desk, as a flood would leave them."""
    first = submit(
        world=town, actor=Actor("applicant", elder.number), applicant_name=elder.name,
        item_key="sz.old_age_allowance", form={"mobile": "10100000001"},
    )  # fmt: skip
    rows = []
    for index in range(count):
        row = Application.objects.get(pk=first.pk)
        row.pk, row.number, row.state, row.due_at = None, f"2112010398{index:04d}", "received", None
        rows.append(row)
    return Application.objects.bulk_create(rows)


def test_pages_follow_one_another_without_gap_or_double(town: World, elder: PersonView) -> None:
    rows = many(town, elder, 230)
    office = officer(town, "handler")
    seen: list[str] = []
    where = reverse("inbox")
    pages = 0
    while where:
        page = office.get(where)
        seen += [each for each in page.links if each.startswith("/inbox/2112")]
        found = [each.attrs["href"] for each in page.all("a") if each.attrs.get("rel") == "next"]
        where = reverse("inbox") + found[0] if found else ""
        pages += 1
    assert seen == [address(each) for each in rows]
    assert pages == 5
    assert "200+" in office.get(reverse("inbox")).text


def test_the_price_of_the_inbox_does_not_grow(town: World, elder: PersonView) -> None:
    office = officer(town, "handler")
    many(town, elder, 3)
    few = cost(office, "inbox")
    Application.objects.all().delete()
    many(town, elder, 120)
    assert cost(office, "inbox") == few


def test_the_inbox_reads_by_the_index_of_the_department(town: World, waiting: Application) -> None:
    rows = Application.objects.filter(world=town, department=OFFICE, state="received", pk__gt=0).order_by("pk")
    if connection.vendor == "sqlite":
        plan = rows.values_list("pk", flat=True)[:200].explain()
        assert "application_of_department" in plan
        assert "TEMP B-TREE" not in plan
    assert queries.window(town, access.actor(sit(town, "handler", department=OFFICE))).rows == [waiting]


def test_take_the_next_is_the_oldest_that_nobody_has(
    town: World, waiting: Application, claim: Callable[..., Application], run: Callable[..., None]
) -> None:
    younger = claim(human_route=True)
    run(2)
    one, two = officer(town, "handler"), officer(town, "window")
    one.send(one.get(reverse("inbox")).form("/next"))
    assert one.at == address(waiting)
    two.send(two.get(reverse("inbox")).form("/next"))
    assert two.at == address(younger)
    assert "承办人" in two.get(reverse("inbox")).text  # who has the other one open
    page = two.send(two.get(reverse("inbox")).form("/next"))
    assert "现在没有空着的办件" in page.text


def test_other_departments_do_not_see_it(town: World, waiting: Application) -> None:
    stranger = visit(sit(town, "handler", department="sz.tax"))
    assert address(waiting) not in stranger.get(reverse("inbox")).links
    for where in (address(waiting), reverse("case-live", args=[waiting.number])):
        stranger.get(where, status=404)
    told = {"version": str(waiting.version)}
    for verb in ("accept", "open", "ask_correction"):
        answer = stranger.client.post(reverse("case-do", args=[waiting.number, verb]), told)
        assert answer.status_code == 404
    assert visit(sit(town, "trainer")).client.get(address(waiting)).status_code == 403
