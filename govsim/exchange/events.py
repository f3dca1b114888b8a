"""What the room announces."""

from dataclasses import dataclass, field

from govsim.core.events import Event


@dataclass(frozen=True)
class RegistersPopulated(Event):
    """The synthetic population of a world was made."""

    persons: int
    enterprises: int


@dataclass(frozen=True)
class CastLoaded(Event):
    """People, firms and records were loaded from a file."""

    people: int
    firms: int
    records: int


@dataclass(frozen=True)
class RecordsDelivered(Event):
    """A department delivered shared records; `checksum` is SHA-256 over their subject codes in order."""

    dataset: str
    source: str
    sent: int
    stored: int
    refused: int
    reasons: list[str]
    checksum: str


@dataclass(frozen=True)
class ConsentGiven(Event):
    """A subject allowed the use of data or certificates."""

    subject: str
    purpose: str
    datasets: list[str] = field(default_factory=list)
    certificate_types: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class ConsentWithdrawn(Event):
    """A subject took a consent back."""

    subject: str


@dataclass(frozen=True)
class DataDisputeOpened(Event):
    """A subject says that a shared value is wrong."""

    subject: str
    dataset: str
    field: str
    number: str
    source: str


@dataclass(frozen=True)
class DataDisputeResolved(Event):
    """The department that keeps the register answered a dispute."""

    subject: str
    dataset: str
    field: str
    number: str
    corrected: bool


@dataclass(frozen=True)
class SourceFaultSet(Event):
    """A source was made slow, silent or contradictory."""

    source: str
    mode: str


@dataclass(frozen=True)
class SourceFaultCleared(Event):
    """A source works again."""

    source: str


@dataclass(frozen=True)
class NameReserved(Event):
    """An enterprise name is kept for somebody."""

    name: str
    city: str
    by: str


@dataclass(frozen=True)
class NameReleased(Event):
    """An enterprise name is free again, or became a registered one."""

    name: str
