"""The way of an application through an item, told from the item's own data: its steps and what they replaced. Pure."""

from collections.abc import Mapping
from typing import Any

OUTCOMES: Mapping[str, dict[str, str]] = {
    "GRANT": {"zh": "准予", "en": "granted"},
    "REJECT": {"zh": "不予批准", "en": "refused"},
    "MANUAL": {"zh": "转人工核实", "en": "an officer checks"},
}
TONES: Mapping[str, str] = {"GRANT": "done", "REJECT": "bad", "MANUAL": "wait"}


def _step(
    key: str, after: tuple[str, ...], zh: str, en: str, note_zh: str, note_en: str, **more: Any
) -> dict[str, Any]:
    note = {"zh": note_zh, "en": note_en}
    return {"key": key, "after": after, "name": {"zh": zh, "en": en}, "note": note, "strong": True, **more}


def route(body: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the steps of an item as `services.pages.drawing` draws them; what happens only in doubt is not strong."""
    filled, whole = sum("source" in each for each in body["form"]), len(body["form"])
    sources = len({each["dataset"] for each in body["facts"] if each.get("dataset")})
    days, minutes = body["limits"]["promised_days"], body["handling"]["minutes"]
    apply = _step("apply", (), "申请", "Apply", f"{whole} 项，{filled} 项已填好", f"{filled} of {whole} filled in")
    check = _step(
        "check", ("apply",), "核对事实", "Check the facts", f"问 {sources} 个数据源", f"asks {sources} sources"
    )
    by_hand = (f"人工约 {minutes} 分钟", f"about {minutes} min of work")
    result = ("结果送达", "Result", f"{len(body['deliverables'])} 件", f"{len(body['deliverables'])} to receive")
    if body["route"] == "instant":
        seconds = body["handling"]["auto_seconds"]
        return [
            apply, check,
            _step("decide", ("check",), "系统决定", "Automatic decision", f"约 {seconds} 秒", f"about {seconds} s"),
            _step("doubt", ("check",), "存疑转人工", "In doubt: an officer", *by_hand, strong=False),
            _step("result", ("decide", "doubt"), *result),
        ]  # fmt: skip
    limit = (f"承诺 {days} 个工作日", f"within {days} working day{'' if days == 1 else 's'}")
    return [
        apply,
        _step("accept", ("apply",), "受理", "Acceptance", "缺什么一次告知", "all gaps told once"),
        {**check, "after": ("accept",)},
        _step("handle", ("check",), "部门办理", "The department handles", *by_hand),
        _step("decide", ("handle",), "决定", "Decision", *limit),
        _step("result", ("decide",), *result),
    ]


def change(body: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return what the item's own data says of before and after: papers, fields to type, working days.

    Nothing is told of what the data does not have: how often people had to come before is not recorded.
    """
    papers, uploads = len(body["materials"]), sum(each["replace_mode"] == "upload" for each in body["materials"])
    typed = sum("source" not in each for each in body["form"])
    told = [
        _change("纸质材料", "Papers", papers, uploads, "份", "papers"),
        _change("要填的项", "Fields to type", len(body["form"]), typed, "项", "fields"),
    ]
    if body["limits"]["legal_days"]:
        days = body["limits"]["legal_days"], body["limits"]["promised_days"]
        told.append(_change("时限（法定与承诺）", "Limit (legal and promised)", *days, "个工作日", "working days"))
    return told


def _change(zh: str, en: str, before: int, after: int, unit_zh: str, unit_en: str) -> dict[str, Any]:
    unit = {"zh": unit_zh, "en": unit_en}
    return {"label": {"zh": zh, "en": en}, "before": before, "after": after, "unit": unit}


def examples(body: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the worked examples that an item was published with, each with its outcome in words."""
    return [
        {"name": each["name"], "outcome": OUTCOMES[each["outcome"]], "tone": TONES[each["outcome"]]}
        for each in body["examples"]
    ]
