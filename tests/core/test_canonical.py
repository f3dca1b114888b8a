"""Equal data has equal bytes, whichever encoder wrote them."""

import json
from datetime import date, datetime

from hypothesis import given
from hypothesis import strategies as st

from govsim.core import canonical, clock

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs"])) | st.dates(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner),
    max_leaves=20,
)


@given(VALUES)
def test_the_bytes_are_those_of_sorted_json_without_spaces(value: object) -> None:
    plain = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=date.isoformat)
    assert canonical.dumps(value) == plain.encode(value).encode()


def test_moments_and_bytes_have_one_form() -> None:
    at = datetime(2021, 12, 1, 8, 30, tzinfo=clock.ZONE)
    assert canonical.dumps([at, b"\x01\xff"]) == b'["2021-12-01T08:30:00+08:00","01ff"]'


def test_whole_numbers_beyond_64_bits_are_written_in_full() -> None:
    assert canonical.dumps({"b": 2**70, "a": 1}) == b'{"a":1,"b":1180591620717411303424}'
