"""The sample city of the command centre: seven invented districts with 64 streets, and who belongs where. Pure.

The registers hold no street: the map is a picture of load, and a case is placed on it by a rule. The rule reads only
the number of whom the case is about, so that one person's cases are always in one place.
"""

import hashlib
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class District:
    """One invented district: its key and its names."""

    key: str
    zh: str
    en: str


DISTRICTS = {
    each.key: each
    for each in (
        District("rongwan", "榕湾区", "Rongwan"),
        District("penggang", "鹏港区", "Penggang"),
        District("qiaoxin", "侨新区", "Qiaoxin"),
        District("liqiu", "荔丘区", "Liqiu"),
        District("duanshui", "端水区", "Duanshui"),
        District("yanshan", "砚山区", "Yanshan"),
        District("yunling", "云岭区", "Yunling"),
    )
}
# The district of every street, the most crowded street first: the order in which the map draws them.
_ORDER = "RRRRPPRPRPRPPPQLRQPLQQQQLLNYLLLLLQLDYNDDNDYNNNNYNYYNNNYNDYDYYDYY"
STREETS = tuple(dict(zip("RPQLDYN", DISTRICTS, strict=True))[letter] for letter in _ORDER)
CROWDED = 1.6  # above 1, more people live in the first streets; a choice of this simulation


def street_of(subject: str) -> int:
    """Return the street, 0 to 63, in which a person or firm is drawn on the map."""
    share = int.from_bytes(hashlib.sha256(subject.encode()).digest()[:4]) / 2**32
    return int(len(STREETS) * share**CROWDED)


def district_of(subject: str) -> str:
    """Return the key of the district in which a person or firm is drawn."""
    return STREETS[street_of(subject)]
