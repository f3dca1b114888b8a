"""Self-declaration of a name (自主申报): what the naming rules say of it, and what could be chosen instead."""

from dataclasses import dataclass
from datetime import datetime

from approvals.actions import assess
from govsim.core.codes import names
from govsim.core.codes.names import NameFinding
from govsim.core.errors import BadInput
from govsim.core.models import World
from govsim.exchange import queries as exchange


@dataclass(frozen=True)
class Checked:
    """What was found about a name: why it is refused, what a registrar will look at, up to three names instead."""

    refused: list[NameFinding]
    doubts: list[NameFinding]
    offered: list[str]


def check(*, world: World, city: str, name: str, company_type: str, at: datetime) -> Checked:
    """Return what the naming rules say of a name in this world; nothing is reserved by asking."""
    kind = assess.NAME_KINDS.get(company_type, "limited_company")
    taken = exchange.taken_names(world, city, at)
    findings = names.check(name, city=city, kind=kind, taken=taken)
    refused = [each for each in findings if each.verdict == "reject"]
    doubts = [each for each in findings if each.verdict == "manual"]
    return Checked(refused, doubts, names.alternatives(name, taken, city=city, kind=kind) if refused or doubts else [])


def require(*, world: World, city: str, name: str, company_type: str, at: datetime) -> None:
    """Raise BadInput when the naming rules refuse a name, with up to three names to choose."""
    found = check(world=world, city=city, name=name, company_type=company_type, at=at)
    if not found.refused:
        return
    zh = "；".join(each.zh for each in found.refused)
    en = "; ".join(each.en for each in found.refused)
    if found.offered:
        zh, en = f"{zh}。可选名称：{'、'.join(found.offered)}", f"{en}. You could choose: {', '.join(found.offered)}"
    raise BadInput({"company_name": (zh, en)})
