"""Cases on the desks of a department: arriving, being worked on by the simulated officer, coming back (decision 12)."""

from datetime import datetime, timedelta
from typing import Any

from approvals import workload
from approvals.models import Application, DeskStay
from govsim.core import clock, worktime
from govsim.core.models import Department, World

RETRY_MINUTES = 15  # a department that answered with garbage, or whose answer was lost, is asked again
MOST_ASKED = 4
REFERRED = {"minutes": 60, "sigma": 0.4}  # a doubtful case takes a person about an hour


def department_of(world: World, key: str) -> Department:
    """Return a department of this world, locked: its desks are given out one case after another."""
    return Department.objects.select_for_update().get(world=world, key=key)


def trouble(department: Department, at: datetime) -> workload.Slowdown:
    """Return what is wrong with a department at `at`."""
    fault = department.faults or {}
    until = datetime.fromisoformat(fault["until"]) if fault.get("until") else None
    if not fault or (until is not None and until <= at):
        return workload.Slowdown()
    if fault["mode"] == "slow":
        return workload.Slowdown(factor=float(fault.get("factor", 5)))
    # A closure without an end delays nothing in advance: the answer is asked for again until it is over.
    return workload.Slowdown(down_until=until if fault["mode"] == "down" else None)


def arrive(row: Application, *, minutes: float, sigma: float, at: datetime) -> datetime | None:
    """Put a case in the queue of its department; return when the simulated desk will have finished it.

    None when people staff the department: then it waits for them. Runs in the caller's transaction.
    """
    department = department_of(row.world, row.department)
    if department.staffed_by == Department.Staff.PEOPLE:
        return None
    at = at.astimezone(clock.ZONE)
    hours = worktime.parse_hours(department.hours)
    drawn = workload.handling_minutes(minutes, sigma, row.world.seed, department.key, f"{row.number}/{row.version}")
    stay = workload.place(at, drawn, _free_at(row.world, department), hours, trouble(department, at))
    DeskStay.objects.create(
        application=row, world=row.world, department=department.key, desk=stay.desk,
        arrived_at=at, starts_at=stay.starts_at, ends_at=stay.ends_at,
    )  # fmt: skip
    Application.objects.filter(pk=row.pk).update(due_at=stay.ends_at, lease_until=None, claim="", attempts=0)
    row.due_at = stay.ends_at
    return stay.ends_at


def _free_at(world: World, department: Department) -> list[datetime | None]:
    last: list[datetime | None] = [None] * department.desks
    for desk in range(department.desks):
        stays = DeskStay.objects.filter(world=world, department=department.key, desk=desk)
        ends = stays.order_by("-ends_at").values_list("ends_at", flat=True).first()
        last[desk] = ends.astimezone(clock.ZONE) if ends else None
    return last


def answer(row: Application, *, at: datetime) -> dict[str, Any] | None:
    """Ask the department for its answer on a case whose desk time is over; None when it has to be asked again.

    The work is done once: it is written down on the stay before the answer goes out, so an answer that is lost on
    the way is given again, word for word, when the same case is asked for (fault "lost").
    """
    stay = row.stays.order_by("-pk").first()
    if stay is None:
        return {"done": True}
    fault = department_of(row.world, row.department).faults or {}
    until = datetime.fromisoformat(fault["until"]) if fault.get("until") else None
    mode = fault.get("mode", "") if until is None or until > at else ""
    if mode == "down":
        _ask_again(row, stay, at, until or at + timedelta(minutes=RETRY_MINUTES))
        return None
    first = stay.answer is None
    if first and mode != "garbage":
        stay.answer = {"done": True, "at": at.isoformat(), "request": f"{row.number}/{stay.pk}"}
    stay.asked += 1
    stay.save(update_fields=["answer", "asked"])
    unheard = (mode == "garbage" and stay.answer is None) or (mode == "lost" and first)
    if not unheard:
        return dict(stay.answer or {})
    if stay.asked >= MOST_ASKED:
        return {"done": False}
    _ask_again(row, stay, at, at + timedelta(minutes=RETRY_MINUTES))
    return None


def _ask_again(row: Application, stay: DeskStay, at: datetime, again: datetime) -> None:
    """Write down that the case waits for the department until `again`, and make it due then."""
    stay.waits = [*stay.waits, [at.isoformat(), again.isoformat(), "system"]]
    stay.save(update_fields=["waits"])
    Application.objects.filter(pk=row.pk).update(due_at=again, lease_until=None, claim="", attempts=0)
