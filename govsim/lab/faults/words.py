"""Faults in words: names in every script, words that databases and browsers could take for commands."""

import base64
import itertools
import json
import time
from collections.abc import Mapping
from typing import Any, Final

from govsim.lab.faults import fault
from govsim.lab.site import Site, inside, problem, site, told
from govsim.lab.trial import Trial
from govsim.lab.visitor import Visitor

CARD: Final = {"item": "sz.senior_citizen_card", "consent": True, "form": {}}
NAMES: Final = (
    "𠮷野",
    "张﨑",
    "家👩\u200d👩\u200d👧",
    "Jose\u0301",
    "丁",
    "买" * 24 + "·" + "提" * 25,
    "ئەلى",
    "O'Neil",
)
UNREADABLE: Final = ("张\0三", "张\u202e三", "\u2067张\u2069", "张\n三", "\ufeff张三", "\u3000\u3000", "\x1b[2J张")
SLOW: Final = 3.0  # seconds, in which no injected delay or heavy expression fits
SQL: Final = (
    "'", "\\", "%", "' OR '1'='1", "') OR ('1'='1", "'; DROP TABLE approvals_application;--",
    "' UNION SELECT name, sql FROM sqlite_master--", "' AND randomblob(900000000)--", "1);SELECT pg_sleep(9)--",
    "1' AND (SELECT count(*) FROM sqlite_master a, sqlite_master b, sqlite_master c, sqlite_master d)>0--", "{{7*7}}",
)  # fmt: skip
TOLD: Final = ("CREATE TABLE", "OperationalError", "ProgrammingError", "Traceback", "syntax error", "{{49}}")
MARKS: Final = (
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "\"><svg onload=alert(1)>", "';alert(1)//",
    "[x](javascript:alert(1))", "{{constructor.constructor('alert(1)')()}}", "</textarea><script>alert(1)</script>",
    "=cmd|'/c calc'!A1",
)  # fmt: skip


@fault("F41", "各种文字与不可见字符的姓名", "names in rare and foreign scripts, and with characters that nobody sees")
def names(trial: Trial) -> None:
    """Names of every script are stored composed (NFC) and come back from the signed certificate byte for byte.

    Names and answers that hold what cannot be seen (NUL, half a surrogate pair, overrides of the reading direction)
    are refused at the registers' door and at the applicant's; so no name can turn the words beside it around.
    """
    town = site(trial, elders=len(NAMES), names=NAMES)
    people = town.told["people"][: len(NAMES)]
    numbers = [town.client(each["token"]).post("applications", CARD).json()["number"] for each in people]
    trial.reached(f"{len(NAMES)} names, {len(UNREADABLE)} unreadable ones")
    trial.recovered(town.idle)
    kept = dict(town.rows(
        "SELECT case_number, holder_name || char(10) || token FROM certificates_certificate WHERE case_number <> ''"
    ))  # fmt: skip
    trial.hold("each is granted a card", set(kept) == set(numbers), found=set(numbers) - set(kept))
    wanted = {number: each.replace("e\u0301", "é") for number, each in zip(numbers, NAMES, strict=True)}
    stored = {number: each.partition("\n")[0] for number, each in kept.items()}
    trial.hold(
        "names are stored composed",
        stored == wanted,
        found=ascii([(stored[n], wanted[n]) for n in numbers if stored[n] != wanted[n]]),
    )
    signed = {number: _disclosed(each.partition("\n")[2]) for number, each in kept.items()}
    wrong = [number for number in numbers if wanted[number] not in signed[number]]
    trial.hold("the signed certificate says the same", not wrong, found=[signed[each] for each in wrong])
    shown = {each["name"] for each in people if each["name"] in Visitor(town, each).http.get("/my-data").text}
    trial.hold("pages show them", len(shown) >= len(NAMES) - 2, found=shown)  # two are written with entities
    refused = inside(town.lab, "village.refuses", names=[*UNREADABLE, "张\ud800"])["refused"]
    trial.hold("unreadable names are refused by the registers", all(refused), found=refused)
    elder = town.client(people[0]["token"])
    answers = [elder.post("applications", {**CARD, "form": {"delivery_address": each}}) for each in UNREADABLE[:-2]]
    wrong = [told(each) for each in answers if not problem(each, 400, 422)]
    trial.hold("and as answers", not wrong, found=wrong)
    trial.verify(town.lab)


