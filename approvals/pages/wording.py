"""What the pages call the events of the journal, who acted, and how a rule was judged."""

from collections.abc import Mapping
from typing import Any

from django.contrib.messages import get_messages
from django.http import HttpRequest

from approvals import states
from approvals.pages import fields
from govsim.core.actors import OFFICERS, ROLES

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
    "ApplicationUrged": {"zh": "催办", "en": "Urged by the command centre"},
    "ApplicationEscalated": {"zh": "督办", "en": "Put under supervision by the command centre"},
}
VERDICTS: Mapping[str, Words] = {
    "PASS": {"zh": "通过", "en": "Pass"},
    "FAIL": {"zh": "不符", "en": "Fail"},
    "UNKNOWN": {"zh": "待核实", "en": "Unknown"},
}
FOR_PERSON: Words = {"zh": "需人工核实", "en": "For an officer"}
HAD_NOT_HELD: Words = {"zh": "若不符合", "en": "If it did not hold"}
HAD_HELD: Words = {"zh": "若符合", "en": "If it held"}
SAME: Words = {"zh": "只改这一条，结论不变", "en": "Changing this alone changes nothing"}
CHECKED: Words = {"zh": "已核对", "en": "Checked"}
WEIGHED: Words = {"zh": "由工作人员核实后决定", "en": "Checked and decided by an officer"}
LOOKING: Words = {"zh": "由工作人员核实，您不用再交材料", "en": "An officer checks it; you need not send anything"}
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
PAUSES: Mapping[str, Words] = {
    "correcting": {"zh": "等您补正", "en": "waiting for your correction"},
    "special": {"zh": "特别程序", "en": "special procedure"},
}
LIGHTS: Mapping[str, Words] = {
    "green": {"zh": "时限内", "en": "Within the limit"},
    "yellow": {"zh": "即将到期", "en": "Nearly due"},
    "amber": {"zh": "即将到期", "en": "Nearly due"},
    "red": {"zh": "已超期", "en": "Overdue"},
}

NEXT: Mapping[str, Words] = {
    "draft": {"zh": "这是草稿，还没有提交", "en": "This is a draft; it has not been submitted"},
    "submitted": {
        "zh": "系统正在向各部门核对事实，本页会自动更新",
        "en": "Facts are being checked with the departments; this page updates itself",
    },
    "received": {
        "zh": "由工作人员办理：先看材料是否齐全，再决定受理",
        "en": "An officer handles it: first whether all is there, then acceptance",
    },
    "correcting": {
        "zh": "请按下面的通知一次补齐，等待期间时限停表",
        "en": "Supply what the notice below asks for; the limit is stopped meanwhile",
    },
    "accepted": {"zh": "已受理，正在办理", "en": "Accepted and being handled"},
    "reviewing": {"zh": "承办人已提出意见，等待审核", "en": "The handler has given an opinion; review follows"},
    "approving": {"zh": "审核已过，等待批准", "en": "Reviewed; the decision follows"},
    "special": {
        "zh": "正在进行不计时的特别程序，结果出来后继续办理",
        "en": "A special procedure is under way; its time does not count",
    },
    "granted": {"zh": "结果已存入您的证照夹，可以随时查看", "en": "The result is in your wallet at any time"},
    "refused": {
        "zh": "您可以按提示更正后重新申请，也可以申请复核",
        "en": "You may put it right and apply again, or ask for a review",
    },
    "not_accepted": {"zh": "理由见下面的经过，您可以重新申请", "en": "The reason is told below; you may apply again"},
    "returned": {"zh": "理由见下面的经过，您可以重新申请", "en": "The reason is told below; you may apply again"},
    "withdrawn": {"zh": "已按您的要求撤回", "en": "Withdrawn as you wished"},
}
NOTES: Mapping[str, Words] = {
    "submitted": {"zh": "已提交，请记下办件编号", "en": "Submitted; keep the case number"},
    "started": {"zh": "已填好，等其他人签名后自动提交", "en": "Filled in; it is submitted once all have signed"},
    "draft": {"zh": "草稿已保存", "en": "The draft is saved"},
    "signed": {"zh": "您已签名", "en": "You have signed"},
    "withdraw": {"zh": "已撤件", "en": "Withdrawn"},
    "correct": {"zh": "补正已提交", "en": "The correction is submitted"},
    "deliver": {"zh": "已记录领取方式", "en": "The way of delivery is recorded"},
    "rate": {"zh": "谢谢您的评价", "en": "Thank you for your rating"},
    "none_free": {"zh": "现在没有空着的办件", "en": "There is no free case now"},
    "open": {"zh": "这一件由您办理了", "en": "The case is yours now"},
    "accept": {"zh": "已受理，时限开始计算", "en": "Accepted; the limit runs from now"},
    "ask_correction": {
        "zh": "补正通知已发出，停表等申请人",
        "en": "The notice is sent; the clock waits for the applicant",
    },
    "handle": {"zh": "已交审核", "en": "Handed to the reviewer"},
    "review": {"zh": "已交批准", "en": "Handed to the approver"},
    "send_back": {"zh": "已退回承办", "en": "Sent back to the handler"},
    "grant": {"zh": "已准予", "en": "Granted"},
    "refuse": {
        "zh": "已决定，申请人会收到理由和救济途径",
        "en": "Decided; the applicant is told the reason and the remedy",
    },
    "decline": {"zh": "已告知不予受理", "en": "The applicant is told that it is not accepted"},
    "return": {"zh": "已退件", "en": "Returned"},
    "inspect": {"zh": "抽查结果已记录", "en": "The result of the check is recorded"},
    "ask_review": {"zh": "已申请复核，这是复核件", "en": "A review is asked for; this is its case"},
}
_EVENT_TONES: Mapping[str, str] = {
    "ApplicationGranted": "done",
    "CorrectionAsked": "wait",
    "SpecialProcedureStarted": "wait",
    "ApplicationRefused": "bad",
    "ApplicationDeclined": "bad",
    "ApplicationReturned": "bad",
    "ApplicationVoided": "bad",
}
_DONE: Words = {"zh": "已办理", "en": "Done"}
_BADLY = frozenset({"refused", "not_accepted", "withdrawn", "returned", "voided"})


def tone(state: str) -> str:
    """Return how a state looks: done, bad, wait, work."""
    if state in ("granted", "done"):
        return "done"
    return "bad" if state in _BADLY else "wait" if state in ("correcting", "signing", "partly_done") else "work"


def state(key: str) -> Words:
    """Return the name of a state of an application."""
    found = states.APPLICATION.states[key]
    return {"zh": found.zh, "en": found.en}


def noted(request: HttpRequest) -> list[Words]:
    """Return what has just been done, once."""
    return [NOTES.get(each.message, _DONE) for each in get_messages(request)]


def event(told: Mapping[str, Any], *, department: str = "") -> dict[str, Any]:
    """Return one line of a timeline from the told journal entry; officers act for `department`."""
    data = told["data"]
    name = told["event"]
    role, _, _ = str(told["by"]).partition(":")
    simulated = {"zh": "模拟人员", "en": "Simulated officer"}
    notes: list[Words] = [each for each in data.get("missing") or () if isinstance(each, Mapping)]
    notes += [each for each in data.get("reasons") or () if isinstance(each, Mapping)]
    reason = data.get("reason")
    for each in (reason, data.get("opinion"), data.get("result"), data.get("note")):
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
        "where": fields.short(department) if department and (role in OFFICERS or role == "simulation") else None,
        "tone": _EVENT_TONES.get(name, ""),
        "notes": notes,
    }
