"""The map of the sample city, coloured by the load of each street, with the sums of its districts."""

from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any, Final

from approvals.queries import Counted, Pressing
from govsim.core import yamlfile
from govsim.core.districts import DISTRICTS, STREETS, district_of

FILE: Final = Path(__file__).parent / "map.yaml"
STEPS: Final = 5


@cache
def drawing() -> dict[str, Any]:
    """Return the outlines: `river`, `sea`, `districts` by key, `streets` in the order of their numbers."""
    found: dict[str, Any] = yamlfile.plain(yamlfile.load(FILE))
    return found


def city(today: Counted, pressing: list[Pressing]) -> dict[str, Any]:
    """Return the map for a template: streets with their step of the ramp, districts with their counts."""
    outlines = drawing()
    by_street = today.by("street", "submitted")
    loads = [by_street.get(f"{number:02}", 0) for number in range(len(STREETS))]
    most = max(loads)
    granted = _by_district(today, "granted")
    referred = _by_district(today, "referred")
    overdue = Counter(district_of(each.row.subject) for each in pressing if each.kind == "overdue")
    near = Counter(district_of(each.row.subject) for each in pressing if each.kind == "near")
    sums = Counter[str]()
    for number, load in enumerate(loads):
        sums[STREETS[number]] += load
    return {
        "river": outlines["river"],
        "sea": outlines["sea"],
        "most": most,
        "streets": [
            {"outline": path, "step": _step(load, most)} for path, load in zip(outlines["streets"], loads, strict=True)
        ],
        "districts": [
            {
                "key": key,
                "name": {"zh": each.zh, "en": each.en},
                **outlines["districts"][key],
                "count": sums[key],
                "granted": granted[key],
                "referred": referred[key],
                "overdue": overdue[key],
                "near": near[key],
            }
            for key, each in DISTRICTS.items()
        ],
    }


def _by_district(today: Counted, measure: str) -> Counter[str]:
    found = Counter[str]()
    for street, count in today.by("street", measure).items():
        found[STREETS[int(street)]] += count
    return found


def _step(load: int, most: int) -> int:
    """Return the step of the ramp, 0 to 4: nothing is 0, the fullest street 4."""
    return 0 if not load else min(STEPS - 1, 1 + load * (STEPS - 1) // (most + 1))
