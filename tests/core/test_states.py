"""Tables of states: what may follow what, and who may do it."""

import pytest

from govsim.core.actors import Actor
from govsim.core.states import State, Table, move

ALICE = Actor("applicant", "A")
BAO = Actor("handler", "seat:1")


def table() -> Table:
    return Table(
        [State("open", "开", "Open"), State("shut", "关", "Shut", outcome=True)],
        [move("shut", "open", "shut", "handler", "关闭", "Shut")],
    )


def test_only_the_role_of_the_move_may_make_it() -> None:
    assert [each.verb for each in table().allowed("open", BAO)] == ["shut"]
    assert table().allowed("open", ALICE) == []
    assert table().find("shut", "shut", BAO) is None


def test_an_outcome_has_no_exit() -> None:
    states = [State("open", "开", "Open"), State("shut", "关", "Shut", outcome=True)]
    with pytest.raises(ValueError, match="leaves the outcome"):
        Table(states, [move("reopen", "shut", "open", "handler", "重开", "Reopen")])


def test_a_move_names_states_that_exist() -> None:
    with pytest.raises(ValueError, match="no state"):
        Table([State("open", "开", "Open")], [move("go", "open", "away", "handler", "走", "Go")])
