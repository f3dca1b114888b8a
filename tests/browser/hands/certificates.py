"""Hands that show, check and revoke certificates."""

import re
from collections.abc import Mapping
from typing import Any

from playwright.sync_api import Page, expect

from certificates import queries, states
from tests.browser.hands.windows import Shown, follow, press, refused

type Body = Mapping[str, Any]


def present(page: Page, identifier: str, body: Body) -> Shown:
    """Show a certificate from the wallet; return what the holder now has on the screen."""
    page.goto("/wallet")
    press(page, page.locator(f"main a[href$='/wallet/{identifier}']").first)
    follow(page, "出示这张证照")
    page.get_by_label("出示给谁").fill(body["user"])
    page.get_by_label("用途").fill(body["purpose"])
    for key in body["fields"]:
        page.locator(f"[name=fields][value={key}]").check()
    status = press(page, page.get_by_role("button", name="同意并出示"))
    if status != 200:
        return refused(page, status)
    expect(page.get_by_role("img", name="出示用的二维码")).to_be_visible()
    main = page.get_by_role("main")
    for each in (body["user"], body["purpose"]):
        expect(main).to_contain_text(each)
    copy = main.get_by_role("img", name="加注件")
    expect(copy).to_be_visible()
    told = page.request.get(copy.get_attribute("src") or "")
    return Shown(200, {
        "fields": list(body["fields"]),
        "token": page.get_by_label("令牌").input_value(),
        "copy_svg": told.text(),
        "until": main.locator("time").first.get_attribute("datetime") or main.locator("time").first.inner_text(),
    })  # fmt: skip


def verify(page: Page, body: Body) -> Shown:
    """Check a token or an identifier as anybody may; return what the page says of it."""
    page.goto("/verify")
    page.locator("#presented").fill(body.get("token") or body["identifier"])
    if "world" in body:
        page.get_by_label("模拟世界").select_option(body["world"])
    status = press(page, page.get_by_role("button", name="核验", exact=True))
    if status != 200:
        return refused(page, status)
    ruling = page.locator("section.gv-judged")
    rows = dict(zip(ruling.locator("dt").all_inner_texts(), ruling.locator("dd").all_inner_texts(), strict=True))
    kinds = {each.name.zh: (key, each) for key, each in queries.certificate_types().items()}
    key, kind = kinds.get(rows.get("证照种类", ""), ("", None))
    labels = {field.label.zh: name for name, field in kind.fields.items()} if kind is not None else {}
    return Shown(200, {
        "verdict": rows["结论代码"],
        "valid": ruling.get_by_text("可以采信").count() == 1,
        "type": {"key": key},
        "claims": {labels[label]: value for label, value in rows.items() if label in labels},
    })  # fmt: skip


def change(page: Page, identifier: str, verb: str, body: Body) -> Shown:
    """Change the state of a certificate at the desk of the department that issued it."""
    [wanted] = states.TABLE.of(verb)
    page.goto("/certificates/desk")
    page.get_by_label(re.compile("^证照标识")).fill(identifier)
    press(page, page.get_by_role("button", name="查找"))
    follow(page, wanted.zh)
    page.get_by_label(re.compile("^理由")).fill(body["reason"])
    status = press(page, page.get_by_role("button", name=re.compile(f"^确认.*{wanted.zh}$")))
    if status != 200:
        return refused(page, status)
    expect(page.get_by_role("main")).to_contain_text(body["reason"])
    said = page.locator(".gv-casehead .gv-tag").inner_text()
    return Shown(200, {"state": {"key": next(key for key, word in states.TABLE.states.items() if word.zh == said)}})
