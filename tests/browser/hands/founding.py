"""Founders' hands: the one form of a theme, and the signatures of those who take part."""

from collections.abc import Mapping
from typing import Any, Final

from playwright.sync_api import Page, expect

from tests.browser.hands.windows import Shown, follow, number_of, open_listed, press, refused

FEN: Final = frozenset({"capital_fen", "shares"})  # typed in yuan, kept in fen


def start(page: Page, body: Mapping[str, Any]) -> Shown:
    """Fill in the form of a theme, sign it and hand it in; refused, it has to come back as it was typed."""
    page.goto(f"/themes/{body['theme']}")
    follow(page, "开始办理")
    form: Mapping[str, Any] = body["form"]
    for each in page.locator("[name^='f-wants_']").all():
        each.set_checked(form.get((each.get_attribute("name") or "").removeprefix("f-")) is True)
    for key, value in form.items():
        if not key.startswith("wants_"):
            put(page, key, value)
    page.locator("#consent").set_checked(body["consent"])
    page.locator("#sign_all").set_checked(body.get("sign_all") is True)
    page.get_by_label("我确认以上内容属实，愿承担相应责任").check()
    status = press(page, page.get_by_role("button", name="签名并提交，一次办完"))
    if status != 200:
        for key in ("company_name", "address_code", "supervisor"):
            expect(page.locator(f"#{key}")).to_have_value(str(form[key]))
        return refused(page, status)
    number = number_of(page)
    expect(page.get_by_role("main")).to_contain_text(form["company_name"])
    return Shown(202, at=f"/packages/{number}")


def put(page: Page, key: str, value: Any) -> None:
    """Type or choose one field of the form."""
    field = page.locator(f"#{key}")
    kind = field.evaluate("each => each.tagName")
    if kind == "SELECT":
        field.select_option(str(value))
    elif kind == "DIV":
        for each in field.locator("input").all():
            each.set_checked(each.get_attribute("value") in value)
    else:
        parts = value if isinstance(value, list) else [value]
        field.fill("\n".join(str(each // 100 if key in FEN else each) for each in parts))


def sign(page: Page, number: str, body: Any) -> Shown:
    """Sign what the list of packages shows."""
    open_listed(page, "/packages", number)
    expect(page.get_by_role("heading", name="等您签名")).to_be_visible()
    status = press(page, page.get_by_role("button", name="确认内容属实并签名"))
    if status != 200:
        return refused(page, status)
    expect(page.get_by_role("heading", name="等您签名")).to_have_count(0)
    return Shown(200, at=f"/packages/{number}")
