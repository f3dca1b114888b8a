import pytest

from govsim.core import journal
from govsim.core.errors import BadInput
from govsim.exchange import actions

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"source": "sz.nobody"}, "source"), ({"mode": "angry"}, "mode"), ({"factor": 0.5}, "factor")],
)
def test_a_fault_needs_a_source_and_a_kind(world, changes, field):
    with pytest.raises(BadInput) as refused:
        actions.fault.set(**{"world": world, "source": "deaths", "mode": "slow", **changes})
    assert list(refused.value.fields) == [field]


def test_setting_and_clearing_is_in_the_journal(world):
    fault = actions.fault.set(world=world, source="sz.civil", mode="down")
    actions.fault.clear(world=world, source="sz.civil")
    events = [entry.event for entry in journal.history(world.pk, "fault", fault.pk)]
    assert events == ["SourceFaultSet", "SourceFaultCleared"]
