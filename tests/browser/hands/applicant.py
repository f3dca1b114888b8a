"""The applicant's hands: consent, the tasks of a draft, sending it; then answering, rating, asking for a review."""

import re
from collections.abc import Mapping
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.hands.windows import NotOffered, Shown, follow, number_of, open_listed, press, refused, unfold

type Body = Mapping[str, Any]


def agree(page: Page, item: str, *, consent: bool) -> int:
    """Begin an application from the item's page with or without a tick; return the status of what came."""
    page.goto(f"/items/{item}")
    follow(page, "立即申请")
    if consent:
        page.get_by_label("我同意在本件中这样使用").check()
    return press(page, page.get_by_role("button", name="同意并开始申请", exact=True))


def prefill(page: Page, item: str, body: Body) -> Shown:
    """Ask for the form that fills itself in; without consent the page has to refuse."""
    status = agree(page, item, consent=body.get("consent") is True)
    if status != 200:
        return refused(page, status)
    follow(page, re.compile("^您的信息"))
    return Shown(200)


def apply(page: Page, body: Body) -> Shown:
    """Fill in the tasks of an application and send it, going on with the draft that there is."""
    begin(page, body["item"], consent=body["consent"])
    follow(page, re.compile("^您的信息"))
    if shut := typed_over(page, body.get("form", {})):
        return shut
    for key, claimed in body.get("corrections", {}).items():
        field = page.locator(f"[name='c-{key}']")
        unfold(page.locator("details", has=field))
        field.fill(claimed)
    status = press(page, page.get_by_role("button", name="保存，回到任务"))
    if status != 200:
        return refused(page, status)
    give(page, consent=body["consent"])
    follow(page, re.compile("^核对并提交"))
    page.get_by_label("我确认以上内容属实，愿承担相应责任").check()
    status = press(page, page.get_by_role("button", name="声明属实并提交申请"))
    if status != 200:
        return refused(page, status)
    expect(page.get_by_role("heading", level=1)).to_have_text("申请已提交")
    number = number_of(page)
    expect(page.get_by_role("main")).to_contain_text(number)
    return Shown(202, at=f"/applications/{number}")


def begin(page: Page, item: str, *, consent: bool) -> None:
    """Come to the tasks of a draft: the one that was begun before, else a new one."""
    page.goto(f"/items/{item}")
    follow(page, "立即申请")
    draft = page.get_by_role("link", name=re.compile("^草稿 "))
    if draft.count():
        press(page, draft.first)
    elif consent:
        page.get_by_label("我同意在本件中这样使用").check()
        press(page, page.get_by_role("button", name="同意并开始申请", exact=True))
    else:
        press(page, page.get_by_role("button", name="不同意，仍要申请"))


def typed_over(page: Page, form: Body) -> Shown | None:
    """Type the applicant's own fields; return which fields the page does not let anybody type in, if any."""
    shut = []
    for key, value in form.items():
        field = page.locator(f"[name='f-{key}']")
        if field.count():
            field.fill(str(value))
        else:  # what a register says can be corrected, not typed over: the page says so beside it
            expect(page.locator(".gv-field", has=page.locator(f"[name='c-{key}']"))).to_contain_text(
                "这不会改动部门的登记"
            )
            shut.append(key)
    return Shown(422, {"errors": [{"field": each} for each in shut]}) if shut else None


def give(page: Page, *, consent: bool) -> None:
    """Give the materials: every certificate that is held, or none at all."""
    follow(page, re.compile("^材料"))
    if consent:
        press(page, page.get_by_role("button", name="全部同意用于本件"))
        return
    for each in page.get_by_label("不提供", exact=True).all():
        each.check()
    press(page, page.get_by_role("button", name="保存，回到任务"))


def correct(page: Page, number: str, body: Body) -> Shown:
    """Answer a correction notice, where the case is or where its package is."""
    open_listed(page, "/applications", number)
    if page.get_by_role("heading", name=re.compile("补正告知书")).count() == 0:
        raise NotOffered("no correction notice")
    for key, value in body["form"].items():
        page.locator(f"[name='f-{key}']").fill(str(value))
    page.get_by_label("我同意在本件中使用我的数据和证照").set_checked(body["consent"])
    if body["consent"]:
        for each in page.get_by_label("同意用于本件", exact=True).all():
            each.check()
    status = press(page, page.get_by_role("button", name="提交补正"))
    return Shown(202, at=f"/applications/{number}") if status == 200 else refused(page, status)


def rate(page: Page, number: str, body: Body) -> Shown:
    """Rate a case that is over."""
    open_listed(page, "/applications", number)
    page.locator(f"#code-{body['code']}").check()
    page.get_by_label(re.compile("^想说的话")).fill(body["words"])
    status = press(page, page.get_by_role("button", name="提交评价"))
    if status != 200:
        return refused(page, status)
    expect(page.get_by_role("main")).to_contain_text("您的评价")
    return Shown(200, at=f"/applications/{number}")


def ask_review(page: Page, number: str, body: Body) -> Shown:
    """Ask that officers look at a decision again; the page leads to the new case."""
    open_listed(page, "/applications", number)
    page.locator("#reason").fill(body.get("reason", ""))
    status = press(page, page.get_by_role("button", name="申请复核"))
    if status != 200:
        return refused(page, status)
    expect(page.get_by_role("main").get_by_role("link", name=number)).to_be_visible()
    return Shown(202, at=f"/applications/{number_of(page)}")
