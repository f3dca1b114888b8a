"""What happened to a package, in sentences: one for what is done at one moment, none for what tells nobody anything."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from approvals.pages import story
from govsim.core import clock


@dataclass
class Entry:
    """An entry of the journal as the story reads it."""

    event: str
    at: datetime
    data: dict[str, Any] = field(default_factory=dict)


def at(hour: int, minute: int = 0) -> datetime:
    return datetime(2021, 12, 1, hour, minute, tzinfo=clock.ZONE)


def words(name: str) -> dict[str, str]:
    return {"zh": name, "en": name}


def of(number: str, branch: str, **more: Any) -> dict[str, Any]:
    return {"number": number, "branch": branch, **more}


BRANCHES = {key: {"name": words(key), "department": words(f"{key}-office")} for key in ("licence", "tax", "bank")}
OFFICES = {"1": words("AMR"), "2": words("TAX"), "3": words("BANK1"), "4": words("BANK2")}


def tell(*entries: Entry) -> list[tuple[str, str]]:
    """Return the English sentences and their tones, from first to last."""
    told = story.lines(entries, BRANCHES, OFFICES, {"licence": [words("paper")]})
    return [(each.words["en"], each.tone) for each in reversed(told)]


def test_branches_that_begin_at_one_moment_are_one_sentence() -> None:
    told = tell(
        Entry("PackageSubmitted", at(9)),
        Entry("ApplicationSubmitted", at(9), of("1", "licence")),
        Entry("ApplicationAccepted", at(9), of("1", "licence")),
        Entry("ApplicationGranted", at(9, 1), of("1", "licence")),
        Entry("ApplicationSubmitted", at(9, 1), of("2", "tax")),
        Entry("ApplicationSubmitted", at(9, 1), of("3", "bank")),
    )
    assert told == [
        ("Signed by all and submitted; the clock starts", "work"),
        ("Handed to AMR", "work"),
        ("AMR is done in 1 min: paper", "done"),
        ("Handed to 2 offices at one moment: TAX, BANK1", "work"),
    ]


def test_another_bank_is_asked_instead() -> None:
    told = tell(
        Entry("ApplicationSubmitted", at(9), of("3", "bank")),
        Entry("ApplicationRefused", at(10), of("3", "bank", reasons=[words("no room")])),
        Entry("ApplicationSubmitted", at(10), of("4", "bank")),
    )
    assert told[1:] == [("BANK1 did not grant bank: no room", "bad"), ("BANK2 is asked instead", "work")]


def test_what_is_asked_and_answered_is_told() -> None:
    told = tell(
        Entry("ApplicationSubmitted", at(9), of("2", "tax")),
        Entry("CorrectionAsked", at(10), of("2", "tax", missing=[{"what": "x", **words("one number")}])),
        Entry("ApplicationCorrected", at(11), of("2", "tax")),
        Entry("PackageFinished", at(12), {"state": "partly_done"}),
    )
    assert told[1:] == [
        ("TAX asks for: one number. The clock stops, the others go on", "wait"),
        ("Answered; TAX goes on, the clock runs", "work"),
        ("It has ended; some of it was not granted", "wait"),
    ]


def test_reasons_are_those_that_have_words() -> None:
    assert story.reasons({"reasons": ["C1", words("too late")]}) == [words("too late")]
    assert story.reasons({"reason": words("by request")}) == [words("by request")]
    assert story.reasons({}) == []
