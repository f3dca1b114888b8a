"""Incidents: a trainer tries again or hands over; an auditor only looks."""

from collections.abc import Callable

import pytest
from django.urls import reverse

from approvals.models import Application
from govsim.core import journal
from govsim.core.models import JournalEntry, World
from tests.pages.conftest import sit, visit

pytestmark = [pytest.mark.django_db]


@pytest.fixture
def broken(claim: Callable[..., Application]) -> Application:
    row = claim()
    Application.objects.filter(pk=row.pk).update(due_at=None, attempts=5, dead_reason="ValueError: poison")
    return row


def test_a_case_that_failed_is_tried_again(town: World, broken: Application, run: Callable[..., None]) -> None:
    trainer = visit(sit(town, "trainer"))
    page = trainer.get(reverse("incidents"))
    assert broken.number in page.text
    assert "poison" in page.text
    trainer.client.post(reverse("incidents"), {"do": "retry", "number": broken.number})
    run()
    broken.refresh_from_db()
    assert broken.state == "granted"
    assert broken.number not in trainer.get(reverse("incidents")).text
    assert trainer.client.post(reverse("incidents"), {"do": "retry", "number": broken.number}).status_code == 409


def test_a_case_that_failed_is_handed_to_officers(town: World, broken: Application, run: Callable[..., None]) -> None:
    visit(sit(town, "trainer")).client.post(reverse("incidents"), {"do": "hand_over", "number": broken.number})
    run()
    broken.refresh_from_db()
    assert (broken.state in ("received", "accepted", "granted", "refused"), broken.dead_reason) == (True, "")
    events = JournalEntry.objects.filter(world=town, kind="application", row=broken.pk).values_list("event", flat=True)
    assert "ApplicationReferred" in events


def test_an_event_that_nobody_was_told_of_is_told_again(town: World, broken: Application) -> None:
    entry = JournalEntry.objects.get(world=town, kind="application", row=broken.pk)
    JournalEntry.objects.filter(pk=entry.pk).update(due=False, attempts=journal.MAX_ATTEMPTS)
    trainer = visit(sit(town, "trainer"))
    assert entry.event in trainer.get(reverse("incidents")).text
    trainer.client.post(reverse("incidents"), {"do": "tell", "entry": entry.pk})
    entry.refresh_from_db()
    assert (entry.due, entry.attempts) == (True, 0)


def test_others_may_not(town: World, broken: Application) -> None:
    auditor = visit(sit(town, "auditor"))
    assert "do" not in [each.attrs.get("name") for each in auditor.get(reverse("incidents")).elements]
    assert auditor.client.post(reverse("incidents"), {"do": "retry", "number": broken.number}).status_code == 403
    assert visit(sit(town, "handler", department="sz.civil")).client.get(reverse("incidents")).status_code == 403
    assert visit(sit(town, "trainer")).client.post(reverse("incidents"), {"do": "explode"}).status_code == 422
