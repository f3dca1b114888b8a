"""The questions that other rooms may ask about certificates. None of them changes anything."""

from certificates.queries.holdings import (
    Held,
    Match,
    Retrieved,
    check,
    check_held,
    choices,
    held,
    held_of_case,
    match,
    retrieve,
    status_entry,
    token,
    wallet,
)
from certificates.queries.issuer import (
    certificate_types,
    issuer_address,
    issuer_metadata,
    status_list_address,
    status_list_token,
    type_metadata,
    type_of,
    verification_address,
)
from certificates.queries.keys import SigningFailed, jwks
from certificates.queries.rendered import annotated_copy, card, metadata
from certificates.queries.uses import Change, UseLine, changes, use_log, uses_under
from certificates.queries.verification import issuing_world, verify, verify_offline
from certificates.verdicts import Verdict

__all__ = [
    "Change",
    "Held",
    "Match",
    "Retrieved",
    "SigningFailed",
    "UseLine",
    "Verdict",
    "annotated_copy",
    "card",
    "certificate_types",
    "changes",
    "check",
    "check_held",
    "choices",
    "held",
    "held_of_case",
    "issuer_address",
    "issuer_metadata",
    "issuing_world",
    "jwks",
    "match",
    "metadata",
    "retrieve",
    "status_entry",
    "status_list_address",
    "status_list_token",
    "token",
    "type_metadata",
    "type_of",
    "use_log",
    "uses_under",
    "verification_address",
    "verify",
    "verify_offline",
    "wallet",
]
