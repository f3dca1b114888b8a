"""What the platform tells an applicant by (simulated) short message, for each event. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Message:
    """One message in both languages, about the case `number`."""

    number: str
    at: datetime
    zh: str
    en: str


_TEXTS: dict[str, tuple[str, str]] = {
    "ApplicationSubmitted": (
        "您的申请已提交，正在办理。",
        "Your application has been submitted and is being handled.",
    ),
    "ApplicationReferred": (
        "您的申请需由工作人员办理，结果将稍后告知。",
        "An officer will handle your application; you will be told the result later.",
    ),
    "CorrectionAsked": (
        "请补正：{missing_zh}。补正期间不计入办理时限。",
        "Please supply: {missing_en}. The time limit is stopped meanwhile.",
    ),
    "ApplicationDeclined": ("您的申请不予受理：{reason_zh}", "Your application was not accepted: {reason_en}"),
    "ApplicationGranted": ("您的申请已准予。", "Your application has been granted."),
    "ApplicationRefused": (
        "您的申请未获准予：{reasons_zh}。您可以申请复核、行政复议或提起行政诉讼。",
        "Your application was refused: {reasons_en}. You may ask for a review, seek reconsideration or go to court.",
    ),
    "ApplicationReturned": ("您的申请已退件：{reason_zh}", "Your application was returned: {reason_en}"),
    "ApplicationWithdrawn": ("您已撤回申请。", "You have withdrawn your application."),
    "SpecialProcedureStarted": (
        "您的申请已进入特别程序，不计入办理时限。",
        "A special procedure has begun; its time does not count towards the limit.",
    ),
}
EVENTS = tuple(_TEXTS)


def tell(event: str, data: Mapping[str, Any], at: datetime) -> Message:
    """Return the message for one journal entry. Raises KeyError for an event that nobody is told of."""
    zh, en = _TEXTS[event]
    missing, reasons, reason = data.get("missing") or [], data.get("reasons") or [], data.get("reason") or {}
    words = {
        "missing_zh": "、".join(each["zh"] for each in missing),
        "missing_en": "; ".join(each["en"] for each in missing),
        "reasons_zh": "；".join(each["zh"] for each in reasons if isinstance(each, Mapping)),
        "reasons_en": "; ".join(each["en"] for each in reasons if isinstance(each, Mapping)),
        "reason_zh": reason.get("zh", "") if isinstance(reason, Mapping) else "",
        "reason_en": reason.get("en", "") if isinstance(reason, Mapping) else "",
    }
    number = data["number"]
    return Message(number, at, f"【模拟】{number} {zh.format(**words)}", f"[Simulation] {number} {en.format(**words)}")
