"""Themes (一件事): checks, and the form and materials that their items have together (domain.md §B.5). Pure."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from services.schema.known import Known
from services.schema.reading import Document, Problem

ALWAYS = "always"


def theme_problems(document: Document, items: Mapping[str, Mapping[str, Any]], known: Known) -> list[Problem]:
    """Return the faults of a theme whose shape is right; `items` are the bodies by key."""
    return [*_head(document, known), *_branches(document, items, known), *_cycle(document)]


def _head(document: Document, known: Known) -> Iterator[Problem]:
    body = document.body
    if known.departments.get(body["lead"]) != body["city"]:
        text = body["lead"]
        yield document.problem(("lead",), f"该市没有这个部门：{text}", f"the city has no such department: {text}")
    if body["licence_working_hours"] > body["promised_working_hours"]:
        zh, en = "营业执照时限超过承诺时限", "the limit of the licence is above the promised limit"
        yield document.problem(("licence_working_hours",), zh, en)


def _branches(document: Document, items: Mapping[str, Mapping[str, Any]], known: Known) -> Iterator[Problem]:
    body = document.body
    keys = [each["key"] for each in body["branches"]]
    fields = {each["key"]: each["type"] for each in whole_form(body, items)}
    for name in body["signatories"]:
        if name not in fields:
            yield document.problem(("signatories",), f"表单没有字段 {name}", f"the form has no field {name}")
    for at, branch in enumerate(body["branches"]):
        place: tuple[str | int, ...] = ("branches", at)
        if keys.index(branch["key"]) != at:
            yield document.problem(
                (*place, "key"), f"名称重复：{branch['key']}", f"the name is used twice: {branch['key']}"
            )
        item = items.get(branch["item"])
        if item is None:
            zh, en = f"没有这个事项：{branch['item']}", f"there is no such item: {branch['item']}"
            yield document.problem((*place, "item"), zh, en)
        elif item.get("city") != body["city"]:
            yield document.problem((*place, "item"), "事项属于另一个城市", "the item belongs to another city")
        for before in branch["after"]:
            if before not in keys:
                yield document.problem(
                    (*place, "after"), f"没有这个分支：{before}", f"there is no such branch: {before}"
                )
        if branch["chosen_by"] != ALWAYS and fields.get(branch["chosen_by"]) != "bool":
            zh = f"表单没有是否字段 {branch['chosen_by']}"
            en = f"the form has no yes-or-no field {branch['chosen_by']}"
            yield document.problem((*place, "chosen_by"), zh, en)
        for department in branch["alternatives"]:
            if known.departments.get(department) != body["city"]:
                zh, en = f"该市没有这个单位：{department}", f"the city has no such organisation: {department}"
                yield document.problem((*place, "alternatives"), zh, en)


def _cycle(document: Document) -> Iterator[Problem]:
    """Yield the first branch that waits for itself, if any."""
    after = {each["key"]: set(each["after"]) for each in document.body["branches"]}
    for at, branch in enumerate(document.body["branches"]):
        reached, ahead = set[str](), [*branch["after"]]
        while ahead:
            key = ahead.pop()
            if key not in reached:
                reached.add(key)
                ahead += after.get(key, ())
        if branch["key"] in reached:
            zh, en = f"分支之间循环等待：{branch['key']}", f"branches wait for each other: {branch['key']}"
            yield document.problem(("branches", at, "after"), zh, en)
            return


def whole_form(theme: Mapping[str, Any], items: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return one form: the theme's own fields and those of its items, each key once.

    A field of an optional branch carries `asked_when`, the tick-box that chooses the branch, and is needed only then.
    Fields that read the firm's own record are left out: the firm does not exist yet.
    """
    found = {each["key"]: dict(each) for each in theme["form"]}
    for branch in theme["branches"]:
        for each in items.get(branch["item"], {}).get("form", ()):
            if (each.get("source") or {}).get("key") == "firm" or each["key"] in found:
                continue
            extra = {} if branch["chosen_by"] == ALWAYS else {"asked_when": branch["chosen_by"], "required": False}
            found[each["key"]] = {**each, **extra}
    return list(found.values())


def whole_materials(theme: Mapping[str, Any], items: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return one set of materials: each key once, without what an earlier branch results in (§B.5)."""
    found = {each["key"]: dict(each) for each in theme["materials"]}
    made: set[str] = set()
    for branch in theme["branches"]:
        item = items.get(branch["item"], {})
        for each in item.get("materials", ()):
            if not made & set(each.get("certificate_types", ())):
                found.setdefault(each["key"], dict(each))
        if item.get("result_certificate"):
            made.add(item["result_certificate"]["type"])
    return list(found.values())


def whole_theme(theme: Mapping[str, Any], items: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Return the theme as it is published: with the whole form and materials, and deliverables of each branch."""
    branches: Sequence[Mapping[str, Any]] = theme["branches"]
    return {
        **theme,
        "form": whole_form(theme, items),
        "materials": whole_materials(theme, items),
        "branches": [
            {**branch, "deliverables": branch.get("deliverables") or items[branch["item"]]["deliverables"]}
            for branch in branches
        ],
    }
