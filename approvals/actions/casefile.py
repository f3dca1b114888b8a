"""What a worker knows about one application while it is assessed: answers, certificates, what is missing."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from approvals.models import Application
from approvals.rules.ruleset import RuleSet


@dataclass
class Case:
    """One application while it is assessed."""

    row: Application
    at: datetime
    item: Any
    ruleset: RuleSet
    consent_id: int | None = None
    keys: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    answers: dict[tuple[str, str], Any] = field(default_factory=dict)
    seconds: float = 0.0
    used: list[dict[str, Any]] = field(default_factory=list)  # certificates, for the passport
    missing: list[dict[str, Any]] = field(default_factory=list)  # materials that nothing replaced
    invalid: list[dict[str, Any]] = field(default_factory=list)  # materials whose certificate no longer holds
    uploaded: bool = False  # a paper that only a person can judge
    log: list[Any] = field(default_factory=list)
    uses: list[Any] = field(default_factory=list)
    values: dict[str, Any] | None = None  # the form as the decision reads it, once it was worked out
