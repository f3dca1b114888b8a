"""The plot on one page: when this has happened, do that; when time passes, look here.

Rooms announce; only this page decides who hears. Every line is told by the journal, once, in one transaction.
"""

from approvals import events
from approvals.actions import drain, package
from govsim.core import journal
from govsim.core.models import JournalEntry, World


def branch_ended(entry: JournalEntry) -> None:
    """一窗通: an outcome of one branch opens the next ones, tries another bank, or closes the package."""
    if entry.data["package"] is not None:
        package.follow(entry.data["package"], entry.data["branch"], entry.at)


def doubt_goes_to_a_person(entry: JournalEntry) -> None:
    """秒批: what the rules could not decide joins the queue of its department."""
    drain.put_on_desk(World.objects.get(pk=entry.world_id), entry.row, entry.at)


PLOT = {
    events.ApplicationReferred: [doubt_goes_to_a_person],
    events.ApplicationGranted: [branch_ended],
    events.ApplicationRefused: [branch_ended],
    events.ApplicationDeclined: [branch_ended],
    events.ApplicationWithdrawn: [branch_ended],
    events.ApplicationReturned: [branch_ended],
}


def listen() -> None:
    """Connect the plot to the journal; called once when Django is ready."""
    for event, listeners in PLOT.items():
        for listener in listeners:
            journal.listen(event, listener)
