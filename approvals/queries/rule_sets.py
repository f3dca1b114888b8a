"""Rule sets for those who read or change them: who answers for their facts, and the file that they would be."""

import io
from collections.abc import Mapping
from typing import Any

from ruamel.yaml import YAML

from govsim.exchange import queries as exchange


def sources(body: Mapping[str, Any], standing: Mapping[str, Any]) -> dict[str, str]:
    """Return the department that answers for each dataset of an item, in the item's city."""
    known = {each.key: each for each in exchange.catalogue()}
    prefix = str(body["department"]).partition(".")[0]
    used = {each["dataset"] for each in (*body["facts"], *standing.get("facts", ()))}
    answered = {key: known[key].source(prefix) for key in sorted(used & known.keys())}
    return {**answered, "form": "applicant", "system": "system"}


def as_yaml(body: Mapping[str, Any], *, version: int, sha256: str) -> str:
    """Return an item with its rules as the YAML of a catalogue file, headed by the rule set's number and hash."""
    text = io.StringIO()
    text.write(f"# {body['key']} · rule set {version} · sha256 {sha256}\n")
    writer = YAML(typ="rt")
    writer.width = 120
    writer.dump(body, text)
    return text.getvalue()
