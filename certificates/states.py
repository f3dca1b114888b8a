"""The life of a certificate (domain.md §C.11): states that are stored, moves between them, what a holder is shown."""

from datetime import date

from govsim.core.states import State, Table, move

VALID = "valid"
SUSPENDED = "suspended"
REVOKED = "revoked"
CANCELLED = "cancelled"
SUPERSEDED = "superseded"
LIVE = (VALID, SUSPENDED)  # can still be relied on, or again

TABLE = Table(
    states=(
        State(VALID, "有效", "Valid"),
        State(SUSPENDED, "暂扣", "Suspended"),
        State(REVOKED, "吊销", "Revoked", outcome=True),
        State(CANCELLED, "注销", "Cancelled", outcome=True),
        State(SUPERSEDED, "已换发", "Replaced by a newer version", outcome=True),
    ),
    moves=(
        move("suspend", "valid", "suspended", "certificate_officer system", "暂扣", "Suspend"),
        move("resume", "suspended", "valid", "certificate_officer system", "解除暂扣", "Resume"),
        move("revoke", "valid suspended", "revoked", "certificate_officer quality_inspector system", "吊销", "Revoke"),
        move("cancel", "valid suspended", "cancelled", "certificate_officer system applicant", "注销", "Cancel"),
        move("supersede", "valid", "superseded", "certificate_officer system", "换发", "Replace"),
    ),
)

# Never stored: they follow from the validity and the world's day.
NOT_YET_VALID = State("not_yet_valid", "未生效", "Not yet valid")
EXPIRED = State("expired", "已过期", "Expired")
# Codes of one national ministry's interface (§C.11, verified in part).
MINISTRY_CODES = {
    "valid": "01",
    "suspended": "02",
    "revoked": "07",
    "cancelled": "04",
    "superseded": "05",
    "expired": "05",
    "not_yet_valid": "99",
}


def shown(state: str, valid_from: date, valid_until: date | None, today: date) -> State:
    """Return the state to show on `today` (a day of the world). The last day of validity still counts."""
    if state == VALID and today < valid_from:
        return NOT_YET_VALID
    if state == VALID and valid_until is not None and today > valid_until:
        return EXPIRED
    return TABLE.states[state]
