"""Rubbish in every place where a page reads something: refused or ignored, never a fault of ours."""

from collections.abc import Callable
from itertools import product

import pytest
from django.test import Client
from django.urls import reverse

from approvals.actions.begin import begin
from approvals.models import Application
from certificates import queries as certificates
from govsim.core import clock
from govsim.core import world as worlds
from govsim.core.actors import Actor
from govsim.core.models import World
from govsim.exchange.queries import PersonView
from tests.pages.conftest import sit, visit

pytestmark = [pytest.mark.django_db, pytest.mark.database]

RUBBISH = (
    "",
    "\0",
    "a\0b",
    "-1",
    "9" * 400,
    "1e999",
    "nan",
    "²",
    "'; DROP TABLE x; --",
    "../../etc/passwd",
    "<b>x",
    "文" * 5000,
)

# Where somebody of a role may ask: the name of a page, its arguments, and the parameters that it reads.
QUESTIONS: tuple[tuple[str, str, tuple[str, ...], tuple[str, ...]], ...] = (
    ("", "home", (), ("q", "lang", "theme", "tour")),
    ("", "items", (), ("q", "city", "theme", "audience")),
    ("", "progress", (), ("number", "code")),
    ("", "verify", (), ("token", "text", "world")),
    ("", "command-rows", ("submitted",), ("department", "item", "day", "district", "hour", "after", "before")),
    ("applicant", "applications", (), ("state", "before")),
    ("applicant", "packages", (), ("state", "before")),
    ("applicant", "my-data", (), ("tab", "department", "before")),
    ("applicant", "package-new", ("sz.open_company",), ("example",)),
    ("applicant", "package-name", ("sz.open_company",), ("company_name",)),
    ("handler", "inbox", (), ("q", "state", "item", "light", "after")),
    ("handler", "disputes", (), ("before", "after")),
    ("certificate_officer", "certificate-desk", (), ("q",)),
    ("rule_officer", "studio-try", ("sz.old_age_allowance",), ("person", "draft", "as_of")),
    ("rule_officer", "studio-rule-set", ("sz.old_age_allowance",), ("view", "version")),
    ("trainer", "load-compare", (), ("run",)),
)
# Where somebody may send something: the fields that the door reads.
DOORS: tuple[tuple[str, str, tuple[str, ...], tuple[str, ...]], ...] = (
    ("", "personas", (), ("persona", "role", "holder", "department", "next")),
    ("", "verify", (), ("token", "text", "world")),
    ("trainer", "incidents", (), ("do", "number", "entry")),
    ("trainer", "load", (), ("rate", "seconds", "shape", "seed", "people")),
    ("trainer", "world", (), ("do", "until", "mode", "pace", "source", "department", "bank", "role", "holder")),
    ("handler", "inbox-next", (), ("x",)),
    ("rule_officer", "studio-draft-start", ("sz.old_age_allowance",), ("back",)),
    ("applicant", "package-new", ("sz.open_company",), ("company_name", "address_code", "capital_fen", "shareholders")),
)
LENIENT = {"raise_request_exception": False}
WORDS = ("retry", "hand_over", "tell", "until", "run", "source", "office", "declining", "link", "staff", "certificate")


@pytest.fixture
def seats(town: World, elder: PersonView) -> dict[str, Client]:
    offices = {"handler": "sz.civil", "certificate_officer": "sz.amr", "rule_officer": "sz.civil", "trainer": ""}
    found = {
        role: visit(sit(town, role, department=department), **LENIENT).client for role, department in offices.items()
    }
    return found | {"": visit(**LENIENT).client, "applicant": visit(sit(town, "applicant", elder), **LENIENT).client}


def test_rubbish_in_an_address_is_no_fault_of_ours(seats: dict[str, Client]) -> None:
    bad = []
    for role, name, arguments, names in QUESTIONS:
        for parameter, value in product(names, RUBBISH):
            answer = seats[role].get(reverse(name, args=arguments), {parameter: value})
            if answer.status_code >= 500:
                bad.append(f"{name}?{parameter}={value[:20]!r}: {answer.status_code}")
    assert not bad, "\n".join(bad)


