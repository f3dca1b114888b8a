"""Every page, for everybody who may see it, in both languages: it answers, it is well formed, it keeps the CSP."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import translation

from approvals import queries as approvals
from approvals.actions.begin import begin
from approvals.models import Application, Package
from approvals.states import APPLICATION, PACKAGE
from certificates import queries as certificates
from govsim.core import access, clock
from govsim.core import world as worlds
from govsim.core.actors import ROLES as NAMES
from govsim.core.actors import Actor
from govsim.core.models import World
from govsim.core.organisations import departments
from govsim.exchange import queries as registers
from govsim.exchange.queries import PersonView
from govsim.web.command import listing as command_rows
from services import queries as catalogue
from services import vocabulary
from tests.pages.browser import Page
from tests.pages.conftest import ROLES, sit, visit
from tests.pages.test_open_company import open_company
from tests.pages.test_studio import draft_rules

pytestmark = [pytest.mark.django_db]

HAN = re.compile(r"[㐀-鿿]")
ROOT = Path(settings.ROOT)


def public(world: World, card: str) -> list[str]:
    """Return the addresses that need no sign-in."""
    return [
        reverse("home"),
        reverse("home") + "?q=津贴",
        reverse("sign-in"),
        reverse("about"),
        reverse("components"),
        reverse("items"),
        reverse("items") + "?q=没有这样的事",
        *(reverse("item", args=[each.key]) for each in catalogue.items()),
        *(reverse("theme", args=[each.key]) for each in catalogue.themes()),
        reverse("command"),
        *(reverse("command-rows", args=[each]) for each in command_rows.KINDS),
        reverse("verify"),
        reverse("progress") + "?number=1",
        reverse("present"),
        reverse("verify-certificate", args=[worlds.address(world), card]),
    ]


@pytest.fixture
def story(town: World, elder: PersonView, founder: PersonView, claim: Callable[..., Application],
          run: Callable[..., None]) -> dict[str, Any]:  # fmt: skip
    """One granted claim, one with an officer, a company in the making, and the certificates of the elder."""
    granted = claim()
    run()
    worlds.staff(town, "sz.civil", "people")
    with_officer = claim(human_route=True)
    refused = open_company(visit(sit(town, "applicant", founder)), shares="600000\n300000")
    run(3)
    package = open_company(visit(sit(town, "applicant", founder)))
    run(12)
    card = certificates.wallet(town, elder.number, at=clock.now(town))[0].identifier
    actor = Actor("applicant", elder.number)
    draft = begin(world=town, actor=actor, applicant_name=elder.name, item_key="sz.old_age_allowance")
    draft_rules(visit(sit(town, "rule_officer", department="sz.civil")))
    return {
        "granted": granted, "with_officer": with_officer, "package": package, "refused": refused, "card": card,
        "draft": draft, "consent": registers.consents_of(town, elder.number)[0].pk,
    }  # fmt: skip


def of_applicant(story: dict[str, Any]) -> list[str]:
    """Return the addresses of the elder."""
    return [
        reverse("apply", args=["sz.old_age_allowance"]),
        reverse("apply-tasks", args=[story["draft"].number]),
        reverse("apply-details", args=[story["draft"].number]),
        reverse("apply-materials", args=[story["draft"].number]),
        reverse("application-sent", args=[story["granted"].number]),
        reverse("applications"),
        reverse("application", args=[story["draft"].number]),
        reverse("application", args=[story["granted"].number]) + "?view=expert",
        reverse("application", args=[story["granted"].number]),
        reverse("application", args=[story["with_officer"].number]),
        reverse("packages"),
        reverse("package-new", args=["sz.open_company"]),
        reverse("wallet"),
        reverse("certificate", args=[story["card"]]),
        reverse("certificate-present", args=[story["card"]]),
        *(f"{reverse('my-data')}?tab={tab}" for tab in ("looks", "uses", "registers", "consents", "disputes")),
        reverse("consent", args=[story["consent"]]),
        reverse("dispute", args=["population", 0]),
    ]


def of_founder(story: dict[str, Any]) -> list[str]:
    """Return the addresses of somebody who has opened companies."""
    return [
        reverse("package", args=[story["package"].number]),
        reverse("package", args=[story["refused"].number]),
        reverse("package-sign", args=[story["package"].number]),
        reverse("packages"),
        reverse("package-new", args=["sz.open_company"]) + "?example=1",
        reverse("package-new", args=["zq.open_company"]) + "?example=1",
    ]


def of_role(role: str, story: dict[str, Any]) -> list[str]:
    """Return the addresses of an officer, a trainer or an auditor."""
    own = {
        "trainer": [
            reverse("world"),
            reverse("load"),
            reverse("incidents"),
            reverse("application", args=[story["granted"].number]),
            reverse("command"),
            reverse("command-rows", args=["open"]),
        ],
        "dispatcher": [
            reverse("command"),
            reverse("command-rows", args=["pressing"]),
            reverse("application", args=[story["with_officer"].number]),
        ],
        "auditor": [reverse("application", args=[story["granted"].number])],
        "quality_inspector": [reverse("inbox"), reverse("case", args=[story["granted"].number])],
        "rule_officer": studio(),
        "certificate_officer": [reverse("inbox"), reverse("certificate-desk"), reverse("certificate-desk") + "?q=1"],
    }
    own["trainer"] += studio()
    case = [reverse("inbox"), reverse("case", args=[story["with_officer"].number])]
    if role in ("window", "handler"):
        case = [*case, reverse("disputes")]
    return own.get(role, case)


def studio() -> list[str]:
    """Return the addresses of the rule studio: a rule set, a trial, a draft that breaks examples, its replay."""
    item = "sz.old_age_allowance"
    return [
        reverse("studio"),
        reverse("studio-rule-set", args=[item]),
        reverse("studio-rule-set", args=[item]) + "?view=expert",
        *(reverse("studio-try", args=[each.key]) for each in catalogue.items()),
        reverse("studio-draft", args=[item, 1]),
        reverse("studio-replay", args=[item, 1, 1]),
    ]


def everything(town: World, elder: PersonView, founder: PersonView, story: dict[str, Any],
               language: str) -> Iterator[tuple[str, str, Page]]:  # fmt: skip
    """Yield (role, address, page) of every page that somebody may see."""
    stranger = visit(language=language)
    for address in public(town, story["card"]):
        yield "", address, stranger.get(address)
    mine = visit(sit(town, "applicant", elder), language=language)
    for address in of_applicant(story):
        yield "applicant", address, mine.get(address)
    other = visit(sit(town, "applicant", founder), language=language)
    for address in of_founder(story):
        yield "applicant", address, other.get(address)
    for role, department in ROLES.items():
        office = visit(sit(town, role, department=department), language=language)
        yield role, reverse("home"), office.get(reverse("home"))
        for address in of_role(role, story):
            yield role, address, office.get(address)


def proper(page: Page, language: str) -> list[str]:
    """Return what is wrong with a page: what the CSP would block, what a screen reader misses, doubled ids."""
    faults = []
    html = next(page.all("html"))
    if html.attrs.get("lang") != {"zh": "zh-CN", "en": "en"}[language]:
        faults.append(f"lang={html.attrs.get('lang')}")
    for each in page.elements:
        bad = [name for name in each.attrs if name == "style" or name.startswith("on")]
        faults += [f"line {each.line}: <{each.tag} {name}>" for name in bad]
        if each.tag == "style" or (each.tag == "script" and "src" not in each.attrs):
            faults.append(f"line {each.line}: inline <{each.tag}>")
        if each.tag == "a" and not each.attrs.get("href"):
            faults.append(f"line {each.line}: a link to nowhere")
        reference = each.attrs.get("src", "") or (each.attrs.get("href", "") if each.tag == "link" else "")
        if reference.startswith(("http:", "https:", "//")):
            faults.append(f"line {each.line}: {reference} is elsewhere")
    ids = [each.attrs["id"] for each in page.elements if "id" in each.attrs]
    faults += [f"id {name} stands twice" for name in sorted({name for name in ids if ids.count(name) > 1})]
    named = {each.attrs.get("for") for each in page.all("label")}
    inside = _inside_labels(page)
    for each in page.elements:
        plain = each.tag in ("input", "select", "textarea") and each.attrs.get("type") not in ("hidden", "submit")
        if plain and not (each.attrs.get("aria-label") or each.attrs.get("id") in named or each.line in inside):
            faults.append(f"line {each.line}: <{each.tag} name={each.attrs.get('name')}> has no label")
    if len(list(page.all("h1"))) != 1:
        faults.append(f"{len(list(page.all('h1')))} h1")
    if not any(each.attrs.get("id") == "main" for each in page.all("main")):
        faults.append("no main")
    notice = {"zh": "模拟系统，非政府网站", "en": "Simulation, not a government site"}[language]
    if notice not in page.text:
        faults.append("no simulation notice")
    return faults


def _inside_labels(page: Page) -> set[int]:
    """Return the lines on which a label stands that has no `for`: it holds its field."""
    return {each.line for each in page.all("label") if "for" not in each.attrs}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_page_answers_and_is_well_formed(
    town: World, elder: PersonView, founder: PersonView, story: dict[str, Any], language: str
) -> None:
    # What a certificate was used for is written down in the words of the case's own language.
    recorded = {each.purpose for each in certificates.use_log(town, elder.number)}
    chinese = interface_words() - recorded
    faults = []
    for role, address, page in everything(town, elder, founder, story, language):
        faults += [f"{role} {address}: {each}" for each in proper(page, language)]
        if language == "en":
            left = [said for tongue, said in page.words if not tongue.startswith("zh") and said in chinese]
            faults += [f"{role} {address}: not translated: {each}" for each in sorted(set(left))]
    assert not faults, "\n".join(dict.fromkeys(faults))


def interface_words() -> set[str]:
    """Return Chinese words that an English page must not show: of the interface, and of data with English names."""
    found = set(msgids())
    pairs: list[Any] = [*NAMES.values()]
    pairs += [{"zh": each.zh, "en": each.en} for table in (APPLICATION, PACKAGE) for each in table.states.values()]
    pairs += [{"zh": each.zh, "en": each.en} for table in (APPLICATION, PACKAGE) for each in table.moves]
    pairs += [{"zh": each.name_zh, "en": each.name_en} for each in departments().values()]
    pairs += [{"zh": each.zh, "en": each.en} for each in registers.catalogue()]
    for item in catalogue.items():
        parts = (*item.body["form"], *item.body["facts"], *item.body.get("parameters", ()))
        pairs += [item.body["name"], item.body["summary"], *(each["label"] for each in parts)]
        pairs += [each["name"] for each in (*item.body["materials"], *item.body["deliverables"])]
        pairs += [each[part] for each in item.body["rules"] for part in ("sentence", "failed", "remedy", "officer")]
    for codes in (vocabulary.ROUTES, vocabulary.CHANNELS, vocabulary.REPLACE_MODES, vocabulary.DEPTHS):
        pairs += [{"zh": zh, "en": en} for zh, en in codes.values()]
    found |= {each["zh"] for each in pairs if each["zh"] != each["en"]}
    return {each for each in found if HAN.search(each)} - {"中文"}


def msgids() -> set[str]:
    """Return every text of the interface that a template or a page asks to be translated."""
    found: set[str] = set()
    for file in templates():
        text = file.read_text(encoding="utf-8")
        found |= {each.replace('\\"', '"') for each in re.findall(r'\{% translate "((?:[^"\\]|\\.)*)"', text)}
        for options, body in re.findall(r"\{% blocktranslate([^%]*)%\}(.*?)\{% endblocktranslate", text, re.DOTALL):
            words = " ".join(part.strip() for part in body.strip().splitlines()) if "trimmed" in options else body
            found |= {re.sub(r"\{\{ ?(\w+) ?\}\}", r"%(\1)s", part) for part in words.split("{% plural %}")}
    for file in ROOT.glob("*/pages/*.py"):
        found |= set(re.findall(r'gettext\(\s*"((?:[^"\\]|\\.)*)"', file.read_text(encoding="utf-8")))
    return found


def templates() -> list[Path]:
    """Return the files of every template of the house."""
    found = [*ROOT.glob("*/templates/**/*.html"), *ROOT.glob("govsim/*/templates/**/*.html")]
    assert found
    return found


def test_every_text_of_the_interface_has_its_english() -> None:
    with translation.override("en"):
        left = sorted(each for each in msgids() if HAN.search(each) and translation.gettext(each) == each)
    assert not left, "\n".join(left)


def test_templates_write_no_chinese_beside_the_catalogue() -> None:
    """Words stand in `{% translate %}`, or the English pages would show them."""
    spoken = (
        r"\{#.*?#\}|\{% (?:block)?translate.*?(?:endblocktranslate )?%\}|\{% blocktranslate.*?endblocktranslate %\}"
    )
    found = []
    for file in templates():
        if file.name == "broken.html":  # stands alone, in both languages
            continue
        text = re.sub(r"\{% comment %\}.*?\{% endcomment %\}", "", file.read_text(encoding="utf-8"), flags=re.DOTALL)
        text = re.sub(r"\{% blocktranslate.*?endblocktranslate %\}", "", text, flags=re.DOTALL)
        text = re.sub(spoken, "", text, flags=re.DOTALL)
        found += [f"{file.relative_to(ROOT)}: {each}" for each in re.findall(r"[㐀-鿿]+", text) if each != "中文"]
    assert set(found) <= {"govsim/web/templates/web/base.html: 数字政府", "govsim/web/templates/web/base.html: 仿真"}


def test_an_officer_sees_the_case_that_waits(town: World, story: dict[str, Any]) -> None:
    office = visit(sit(town, "handler", department="sz.civil"))
    case = story["with_officer"]
    case.refresh_from_db()
    actor = access.actor(sit(town, "handler", department="sz.civil"))
    assert case in list(approvals.inbox(town, actor))
    assert reverse("case", args=[case.number]) in office.get(reverse("inbox")).links


def test_the_lanes_page_shows_every_branch(town: World, founder: PersonView, story: dict[str, Any]) -> None:
    package: Package = story["package"]
    page = visit(sit(town, "applicant", founder)).get(reverse("package", args=[package.number]))
    theme = catalogue.theme(package.theme_key).body
    for branch in theme["branches"]:
        assert branch["name"]["zh"] in page.text or branch["key"] not in package.branches
    assert package.form["company_name"] in page.text
