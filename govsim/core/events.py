"""The shape of an announced event. Each room declares its own in its `events.py`, named in the past tense."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Event:
    """Something that has happened. Fields are plain data: they are stored in the journal as JSON."""

    def data(self) -> dict[str, Any]:
        """Return the fields as plain data."""
        return dict(vars(self))

    @classmethod
    def title(cls) -> str:
        """Return the name under which the journal keeps events of this kind."""
        return cls.__name__
