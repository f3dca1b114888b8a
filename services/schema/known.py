"""What the catalogue may refer to beyond itself, handed in so that checking stays pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class KnownDataset:
    """A dataset of the sharing platform: its field types, and whether no record means a known "none"."""

    fields: Mapping[str, str]
    complete: bool


@dataclass(frozen=True, slots=True)
class KnownCertificate:
    """A certificate type: its field types, and the fields that it cannot do without."""

    fields: Mapping[str, str]
    mandatory: frozenset[str]


@dataclass(frozen=True, slots=True)
class Known:
    """Datasets, certificate types, departments by city key, and codes that have words of their own (industries)."""

    datasets: Mapping[str, KnownDataset]
    certificates: Mapping[str, KnownCertificate]
    departments: Mapping[str, str]
    words: frozenset[str] = field(default=frozenset())
