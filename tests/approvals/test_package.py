"""开办企业一窗通: one form, everybody signs, licence first, then six branches side by side."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from approvals import queries
from approvals.actions import package as packages
from approvals.models import Application, Package
from govsim.core import clock, trainer
from govsim.core.errors import BadInput, Conflict, NotFound, Refused
from govsim.core.models import Department, World
from govsim.exchange import queries as registers
from govsim.exchange.actions import load_cast
from tests.approvals.conftest import FOUNDERS, GU, WANTS, applicant

pytestmark = [pytest.mark.django_db, pytest.mark.database]
Start = Callable[..., Package]
Run = Callable[..., None]


def branches(package: Package) -> dict[str, Application]:
    return {row.branch: row for row in package.applications.select_related("decision").order_by("pk")}


def test_everything_is_done_within_the_day(open_company: Start, run: Run, city: World) -> None:
    package = open_company()
    run()
    package.refresh_from_db()
    found = branches(package)
    assert package.state == "done"
    assert list(found) == ["licence", *WANTS]
    assert {row.state for row in found.values()} == {"granted"}
    licence = found["licence"].decision
    assert licence.decided_at - package.submitted_at < timedelta(minutes=2)
    assert all(found[each].submitted_at == licence.decided_at for each in WANTS)  # one event to all at one moment
    code = licence.result["credit_code"]
    assert registers.firm(city, code).name == "深圳市模拟禾穗科技有限公司"
    assert {found[each].subject for each in WANTS} == {code}
    assert package.finished_at.astimezone(clock.ZONE).date() == package.submitted_at.astimezone(clock.ZONE).date()


def test_lanes_tell_queueing_from_working(open_company: Start, run: Run, city: World) -> None:
    Department.objects.filter(world=city, key="sz.tax").update(desks=1)
    first = open_company()
    second = open_company(form={"company_name": "深圳市模拟青榕科技有限公司"})
    run()
    now = clock.now(city)
    lanes = {lane.branch: lane for each in (second,) for lane in queries.lanes(each, ["licence", *WANTS], now)}
    kinds = [span.kind for span in lanes["tax"].spans]
    assert kinds == ["queue", "work"]
    assert lanes["tax"].spans[0].end == lanes["tax"].spans[1].start
    assert first.state == "running"  # the object in memory is old, the row is not
    first.refresh_from_db()
    assert first.state == "done"


def test_only_the_chosen_branches_are_opened(open_company: Start, run: Run) -> None:
    package = open_company(form={"wants_bank": False, "wants_seals": False})
    run()
    package.refresh_from_db()
    assert (package.state, sorted(branches(package))) == (
        "done",
        ["housing_fund", "licence", "medical_insurance", "social_insurance", "tax"],
    )


def test_nothing_is_submitted_before_everybody_has_signed(open_company: Start, run: Run, city: World) -> None:
    package = open_company(sign_all=False)
    run()
    assert (package.state, package.applications.count()) == ("signing", 0)
    with pytest.raises(NotFound):
        packages.sign(world=city, actor=applicant(GU), number=package.number)
    for founder in FOUNDERS[1:]:
        packages.sign(world=city, actor=applicant(founder), number=package.number)
    with pytest.raises(Refused):
        packages.sign(world=city, actor=applicant(FOUNDERS[1]), number=package.number)
    run()
    package.refresh_from_db()
    assert package.state == "done"
    assert {each.signed_by for each in package.signatures.all()} == {f"applicant:{each}" for each in FOUNDERS}


def test_a_signer_whom_the_identity_library_does_not_know_is_named(open_company: Start) -> None:
    with pytest.raises(BadInput) as caught:
        open_company(form={"supervisor": "441299197202290366"})
    assert "supervisor" in caught.value.fields


@pytest.mark.parametrize(
    "name", ["深圳市ABC科技有限公司", "深圳市广东科技有限公司", "深圳市模拟禾田科技", "中国模拟禾田科技有限公司"]
)
def test_a_refused_name_is_told_before_anything_is_stored(open_company: Start, name: str) -> None:
    with pytest.raises(BadInput) as caught:
        open_company(form={"company_name": name})
    assert "company_name" in caught.value.fields
    assert not Package.objects.exists()


def test_a_name_is_kept_for_its_founder_alone(open_company: Start, city: World) -> None:
    open_company(sign_all=False)
    with pytest.raises((BadInput, Conflict)):
        packages.start(
            world=city, actor=applicant(GU), applicant_name="顾样甲", theme_key="sz.open_company",
            form={**Package.objects.get().form, "legal_representative": GU}, sign_all=True,
        )  # fmt: skip


def test_a_bank_that_declines_is_replaced_by_another(open_company: Start, run: Run, city: World) -> None:
    city.settings = {"declining": ["sz.bank1"]}
    city.save(update_fields=["settings"])
    package = open_company()
    run()
    package.refresh_from_db()
    banks = [(row.department, row.state) for row in package.applications.filter(branch="bank").order_by("pk")]
    assert package.state == "done"
    assert banks == [("sz.bank1", "refused"), ("sz.bank2", "granted")]


def test_when_every_bank_declines_the_rest_stays_granted(open_company: Start, run: Run, city: World) -> None:
    city.settings = {"declining": ["sz.bank1", "sz.bank2", "sz.bank3"]}
    city.save(update_fields=["settings"])
    package = open_company()
    run()
    package.refresh_from_db()
    assert package.state == "partly_done"
    assert branches(package)["tax"].state == "granted"


def test_a_person_with_tax_risk_sends_one_branch_to_a_person_and_holds_up_no_other(
    open_company: Start, run: Run, city: World
) -> None:
    load_cast(world=city, data={"records": {"abnormal_taxpayers": [{"key": FOUNDERS[0], "since": "2021-01-01"}]}})
    city.settings = {"cleared": 1.0}
    city.save(update_fields=["settings"])
    package = open_company()
    run()
    package.refresh_from_db()
    tax = branches(package)["tax"]
    assert package.state == "done"
    assert tax.decision.automatic is False
    assert tax.decision.decided_at > branches(package)["social_insurance"].decision.decided_at


@pytest.mark.parametrize("mode", ["slow", "down", "garbage", "lost"])
def test_a_department_in_trouble_delays_its_own_lane_only(
    open_company: Start, run: Run, city: World, mode: str
) -> None:
    lasts = {"down": timedelta(hours=2), "garbage": timedelta(minutes=40)}
    until = clock.now(city) + lasts[mode] if mode in lasts else None
    trainer.set_fault(world=city, department="sz.hsa", mode=mode, until=until)
    package = open_company()
    run()
    package.refresh_from_db()
    found = branches(package)
    assert package.state == "done"
    hurt = found["medical_insurance"].decision.decided_at
    assert hurt > found["social_insurance"].decision.decided_at + timedelta(minutes=8)
    stay = found["medical_insurance"].stays.get()
    assert stay.answer["done"] is True
    if mode in ("garbage", "lost"):
        assert stay.asked > 1
        assert stay.waits


def test_a_refused_licence_closes_the_package_and_gives_the_name_back(
    open_company: Start, run: Run, city: World
) -> None:
    listed = {"key": FOUNDERS[1], "case_number": "SIM1", "listed_on": "2021-01-01"}
    load_cast(world=city, data={"records": {"dishonest_persons": [listed]}})
    package = open_company()
    run()
    package.refresh_from_db()
    assert package.state == "refused"
    assert list(branches(package)) == ["licence"]
    assert "深圳市模拟禾穗科技有限公司" not in registers.taken_names(city, "shenzhen", clock.now(city))


def test_withdrawing_keeps_what_was_granted(open_company: Start, city: World, run: Run) -> None:
    package = open_company()
    run(steps=2)
    package.refresh_from_db()
    packages.withdraw_package(world=city, actor=applicant(FOUNDERS[0]), number=package.number)
    run()
    package.refresh_from_db()
    assert package.state == "withdrawn"
    states = {key: row.state for key, row in branches(package).items()}
    assert states["licence"] == "granted"
    assert "withdrawn" in states.values()
    assert set(states.values()) <= {"granted", "withdrawn"}


def test_a_closure_without_an_end_is_over_when_it_is_cleared(open_company: Start, run: Run, city: World) -> None:
    trainer.set_fault(world=city, department="sz.hsa", mode="down")
    package = open_company()
    run(steps=12)
    package.refresh_from_db()
    assert package.state == "running"
    assert branches(package)["medical_insurance"].state == "accepted"
    cleared = clock.now(city)
    trainer.clear_fault(world=city, department="sz.hsa")
    run()
    package.refresh_from_db()
    assert package.state == "done"
    assert package.finished_at - cleared < timedelta(hours=6)
