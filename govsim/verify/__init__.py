"""Check the books: the invariants I1 to I6 of the design (decisions 18) over everything that is stored.

Nothing is trusted: journal, audit chain, decisions, certificates and passports are read again, and what can be
computed again is. Rows are read in chunks, so that a database of a load test can be checked as well.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from govsim.core.models import World
from govsim.core.world import GOING, living, retired
from govsim.verify import cases, evidence
from govsim.verify.cases import Finding

OLDEST: Final = timedelta(minutes=10)  # wall time that a due row may wait for a worker (T of I1)

INVARIANTS: Final = {
    "I1": cases.acknowledged,
    "I2": cases.decided_once,
    "I3": cases.history_whole,
    "I4": evidence.audited,
    "I5": evidence.certificates_have_origin,
    "I6": evidence.passports_repeat,
}
MEANING: Final = {
    "I1": ("已告知的编号都在，到期事项都有人办", "every acknowledged number exists, nothing due lies about"),
    "I2": ("每件办结恰有一个决定", "each decided case has exactly one decision"),
    "I3": ("流水连续，办结后不再变", "histories are gapless and end with the outcome"),
    "I4": ("审计链完整，内容未被改动", "the audit chain is whole and nothing was altered"),
    "I5": ("每份证照来源唯一", "every certificate has exactly one origin"),
    "I6": ("每份决定说明书可以重算", "every passport gives its outcome again"),
}


@dataclass
class Tally:
    """How many things one invariant looked at, and what was first found wrong."""

    checked: int = 0
    bad: int = 0
    first_bad: str | None = None

    def add(self, world: World, findings: Iterable[Finding]) -> None:
        for finding in findings:
            self.note(str(world), finding)

    def note(self, place: str, finding: Finding) -> None:
        self.checked += 1
        if finding is not None:
            self.bad += 1
            self.first_bad = self.first_bad or f"{place}: {finding}"

    def data(self) -> dict[str, Any]:
        return {"held": self.bad == 0, "checked": self.checked, "bad": self.bad, "first_bad": self.first_bad}


def check(
    worlds: Sequence[World] | None = None, *, oldest: timedelta = OLDEST, kept: Sequence[dict[str, Any]] = ()
) -> dict[str, Any]:
    """Check every world, or those given: `{"ok", "invariants": {"I1": {"held", "checked", …}}}`.

    `first_bad` names the first bad row in words, in Chinese and English, or is None. Of a world that was reset only
    the signed ends of its chains are checked once its rows are being removed.
    """
    ended = retired() if worlds is None else []
    found = [*living(), *(world for world in ended if not world.settings.get(GOING))] if worlds is None else worlds
    tallies = {name: Tally() for name in INVARIANTS}
    for world in found:
        for name, invariant in INVARIANTS.items():
            tallies[name].add(world, invariant(world, oldest))
    for world in ended:
        tallies["I4"].add(world, evidence.closed_heads(world))
    for finding in evidence.kept_heads(kept):
        tallies["I4"].note("kept", finding)
    return {
        "ok": all(tally.bad == 0 for tally in tallies.values()),
        "worlds": len(found),
        "invariants": {name: tally.data() for name, tally in tallies.items()},
    }
