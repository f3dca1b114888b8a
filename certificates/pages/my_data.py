"""The holder's data: which register holds what, who looked at it and why, uses of certificates, disputes."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from certificates import queries
from certificates.pages import wording
from certificates.pages.consents import consents
from certificates.pages.wording import Words
from govsim.core import clock, faults, organisations, places
from govsim.core.codes import regions
from govsim.core.doors import SeatedRequest, seated
from govsim.core.errors import BadInput, NotFound
from govsim.core.templatetags.house import words
from govsim.exchange import actions as exchanges
from govsim.exchange import queries as exchange

LINES = 50
HAN = re.compile(r"[\u4e00-\u9fff]")
TABS: Mapping[str, Words] = {
    "looks": {"zh": "谁看过我的数据", "en": "Who looked at my data"},
    "uses": {"zh": "用证记录", "en": "Uses of certificates"},
    "registers": {"zh": "哪里存着我的数据", "en": "Where my data is kept"},
    "consents": {"zh": "我的授权", "en": "My consents"},
    "disputes": {"zh": "数据异议", "en": "Disputed data"},
}
LOOKED: Mapping[str, Words] = {
    "answered": {"zh": "已答复", "en": "Answered"},
    "down": {"zh": "来源不可用", "en": "Source down"},
    "conflict": {"zh": "记录不一致", "en": "Records differ"},
}
DISPUTES: Mapping[str, Words] = {
    "open": {"zh": "待核实", "en": "Being checked"},
    "corrected": {"zh": "已更正", "en": "Corrected"},
    "upheld": {"zh": "核实无误", "en": "Found right"},
}
# The choices of registers that people read every day; any other is shown as the register writes it.
CHOICES: Mapping[str, Words] = {
    "male": {"zh": "男", "en": "Male"},
    "female": {"zh": "女", "en": "Female"},
    "other": {"zh": "其他", "en": "Other"},
    "real_name": {"zh": "实名", "en": "By name and number"},
    "face": {"zh": "实人（人脸）", "en": "By face"},
    **{each.slug: {"zh": each.zh, "en": each.en} for each in regions.CITIES},
}
TRUTHS = {"是": True, "yes": True, "true": True, "否": False, "no": False, "false": False}


@seated("applicant")
@require_GET
def my_data(request: SeatedRequest) -> HttpResponse:
    """Show the holder one side of their data: looks, uses, registers, consents or disputes; lists by place."""
    tab = request.GET.get("tab", "")
    tab = tab if tab in TABS else "looks"
    department = request.GET.get("department", "")
    told: dict[str, Any] = {
        "tab": tab,
        "tabs": [{"key": key, **words} for key, words in TABS.items()],
        "department": department,
        "departments": [
            {"key": key, "zh": each.name_zh, "en": each.name_en} for key, each in organisations.departments().items()
        ],
        "paged": bool(request.GET.get("before")),
    }
    return render(request, "certificates/my_data.html", {**told, **_side(request, tab, department)})


def _side(request: SeatedRequest, tab: str, department: str) -> dict[str, Any]:
    world, holder = request.seat.world, request.seat.holder
    before = places.read(request.GET.get("before", ""))
    if tab == "looks":
        looks = exchange.log_of(world, holder, limit=LINES + 1, department=department, before=before)
        return {"looks": [_look(each) for each in looks[:LINES]], **_older(request, looks)}
    if tab == "uses":
        uses = queries.use_log(world, holder, limit=LINES + 1, department=department, before=before)
        return {"uses": [wording.use(each) for each in uses[:LINES]], **_older(request, uses)}
    if tab == "consents":
        rows = exchange.consents_of(world, holder, limit=LINES + 1, before=before)
        found = {"consents": consents(world, rows[:LINES])}
        return {**found, **_older(request, rows, lambda row: places.Place(row.given_at, row.pk))}
    if tab == "registers":
        return {"registers": _registers(exchange.records_on(world, holder))}
    return {"disputes": [told_dispute(each) for each in exchange.disputes_of(world, holder)]}


def _older(request: SeatedRequest, lines: list[Any], place: Any = None) -> dict[str, str]:
    """Return the address of the lines after these; nothing when these are all."""
    if len(lines) <= LINES:
        return {"older": ""}
    last = lines[LINES - 1]
    kept = {key: request.GET[key] for key in ("tab", "department") if request.GET.get(key)}
    return {"older": "?" + urlencode({**kept, "before": str(place(last) if place else last.place)})}


def _look(line: exchange.LogLine) -> dict[str, Any]:
    return {
        "at": line.at,
        "number": line.number,
        "dataset": wording.pair(line.dataset_names),
        "department": wording.pair(line.department_names),
        "source": wording.pair(line.source_names),
        "purpose": wording.pair(line.purpose),
        "status": {"key": line.status, **LOOKED[line.status]},
        "rows": line.rows,
        "consent": line.consent_id,
    }


def _registers(kept: Mapping[str, list[dict[str, Any]]]) -> list[dict[str, Any]]:
    """Return every register with what it holds, in words, the sensitive values masked."""
    kinds = {each.key: each for each in exchange.catalogue()}
    return [
        {
            "key": key,
            "zh": kinds[key].zh,
            "en": kinds[key].en,
            "source": wording.department_name(records[0]["source"]),
            "records": [_record(kinds[key].fields, each) for each in records],
        }
        for key, records in kept.items()
    ]


def _record(fields: Mapping[str, Any], body: Mapping[str, Any]) -> list[dict[str, Any]]:
    shown = {key: _masked(field, body[key]) for key, field in fields.items() if body.get(key) not in (None, "", [])}
    return [
        # Registers are written in Chinese, whatever the language of the page.
        {"key": key, "zh": fields[key].zh, "en": fields[key].en, "value": text, "chinese": bool(HAN.search(text))}
        for key, text in shown.items()
    ]


def _masked(field: Any, found: Any) -> str:
    if field.type == "choice":
        return words(CHOICES.get(found, found))
    text = wording.shown(field.key, field.type, found, masked=field.sensitive)
    plain = field.sensitive and field.type in ("text", "list") and isinstance(found, str) and text == found
    return f"{text[:1]}***" if plain else text


def told_dispute(row: Any) -> dict[str, Any]:
    """Return a dispute in words: what is said to be wrong, in which register, whose it is, where it stands."""
    kind = {each.key: each for each in exchange.catalogue()}[row.dataset]
    named = kind.fields.get(row.field)
    return {
        "row": row,
        "dataset": {"zh": kind.zh, "en": kind.en},
        "field": {"zh": named.zh, "en": named.en} if named else {"zh": row.field, "en": row.field},
        "source": wording.department_name(row.source),
        "state": DISPUTES[row.state],
    }


# --- saying that a record is wrong ---------------------------------------------------------------------------------


@seated("applicant")
@require_http_methods(["GET", "POST"])
def dispute(request: SeatedRequest, dataset: str, record: int) -> HttpResponseBase:
    """Say which value of a record is wrong and what it should be; the department that keeps it answers.

    Raises NotFound for a record that the holder does not have.
    """
    world, holder = request.seat.world, request.seat.holder
    records = exchange.records_on(world, holder).get(dataset, [])
    if not record < len(records):
        raise NotFound("没有这条记录", "There is no such record")
    kind = next(each for each in exchange.catalogue() if each.key == dataset)
    chosen, claimed = request.POST.get("field", ""), request.POST.get("claimed", "").strip()[:200]
    told: dict[str, Any] = {
        "dataset": {"zh": kind.zh, "en": kind.en},
        "source": wording.department_name(records[record]["source"]),
        "fields": _record(kind.fields, records[record]),
        "chosen": chosen,
        "claimed": claimed,
    }
    if request.method == "GET":
        return render(request, "certificates/dispute.html", told)
    try:
        if chosen not in kind.fields:
            raise BadInput({"field": ("请选择哪一项有误", "Choose what is wrong")})
        said = _claimed(kind.fields[chosen], claimed)
        exchanges.dispute.open(
            world=world, subject=holder, dataset=dataset, field=chosen, number="", at=clock.now(world),
            source_value=_stored(records[record].get(chosen)), claimed_value=said,
        )  # fmt: skip
    except BadInput as bad:
        return render(request, "certificates/dispute.html", {**told, "faults": faults.of(bad)}, status=422)
    return redirect(reverse("my-data") + "?tab=disputes")


def _claimed(field: Any, text: str) -> Any:
    """Return what was typed as a register would store it. Raises BadInput."""
    if not text:
        raise BadInput({"claimed": ("请填写您认为正确的内容", "Enter what it should be")})
    found: Any = text
    try:
        if field.type == "bool":
            found = TRUTHS.get(text.lower(), text)
        elif field.type == "int":
            found = int(text)
        elif field.type == "money":
            found = round(float(text.replace(",", "")) * 100)
        elif field.type == "list":
            found = [each.strip() for each in text.replace("、", ",").split(",") if each.strip()]
    except (ValueError, OverflowError):
        found = text
    if fault := field.fault(found):
        raise BadInput({"claimed": fault})
    return found


def _stored(found: Any) -> Any:
    """Return a value as records store it."""
    return found.isoformat() if isinstance(found, date) else found
