"""What the pages of a show tell: where it is, who is at work, how long it took, what the report says."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django.utils.translation import gettext

from govsim.core import reported
from govsim.core.actors import ROLES
from govsim.core.errors import NotFound
from govsim.core.organisations import cities, departments
from govsim.walkthroughs.schema import packs
from govsim.walkthroughs.story import CUTS, MECHANISMS, Pack
from govsim.web import troubles
from govsim.web.models import Show
from govsim.web.presenter import cuts
from services import queries as catalogue


@cache
def all_packs() -> tuple[Pack, ...]:
    """Return every walk-through that can be shown."""
    return tuple(packs())


def pack_named(name: str) -> Pack:
    """Return a walk-through. Raises NotFound."""
    for each in all_packs():
        if each.name == name:
            return each
    raise NotFound("没有这个演示", "There is no such walk-through")


def show_of(code: str, presenters: Sequence[str]) -> Show:
    """Return a living show of one of these presenters. Raises NotFound, also for somebody else's."""
    living = Show.objects.filter(code=code, presenter__in=presenters, world__retired_at=None)
    found = living.select_related("world").first()
    if found is None:
        raise NotFound("没有这场演示，或已结束", "There is no such show, or it has ended")
    return found


def shows_of(presenters: Sequence[str]) -> list[dict[str, Any]]:
    """Return the living shows of these presenters, the newest first, for a list."""
    living = Show.objects.filter(presenter__in=presenters, world__retired_at=None).order_by("-started_at")[:9]
    known = {each.name: each for each in all_packs()}
    return [
        {"show": each, "title": known[each.pack].title, "last": cuts.closing(known[each.pack])}
        for each in living
        if each.pack in known
    ]


def listing() -> list[dict[str, Any]]:
    """Return the walk-throughs by mechanism, each with how many stops its cuts have."""
    return [
        {
            "mechanism": words,
            "packs": [
                {
                    "pack": each,
                    "city": cities()[each.city],
                    "roles": list(each.roles.values()),
                    "figures": figures(each),
                    "troubles": [step.title for step in each.steps if step.trouble == "made"],
                    "cuts": [{"minutes": cut, "stops": len(cuts.stops(each, cut)) - 2} for cut in CUTS],
                }
                for each in all_packs()
                if each.mechanism == key
            ],
        }
        for key, words in MECHANISMS.items()
    ]


def figures(pack: Pack) -> list[dict[str, Any]]:
    """Return the reported figures of the row that a walk-through shows, each with its source."""
    found = [reported.as_data(each) for each in reported.registry() if each.row == pack.row]
    return [{**each, "shown": f"{each['value']:,}", "rough": _rough(each["qualifier"])} for each in found]


def _rough(qualifier: str) -> dict[str, str]:
    zh, en = reported.QUALIFIERS[qualifier]
    return {"zh": zh, "en": en}


def compared(pack: Pack) -> list[dict[str, Any]]:
    """Return the before and after of the theme that a walk-through goes through, simulated, or nothing."""
    themes = [step.body["theme"] for step in pack.steps if isinstance(step.body, dict) and "theme" in step.body]
    return list(catalogue.theme(themes[0]).body.get("before_after", [])) if themes else []


def scene(show: Show) -> dict[str, Any]:
    """Return all that the audience's page and the notes show of a show where it stands."""
    pack = pack_named(show.pack)
    stops = cuts.stops(pack, show.cut)
    last = cuts.closing(pack)
    step = pack.steps[show.position - 1] if cuts.OPENING < show.position < last else None
    result = show.results[show.position - 1] if cuts.OPENING < show.position <= len(show.results) else None
    following = cuts.after(stops, show.position)
    return {
        "show": show,
        "pack": pack,
        "mechanism": MECHANISMS[pack.mechanism],
        "city": cities()[pack.city],
        "figures": figures(pack),
        "compared": compared(pack) if step is None else [],
        "step": step,
        "result": result,
        "who": _who(pack, result),
        "offices": [_office(key) for key in (result or {}).get("departments", ()) if key in departments()],
        "spent": _seconds(result),
        "total": _total(show),
        "at_opening": show.position == cuts.OPENING,
        "at_closing": show.position == last,
        "next": following,
        "next_step": pack.steps[following - 1] if following is not None and following < last else None,
        "back": cuts.before(stops, show.position),
        "plot": _plot(pack, show, stops),
        "stop": sum(each <= show.position for each in stops),
        "stops": len(stops),
        "share": 100 * sum(each <= show.position for each in stops) // len(stops),
        "cuts": CUTS,
        "failed": result is not None and not result["passed"],
        "troubles": troubles.in_force(show.world),
        "last": last,
        "planned": show.cut * 60,
        "roles": ROLES,
    }


def _plot(pack: Pack, show: Show, stops: Sequence[int]) -> list[dict[str, Any]]:
    """Return the stops between opening and closing, with those that were done and the one that is shown.

    A position that this cut passes by is shown at the stop before it.
    """
    here = max((each for each in stops if each <= show.position), default=0)
    return [
        {
            "at": at,
            "number": number,
            "title": pack.steps[at - 1].title,
            "trouble": pack.steps[at - 1].trouble,
            "state": "here" if at == here else "done" if at <= show.done else "",
        }
        for number, at in enumerate(stops[1:-1], start=1)
    ]


def _office(key: str) -> dict[str, str]:
    return {"zh": departments()[key].name_zh, "en": departments()[key].name_en}


def _who(pack: Pack, result: dict[str, Any] | None) -> dict[str, Any] | None:
    role = pack.roles.get((result or {}).get("role", ""))
    return {"name": role.name, "role": ROLES[role.role]} if role is not None else None


def _span(spent: timedelta) -> str:
    """Return a length of world time: seconds below two minutes, minutes below two hours, else hours."""
    seconds = spent.total_seconds()
    if seconds < 120:
        return gettext("%(count)s 秒") % {"count": f"{round(seconds, 1):g}"}
    if seconds < 7200:
        return gettext("%(count)s 分钟") % {"count": f"{seconds / 60:.0f}"}
    return gettext("%(count)s 小时") % {"count": f"{seconds / 3600:.1f}"}


def _seconds(result: dict[str, Any] | None) -> dict[str, Any] | None:
    if result is None or "from" not in result:
        return None
    spent = datetime.fromisoformat(result["to"]) - datetime.fromisoformat(result["from"])
    took = result.get("took")
    return {
        "words": _span(spent) if spent else "",
        "took": _span(timedelta(seconds=took)) if took is not None else "",
        "wall": f"{result['wall']:.1f}",
        "at": result["to"],
    }


def _total(show: Show) -> dict[str, Any] | None:
    timed = [each for each in show.results if "from" in each]
    if not timed:
        return None
    spent = datetime.fromisoformat(timed[-1]["to"]) - datetime.fromisoformat(timed[0]["from"])
    took = next((each["took"] for each in timed if each.get("took") is not None), None)
    return {
        "words": _span(spent) if spent else "",
        "took": _span(timedelta(seconds=took)) if took is not None else "",
        "wall": round(sum(each["wall"] for each in timed), 1),
        "steps": len(timed),
    }
