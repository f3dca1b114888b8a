"""The rows of approvals."""

from approvals.models.after import Delivery, QualityCheck, Rating
from approvals.models.cases import (
    LIVE,
    OPEN_STATES,
    STUCK,
    WITH_PEOPLE,
    Application,
    Decision,
    DeskStay,
    Package,
    Pause,
    Signature,
)
from approvals.models.replays import Replay, ReplayChange
from approvals.models.tally import Tally, TallyMark

__all__ = [
    "LIVE",
    "OPEN_STATES",
    "STUCK",
    "WITH_PEOPLE",
    "Application",
    "Decision",
    "Delivery",
    "DeskStay",
    "Package",
    "Pause",
    "QualityCheck",
    "Rating",
    "Replay",
    "ReplayChange",
    "Signature",
    "Tally",
    "TallyMark",
]