def _disclosed(token: str) -> set[Any]:
    """Return the values that the disclosures of an SD-JWT hold."""
    found = set()
    for part in token.split("~")[1:-1]:
        value = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))[-1]
        found.add(value if isinstance(value, str) else json.dumps(value))
    return found


# --- SQL --------------------------------------------------------------------------------------------------------------

PLACES: Final[Mapping[str, tuple[str, ...]]] = {
    "": ("/?q={}", "/verify?lang={}", "/progress?number={}&world={}", "/items?q={}&city={}", "/w/{}/verify/x"),
    "applicant": (
        "/applications?state={}&before={}", "/applications/{}", "/packages?before={}", "/my-data?tab={}&department={}",
        "/api/v1/applications?item={}", "/api/v1/applications?cursor={}", "/api/v1/applications/{}",
        "/api/v1/wallet/{}", "/wallet/{}", "/apply/{}",
    ),
    "handler": ("/inbox?q={}", "/inbox?state={}&item={}&light={}&after={}", "/inbox/{}"),
    "certificate_officer": ("/certificates/desk?q={}",),
    "rule_officer": ("/studio/{}", "/studio/sz.old_age_allowance?version={}"),
    "trainer": ("/load/{}", "/load/compare?run={}", "/command/rows/{}", "/world?live={}"),
}  # fmt: skip


@fault("F42", "形似 SQL 的文字", "words that look like SQL, in every parameter")
def sql(trial: Trial) -> None:
    """In parameters, paths, forms and JSON they are text: no answer tells of the database, and nothing is slower.

    sqlmap is not needed for this: every parameter of the pages and the API is asked here with errors, tautologies,
    unions and delays of both databases.
    """
    town = site(trial, workers=False)
    before = _tables(town)
    wrong, slowest, asked = [], 0.0, 0
    for role, places in PLACES.items():
        http = _session(town, role).http
        for place, words in itertools.product(places, SQL):
            spent: list[float] = []
            while not spent or (spent[-1] >= SLOW and len(spent) < 3):  # an injected delay is there each time
                began = time.monotonic()
                answer = http.get(place.replace("{}", _quoted(words)))
                spent.append(time.monotonic() - began)
            slowest = max(slowest, min(spent))
            asked += 1
            if answer.status_code >= 500 or any(each in answer.text for each in TOLD):
                wrong.append(told(answer))
    trial.reached(f"{asked} questions; the slowest took {slowest:.2f} s")
    trial.hold("none is a fault of ours or tells of the database", not wrong, found=wrong[:3])
    trial.hold("nothing waits for the database", slowest < SLOW, found=slowest)
    elder = town.person(0)
    made = [elder.post("applications", {**CARD, "form": {"delivery_address": each}}) for each in SQL]
    trial.hold("as answers they are taken", {each.status_code for each in made} == {202}, found=[told(x) for x in made])
    kept = [elder.get(each.headers["location"]).json()["form"].get("delivery_address") for each in made]
    trial.hold("and kept as they are", kept == list(SQL), found=kept)
    after = _tables(town)
    trial.hold("no table is gone or changed", before == after, found=before ^ after)
    trial.verify(town.lab)


def _session(town: Site, role: str) -> Visitor:
    if role == "applicant":
        return Visitor(town, town.told["people"][0])
    return Visitor(town, next((each for each in town.told["staff"] if each["role"] == role), None))


def _quoted(words: str) -> str:
    return words.replace("%", "%25").replace("#", "%23").replace("&", "%26").replace("?", "%3F").replace("/", "%2F")


