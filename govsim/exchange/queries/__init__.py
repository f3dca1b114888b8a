"""The questions of the room. Nothing here changes a row; what must be logged is returned for the caller to record."""

from govsim.exchange.queries.gathering import Answer, Gathered, Look, Question, gather
from govsim.exchange.queries.prefilling import Prefilled, PrefilledFields, prefill
from govsim.exchange.queries.registers import (
    FirmView,
    PersonView,
    firm,
    free_addresses,
    people,
    person,
    populated,
    records,
    sample_firms,
    sample_persons,
    sizes,
)
from govsim.exchange.queries.registers import catalogue_entries as catalogue
from govsim.exchange.queries.rights import (
    LogLine,
    consents_in_force,
    consents_of,
    disputed,
    disputes_of,
    faults,
    log_of,
    log_of_case,
    open_disputes,
    reservations,
    taken_names,
)
from govsim.exchange.queries.traffic import Traffic, traffic

__all__ = [
    "Answer",
    "FirmView",
    "Gathered",
    "LogLine",
    "Look",
    "PersonView",
    "Prefilled",
    "PrefilledFields",
    "Question",
    "Traffic",
    "catalogue",
    "consents_in_force",
    "consents_of",
    "disputed",
    "disputes_of",
    "faults",
    "firm",
    "free_addresses",
    "gather",
    "log_of",
    "log_of_case",
    "open_disputes",
    "people",
    "person",
    "populated",
    "prefill",
    "records",
    "reservations",
    "sample_firms",
    "sample_persons",
    "sizes",
    "taken_names",
    "traffic",
]
