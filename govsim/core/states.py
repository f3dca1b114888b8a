"""Tables of states and moves. Pure: rooms declare theirs; actions, buttons, the API and the tests read them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from govsim.core.actors import Actor

type Words = Mapping[str, str]  # {"zh": …, "en": …}


@dataclass(frozen=True)
class State:
    """One state: its name in both languages; an outcome state has no exit."""

    key: str
    zh: str
    en: str
    outcome: bool = False


@dataclass(frozen=True)
class Move:
    """One verb: from which states, to which state, and the roles that may make it."""

    verb: str
    sources: frozenset[str]
    target: str
    by: frozenset[str]
    zh: str
    en: str


class Table:
    """All states and moves of one kind of row. Raises ValueError when a move leaves an outcome or names no state.

    A verb may have several rows, when different roles make it from different states.
    """

    def __init__(self, states: Iterable[State], moves: Iterable[Move]) -> None:
        self.states = {state.key: state for state in states}
        self.moves = tuple(moves)
        for move in self.moves:
            for key in (*move.sources, move.target):
                if key not in self.states:
                    raise ValueError(f"{move.verb}: no state {key}")
            left = [key for key in move.sources if self.states[key].outcome]
            if left:
                raise ValueError(f"{move.verb} leaves the outcome {left[0]}")

    @property
    def outcomes(self) -> frozenset[str]:
        """Return the states without an exit."""
        return frozenset(key for key, state in self.states.items() if state.outcome)

    @property
    def unfinished(self) -> frozenset[str]:
        """Return the states that a case can still leave."""
        return frozenset(self.states) - self.outcomes

    def of(self, verb: str) -> list[Move]:
        """Return the rows of one verb. Raises KeyError when there is none."""
        found = [move for move in self.moves if move.verb == verb]
        if not found:
            raise KeyError(verb)
        return found

    def allowed(self, state: str, actor: Actor) -> list[Move]:
        """Return the moves that `actor` may make from `state`, in the order of the table."""
        return [move for move in self.moves if state in move.sources and any(actor.has(role) for role in move.by)]

    def find(self, verb: str, state: str, actor: Actor) -> Move | None:
        """Return the move that `actor` may make from `state` by this verb, or None."""
        return next((move for move in self.allowed(state, actor) if move.verb == verb), None)


def move(verb: str, sources: str, target: str, by: str, zh: str, en: str) -> Move:
    """Write one row of a table: `sources` and `by` are words separated by spaces."""
    return Move(verb, frozenset(sources.split()), target, frozenset(by.split()), zh, en)
