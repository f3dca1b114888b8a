"""A rule set made ready: the facts, figures, rules and results of one item."""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, Literal

from approvals.rules import facts
from approvals.rules.parameters import KEPT, Figures, figures
from govsim.core.errors import GovsimError
from govsim.core.expressions import Expression

CASE_NUMBER: Final = "case_number"  # readable in what a grant writes into registers
WITHOUT_RECORDS: Final = frozenset({"form", "system"})

OnFail = Literal["REJECT", "MANUAL"]
Words = Mapping[str, Any]  # {zh, en}, for a clause also {verified}


class RuleSetError(GovsimError):
    """The data of an item cannot be made into rules. `key` names the fact, parameter, rule or result at fault."""

    code = "rule_set"

    def __init__(self, key: str, zh: str, en: str) -> None:
        super().__init__(f"{key}：{zh}", f"{key}: {en}")
        self.key = key


@dataclass(frozen=True, slots=True)
class Rule:
    """One condition: `facts` and `figures` (values and tables) are the names that its expression reads."""

    id: str
    expression: Expression
    on_fail: OnFail
    sentence: Words
    failed: Words
    officer: Words
    clause: Words
    remedy: Words
    facts: tuple[str, ...]
    figures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """One result of a grant. It may read facts, figures and the results before it."""

    key: str
    label: Words
    type: str
    expression: Expression
    facts: tuple[str, ...]
    figures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CertificateFields:
    """The fields of the certificate that a grant issues, over facts, figures, results and `form_…` values."""

    type: str
    holder: str
    fields: Mapping[str, Expression]
    valid_until: Expression | None


@dataclass(frozen=True, slots=True)
class RegisterFields:
    """One record that a grant adds to a register: the dataset, whose record it is, and its fields as expressions."""

    dataset: str
    key: str  # applicant, firm or new_firm
    fields: Mapping[str, Expression]


@dataclass(slots=True)
class RuleSet:
    """Everything that the engine needs of one version of one item. Share it; nothing in it changes but its memory."""

    item: str
    version: int
    sha256: str
    declarations: Mapping[str, facts.Declaration]
    derivations: Mapping[str, Expression]  # fact name → expression over records or form; none for system facts
    conditions: Mapping[str, Expression]  # fact name → when it is asked for at all, over the form
    form: Mapping[str, str]  # form field key → type
    parameters: Sequence[Mapping[str, Any]]
    rules: tuple[Rule, ...]
    results: tuple[Result, ...]
    certificate: CertificateFields | None
    registers: tuple[RegisterFields, ...]
    facts_used: frozenset[str]
    figures_used: tuple[str, ...]
    _figures: OrderedDict[date, Figures] = field(default_factory=OrderedDict, repr=False)
    memory: dict[Any, Any] = field(default_factory=dict, repr=False)  # texts and entries that repeat between cases

    def figures_on(self, day: date) -> Figures:
        """Return the parameters in force on a day."""
        found = self._figures.get(day)
        if found is None:
            found = self._figures[day] = figures(self.parameters, day)
            if len(self._figures) > KEPT:
                self._figures.popitem(last=False)
        return found

    def sources(self) -> tuple[tuple[str, str], ...]:
        """Return the (dataset, key) pairs that have to be asked for the facts, each once, in the item's order."""
        found: tuple[tuple[str, str], ...] | None = self.memory.get("sources")
        if found is None:
            pairs = ((declared.dataset, declared.key) for declared in self.declarations.values())
            found = tuple(dict.fromkeys(pair for pair in pairs if pair[0] not in WITHOUT_RECORDS))
            self.memory["sources"] = found
        return found
