"""One theme (一件事): its branches as a route, what it saves, who signs."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from services import queries
from services.pages import drawing, wording
from services.pages.wording import Words

SIGNATORIES: Mapping[str, Words] = {
    "legal_representative": {"zh": "法定代表人", "en": "legal representative"},
    "shareholders": {"zh": "股东", "en": "shareholders"},
    "supervisor": {"zh": "监事", "en": "supervisor"},
    "finance_officer": {"zh": "财务负责人", "en": "finance officer"},
    "contact": {"zh": "联络员", "en": "contact person"},
}


@require_GET
def theme(request: HttpRequest, key: str) -> HttpResponse:
    """Show one theme with its branches as a route. Raises NotFound."""
    found = queries.theme(key)
    body = found.body
    names = {each["key"]: each["name"] for each in body["branches"]}
    items = {each.key: each.body for each in queries.items()}
    return render(request, "services/theme.html", {
        "theme": found,
        "body": body,
        "city": wording.city(body["city"]),
        "lead": wording.office(body["lead"]),
        "signatories": [SIGNATORIES.get(each, {"zh": each, "en": each}) for each in body["signatories"]],
        "filled": sum("source" in each for each in body["form"]),
        "materials": wording.materials(body["materials"]),
        "branches": [_branch(each, names, items[each["item"]]) for each in body["branches"]],
        "drawing": drawing.drawn([_step(each) for each in body["branches"]]),
        "may_apply": wording.may_apply(request),
    })  # fmt: skip


def _step(branch: Mapping[str, Any]) -> dict[str, Any]:
    always, hours = branch["chosen_by"] == "always", branch["promised_working_hours"]
    note = {
        "zh": f"{'必办' if always else '可选'}，{hours} 工作小时",
        "en": f"{'always' if always else 'optional'}, {hours} working h",
    }
    return {"key": branch["key"], "after": branch["after"], "name": branch["name"], "note": note, "strong": always}


def _branch(branch: Mapping[str, Any], names: Mapping[str, Words], item: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **branch,
        "item_name": item["name"],
        "office": wording.office(item["department"]),
        "waits_for": [names[each] for each in branch["after"]],
        "always": branch["chosen_by"] == "always",
        "offered": [wording.office(each) for each in branch["alternatives"]],
    }
