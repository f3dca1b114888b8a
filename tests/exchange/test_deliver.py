"""A delivery of shared records: what fits is stored and counted again, what does not is refused by name."""

from unittest.mock import patch

import pytest

from govsim.core.errors import Conflict, NotFound
from govsim.core.models import JournalEntry, World
from govsim.exchange.actions import deliver
from govsim.exchange.models import Record

pytestmark = pytest.mark.database
CARD = {"number": "SC1", "bank": "模拟银行", "account": "SIM0000000000000001", "account_status": "active"}


def test_what_fits_is_stored_and_the_rest_is_named(world: World) -> None:
    sent = [("A1", CARD), ("A2", CARD | {"account_status": "lost"}), ("A3", CARD | {"colour": "red"}), ("A4", CARD)]
    told = deliver(world=world, dataset="social_security_card", source="sz.hrss", records=sent)
    assert (told.sent, told.stored, told.refused) == (4, 2, 2)
    assert told.reasons == ["A2: account_status", "A3: colour"]
    assert list(Record.objects.filter(world=world).order_by("pk").values_list("key", flat=True)) == ["A1", "A4"]
    entry = JournalEntry.objects.get(world=world, kind="delivery")
    assert entry.data["checksum"] == told.checksum


def test_a_difference_between_sent_and_stored_undoes_everything(world: World) -> None:
    with patch("govsim.exchange.actions.deliver.write", return_value=1), pytest.raises(Conflict):
        deliver(world=world, dataset="social_security_card", source="sz.hrss", records=[("A1", CARD), ("A2", CARD)])
    assert not Record.objects.filter(world=world).exists()
    assert not JournalEntry.objects.filter(world=world, kind="delivery").exists()


def test_a_dataset_that_the_catalogue_does_not_have(world: World) -> None:
    with pytest.raises(NotFound):
        deliver(world=world, dataset="weather", source="sz.hrss", records=[])
