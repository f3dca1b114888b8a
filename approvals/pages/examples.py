"""A filled-in form of a package, so that a newcomer opens a company with two clicks."""

from collections.abc import Mapping
from typing import Any, Final

from govsim.core import clock
from govsim.core.codes import names, regions
from govsim.core.models import Seat
from govsim.exchange import queries as exchange

# Trade names of the example, tried in turn: invented, and marked as simulated.
TRADE_NAMES: Final = ("禾穗", "青榕", "云帆", "澄溪", "木棉", "海岚", "星渚", "麦垄", "竹影", "晴川")
BARS: Final = ("disqualified_officers", "dishonest_persons", "abnormal_taxpayers", "bad_credit", "criminal", "deaths")
CAPITAL_FEN: Final = 100_000_000
SHARES: Final = [60_000_000, 40_000_000]


def example(seat: Seat, theme: Mapping[str, Any]) -> dict[str, Any]:
    """Return a whole form that would be granted: the seat founds the firm with fictional people of the world."""
    city, world, at = theme["city"], seat.world, clock.now(seat.world)
    fit = exchange.sample_persons(
        world, city=city, min_age=25, max_age=55, having=["identity_library"], lacking=BARS, on=at.date(), limit=6
    )
    others = [each.number for each in fit if each.number != seat.holder][:2]
    people = [seat.holder, *others]
    second, third = (people[1], people[-1]) if others else (seat.holder, seat.holder)
    holders = list(dict.fromkeys((seat.holder, second)))
    free = exchange.free_addresses(world, city, limit=1)
    values: dict[str, Any] = {
        "company_name": _free_name(seat, city),
        "company_type": "limited_company",
        "address_code": free[0]["key"] if free else "",
        "capital_fen": CAPITAL_FEN,
        "term_years": 0,
        "scope": ["I6513", "I6531"],
        "legal_representative": seat.holder,
        "shareholders": holders,
        "shares": SHARES if len(holders) == len(SHARES) else [CAPITAL_FEN],
        "supervisor": third,
        "finance_officer": second,
        "contact": seat.holder,
        "seals": ["official", "finance", "invoice", "legal_representative"],
        "invoices_wanted": 25,
        "employees": [third],
    }
    for declared in theme["form"]:
        key, choices = declared["key"], declared.get("choices")
        if key.startswith("wants_"):
            values[key] = True
        elif key not in values and choices and declared["type"] != "list":
            values[key] = choices[0]
    return values


def _free_name(seat: Seat, city: str) -> str:
    """Return the first name of the example that no rule objects to in this world."""
    home = regions.city(city).zh
    taken = exchange.taken_names(seat.world, city, clock.now(seat.world))
    offers = [f"{home}模拟{trade}科技有限公司" for trade in TRADE_NAMES]
    offers += [f"{home}模拟{one}{two}科技有限公司" for one in TRADE_NAMES for two in TRADE_NAMES if one != two]
    return next(
        (each for each in offers if not names.check(each, city=city, kind="limited_company", taken=taken)), offers[0]
    )
