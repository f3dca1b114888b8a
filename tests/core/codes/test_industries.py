import re

import pytest

from govsim.core.codes import industries
from govsim.core.codes.errors import CodeError


def test_the_table():
    assert len(industries.INDUSTRIES) == 30
    assert industries.industry("H6210") == industries.Industry("H6210", "正餐服务", "restaurants")
    assert "".join(industries.SECTIONS) == "ABCDEFGHIJKLMNOPQRST"


@pytest.mark.parametrize("industry", industries.INDUSTRIES, ids=lambda industry: industry.code)
def test_every_class_has_a_section(industry):
    assert re.fullmatch(r"[A-T][0-9]{4}", industry.code)
    assert industry.section in industries.SECTIONS


def test_an_unknown_class_is_refused():
    with pytest.raises(CodeError) as refusal:
        industries.industry("Z0000")
    assert refusal.value.code == "bad_industry"
