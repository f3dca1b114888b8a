"""The time limit of a case in words and as a bar: legal and promised, used and left, and when it stood still."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from approvals.models import Application
from approvals.pages import spells, wording

DAY: Final = timedelta(hours=8)  # of work


def shown(row: Application, body: Mapping[str, Any], limit: Mapping[str, Any] | None, now: datetime) -> dict[str, Any]:
    """Return what the page says of the limit; `limit` is what the teller tells of it, None before submission."""
    days = body["limits"]
    promised = max(days["promised_days"], 1) * DAY
    told: dict[str, Any] = {
        "legal_days": days.get("legal_days") or 0,
        "promised_days": days["promised_days"],
        "pauses": [
            {"reason": wording.PAUSES[each.reason], "from": each.from_at, "to": each.to_at, "open": each.to_at is None}
            for each in row.pauses.all()
        ],
        "running": False,
    }
    if limit is None:
        return told
    used, left = (timedelta(hours=limit[key]) for key in ("used_hours", "left_hours"))
    over = -left if left < timedelta(0) else None
    return told | {
        "running": True,
        "used": spells.length(used),
        "left": spells.length(left),
        "over": spells.length(over) if over is not None else None,
        "percent": round(min(used / promised, 1.0) * 100, 2),
        "light": wording.LIGHTS.get(limit["light"]),
        "colour": limit["light"],
        "ends_at": limit["ends_at"],
        "stopped": any(each["open"] for each in told["pauses"]),
        "now": now,
    }
