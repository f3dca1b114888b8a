"""Faults of departments: slow, closed, answering nonsense, or losing the answer that they have given.

Departments are simulated offices with desks, hours and a fault that a trainer sets; their time is the world's. The
trials run a package of six departments through real workers while the world's clock is stepped over the API.
"""

import json
from typing import Any, Final

from govsim.lab.faults import fault
from govsim.lab.site import ALLOWANCE, Client, Site, problem, site, told
from govsim.lab.stack import wait
from govsim.lab.trial import NotHeld, Trial

STAYS: Final = """
SELECT department, arrived_at, starts_at, ends_at FROM approvals_deskstay
 WHERE world_id = (SELECT id FROM core_world WHERE name = ? AND retired_at IS NULL) ORDER BY id
"""
MOST_STEPS: Final = 120
DAWN: Final = "2021-12-01T"


@fault("F24", "部门办理变慢十倍", "a department that is ten times slower")
def slow(trial: Trial) -> None:
    """Run the same package in two worlds of one seed: where tax is slow, every other department keeps its times."""
    town = site(trial, mode="step")
    calm = town.settle(name="calm", mode="step", seed=trial.seed)
    first = _run(town, calm)
    trial.break_()
    trainer = town.staff("trainer")
    trainer.post("world/faults", {"department": "sz.tax", "mode": "slow", "factor": 10})
    number, founder = _start(town, town.told)
    seen = _finish(town, trainer, founder, number, look=True)
    usual, now = (_by_department(town.rows(STAYS, name)) for name in ("calm", "load"))
    longer = now["sz.tax"] != usual["sz.tax"]
    trial.reached(f"tax took from {usual['sz.tax'][0][2]} to {now['sz.tax'][0][2]}", unless=not longer)
    others = {key for key in usual if key != "sz.tax" and usual[key] != now.get(key)}
    trial.hold("every other department keeps its times", not others, found=others)
    trial.hold("the slow lane is named while it waits", "tax" in seen, found=seen)
    done = founder.get(f"packages/{number}").json()
    trial.hold("both are done in the end", (first["state"]["key"], done["state"]["key"]) == ("done", "done"))
    trial.recovered(lambda: True)
    trial.verify(town.lab)


@fault("F25", "部门停摆、答非所问、数据源中断", "departments closed or answering nonsense, a source of data down")
def trouble(trial: Trial) -> None:
    """Closed: asked again until it opens. Nonsense: asked four times, then a person decides. A bank declines: the
    next one takes over (the compensation of this flow). A source that stays down: the doubt goes to an officer.

    A department never answers by failing the worker, so nothing becomes an incident by its fault.
    """
    town = site(trial, mode="step")
    trainer = town.staff("trainer")
    trial.break_()
    for body in (
        {"department": "sz.tax", "mode": "garbage"},
        {"department": "sz.hrss", "mode": "down", "until": f"{DAWN}15:00:00+08:00"},
        {"source": "deaths", "mode": "down"},
    ):
        answer = trainer.post("world/faults", body)
        if answer.status_code != 200:
            raise NotHeld(told(answer))
    trainer.post("world/settings", {"declining": ["sz.bank1"]})
    claim = town.person(0).post("applications", ALLOWANCE).json()["number"]
    number, founder = _start(town, town.told)
    _finish(town, trainer, founder, number)
    done = founder.get(f"packages/{number}").json()
    asked = dict(town.rows("SELECT department, max(asked) FROM approvals_deskstay GROUP BY department"))
    first = town.one("SELECT starts_at FROM approvals_deskstay WHERE department = 'sz.hrss'")
    late = first >= "2021-12-01 07:00"  # 15:00 in the world
    trial.reached(f"tax was asked {asked['sz.tax']} times, social insurance began at {first} UTC",
                  unless=asked["sz.tax"] != 4 or not late)  # fmt: skip
    trial.hold("the package is done all the same", done["state"]["key"] == "done", found=done["state"])
    banks = dict(town.rows("SELECT department, state FROM approvals_application WHERE branch = 'bank'"))
    trial.hold("another bank took over", banks == {"sz.bank1": "refused", "sz.bank2": "granted"}, found=banks)
    state = town.one("SELECT state FROM approvals_application WHERE number = ?", claim)
    held = town.one("SELECT count(*) FROM approvals_decision d JOIN approvals_application a ON a.id = d.application_id"
                    " WHERE a.number = ? AND d.automatic", claim)  # fmt: skip
    trial.hold("nothing is granted automatically without its source", held == 0, found=state)
    dead = town.one("SELECT count(*) FROM approvals_application WHERE dead_reason <> ''")
    trial.hold("no case became an incident", dead == 0, found=dead)
    trial.recovered(lambda: True)
    trial.verify(town.lab)


