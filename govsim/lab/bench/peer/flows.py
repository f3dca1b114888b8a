"""start → decide and sign → end, as django-viewflow has it.

It stores less than ours does: the process and its tasks, with the verdict, the reasons and an ES256 signature; no
consent, no audit chain, no use log.
"""

import json
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from viewflow import jsonstore, this
from viewflow.workflow import flow
from viewflow.workflow.models import Process

KEY = ec.generate_private_key(ec.SECP256R1())
RULES = (
    ("A1", lambda facts: facts["household_city"] == "shenzhen"),
    ("A2", lambda facts: facts["age"] >= 70),
    ("A3", lambda facts: not facts["deceased"]),
    ("A4", lambda facts: not facts["on_allowance_roll"]),
    ("A5", lambda facts: facts["account_name"] == facts["registered_name"]),
    ("A6", lambda facts: facts["identity_name"] == facts["registered_name"]),
)
FACTS = {
    "household_city": "shenzhen", "age": 72, "deceased": False, "on_allowance_roll": False,
    "account_name": "模甲", "registered_name": "模甲", "identity_name": "模甲",
}  # fmt: skip


class Allowance(Process):
    """One application as viewflow keeps it."""

    facts = jsonstore.JSONField()
    trace = jsonstore.JSONField()
    verdict = jsonstore.CharField(max_length=10)
    signature = jsonstore.CharField(max_length=200)

    class Meta:
        proxy = True
        app_label = "workflow"


class Flow(flow.Flow):
    """start → decide and sign → end."""

    process_class = Allowance
    start = flow.StartHandle(this.begin).Next(this.decide)
    decide = flow.Function(this.judge).Next(this.end)
    end = flow.End()

    def begin(self, activation: Any, facts: Any) -> None:
        """Store the application."""
        activation.process.facts = facts

    def judge(self, activation: Any) -> None:
        """Judge by six rules, keep the trace, sign it."""
        process = activation.process
        process.trace = {name: bool(rule(process.facts)) for name, rule in RULES}
        process.verdict = "grant" if all(process.trace.values()) else "refuse"
        told = json.dumps({"facts": process.facts, "trace": process.trace}, sort_keys=True).encode()
        process.signature = KEY.sign(told, ec.ECDSA(hashes.SHA256())).hex()
        process.save()
