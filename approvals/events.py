"""What approvals announces. Fields are enough for a listener to act without asking who it was about."""

from dataclasses import dataclass, field
from typing import Any

from govsim.core.events import Event


@dataclass(frozen=True)
class ApplicationEvent(Event):
    """Something happened to the application with this short number; `package` is the id of its package, if any."""

    number: str
    package: int | None = None
    branch: str = ""


@dataclass(frozen=True)
class ApplicationDrafted(ApplicationEvent):
    pass


@dataclass(frozen=True)
class ApplicationSubmitted(ApplicationEvent):
    """It is with the platform; `reason` is why, in the applicant's words, when it asks for a review."""

    reason: str = ""


@dataclass(frozen=True)
class ApplicationReferred(ApplicationEvent):
    """The rules could not decide: `reasons` are the ids of the rules that need a person."""

    reasons: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class ApplicationAccepted(ApplicationEvent):
    long_number: str = ""


@dataclass(frozen=True)
class ApplicationDeclined(ApplicationEvent):
    reason: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class CorrectionAsked(ApplicationEvent):
    """Everything that is missing, told once: a list of {what, zh, en}."""

    missing: list[dict[str, Any]] = field(default_factory=list)
    until: str = ""


@dataclass(frozen=True)
class ApplicationCorrected(ApplicationEvent):
    pass


@dataclass(frozen=True)
class ApplicationHandled(ApplicationEvent):
    opinion: str = ""


@dataclass(frozen=True)
class ApplicationReviewed(ApplicationEvent):
    opinion: str = ""


@dataclass(frozen=True)
class ApplicationSentBack(ApplicationEvent):
    opinion: str = ""


@dataclass(frozen=True)
class SpecialProcedureStarted(ApplicationEvent):
    reason: str = ""


@dataclass(frozen=True)
class SpecialProcedureEnded(ApplicationEvent):
    result: str = ""


@dataclass(frozen=True)
class ApplicationGranted(ApplicationEvent):
    result: dict[str, Any] = field(default_factory=dict)
    certificate: str = ""


@dataclass(frozen=True)
class ApplicationRefused(ApplicationEvent):
    reasons: list[dict[str, str]] = field(default_factory=list)
    remedy: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ApplicationWithdrawn(ApplicationEvent):
    pass


@dataclass(frozen=True)
class ApplicationReturned(ApplicationEvent):
    reason: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ApplicationVoided(ApplicationEvent):
    pass


@dataclass(frozen=True)
class ApplicationUrged(ApplicationEvent):
    """催办: the command centre asks the department to go on; `note` is read by the officer."""

    note: str = ""


@dataclass(frozen=True)
class ApplicationEscalated(ApplicationEvent):
    """督办: the command centre puts a case under supervision, after urging did not help."""

    note: str = ""


@dataclass(frozen=True)
class PackageEvent(Event):
    number: str


@dataclass(frozen=True)
class PackageStarted(PackageEvent):
    pass


@dataclass(frozen=True)
class PackageSubmitted(PackageEvent):
    pass


@dataclass(frozen=True)
class PackageFinished(PackageEvent):
    state: str = ""
    granted: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class PackageWithdrawn(PackageEvent):
    pass
