"""What stands on the wall: monitoring, decision support, dispatch, data integration, the map."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any, Final

from approvals import queries
from approvals.queries import Counted, Pressing
from approvals.states import APPLICATION, URGEABLE
from govsim.core import clock, organisations, reported
from govsim.core.districts import DISTRICTS, district_of
from govsim.core.models import AuditHead, World
from govsim.exchange import queries as exchange
from govsim.web.command import city, indicators

SHOWN: Final = 8  # lines of dispatch on the wall
OFFICES: Final = 6  # departments in the heat table
DAYS: Final = 14  # of the trend
REPORTED: Final = ("sz.command.systems", "sz.command.data_kinds")
HOURS: Final = tuple(f"{hour:02}" for hour in range(8, 19))
STEPS: Final = tuple(
    {"state": each, "zh": APPLICATION.states[each].zh, "en": APPLICATION.states[each].en} for each in URGEABLE
)


def wall(world: World) -> dict[str, Any]:
    """Return everything that the wall shows of a world now."""
    now = clock.now(world)
    today = queries.counted(world, now.date())
    pressing = queries.pressing(world, now)
    queues = queries.queues(world)
    kinds = Counter(each.kind for each in pressing)
    seen = indicators.Seen(
        today, sum(queues.values()), kinds["overdue"], kinds["near"], queries.latest_ratings(world)
    )  # fmt: skip
    _, counted_at = queries.counting()
    return {
        "now": now,
        "counted_at": counted_at,
        "groups": [(words, [indicators.told(each) for each in drawn]) for words, drawn in indicators.by_group(seen)],
        "count_of_indicators": len(indicators.INDICATORS),
        "city": city.city(today, pressing),
        "dispatch": dispatch(world, pressing[:SHOWN]),
        "kinds": kinds,
        "pressing": len(pressing) - kinds["open"],
        "heat": heat(today, queues),
        "steps": STEPS,
        "sources": sources(world, now),
        "trend": trend(world, today, now),
    }


def dispatch(world: World, pressing: list[Pressing]) -> list[dict[str, Any]]:
    """Return what presses, as lines: what, where, by how much, and when it was urged."""
    told = queries.told_to_go_on(world, [each.row for each in pressing])
    bodies = queries.Bodies()
    return [_line(each, told.get(each.row.pk, {}), bodies) for each in pressing]


def _line(each: Pressing, told: dict[str, datetime], bodies: queries.Bodies) -> dict[str, Any]:
    row = each.row
    state = APPLICATION.states[row.state]
    district = DISTRICTS[district_of(row.subject)]
    return {
        "number": row.number,
        "kind": each.kind,
        "light": {"open": "ok", "near": "warn"}.get(each.kind, "red"),
        "item": bodies.of(row)["name"],
        "department": office(row.department),
        "state": {"zh": state.zh, "en": state.en},
        "district": {"zh": district.zh, "en": district.en},
        "by": None if each.limit is None else length(abs(each.limit.left)),
        "urged_at": told.get("ApplicationUrged"),
        "escalated_at": told.get("ApplicationEscalated"),
        "can": row.state in URGEABLE,
    }


def office(key: str) -> dict[str, str]:
    """Return the short names of a department."""
    found = organisations.departments().get(key)
    return {"zh": found.short_zh if found else key, "en": found.short_en if found else key}


def length(span: timedelta) -> dict[str, str]:
    """Return a length of working time in its two largest units; a working day has eight hours."""
    minutes = int(span.total_seconds() // 60)
    days, rest = divmod(minutes, 8 * 60)
    hours, left = divmod(rest, 60)
    if days:
        return {
            "zh": f"{days} 天" + (f" {hours} 时" if hours else ""),
            "en": f"{days} d" + (f" {hours} h" if hours else ""),
        }
    if hours:
        return {"zh": f"{hours} 时 {left} 分", "en": f"{hours} h {left} min"}
    return {"zh": f"{left} 分", "en": f"{left} min"}


def heat(today: Counted, queues: dict[tuple[str, str], int]) -> list[dict[str, Any]]:
    """Return the busiest departments: how many cases wait at each step, and their medians of waiting and work."""
    loads = Counter[str]()
    for (department, state), count in queues.items():
        loads[department] += count if state in URGEABLE else 0
    for department, count in today.by("department", "decided").items():
        loads[department] += count
    busiest = [key for key, count in loads.most_common(OFFICES) if count]
    most = max((queues.get((key, state), 0) for key in busiest for state in URGEABLE), default=0)
    return [
        {
            "key": key,
            "name": office(key),
            "waited": indicators.shown(today.median("waited", "department", key)),
            "worked": indicators.shown(today.median("worked", "department", key)),
            "decided": today.of("decided", "department", key),
            "cells": [
                {"state": state, "count": count, "step": count and min(4, 1 + count * 4 // (most + 1))}
                for state in URGEABLE
                for count in (queues.get((key, state), 0),)
            ],
        }
        for key in busiest
    ]


def sources(world: World, now: datetime) -> dict[str, Any]:
    """Return the state of every dataset of the catalogue, its traffic of the last hour, and the end of the audit."""
    faults = {each.source: each.mode for each in exchange.faults(world, at=now)}
    traffic = exchange.traffic(world, now)
    lines: list[dict[str, Any]] = []
    for each in exchange.catalogue():
        names = (each.key, *(each.source(city.prefix) for city in organisations.cities().values()))
        mode = next((faults[name] for name in names if name in faults), "")
        found = traffic.get(each.key)
        lines.append({
            "key": each.key,
            "name": {"zh": each.zh, "en": each.en},
            "state": {"down": "down", "slow": "slow", "conflict": "slow"}.get(mode, "up"),
            "answered": found.answered if found else 0,
            "failed": found.failed if found else 0,
            "seconds": found.seconds if found else None,
        })  # fmt: skip
    states = Counter(each["state"] for each in lines)
    worst = sorted(lines, key=lambda each: (each["state"] == "up", -each["failed"], -(each["seconds"] or 0)))
    slowest = max((each["seconds"] or 0 for each in lines), default=0)
    return {
        "lines": lines,
        "worst": [each for each in worst if each["answered"] or each["failed"] or each["state"] != "up"][:4],
        "states": states,
        "answered": sum(each["answered"] for each in lines),
        "failed": sum(each["failed"] for each in lines),
        "slowest": slowest,
        "links": sum(AuditHead.objects.filter(world=world).values_list("links", flat=True)),
        "reported": [each for each in reported.registry() if each.key in REPORTED],
    }


def trend(world: World, today: Counted, now: datetime) -> dict[str, Any]:
    """Return applications and decisions of today by hour, and of the last DAYS by day."""
    first = now.date() - timedelta(days=DAYS - 1)
    by_day = queries.counted_by_day(world, first, now.date())
    days = [first + timedelta(days=number) for number in range(DAYS)]
    received, decided = today.by("hour", "submitted"), today.by("hour", "decided")
    hours = sorted({*HOURS, *received, *decided})
    return {
        "hours": [{"at": f"{each}:00", "key": each, "submitted": received.get(each, 0), "decided": decided.get(each, 0)}
                  for each in hours],
        "days": [{"at": f"{each:%m-%d}", "key": each.isoformat(), "submitted": by_day.get(each, Counter())["submitted"],
                  "decided": by_day.get(each, Counter())["decided"]} for each in days],
    }  # fmt: skip
