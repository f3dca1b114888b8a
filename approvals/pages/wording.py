"""What the pages call the events of the journal, who acted, and how a rule was judged."""

from collections.abc import Mapping
from typing import Any

from govsim.core.actors import ROLES

type Words = Mapping[str, str]
EVENTS: Mapping[str, Words] = {
    "ApplicationDrafted": {"zh": "存为草稿", "en": "Saved as a draft"},
    "ApplicationSubmitted": {"zh": "申报", "en": "Submitted"},
    "ApplicationReferred": {"zh": "转人工", "en": "Referred to a person"},
    "ApplicationAccepted": {"zh": "受理", "en": "Accepted"},
    "ApplicationDeclined": {"zh": "不予受理", "en": "Not accepted"},
    "CorrectionAsked": {"zh": "一次性告知补正", "en": "Correction asked"},
    "ApplicationCorrected": {"zh": "已补正", "en": "Corrected"},
    "ApplicationHandled": {"zh": "承办", "en": "Handled"},
    "ApplicationReviewed": {"zh": "审核", "en": "Reviewed"},
    "ApplicationSentBack": {"zh": "退回承办", "en": "Sent back"},
    "SpecialProcedureStarted": {"zh": "启动特别程序", "en": "Special procedure started"},
    "SpecialProcedureEnded": {"zh": "结束特别程序", "en": "Special procedure ended"},
    "ApplicationGranted": {"zh": "准予", "en": "Granted"},
    "ApplicationRefused": {"zh": "不予许可", "en": "Refused"},
    "ApplicationWithdrawn": {"zh": "撤件", "en": "Withdrawn"},
    "ApplicationReturned": {"zh": "退件", "en": "Returned"},
    "ApplicationVoided": {"zh": "作废", "en": "Voided"},
}
VERDICTS: Mapping[str, Words] = {
    "PASS": {"zh": "通过", "en": "Pass"},
    "FAIL": {"zh": "不符", "en": "Fail"},
    "UNKNOWN": {"zh": "待核实", "en": "Unknown"},
}
OUTCOMES: Mapping[str, Words] = {
    "GRANT": {"zh": "准予", "en": "Granted"},
    "REJECT": {"zh": "不予许可", "en": "Refused"},
    "MANUAL": {"zh": "转人工", "en": "For an officer"},
}
METHODS: Mapping[str, Words] = {
    "electronic": {"zh": "电子领取", "en": "electronically"},
    "window": {"zh": "窗口领取", "en": "at the window"},
    "post": {"zh": "邮寄", "en": "by post"},
    "kiosk": {"zh": "自助终端", "en": "at a kiosk"},
}
GRADES: Mapping[int, Words] = {
    1: {"zh": "非常满意", "en": "Very satisfied"},
    2: {"zh": "满意", "en": "Satisfied"},
    3: {"zh": "基本满意", "en": "Fairly satisfied"},
    4: {"zh": "不满意", "en": "Dissatisfied"},
    5: {"zh": "非常不满意", "en": "Very dissatisfied"},
}
SPANS: Mapping[str, Words] = {
    "queue": {"zh": "排队", "en": "Queueing"},
    "work": {"zh": "办理", "en": "Work"},
    "waiting_applicant": {"zh": "等待申请人（停表）", "en": "Waiting for the applicant (clock stopped)"},
    "waiting_system": {"zh": "等待其他程序（停表）", "en": "Waiting for another procedure (clock stopped)"},
}
SIGNING: Mapping[str, Words] = {
    "legal_representative": {"zh": "法定代表人", "en": "legal representative"},
    "shareholders": {"zh": "股东", "en": "shareholder"},
    "supervisor": {"zh": "监事", "en": "supervisor"},
    "finance_officer": {"zh": "财务负责人", "en": "finance officer"},
    "contact": {"zh": "联络员", "en": "contact"},
}
LIGHTS: Mapping[str, Words] = {
    "green": {"zh": "时限内", "en": "Within the limit"},
    "yellow": {"zh": "即将到期", "en": "Nearly due"},
    "amber": {"zh": "即将到期", "en": "Nearly due"},
    "red": {"zh": "已超期", "en": "Overdue"},
}


def event(told: Mapping[str, Any]) -> dict[str, Any]:
    """Return one line of a timeline from the told journal entry."""
    data = told["data"]
    name = told["event"]
    role, _, _ = str(told["by"]).partition(":")
    simulated = {"zh": "模拟人员", "en": "Simulated officer"}
    notes: list[Words] = [each for each in data.get("missing") or () if isinstance(each, Mapping)]
    notes += [each for each in data.get("reasons") or () if isinstance(each, Mapping)]
    reason = data.get("reason")
    for each in (reason, data.get("opinion"), data.get("result")):
        if isinstance(each, Mapping) and "zh" in each:
            notes.append(each)
        elif isinstance(each, str) and each:
            notes.append({"zh": each, "en": each})
    return {
        "seq": told["seq"],
        "at": told["at"],
        "event": EVENTS.get(name, {"zh": name, "en": name}),
        "name": name,
        "by": ROLES.get(role, simulated if role == "simulation" else {"zh": role, "en": role}),
        "actor": told["by"],
        "notes": notes,
    }
