"""The drawing of a package: an axis that is cut outside working hours, waits that stop the clock, the deadline."""

from datetime import datetime, timedelta
from typing import Any

from approvals.pages import lanes, spells
from govsim.core import clock


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """Return a moment of December 2021; the 1st is a Wednesday."""
    return datetime(2021, 12, day, hour, minute, tzinfo=clock.ZONE)


THEME: dict[str, Any] = {
    "promised_working_hours": 8,
    "branches": [
        {"key": "licence", "after": [], "counts_in_clock": True},
        {"key": "tax", "after": ["licence"], "counts_in_clock": True},
        {"key": "bank", "after": ["licence"], "counts_in_clock": False},
    ],
}


def branch(key: str, state: str, arrived: datetime | None, finished: datetime | None, *spans: Any) -> dict[str, Any]:
    """Return a branch as it is told."""
    return {
        "key": key,
        "name": {"zh": key, "en": key},
        "department": {"key": key, "zh": key, "en": key},
        "state": {"key": state, "zh": state, "en": state},
        "number": None,
        "arrived_at": arrived,
        "finished_at": finished,
        "expected_at": None,
        "tried": [],
        "spans": [{"kind": kind, "start": start, "end": end} for kind, start, end in spans],
    }


def told(*branches: dict[str, Any], slowest: str | None = None, finished: datetime | None = None) -> dict[str, Any]:
    """Return a package as it is told."""
    return {
        "submitted_at": at(1, 8, 30),
        "created_at": at(1, 8, 30),
        "finished_at": finished,
        "applicant": {"name": "样甲"},
        "clock": {"slowest_branch": slowest},
        "branches": list(branches),
    }


def test_nothing_is_drawn_before_submission() -> None:
    assert lanes.drawn({**told(), "submitted_at": None}, THEME, at(1, 9)) is None


def test_the_axis_runs_only_in_working_time() -> None:
    scale = spells.Scale(at(1, 8, 30), at(2, 8, 45))
    hour = scale.at(at(1, 10)) - scale.at(at(1, 9))
    noon = scale.at(at(1, 13, 30)) - scale.at(at(1, 12))
    night = scale.at(at(2, 8, 30)) - scale.at(at(1, 18))
    assert abs(noon - hour / 2) < 0.01
    assert abs(night - hour / 2) < 0.01
    assert [each.label and each.label["en"] for each in scale.bands()] == ["noon", "night"]
    assert scale.at(at(1, 8)) == 0
    assert scale.at(at(3, 8)) == 100
    assert scale.working(at(1, 11), at(1, 14)) == [(at(1, 11), at(1, 12)), (at(1, 13, 30), at(1, 14))]


def test_a_day_off_is_one_band() -> None:
    scale = spells.Scale(at(3, 17), at(6, 9))  # from Friday to Monday
    [band] = scale.bands()
    assert band.label == {"zh": "休息日", "en": "days off"}
    assert [text for _, text, _ in scale.hours()] == ["17:00"]
    assert len(scale.days()) == 2


def test_the_clock_stops_while_it_waits_for_the_applicant() -> None:
    waits = ("waiting_applicant", at(1, 10), at(1, 11))
    package = told(
        branch("licence", "granted", at(1, 8, 30), at(1, 8, 31)),
        branch("tax", "accepted", at(1, 8, 31), None, ("work", at(1, 9), at(1, 10)), waits),
        slowest="tax",
    )
    picture = lanes.drawn(package, THEME, at(1, 11, 30))
    assert picture is not None
    assert picture.time.stopped == timedelta(hours=1)
    assert picture.time.used == timedelta(hours=2)
    assert picture.deadline_at == at(2, 9, 30)
    assert (picture.arrived, picture.wanted, picture.waiting) == (1, 2, False)
    tax = picture.rows[2]
    assert [each.paint for each in tax.bars] == ["b-work", "b-wait"]
    assert [(each.kind, each.x) for each in tax.marks] == [("back", tax.bars[1].x)]
    assert tax.troubled
    assert [each.paint for each in picture.limit.bars] == ["b-count", "b-wait", "b-count", "b-left"]


def test_the_slowest_branch_is_on_the_critical_path() -> None:
    done = branch("licence", "granted", at(1, 8, 30), at(1, 8, 31))
    package = told(done, branch("tax", "granted", at(1, 8, 31), at(1, 14)), slowest="tax", finished=at(1, 14))
    picture = lanes.drawn(package, THEME, at(1, 15))
    assert picture is not None
    assert [bool(row.under) for row in picture.rows] == [False, True, True]
    assert picture.fork is not None
    assert picture.fork.top < picture.fork.critical <= picture.fork.bottom
    assert picture.now is None
    assert picture.path is not None
    assert (picture.path.keys, picture.path.ends_at, picture.path.certain) == (("licence", "tax"), at(1, 14), True)
    assert [each.kind for each in picture.gather.marks] == ["done"]
    assert not picture.overdue


def test_a_branch_that_does_not_count_cannot_be_late() -> None:
    package = told(
        branch("licence", "granted", at(1, 8, 30), at(1, 8, 31)), branch("bank", "accepted", at(1, 8, 31), None)
    )
    picture = lanes.drawn(package, THEME, at(3, 9))
    assert picture is not None
    assert not picture.overdue
    assert picture.rows[2].aside
    waiting = lanes.drawn(told(branch("licence", "received", at(1, 8, 30), None)), THEME, at(3, 9))
    assert waiting is not None
    assert waiting.overdue
    assert waiting.limit.bars[-1].paint == "b-over"


