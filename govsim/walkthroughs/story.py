"""A walk-through as its pack tells it: who is in the story, how its world is set up, what happens step by step."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from govsim.core import clock

CUTS: Final = (3, 10, 30)  # minutes: a step is shown in the cut that it names and in all longer ones
VERBS: Final = ("get", "post", "put")
PUBLIC: Final = "public"  # anybody, without signing in
WORLD_DEEDS: Final = ("settle", "clock", "load")


@dataclass(frozen=True)
class Words:
    """The same in Chinese and English."""

    zh: str
    en: str


MECHANISMS: Final = {
    "one_window": Words("一窗通", "One-Window Start-up"),
    "instant_approval": Words("秒批", "Instant approval"),
    "instant_filing": Words("秒报", "Instant filing"),
    "certificate_free": Words("免证办", "Certificate-free services"),
}


@dataclass(frozen=True)
class Role:
    """Somebody in the story: an applicant with their number or code, or an officer of a department."""

    key: str
    role: str
    name: Words
    holder: str = ""
    department: str = ""


@dataclass(frozen=True)
class Step:
    """One step: what is told, who does what, what must come of it, and which values later steps need.

    `role` is a key of `roles`, or `public` for somebody who has not signed in.
    `verb` is get, post or put with an API path in `target`, or a deed of the world: settle, clock, load. With
    `within_hours` a get is repeated, and the world's clock goes on from due moment to due moment, until `expect`
    holds or so many hours of world time have passed.
    `cut` is the shortest show, in minutes, that stops at the step; shorter ones pass it by. `notes` are for whoever
    presents it, not for those who watch.
    """

    title: Words
    say: Words
    verb: str
    target: Any
    line: int
    role: str = ""
    body: Any = None
    status: int | None = None
    save: Mapping[str, str] = field(default_factory=dict)
    expect: Mapping[str, Any] = field(default_factory=dict)
    within_hours: float = 0.0
    cut: int = 10
    notes: Words | None = None

    @property
    def trouble(self) -> str:
        """`made` when the step causes a fault on purpose, `undone` when it ends one, else nothing."""
        if self.verb != "post" or not isinstance(self.target, str):
            return ""
        body = self.body if isinstance(self.body, Mapping) else {}
        taken = re.fullmatch(r"/certificates/[^/]+/(revoke|suspend|resume)", self.target)
        if self.target == "/world/faults" or body.get("declining") or (taken and taken[1] != "resume"):
            return "made"
        return "undone" if self.target == "/world/faults/clear" or taken or "declining" in body else ""


@dataclass(frozen=True)
class Pack:
    """One walk-through. `row` is the line of domain.md §A that it shows; `cast` has the format of `registers load`."""

    name: str
    path: Path
    city: str
    row: str
    mechanism: str
    title: Words
    aim: Words
    minutes: int
    roles: Mapping[str, Role]
    steps: Sequence[Step]
    cast: Any = None  # as read, so that its faults can be told with their lines
    persons: int = 120
    enterprises: int = 20
    starts_at: datetime = clock.DAWN
    settings: Mapping[str, Any] = field(default_factory=dict)
    staffed_by: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Any] = field(default_factory=dict)
