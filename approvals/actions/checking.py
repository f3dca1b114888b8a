"""What is checked of a package's form before anything is stored; the page that shows it once more asks the same."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from approvals.actions import entry, naming
from approvals.actions.submit import check_materials
from govsim.core.models import World


def checked(
    world: World, theme: Mapping[str, Any], form: Mapping[str, Any], materials: Mapping[str, Any], at: datetime
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return (entries, materials) as they are stored. Raises BadInput with every faulty field, or a refused name."""
    entries = entry.clean(theme["form"], form)
    chosen = check_materials(theme, materials)
    if name := entries.get("company_name"):
        kind = str(entries.get("company_type"))
        naming.require(world=world, city=theme["city"], name=name, company_type=kind, at=at)
    return entries, chosen
