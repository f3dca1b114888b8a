"""My data: registers masked, a wrong record disputed, long lists by place, somebody else's never."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from certificates import queries
from certificates.pages.my_data import LINES
from govsim.core import clock, places
from govsim.core.models import World
from govsim.exchange import actions as exchanges
from govsim.exchange import queries as exchange
from govsim.exchange.models import ExchangeLog
from govsim.exchange.queries import PersonView
from tests.pages.browser import Page, Visitor
from tests.pages.conftest import sit, visit

pytestmark = [pytest.mark.django_db]


@pytest.fixture
def mine(town: World, elder: PersonView) -> Visitor:
    return visit(sit(town, "applicant", elder))


def looked(town: World, person: PersonView, count: int, department: str = "sz.civil") -> None:
    """Have a department look at somebody's household record `count` times, two looks in each second."""
    now = clock.now(town)
    ExchangeLog.objects.bulk_create([
        ExchangeLog(
            world=town, number="", dataset="population", subject=person.number, department=department, source="sz.psb",
            purpose=f"第{place}次", status="answered", rows=1, seconds=0.1, at=now - timedelta(seconds=place // 2),
            recorded_at=clock.wall(),
        )
        for place in range(count)
    ])  # fmt: skip


def test_registers_are_shown_with_their_keepers_and_masked(mine: Visitor, elder: PersonView) -> None:
    page = mine.get(reverse("my-data") + "?tab=registers")
    assert "户籍人口信息" in page.text
    assert "深圳市公安局" in page.text
    for hidden in (elder.address, elder.spouse, elder.birth_date.isoformat(), elder.pinyin):
        assert not hidden or hidden not in page.text


def test_a_wrong_record_is_disputed_once(mine: Visitor, town: World, elder: PersonView) -> None:
    where = reverse("dispute", args=["population", 0])
    assert where in mine.get(reverse("my-data") + "?tab=registers").links
    form = mine.get(where).forms[-1]
    assert "#field" in mine.send(form, status=422).links
    form = mine.get(where).forms[-1].put("field", "registered_on").put("claimed", "昨天")
    assert "#claimed" in mine.send(form, status=422).links
    form.action = where
    page = mine.send(form.put("claimed", "2001-02-03"))
    assert "2001-02-03" in page.text
    mine.send(form)
    [dispute] = exchange.disputes_of(town, elder.number)
    assert dispute.source == "sz.psb"
    assert [each.pk for each in exchange.open_disputes(town, "sz.psb")] == [dispute.pk]
    exchanges.dispute.resolve(world=town, dispute_id=dispute.pk, corrected=True, at=clock.now(town))
    assert "已更正" in mine.get(reverse("my-data") + "?tab=disputes").text


def test_records_that_one_does_not_have_cannot_be_disputed(mine: Visitor) -> None:
    mine.get(reverse("dispute", args=["population", 7]), status=404)
    mine.get(reverse("dispute", args=["no_such_dataset", 0]), status=404)


def purposes(page: Page) -> list[str]:
    return [said for _, said in page.words if said.startswith("第") and said.endswith("次")]


def test_looks_are_paged_by_place_each_once(mine: Visitor, town: World, elder: PersonView) -> None:
    looked(town, elder, 2 * LINES + 7)
    page, seen = mine.get(reverse("my-data")), []
    while True:
        seen += purposes(page)
        older = [each for each in page.links if "before=" in each and "lang=" not in each and "theme=" not in each]
        if not older:
            break
        page = mine.get(older[0])
    assert len(seen) == len(set(seen)) == 2 * LINES + 7


def test_looks_of_one_department(mine: Visitor, town: World, elder: PersonView) -> None:
    looked(town, elder, 2)
    looked(town, elder, LINES + 1, department="sz.hrss")
    form = mine.get(reverse("my-data")).form("/my-data").put("department", "sz.hrss")
    page = mine.send(form)
    assert len(purposes(page)) == LINES
    [older] = [each for each in page.links if "before=" in each]
    assert "department=sz.hrss" in older
    assert len(purposes(mine.get(older))) == 1


def test_a_long_log_costs_no_more(mine: Visitor, town: World, elder: PersonView) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as seen:
            mine.get(reverse("my-data"))
        return len(seen)

    looked(town, elder, 1)
    few = cost()
    looked(town, elder, 3 * LINES)
    assert cost() == few


@pytest.mark.parametrize(
    "odd", ["", "x", "~", "2021~1", "2021-12-01T00:00:00~1", "2021-12-01T00:00:00+08:00~-1", "9" * 99]
)
def test_odd_places_are_no_places(mine: Visitor, odd: str) -> None:
    assert places.read(odd) is None
    mine.get(f"{reverse('my-data')}?before={odd}")


def test_a_consent_of_somebody_else_is_not_found(town: World, elder: PersonView, founder: PersonView) -> None:
    card = queries.wallet(town, elder.number, at=clock.now(town))[0]
    mine = visit(sit(town, "applicant", elder))
    mine.send(mine.get(reverse("certificate", args=[card.identifier])).form("/show"))
    [given] = exchange.consents_of(town, elder.number)
    assert given.certificate_types == [card.type_key]
    mine.get(reverse("consent", args=[given.pk]))
    visit(sit(town, "applicant", founder)).get(reverse("consent", args=[given.pk]), status=404)
