"""The verbs of the room."""

from govsim.exchange.actions import consent, dispute, fault, log, register
from govsim.exchange.actions.deliver import deliver
from govsim.exchange.actions.load_cast import load_cast
from govsim.exchange.actions.populate import populate
from govsim.exchange.actions.release_name import release_name
from govsim.exchange.actions.reserve_name import reserve_name

__all__ = [
    "consent",
    "deliver",
    "dispute",
    "fault",
    "load_cast",
    "log",
    "populate",
    "register",
    "release_name",
    "reserve_name",
]