@fault("F26", "部门已办结但回执丢失", "a department that has done its work, but its answer is lost")
def lost_answer(trial: Trial) -> None:
    """Asked again for the same request, it gives the same answer: one opinion and one decision for each branch."""
    town = site(trial, mode="step")
    trainer = town.staff("trainer")
    trial.break_()
    for each in ("sz.tax", "sz.hpf", "sz.hsa"):
        trainer.post("world/faults", {"department": each, "mode": "lost"})
    number, founder = _start(town, town.told)
    _finish(town, trainer, founder, number)
    stays = town.rows("SELECT department, asked, answer FROM approvals_deskstay WHERE answer IS NOT NULL")
    twice = {department: json.loads(answer) for department, asked, answer in stays if asked == 2}
    trial.reached(f"asked twice: {', '.join(sorted(twice))}", unless=len(twice) < 3)
    trial.hold("each request has one answer", len({each["request"] for each in twice.values()}) == len(twice))
    doubled = town.rows("SELECT application_id FROM approvals_decision GROUP BY application_id HAVING count(*) > 1")
    trial.hold("one decision for each branch", not doubled, found=doubled)
    more = town.rows(
        "SELECT application_id, count(*) FROM approvals_deskstay GROUP BY application_id HAVING count(*) > 1"
    )
    trial.hold("no branch was worked on twice", not more, found=more)
    done = founder.get(f"packages/{number}").json()
    trial.hold("the package is done", done["state"]["key"] == "done", found=done["state"])
    trial.recovered(lambda: True)
    trial.verify(town.lab)


def _run(town: Site, village: dict[str, Any]) -> dict[str, Any]:
    """Run the package in a village to its end and return it."""
    trainer = town.client(next(each["token"] for each in village["staff"] if each["role"] == "trainer"))
    number, founder = _start(town, village)
    _finish(town, trainer, founder, number)
    found: dict[str, Any] = founder.get(f"packages/{number}").json()
    return found


def _start(town: Site, village: dict[str, Any]) -> tuple[str, Client]:
    founder = town.client(village["people"][-3]["token"])
    made = founder.post("packages", village["package"])
    if made.status_code != 202:
        raise NotHeld(told(made))
    return made.json()["number"], founder


def _finish(town: Site, trainer: Client, founder: Client, number: str, *, look: bool = False) -> set[str]:
    """Step the world's clock until the package is over; return which lanes were named the slowest meanwhile."""
    seen: set[str] = set()
    for _ in range(MOST_STEPS):
        wait(lambda: not trainer.get("world").json()["busy"], seconds=60, every=0.02)
        if town.one("SELECT state FROM approvals_package WHERE number = ? ORDER BY id DESC", number) == "done":
            return seen
        if look:
            seen.add(founder.get(f"packages/{number}").json()["clock"]["slowest_branch"] or "")
        answer = trainer.post("world/clock", {"action": "step"})
        if problem(answer, answer.status_code):
            raise NotHeld(told(answer))
    raise NotHeld(f"the package was not done after {MOST_STEPS} moments")


def _by_department(stays: list[Any]) -> dict[str, list[tuple[str, str, str]]]:
    found: dict[str, list[tuple[str, str, str]]] = {}
    for department, *times in stays:
        found.setdefault(department, []).append(tuple(times))
    return found
