"""The desk of a register: what people say is wrong there is read, answered once, and told to who raised it."""

import pytest

from govsim.core import clock
from govsim.core.models import World
from govsim.exchange import queries as registers
from govsim.exchange.actions import dispute
from govsim.exchange.models import DataDispute
from govsim.exchange.queries import PersonView
from tests.pages.conftest import sit, visit

pytestmark = pytest.mark.django_db
MOVED = "深圳市南山区样例路8号"


@pytest.fixture
def raised(town: World, elder: PersonView) -> DataDispute:
    return dispute.open(
        world=town, subject=elder.number, dataset="population", field="address", source_value=elder.address,
        claimed_value=MOVED, number="21120103000099", at=clock.now(town),
    )  # fmt: skip


def test_the_register_is_corrected_where_it_is_kept(town: World, elder: PersonView, raised: DataDispute) -> None:
    police = visit(sit(town, "window", department=raised.source))
    inbox = police.get("/inbox")
    assert "/disputes" in inbox.links
    page = police.get("/disputes")
    assert MOVED in page.text
    form = page.form(f"/disputes/{raised.pk}")
    page = police.send(form.put("answer", "corrected").put("note", "户口簿已核对"))
    assert "没有等待本部门核实的数据异议" in page.text
    assert registers.records(town, "population", [elder.number])[-1]["address"] == MOVED
    told = visit(sit(town, "applicant", elder)).get("/my-data?tab=disputes")
    assert "已更正" in told.text
    assert "户口簿已核对" in told.text
    assert police.send(form, status=409).form  # somebody was first


def test_an_answer_says_what_was_checked(town: World, elder: PersonView, raised: DataDispute) -> None:
    police = visit(sit(town, "handler", department=raised.source))
    form = police.get("/disputes").form(f"/disputes/{raised.pk}")
    page = police.send(form.put("answer", "upheld"), status=422)
    assert f"#note-{raised.pk}" in page.links
    assert page.form(f"/disputes/{raised.pk}").values["answer"] == ["upheld"]
    police.send(page.form(f"/disputes/{raised.pk}").put("note", "登记与户籍档案一致"))
    assert registers.records(town, "population", [elder.number])[-1]["address"] == elder.address


def test_another_department_neither_reads_nor_answers(town: World, raised: DataDispute) -> None:
    tax = visit(sit(town, "window", department="sz.tax"))
    assert MOVED not in tax.get("/disputes").text
    answer = tax.client.post(f"/disputes/{raised.pk}", {"answer": "corrected", "note": "x"})
    assert answer.status_code == 404
    raised.refresh_from_db()
    assert raised.state == "open"
