"""The specimen card and the annotated copy: specimen in every corner, nothing that runs, nothing from outside."""

import hashlib
import xml.etree.ElementTree as ET
from datetime import timedelta

import pytest

from certificates import queries, rendering
from govsim.core.errors import NotFound
from tests.certificates.conftest import AT, a_request, issue_now


def words_of(picture):
    return " ".join(text for text in ET.fromstring(picture).itertext())


def test_the_card_says_what_it_is_and_that_it_is_a_specimen(world, card):
    picture = queries.card(world, card.identifier, at=AT)
    words = words_of(picture)
    for part in ("老年人优待证", "陈样甲", "深圳市民政局", card.identifier, "有效", "2021-12-01", "长期"):
        assert part in words
    assert "模拟证照 SPECIMEN" in words
    assert "演示签章" in words
    assert "无法律效力" in words


def test_a_card_can_leave_fields_out(world, card):
    words = words_of(queries.card(world, card.identifier, at=AT, only={"holder_name"}))
    assert "陈样甲" in words
    assert "1940-03-15" not in words


def test_an_annotated_copy_is_tied_to_its_use_and_has_a_digest(world, card):
    asked = {"purpose": "申领津贴", "user": "深圳市民政局", "at": AT, "until": AT + timedelta(days=7)}
    picture, digest = queries.annotated_copy(world, card.identifier, **asked)
    words = words_of(picture)
    for part in ("申领津贴", "深圳市民政局", "2021-12-01 09:00", "2021-12-08 09:00", "仅限本次使用"):
        assert part in words
    assert digest == hashlib.sha256(picture.encode()).hexdigest()
    assert queries.annotated_copy(world, card.identifier, **asked) == (picture, digest)
    assert queries.annotated_copy(world, card.identifier, **{**asked, "purpose": "别的"})[1] != digest


def test_what_a_field_says_cannot_become_markup(world, wall):
    nasty = '</text><script>alert(1)</script>&"'
    [made] = issue_now(world, wall, a_request(holder_name=nasty, fields={"city": nasty}))
    picture = queries.card(world, made.identifier, at=AT)
    root = ET.fromstring(picture)
    assert not [each for each in root.iter() if each.tag.endswith("script")]
    assert "href" not in picture
    assert "style=" not in picture


def test_the_code_is_a_path_that_a_reader_can_check():
    picture = rendering.card(
        rendering.Card(
            "证", "C", "机关", "Office", "1.2.3", "有效", "Valid", "v", [("甲", "A", "x" * 60)], "https://x.test/v"
        )
    )
    import segno

    matrix = segno.make("https://x.test/v", error="m", micro=False).matrix
    assert picture.count("h1v1h-1z") == sum(sum(row) for row in matrix)
    assert "…" in words_of(picture)


def test_metadata_has_the_fields_of_the_standard(world, card):
    found = queries.metadata(world, card.identifier, at=AT)
    assert found["simulated"] is True
    assert (found["identifier"], found["version"], found["status"]) == (card.identifier, "001", "01")
    assert found["type_code"] == card.identifier.split(".")[5]
    assert found["holder_code_type"] == "111"
    assert found["jurisdiction"] == "440399"
    with pytest.raises(NotFound):
        queries.metadata(world, "1.2.3", at=AT)


def test_money_lists_and_yes_or_no_are_shown_as_people_read_them(world, wall):
    licence = a_request(
        type_key="business_licence",
        holder_code="91440399MN0000012Y",
        holder_name="深圳市模拟禾田科技有限公司",
        issuer_key="sz.amr",
        number="91440399MN0000012Y",
        fields={
            "kind": "有限责任公司",
            "legal_representative": "林样乙",
            "registered_capital_fen": 123_456_700,
            "scope": ["软件开发", "信息咨询"],
            "premises": "深圳市样例路 1 号",
            "established_on": "2021-12-01",
        },
    )
    [made] = issue_now(world, wall, licence)
    words = words_of(queries.card(world, made.identifier, at=AT))
    assert "1,234,567.00 元" in words
    assert "软件开发、信息咨询" in words
    assert queries.metadata(world, made.identifier, at=AT)["holder_code_type"] == "001"
