"""Packages through the API: one form, signatures, lanes, the clock."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from approvals import queries
from approvals.models import Package
from approvals.queries import Lane, Span
from govsim.core import clock
from govsim.core.models import World
from tests.api.conftest import Api, problem
from tests.approvals.conftest import FOUNDERS, WANTS

pytestmark = [pytest.mark.django_db, pytest.mark.database]

FORM: dict[str, Any] = {
    "company_name": "深圳市模拟禾穗科技有限公司",
    "company_type": "limited_company",
    "address_code": "DZ440399000901",
    "capital_fen": 100_000_000,
    "term_years": 0,
    "scope": ["I6513", "I6531"],
    "legal_representative": FOUNDERS[0],
    "shareholders": list(FOUNDERS[:2]),
    "shares": [60_000_000, 40_000_000],
    "supervisor": FOUNDERS[2],
    "seals": ["official", "finance", "invoice", "legal_representative"],
    "invoices_wanted": 25,
    "employees": [FOUNDERS[2]],
    "bank": "sz.bank1",
    **{f"wants_{each}": True for each in WANTS},
}
START = {"theme": "sz.open_company", "form": FORM, "consent": True}


def test_a_company_is_opened_within_the_day(founder: Api, run: Callable[..., None]) -> None:
    answer = founder.post("packages", {**START, "sign_all": True})
    assert answer.status_code == 202, answer.content
    where = answer.headers["Location"]
    told = answer.json()
    assert (told["state"]["key"], told["clock"]["met"], told["company"]["credit_code"]) == ("running", None, "")
    assert [each["state"]["key"] for each in told["branches"]] == ["submitted", *["waiting"] * 6]
    tag = founder.get(where).headers["ETag"]
    assert founder.get(where, If_None_Match=tag).status_code == 304
    run()
    changed = founder.get(where, If_None_Match=tag)
    assert changed.status_code == 200
    told = changed.json()
    assert (told["state"]["key"], told["clock"]["met"], told["clock"]["light"]) == ("done", True, "green")
    assert told["company"]["credit_code"].startswith("9144")
    assert 0 < told["clock"]["used_hours"] <= told["clock"]["promised_hours"]
    assert told["clock"]["slowest_branch"] in WANTS
    assert all(each["finished_at"] and each["number"] for each in told["branches"])
    assert {each["key"] for each in told["deliverables"]} >= {"business_licence", "credit_code"}
    mine = next(each for each in told["branches"] if each["key"] == "licence")
    assert founder.get(f"applications/{mine['number']}").json()["package"] == told["number"]


def test_each_signs_in_their_own_seat_and_sees_the_others_masked(
    founder: Api, gu: Api, sit: Callable[..., Api], city: World
) -> None:
    where = founder.post("packages", START).headers["Location"]
    problem(gu.post(f"{where}/sign"), 404)
    second = sit("applicant", holder=FOUNDERS[1])
    shown = second.get(where).json()
    assert [each["person"] for each in shown["signatures"]] == [
        f"4403**********{FOUNDERS[0][-4:]}", FOUNDERS[1], f"4403**********{FOUNDERS[2][-4:]}"
    ]  # fmt: skip
    assert shown["signatures"][1]["roles"] == ["shareholders"]
    assert second.post(f"{where}/sign").json()["state"]["key"] == "signing"
    third = sit("applicant", holder=FOUNDERS[2])
    assert third.post(f"{where}/sign").json()["state"]["key"] == "running"
    problem(third.post(f"{where}/sign"), 422, "refused")
    problem(third.post(f"{where}/withdraw"), 403, "not_allowed")
    assert founder.post(f"{where}/withdraw").json()["state"]["key"] == "withdrawn"


def test_faults_of_the_form_are_told_at_once(founder: Api) -> None:
    answer = founder.post("packages", {**START, "form": {**FORM, "company_name": "", "seals": 1}})
    told = problem(answer, 422, "bad_input")
    assert {each["field"] for each in told["errors"]} >= {"company_name", "seals"}
    problem(founder.post("packages", {**START, "theme": "none"}), 404)
    problem(founder.post("packages", {**START, "theme": "sz.open_company", "branches": []}), 422)


def test_the_clock_stops_while_a_branch_waits_for_the_applicant() -> None:
    def at(hour: int) -> datetime:
        return datetime(2021, 12, 1, hour, 0, tzinfo=clock.ZONE)

    def lane(branch: str, until: int | None, *spans: Span) -> Lane:
        return Lane(branch, [], list(spans), at(9), at(until) if until else None, "granted" if until else "accepted")

    theme = {
        "promised_working_hours": 2,
        "branches": [{"key": each, "counts_in_clock": each != "bank"} for each in ("licence", "tax", "bank")],
    }
    package = Package(submitted_at=at(9), branches=["licence", "tax", "bank"])
    waits = Span("waiting_applicant", at(10), at(11))
    done = queries.package_clock(
        package, theme, [lane("licence", 10, waits), lane("tax", 12, waits), lane("bank", None)], at(18)
    )
    assert (done.limit.used, done.met, done.slowest_branch) == (timedelta(hours=2), True, "tax")
    running = queries.package_clock(package, theme, [lane("licence", 10), lane("tax", None)], at(10))
    assert (running.met, running.limit.ends_at) == (None, at(11))
    late = queries.package_clock(package, theme, [lane("licence", 10), lane("tax", None)], at(12))
    assert (late.met, late.limit.light) == (False, "red")
    unsigned = queries.package_clock(Package(branches=[]), theme, [], at(12))
    assert (unsigned.started_at, unsigned.met) == (None, None)
