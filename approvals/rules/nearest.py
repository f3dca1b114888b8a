"""The single change of one fact that would have turned the outcome, found by trying (decisions 4)."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import Final, NamedTuple

from approvals.rules import engine
from approvals.rules.facts import UNKNOWN, Declaration, Fact
from approvals.rules.ruleset import Rule, RuleSet

_WHOLE: Final = re.compile(r"(?<![\w.])\d{1,18}(?![\w.])")
_QUOTED: Final = re.compile(r"'([^'\\]*)'|\"([^\"\\]*)\"")
_STEPS: Final = tuple(2**power for power in range(41))  # up to about 10^12: ten thousand million yuan in fen
_FIRST_DAY, _LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)


class Change(NamedTuple):
    """`fact` at `value` instead of `current` (UNKNOWN when it is not known) would have given `outcome`."""

    fact: str
    current: object
    value: object
    outcome: str


def nearest(ruleset: RuleSet, known: Mapping[str, Fact], as_of: date) -> Change | None:
    """Return the smallest change of one fact that grants what was not granted, or refuses what was.

    None when no single fact can do it. For numbers and dates the value is the very boundary.
    """
    found = engine.evaluate(ruleset, known, as_of)
    best: tuple[float, Change] | None = None
    for name in _worth_trying(ruleset, found):
        declared = ruleset.declarations[name]
        fact = known.get(name, Fact(name, UNKNOWN))
        trial = _Trial(ruleset, known, as_of, fact, wanted=found.outcome != engine.GRANT)
        rules = [rule for rule in ruleset.rules if name in rule.facts]
        for value, distance in _turning(declared, fact.value, trial, _hints(ruleset, found, rules, name)):
            # A grant hangs on every fact; what the applicant can see and change is worth more than a formality.
            score = distance + (10 if declared.dataset == "system" or declared.sensitive else 0)
            if best is None or score < best[0]:
                best = score, Change(name, fact.value, value, trial.outcome(value))
    return best[1] if best else None


class _Trial:
    """Asks what the outcome would be with another value of one fact."""

    def __init__(self, ruleset: RuleSet, known: Mapping[str, Fact], as_of: date, fact: Fact, *, wanted: bool) -> None:
        self._ruleset, self._known, self._as_of, self._fact, self._wanted = ruleset, known, as_of, fact, wanted

    def outcome(self, value: object) -> str:
        changed = {**self._known, self._fact.name: self._fact._replace(value=value, why="")}
        return engine.evaluate(self._ruleset, changed, self._as_of).outcome

    def turns(self, value: object) -> bool:
        return (self.outcome(value) == engine.GRANT) is self._wanted


def _worth_trying(ruleset: RuleSet, found: engine.Findings) -> Iterable[str]:
    """Return the facts that alone could turn it: on a grant any that a rule reads, else those that all faults share."""
    if found.outcome == engine.GRANT:
        return dict.fromkeys(name for rule in ruleset.rules for name in rule.facts)
    faults = [finding.rule.facts for finding in found.findings if finding.verdict != engine.PASS]
    if found.result_fault:
        faults = [result.facts for result in ruleset.results if result.key == found.result_fault[0]]
    return [name for name in ruleset.declarations if faults and all(name in read for read in faults)]


def _hints(ruleset: RuleSet, found: engine.Findings, rules: list[Rule], name: str) -> list[object]:
    """Return the values that the rules compare with: what they write, their figures, the facts beside this one."""
    hints: list[object] = [found.as_of]
    for rule in rules:
        hints += (int(number) for number in _WHOLE.findall(rule.expression.text))
        hints += (single or double for single, double in _QUOTED.findall(rule.expression.text))
        for key in rule.figures:
            value = found.figures.values.get(key)
            hints += value if isinstance(value, list) else [value]
            hints += (bound for row in found.figures.tables.get(key, ()) for bound in row[:2])
        hints += (found.facts[other].value for other in rule.facts if other != name)
    return [hint for hint in hints if hint is not None and hint is not UNKNOWN]


def _turning(
    declared: Declaration, current: object, trial: _Trial, hints: list[object]
) -> Iterator[tuple[object, float]]:
    """Yield values that turn the outcome, each with its distance from the current one: 1 is another choice."""
    if declared.type == "int":
        yield from _along_line(current, trial, [hint for hint in hints if type(hint) is int], _number, _ordinal)
    elif declared.type == "date":
        yield from _along_line(current, trial, [hint for hint in hints if type(hint) is date], _date, _ordinal)
    else:
        for value in _others(declared, current, hints):
            if value != current and trial.turns(value):
                yield value, 1.0
                return


def _others(declared: Declaration, current: object, hints: list[object]) -> list[object]:
    if declared.type == "bool":
        return [True, False]
    choices = sorted(declared.choices)
    if declared.type == "choice":
        return [*choices]
    if declared.type == "choices":
        held = current if isinstance(current, tuple) else ()
        less = [tuple(part for part in held if part != dropped) for dropped in held]
        return [*less, *((*held, choice) for choice in choices if choice not in held), *((each,) for each in choices)]
    return [*dict.fromkeys(hint for hint in hints if isinstance(hint, str)), "", "-"]


def _number(ordinal: int) -> object:
    return ordinal


def _date(ordinal: int) -> object:
    return date.fromordinal(ordinal)


def _ordinal(value: object) -> int:
    return value.toordinal() if isinstance(value, date) else int(str(value))


def _along_line(
    current: object,
    trial: _Trial,
    hints: Iterable[object],
    make: Callable[[int], object],
    place: Callable[[object], int],
) -> Iterator[tuple[object, float]]:
    """Yield the nearest turning value on each side: step outwards in growing steps, then halve back to the boundary."""
    marks = {place(hint) + beside for hint in hints for beside in (-1, 0, 1)}
    days = make is _date
    start = place(current) if current is not UNKNOWN else min(marks, default=0)
    first = _FIRST_DAY.toordinal() if days else min(0, start)
    last = _LAST_DAY.toordinal() if days else 2**62
    span = timedelta(days=3650).days if days else max(1, abs(start))
    marks |= {start + sign * step for step in _STEPS for sign in (-1, 1)}
    if current is UNKNOWN:
        marks.add(start)
    for sign in (1, -1):
        within = [mark for mark in marks if first <= mark <= last and (mark - start) * sign >= 0]
        tried = start
        for mark in sorted(within, key=lambda each: abs(each - start)):
            if mark == start and current is not UNKNOWN:
                continue
            if trial.turns(make(mark)):
                value = _boundary(tried, mark, trial, make)
                yield make(value), abs(value - start) / span
                break
            tried = mark


def _boundary(before: int, after: int, trial: _Trial, make: Callable[[int], object]) -> int:
    """Return the first turning value between one that does not turn and one that does."""
    while abs(after - before) > 1:
        middle = (before + after) // 2
        if trial.turns(make(middle)):
            after = middle
        else:
            before = middle
    return after