def test_what_has_not_begun_says_what_it_waits_for() -> None:
    package = told(branch("licence", "submitted", at(1, 8, 30), None), branch("tax", "waiting", None, None))
    picture = lanes.drawn(package, THEME, at(1, 8, 31))
    assert picture is not None
    assert picture.rows[2].detail == {"zh": "等licence", "en": "after licence"}
    assert picture.fork is None


def test_lengths_are_said_in_words() -> None:
    assert spells.length(timedelta(seconds=34)) == {"zh": "34 秒", "en": "34 s"}
    assert spells.length(timedelta(minutes=12)) == {"zh": "12 分", "en": "12 min"}
    assert spells.length(timedelta(hours=2, minutes=5)) == {"zh": "2 时 05 分", "en": "2 h 05 min"}
    assert spells.length(timedelta(seconds=-5)) == {"zh": "0 秒", "en": "0 s"}
    assert spells.worked(at(1, 20), at(1, 20, 1)) == timedelta(minutes=1)
    assert spells.joined([(at(1, 9), at(1, 10)), (at(1, 9, 30), at(1, 11))]) == [(at(1, 9), at(1, 11))]


def test_what_a_desk_is_expected_to_bring_is_drawn_as_a_plan() -> None:
    tax = branch("tax", "accepted", at(1, 8, 31), None, ("work", at(1, 8, 31), at(1, 11, 30)))
    tax["expected_at"] = at(1, 14)
    done = branch("licence", "granted", at(1, 8, 30), at(1, 8, 31))
    picture = lanes.drawn(told(done, tax), THEME, at(1, 11, 30))
    assert picture is not None
    lane = picture.rows[2]
    assert [each.paint for each in lane.bars] == ["b-work", "b-plan", "b-plan"]  # the noon break is cut out
    assert [(line.plan, line.x < line.end) for line in lane.under] == [(False, True), (True, True)]
    assert lane.detail == {"zh": "预计 14:00 出件", "en": "expected 14:00"}
    assert [each.kind for each in lane.marks] == ["plan"]
    assert [each.kind for each in picture.gather.marks] == ["plan"]
    assert picture.gather.detail == {"zh": "预计 14:00 到齐", "en": "all at 14:00"}


def test_the_picture_says_what_would_have_been_without_the_return() -> None:
    tax = branch(
        "tax", "granted", at(1, 8, 31), at(1, 16),
        ("work", at(1, 8, 31), at(1, 9)), ("waiting_applicant", at(1, 9), at(1, 15)), ("work", at(1, 15), at(1, 16)),
    )  # fmt: skip
    done = branch("licence", "granted", at(1, 8, 30), at(1, 8, 31))
    picture = lanes.drawn(told(done, tax, finished=at(1, 16)), THEME, at(1, 17))
    assert picture is not None
    [without, there] = picture.gather.marks
    assert (without.kind, without.label) == ("else", {"zh": "无退回时 9:00", "en": "nothing sent back: 9:00"})
    assert there.kind == "done"
    assert without.x < there.x < picture.deadline
    assert [each.kind for each in picture.rows[0].marks] == ["me"]  # the answer


def test_a_bank_that_declined_stays_in_the_lane_of_the_one_that_took_it() -> None:
    bank = branch("bank", "granted", at(1, 8, 31), at(1, 9, 30))
    label = {"zh": "甲银行未接受", "en": "Bank A declined"}
    bank["tried"] = [{"at": at(1, 8, 50), "label": label}]
    done = branch("licence", "granted", at(1, 8, 30), at(1, 8, 31))
    picture = lanes.drawn(told(done, bank), THEME, at(1, 10))
    assert picture is not None
    assert [(each.kind, each.label) for each in picture.rows[2].marks] == [("declined", label), ("done", None)]
    assert not picture.rows[2].troubled


def test_after_a_refused_licence_nothing_is_gathered_and_nothing_else_begins() -> None:
    refused = branch("licence", "refused", at(1, 8, 30), at(1, 8, 31))
    package = told(refused, branch("tax", "waiting", None, None), finished=at(1, 8, 31))
    picture = lanes.drawn(package, THEME, at(1, 9))
    assert picture is not None
    assert picture.rows[1].troubled
    assert (picture.rows[2].state["zh"], picture.rows[2].bars, picture.rows[2].marks) == ("不再办理", [], [])
    assert (picture.gather.marks, picture.gather.bars, picture.gather.tone) == ([], [], "bad")
    assert picture.fork is None


def test_no_day_is_written_under_the_label_of_now() -> None:
    package = told(branch("licence", "submitted", at(1, 8, 30), None))
    early, later = (lanes.drawn(package, THEME, at(1, hour, 40)) for hour in (8, 14))
    assert early is not None
    assert later is not None
    assert [each.day for _, each in early.days] == [2]
    assert [each.day for _, each in later.days] == [1, 2]


def test_a_form_that_lay_for_days_begins_off_the_axis() -> None:
    package = told(branch("licence", "submitted", at(1, 8, 30), None), finished=at(1, 8, 31))
    package["created_at"] = datetime(2021, 11, 22, 9, tzinfo=clock.ZONE)
    picture = lanes.drawn(package, THEME, at(1, 8, 31))
    assert picture is not None
    assert picture.days[0][1] == at(1, 8, 30)
    assert picture.rows[0].bars[0].x == 0
