"""What is typed becomes the form's types, or is refused by the name of its field."""

from typing import Any

import pytest

from approvals.actions import entry
from govsim.core.errors import BadInput

FIELDS = [
    {"key": "shares", "type": "list", "label": {"zh": "出资额", "en": "Shares"}},
    {"key": "count", "type": "int", "label": {"zh": "人数", "en": "Number"}},
]


@pytest.mark.parametrize("number", [2**53, -(2**53), 2**70, True])
def test_a_number_that_not_every_reader_reads_alike_is_refused(number: Any) -> None:
    with pytest.raises(BadInput) as refused:
        entry.clean(FIELDS, {"shares": [1, number], "count": number})
    assert set(refused.value.fields) == {"shares", "count"}


def test_the_largest_number_is_taken() -> None:
    assert entry.clean(FIELDS, {"shares": [2**53 - 1, "a"], "count": 0}) == {"shares": [2**53 - 1, "a"], "count": 0}
