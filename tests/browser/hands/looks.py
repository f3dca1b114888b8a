"""Eyes: what the API has just told somebody has to stand on the page that they would open for it."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from playwright.sync_api import Page, expect

from govsim.walkthroughs.story import Role

type Answer = Any
type Words = Iterable[str]


def filled_in(page: Page, answer: Answer) -> None:
    """Expect every value that registers gave, with whose it is, on the form that is open."""
    main = page.get_by_role("main")
    for each in answer:
        value = str(each["value"])
        shown = value if not re.fullmatch(r"\d{4}-\d\d-\d\d", value) else value[:4]
        for words in (shown, each["department"]["zh"], each["dataset"]["zh"]):
            expect(main).to_contain_text(words)


def _case(told: Answer) -> Words:
    return [told["state"]["zh"]]


def _findings(told: Answer) -> Words:
    return [f"规则 {each['id']}" for each in told["passport"]["rules"]]


def _passport(told: Answer) -> Words:
    return [each["sentence"]["zh"] for each in told["passport"]["rules"] if each["verdict"] != "FAIL"]


def _package(told: Answer) -> Words:
    company = [told["company"]["name"]] if told.get("company") else []
    return [told["state"]["zh"], *company, *(each["name"]["zh"] for each in told["branches"])]


OFFICERS: Final = {"cases": "inbox", "disputes": "disputes"}  # where they read it
APPLICANTS: Final = {"cases": "applications", "disputes": "my-data?tab=disputes"}
LOOKS: Final[Mapping[str, tuple[str, Callable[[Answer], Words]]]] = {
    r"/applications/(\d+)": ("/{cases}/{0}", _case),
    r"/applications/(\d+)/passport": ("/applications/{0}", _passport),
    r"/applications/(\d+)/passport(\?view=expert)": ("/inbox/{0}{1}", _findings),
    r"/packages/(\d+)": ("/packages/{0}", _package),
    r"/applications(\?item=.*)?": ("/applications", lambda told: [each["number"] for each in told["results"]]),
    r"/inbox": ("/inbox", lambda told: [each["number"] for each in told["results"]]),
    r"/messages": ("/applications", lambda told: [each["zh"] for each in told["results"]]),
    r"/wallet": ("/wallet", lambda told: [each["type"]["zh"] for each in told["results"]]),
    r"/wallet/([\w.]+)": ("/wallet/{0}", lambda told: [told["type"]["zh"], told["state"]["zh"]]),
    r"/data-log": ("/my-data?tab=looks", lambda told: [each["dataset"]["zh"] for each in told["results"]]),
    r"/use-log": ("/my-data?tab=uses", lambda told: [each["case_number"] for each in told["results"]]),
    r"/disputes": ("/{disputes}", lambda told: [each["claimed_value"] for each in told["results"]]),
    r"/consents": ("/my-data?tab=consents", lambda told: [each["purpose"] for each in told["results"]]),
    r"/items/([\w.]+)": ("/items/{0}", lambda told: [told["zh"], *(each["name"]["zh"] for each in told["materials"])]),
    r"/themes/([\w.]+)": ("/themes/{0}", lambda told: [told["zh"], *(each["name"]["zh"] for each in told["branches"])]),
}  # fmt: skip


def see(page: Page, path: str, role: Role | None, told: Answer, status: int) -> None:
    """Open the page that shows what an API address tells, and expect its words there; none for an API-only address."""
    officer = role is not None and role.role != "applicant"
    for pattern, (address, words) in LOOKS.items():
        if found := re.fullmatch(pattern, path):
            whose = OFFICERS if officer else APPLICANTS
            answer = page.goto(address.format(*(each or "" for each in found.groups()), **whose))
            assert answer is not None
            if status >= 400:
                assert answer.status == status, (address, answer.status)
                return
            main = page.get_by_role("main")
            for each in words(told):
                expect(main).to_contain_text(each)
