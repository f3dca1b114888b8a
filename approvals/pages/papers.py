"""The papers of an application as PDF: its receipt, and the decision passport. In the reader's language."""

from pathlib import Path
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from approvals.models import Application
from approvals.pages import applications, folder
from govsim.core import documents
from govsim.core import world as worlds
from govsim.core.doors import SeatedRequest, seated
from govsim.core.errors import NotFound
from govsim.core.templatetags.house import language, moment, words

TEMPLATES: Final = Path(__file__).resolve().parent.parent / "documents"
TONES: Final = {"PASS": "done", "FAIL": "bad", "UNKNOWN": "wait"}


@require_GET
@seated()
def receipt(request: SeatedRequest, number: str) -> HttpResponse:
    """Answer with the receipt of a submitted application. Raises NotFound for a draft."""
    row = applications.visible(request, number)
    if row.state == "draft":
        raise NotFound("草稿没有回执", "A draft has no receipt")
    told = applications.told(request, row)
    case, limit = told["case"], told["limit"]
    facts = [
        (_("事项"), words(case["item"])),
        (_("申请人"), f"{case['applicant']['name']} {case['applicant']['code']}"),
        (_("办理部门"), words(case["department"])),
        (_("办件编号"), row.number),
        *([(_("查询密码"), told["query_code"])] if told["query_code"] else []),
        *([(_("受理编号"), row.long_number)] if row.long_number else []),
        (_("提交时间"), moment(row.submitted_at)),
        *([(_("受理时间"), moment(row.accepted_at))] if row.accepted_at else []),
        (_("承诺时限"), _days(limit["promised_days"])),
        *([(_("法定时限"), _days(limit["legal_days"]))] if limit["legal_days"] else []),
        (_("现在"), words(case["state"])),
    ]
    steps = [words(told["next"])] if told["next"] else []
    steps += [words(note) for each in told["timeline"][-1:] for note in each["notes"]]
    data = {
        **_frame(request, row, words(folder.title(row))),
        "opening": _("您的申请已收到，办件编号和办理时限如下。"),
        "facts": [{"label": label, "value": text} for label, text in facts],
        "missing": [words(each) for each in row.missing] if row.state == "correcting" else [],
        "missing_title": _("一次告知，请补齐"),
        "materials_title": _("材料"),
        "materials": [
            {"label": words(each["name"]), "value": f"{words(each['instead'])} {each['what']}".strip()}
            for each in told["given"]
        ],
        "next_title": _("接下来"),
        "next": [*steps, _("每一步都发短信（模拟）；凭办件编号和查询密码可以随时查询进度。")],
    }
    return _answer("receipt", row, data)


@require_GET
@seated()
def decision(request: SeatedRequest, number: str) -> HttpResponse:
    """Answer with the decision passport of a decided application. Raises NotFound before."""
    row = applications.visible(request, number)
    told = applications.told(request, row)
    shown = told["passport"]
    if shown is None or not shown["decided"]:
        raise NotFound("还没有决定说明书", "There is no decision passport yet")
    by = _("系统自动决定，没有工作人员经手") if shown["automatic"] else _("由工作人员核实后决定")
    facts = [
        (_("事项"), words(told["case"]["item"])),
        (_("申请人"), f"{told['case']['applicant']['name']} {told['case']['applicant']['code']}"),
        (_("决定部门"), words(told["case"]["department"])),
        (_("提交时间"), moment(row.submitted_at)),
        (_("决定时间"), moment(shown["decided_at"])),
        (_("决定方式"), by),
        *[(words(each["label"]), str(each["value"])) for each in shown["result"]],
    ]
    rules = [*shown["rules"], *shown["standing"]]
    parts = []
    if shown["remedy"]:
        parts.append({"title": _("怎样补救"), "text": words(shown["remedy"])})
    if shown["nearest"]:
        parts.append({"title": _("什么会改变结论"), "text": words(shown["nearest"])})
    rights = _("不同意这个决定，可以申请复核，也可以依法申请行政复议或提起行政诉讼（示例文本）。")
    parts.append({"title": _("不同意这个决定"), "text": rights})
    data = {
        **_frame(request, row, _("决定说明书")),
        "outcome": words(shown["outcome"]),
        "as_of": shown["as_of"],
        "tone": TONES[shown["tone"]],
        "headline": words(shown["headline"]),
        "sentence": _("核对了 %(all)s 条规则，%(bad)s 条没有通过。") % {"all": len(rules), "bad": shown["failed"]},
        "facts": [{"label": label, "value": text} for label, text in facts],
        "rules_title": _("规则核对结果"),
        "columns": [_("结果"), _("规则"), _("系统看到的"), _("数据来自"), _("什么会改变结论")],
        "rules": [_rule(each) for each in rules],
        "parts": parts,
        "hashes": f"{_('规则集摘要')} {shown['rule_set']['sha256']}  {_('说明书摘要')} {shown['hash']}",
    }
    return _answer("decision", row, data)


def _rule(rule: dict[str, Any]) -> dict[str, Any]:
    seen = [
        f"{words(each['label'])}: {words(each['why']) if each['why'] else each['value'] or '—'}"
        for each in rule["values"]
    ]
    flip = rule["flip"]
    first = rule["values"][0] if rule["values"] else {"at": "", "register": None}
    return {
        "tone": TONES[rule["tone"]],
        "word": words(rule["word"]),
        "sentence": words(rule["sentence"]),
        "clause": f"{rule['id']} {words(rule['clause'])}",
        "values": seen,
        "source": "、".join(words(each) for each in rule["departments"]) or _("平台"),
        "at": " ".join(filter(None, (words(first["register"]), str(first["at"] or "")[11:19]))),
        "flip": words(flip["said"]) + (f" → {words(flip['outcome'])}" if flip["outcome"] else ""),
    }


def _days(days: int) -> str:
    if not days:
        return _("当场")
    return _("1 个工作日") if days == 1 else _("%(days)s 个工作日") % {"days": days}


def _frame(request: HttpRequest, row: Application, title: str) -> dict[str, Any]:
    """Return what every paper has: title, number, the notice of the simulation, and the way to check it."""
    asked = urlencode({"world": worlds.address(row.world), "number": row.number})
    return {
        "title": title,
        "subtitle": _("示例文书，按公开资料简化"),
        "number": row.number,
        "platform": _("数字政府改革试点仿真平台"),
        "notice": _("模拟系统，非政府网站"),
        "lang": language(),
        "qr": documents.qr(request.build_absolute_uri(f"{reverse('progress')}?{asked}")),
        "qr_says": _("扫码并输入查询密码，查看这件事办到哪一步。本文书由模拟系统生成，不具有法律效力。"),
    }


def _answer(name: str, row: Application, data: dict[str, Any]) -> HttpResponse:
    made = documents.pdf(TEMPLATES / f"{name}.typ", data)
    headers = {"Content-Disposition": f'inline; filename="govsim-{row.number}-{name}.pdf"', "Cache-Control": "no-store"}
    return HttpResponse(made, content_type="application/pdf", headers=headers)