def _tables(town: Site) -> set[tuple[str, str]]:
    return set(town.rows("SELECT name, sql FROM sqlite_master WHERE type = 'table'"))


# --- scripts ----------------------------------------------------------------------------------------------------------


@fault(
    "F43", "脚本注入", "scripts in names, answers, reasons and file names", needs=("chromium",), modules=("playwright",)
)
def scripts(trial: Trial) -> None:
    """A real browser shows every page on which such words stand: no dialog opens and no policy is violated.

    Exports of load runs hold only words of the program; still a cell that a spreadsheet would run is prefixed.
    """
    from playwright.sync_api import sync_playwright  # a development tool

    from govsim.demo import chromium
    from govsim.load.report import table

    town = site(trial, elders=2, names=[MARKS[1], MARKS[0]])
    addresses = _poisoned(trial, town)
    alarms: list[str] = []
    with sync_playwright() as playwright:
        browser = chromium.launch(playwright)
        try:
            for role, pages in addresses.items():
                alarms += _look(browser, town, role, pages)
        finally:
            browser.close()
    opened = sum(map(len, addresses.values()))
    trial.reached(f"{opened} pages in Chromium, with {len(MARKS)} kinds of injected words")
    trial.hold("no dialog and no violation of the policy", not alarms, found=alarms[:3])
    cells = table(["a"], [[each] for each in ("=cmd()", "+1", "-1", "@x", "\tx")]).splitlines()[1:]
    trial.hold("cells are prefixed", all(each.lstrip('"').startswith("'") for each in cells), found=cells)
    trial.verify(town.lab)


def _poisoned(trial: Trial, town: Site) -> dict[str, list[str]]:
    """Leave injected words wherever words may be left; return the pages on which they stand, by who sees them."""
    elder, officer = town.person(0), town.staff("handler", "sz.civil")
    numbers = []
    for words in MARKS:
        form = {"delivery_address": words}
        made = elder.post("applications", {**CARD, "form": form, "human_route": True,
                                           "materials": {"identity_card": {"upload": words}}})  # fmt: skip
        if made.status_code != 202:
            raise RuntimeError(told(made))
        numbers.append(made.json()["number"])
    trial.recovered(lambda: town.idle())
    for number, words in zip(numbers, MARKS, strict=True):
        officer.post(f"applications/{number}/ask_correction",
                     {"missing": [{"what": "photo", "zh": words, "en": words}]})  # fmt: skip
    town.staff("trainer").post("world/faults", {"source": "deaths", "mode": "slow"})
    mine = [f"/applications/{each}" for each in numbers]
    desk = [f"/inbox/{each}" for each in numbers]
    place = f"/?q={_quoted(MARKS[0])}"
    return {
        "applicant": ["/", "/applications", "/wallet", "/my-data", *mine, place],
        "handler": ["/inbox", *desk, f"/inbox?q={_quoted(MARKS[1])}"],
        "": [place, f"/verify?lang={_quoted(MARKS[2])}", f"/progress?number={_quoted(MARKS[2])}"],
    }


def _look(browser: Any, town: Site, role: str, pages: list[str]) -> list[str]:
    """Open pages as somebody and return every dialog and every violation of the content security policy."""
    alarms: list[str] = []
    context = browser.new_context(base_url=town.base)
    context.add_init_script(
        "addEventListener('securitypolicyviolation', e => console.error('CSP ' + e.violatedDirective + e.blockedURI))"
    )
    context.add_cookies([
        {"name": name, "value": value, "url": town.base} for name, value in _session(town, role).http.cookies.items()
    ])  # fmt: skip
    page = context.new_page()

    def alarm(shown: Any) -> None:
        alarms.append(f"dialog: {shown.message}")
        shown.dismiss()

    page.on("dialog", alarm)
    page.on("console", lambda said: alarms.append(said.text) if said.text.startswith("CSP ") else None)
    for address in pages:
        answer = page.goto(address)
        if answer.status not in (200, 404, 422):
            alarms.append(f"{address}: {answer.status}")
    context.close()
    return alarms