def test_rubbish_in_a_form_is_no_fault_of_ours(seats: dict[str, Client]) -> None:
    bad = []
    for role, name, arguments, fields in DOORS:
        for value in RUBBISH:
            sent = [dict.fromkeys(fields, value)]
            if "do" in fields:
                sent += [dict.fromkeys(fields, value) | {"do": word} for word in WORDS]
            for each in sent:
                answer = seats[role].post(reverse(name, args=arguments), each)
                if answer.status_code >= 500:
                    bad.append(f"{name} {each.get('do', '')} {value[:20]!r}: {answer.status_code}")
    assert not bad, "\n".join(bad)


def test_rubbish_in_the_moves_of_a_case_is_no_fault_of_ours(
    town: World,
    elder: PersonView,
    seats: dict[str, Client],
    claim: Callable[..., Application],
    run: Callable[..., None],
) -> None:
    worlds.staff(town, "sz.civil", "people")
    case = claim(human_route=True)
    run(1)
    draft = begin(
        world=town, actor=Actor("applicant", elder.number), applicant_name=elder.name, item_key="sz.senior_citizen_card"
    )
    card = certificates.wallet(town, elder.number, at=clock.now(town))[0].identifier
    doors = [
        ("applicant", reverse("apply-details", args=[draft.number]), ("delivery_address", "correct-name", "go")),
        ("applicant", reverse("apply-materials", args=[draft.number]), ("photo", "photo-way", "identity_card-way")),
        ("applicant", reverse("apply-check", args=[draft.number]), ("declared", "human_route", "version")),
        ("applicant", reverse("application-do", args=[case.number, "rate"]), ("code", "words")),
        ("applicant", reverse("application-do", args=[case.number, "correct"]), ("mobile", "consent")),
        ("applicant", reverse("certificate-present", args=[card]), ("fields", "purpose", "user")),
        ("handler", reverse("case-do", args=[case.number, "ask_correction"]), ("what", "zh", "en", "version")),
        ("handler", reverse("case-do", args=[case.number, "decline"]), ("reason_zh", "reason_en", "version")),
        ("handler", reverse("case-do", args=[case.number, "accept"]), ("version",)),
    ]  # fmt: skip
    bad = []
    for (role, address, fields), value in product(doors, RUBBISH):
        answer = seats[role].post(address, dict.fromkeys(fields, value))
        if answer.status_code >= 500:
            bad.append(f"{address} {value[:20]!r}: {answer.status_code}")
    for value in ("\0", "²", "9" * 400, "x", "demo-²", "demo-" + "9" * 5000):
        for pattern in (
            "/applications/%s",
            "/packages/%s",
            "/wallet/%s",
            "/inbox/%s",
            "/present/%s",
            "/load/%s",
            "/w/%s/verify/x",
            "/w/%s/shown/x",
        ):
            for role in ("applicant", "handler", "trainer"):
                answer = seats[role].get(pattern % value.replace("\0", "%00"))
                if answer.status_code >= 500:
                    bad.append(f"{role} {pattern} {value[:20]!r}: {answer.status_code}")
    assert not bad, "\n".join(bad)


def test_a_number_that_no_table_holds_is_not_found(seats: dict[str, Client]) -> None:
    huge = "9" * 30
    bad = []
    for role, address in (
        ("applicant", f"/my-data/registers/identity/{huge}/dispute"),
        ("applicant", f"/my-data/consents/{huge}"),
        ("applicant", f"/my-data/consents/{huge}/withdraw"),
        ("handler", f"/disputes/{huge}"),
        ("rule_officer", f"/studio/sz.old_age_allowance/drafts/{huge}"),
        ("rule_officer", f"/studio/sz.old_age_allowance/drafts/{huge}/publish"),
        ("rule_officer", f"/studio/sz.old_age_allowance/drafts/{huge}/replays/{huge}"),
        ("trainer", f"/present/one_window_within_a_day/picture/{huge}"),
        ("", f"/w/test-{huge}/status-lists/{huge}"),
    ):
        for ask in (seats[role].get, seats[role].post):
            answer = ask(address)
            if answer.status_code not in (302, 403, 404, 405):
                bad.append(f"{address}: {answer.status_code}")
    assert not bad, "\n".join(bad)
