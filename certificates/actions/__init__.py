"""The verbs of the room. `issue.prepare`, `issue.record` and `use.log` are part of their caller's transaction; every
other verb has its own."""

from certificates.actions import issue, use
from certificates.actions.attach import attach
from certificates.actions.cancel import cancel
from certificates.actions.disclose import Disclosed, disclose
from certificates.actions.present import ask, present
from certificates.actions.resume import resume
from certificates.actions.revoke import revoke
from certificates.actions.rotate_key import rotate_key
from certificates.actions.seed import seed
from certificates.actions.sign_on_first_use import sign_on_first_use
from certificates.actions.supersede import supersede
from certificates.actions.suspend import suspend

__all__ = [
    "Disclosed",
    "ask",
    "attach",
    "cancel",
    "disclose",
    "issue",
    "present",
    "resume",
    "revoke",
    "rotate_key",
    "seed",
    "sign_on_first_use",
    "supersede",
    "suspend",
    "use",
]
