"""Many rows at once: what the ORM reads back is what was written, and constraints hold."""

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from govsim.core import bulk, clock, journal
from govsim.core.actors import SYSTEM
from govsim.core.events import Event
from govsim.core.models import JournalEntry, World

pytestmark = [pytest.mark.django_db, pytest.mark.database]
AT = datetime(2021, 12, 1, 8, 30, 27, 123456, tzinfo=clock.ZONE)


def entries(world: World, count: int) -> list[JournalEntry]:
    return [
        JournalEntry(
            world=world, kind="test", row=number, seq=1, event="Tested", data={"name": ["样", number, None, True, 0.5]},
            actor=str(SYSTEM), at=AT + timedelta(seconds=number), recorded_at=clock.wall(), due=number % 2 == 0,
        )
        for number in range(count)
    ]  # fmt: skip


def test_rows_come_back_as_they_were_written(world: World) -> None:
    written = entries(world, 7)
    assert bulk.save(written) == 7
    read = list(JournalEntry.objects.filter(world=world, kind="test").order_by("row"))
    for one, other in zip(written, read, strict=True):
        for field in JournalEntry._meta.concrete_fields:
            if field.attname != "id":
                assert getattr(one, field.attname) == getattr(other, field.attname), field.attname


def test_filters_of_the_orm_find_them(world: World) -> None:
    bulk.save(entries(world, 4))
    assert JournalEntry.objects.filter(world=world, at=AT).count() == 1
    assert JournalEntry.objects.filter(world=world, kind="test", due=True).count() == 2
    assert JournalEntry.objects.filter(world=world, kind="test", retry_at=None, data__name__1=3).count() == 1


def test_a_broken_constraint_is_an_integrity_error_and_writes_nothing(world: World) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        bulk.save(entries(world, 2) + entries(world, 1))
    assert not JournalEntry.objects.filter(world=world, kind="test").exists()


def test_nothing_costs_nothing(world: World, django_assert_num_queries: object) -> None:
    assert bulk.save([]) == 0
    assert bulk.insert(JournalEntry, ("world_id",), []) == 0


def test_journal_saves_in_bulk(world: World) -> None:
    class Tested(Event):
        pass

    journal.save([journal.entry(world.pk, "test", 1, 1, Tested(), actor=SYSTEM, at=AT)])
    assert journal.history(world.pk, "test", 1)[0].at == AT


def test_one_row_has_its_id_at_once_and_can_be_changed(world: World) -> None:
    row = entries(world, 1)[0]
    bulk.add(row)
    assert JournalEntry.objects.get(pk=row.pk).data == row.data
    row.due = False
    row.save()
    assert JournalEntry.objects.filter(world=world, kind="test").count() == 1


def test_what_the_fast_encoder_cannot_write_is_written_all_the_same(world: World) -> None:
    row = entries(world, 1)[0]
    row.data = {"number": 2**70}
    bulk.add(row)
    assert JournalEntry.objects.get(pk=row.pk).data == {"number": 2**70}
