"""Finding values in answers, comparing them, and filling in what was saved."""

from typing import Any

import pytest

from govsim.walkthroughs.paths import MISSING, compare, fill, find

ANSWER = {
    "state": {"key": "done"},
    "branches": [{"key": "tax", "ok": True, "n": 1}, {"key": "bank", "ok": False, "n": 2}, {"key": "tax", "n": 3}],
}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("$", ANSWER),
        ("state.key", "done"),
        ("state.none", MISSING),
        ("state.key.deeper", MISSING),
        ("branches[0].key", "tax"),
        ("branches[-1].n", 3),
        ("branches[9]", MISSING),
        ("branches[key=bank].n", 2),
        ("branches[key=none].n", MISSING),
        ("branches[*].n", [1, 2, 3]),
        ("branches[*key=tax].n", [1, 3]),
        ("branches[*ok=true].n", [1]),
        ("state[0]", MISSING),
    ],
)
def test_find(path: str, value: Any) -> None:
    assert find(ANSWER, path) == value


def test_find_in_a_list() -> None:
    assert find(ANSWER["branches"], "$[key=bank].n") == 2
    assert find(ANSWER["branches"], "$[*].n") == [1, 2, 3]


@pytest.mark.parametrize(
    ("value", "wanted", "holds"),
    [
        ("a", "a", True),
        (1, True, False),
        (None, {"is": None}, True),
        (MISSING, {"is": None}, False),
        (MISSING, {"exists": False}, True),
        ("", {"exists": True}, False),
        (0, {"exists": True}, True),
        (3, {"at_least": 3, "at_most": 3}, True),
        (3, {"at_least": 4}, False),
        (None, {"at_least": 4}, False),
        ([1, 2], {"contains": 2}, True),
        ([1, 2], {"contains": [1, 3]}, False),
        ("abc", {"matches": "^ab"}, True),
        ("abc", {"in": ["abc", "d"]}, True),
        ([1, 2], {"count": 2}, True),
        ("x", {"not": "y"}, True),
        ({}, {}, True),
        ({"a": 1}, {}, False),
    ],
)
def test_compare(value: Any, wanted: Any, holds: bool) -> None:
    assert (compare(value, wanted) == "") is holds


def test_fill() -> None:
    values = {"n": 7, "list": [1]}
    assert fill({"a": "${n}", "b": ["x${n}y", "${list}"], "c": None}, values) == {"a": 7, "b": ["x7y", [1]], "c": None}
    with pytest.raises(KeyError):
        fill("${nobody}", values)
