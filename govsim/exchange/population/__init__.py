"""Who lives here, and what every register knows of them: made from a seed, or named by a file. Pure.

The same seed gives the same people on every machine. Nothing made here can be real: all identifiers are in the
simulated regions and every made name is a specimen (domain.md C.1).
"""

from govsim.exchange.population.census import REGISTERS, Row, rows
from govsim.exchange.population.people import AS_OF, Person, people

__all__ = ["AS_OF", "REGISTERS", "Person", "Row", "people", "rows"]
