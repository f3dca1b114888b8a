"""Run a walk-through in a fresh world: every step by the public API, as the persona whose turn it is.

Either in this process, without any server, where the runner also does the workers' part; or against a running stack
(`base_url`), whose workers do the work while the runner waits. Both give the same world history and the same digest.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

import httpx

from approvals import queries as approvals
from approvals import tasks
from certificates.actions import seed as seed_certificates
from govsim.core import access, clock, journal
from govsim.core import world as worlds
from govsim.core.audit import digest
from govsim.core.errors import GovsimError
from govsim.core.models import Seat, World
from govsim.exchange.actions import load_cast, populate
from govsim.walkthroughs.clients import client
from govsim.walkthroughs.paths import compare, fill, find
from govsim.walkthroughs.report import PackReport, Report, StepReport
from govsim.walkthroughs.schema import packs
from govsim.walkthroughs.story import PUBLIC, Pack, Step
from services import queries as catalogue
from services.actions import publish

SEED: Final = 20211201
PATIENCE: Final = 30.0  # wall seconds that the stack may take to finish what is due
GLANCE: Final = 0.02  # wall seconds between two looks
MOST_MOMENTS: Final = 500  # due moments that one waiting step may pass
API: Final = "/api/v1"


class StepFailed(Exception):
    """A step did not do what the pack expects; the message says what came instead."""


def run_all(base_url: str | None = None, seed: int | None = None, names: Sequence[str] = ()) -> Report:
    """Run every pack, or those named, each in a fresh world; return how they went.

    `base_url` is the address of a running stack on the same database; None runs everything in this process. Raises
    BadPack for a faulty file, KeyError for a name that is not there.
    """
    found = {pack.name: pack for pack in packs()}
    chosen = [found[name] for name in names] if names else list(found.values())
    ready()
    with client(base_url) as http:
        return Report([Runner(pack, http, in_process=base_url is None, seed=seed).run() for pack in chosen])


def ready() -> None:
    """Publish the catalogue when this installation has none yet."""
    if not catalogue.items():
        publish()


class Runner:
    """One run of one pack."""

    def __init__(self, pack: Pack, http: httpx.Client, *, in_process: bool, seed: int | None = None) -> None:
        self.pack = pack
        self.http = http
        self.in_process = in_process
        self.seed = SEED if seed is None else seed
        self.values: dict[str, Any] = dict(pack.values)
        self.tokens: dict[str, str] = {}
        self.trainer = next(role.key for role in pack.roles.values() if role.role == "trainer")
        self.world: World
        self.calls = 0
        self.answer: Any = None  # what the last request of a step got

    def run(self) -> PackReport:
        """Make the world, go through the steps until one fails, check the books, and end the world."""
        title = self.pack.title
        report = PackReport(self.pack.name, self.pack.city, self.pack.row, title.zh, title.en, self.seed)
        started = time.perf_counter()
        self._timed(report, "建立模拟世界", "A world is made", self.set_up)
        for step in self.pack.steps:
            if not report.passed:
                break
            self._timed(report, step.title.zh, step.title.en, partial(self.take, step))
        if report.passed:
            self._timed(report, "核对账目：不变量全部成立", "The books are checked: they hold", self.check_books)
        if hasattr(self, "world"):
            report.digest = outcome_digest(self.world)
            worlds.retire(self.world)
        report.seconds = time.perf_counter() - started
        return report

    def _timed(self, report: PackReport, zh: str, en: str, deed: Callable[[], None]) -> None:
        started = time.perf_counter()
        detail = ""
        try:
            deed()
        except StepFailed as failure:
            detail = str(failure)
        except (httpx.HTTPError, GovsimError) as error:
            detail = f"{type(error).__name__}: {error}"
        report.steps.append(StepReport(zh, en, not detail, detail, time.perf_counter() - started))

    # --- the world ---------------------------------------------------------------------------------------------

    def set_up(self, name: str = "") -> None:
        """Make the world, by this name, with its people, offices and seats."""
        pack = self.pack
        self.world = worlds.create(
            name=name or f"walk-{pack.name.replace('_', '-')}"[:40],
            seed=self.seed,
            mode=World.Mode.STEP,
            at=pack.starts_at,
            settings=dict(pack.settings),
        )
        if pack.cast is not None:
            load_cast(world=self.world, data=pack.cast, path=pack.path)
        populate(world=self.world, persons=pack.persons, enterprises=pack.enterprises)
        seed_certificates(world=self.world)
        for key, staffed_by in pack.staffed_by.items():
            worlds.staff(self.world, key, staffed_by)
        for role in pack.roles.values():
            self.seat(role.key)
            self.values[role.key] = role.holder or role.department
        self.values["world"] = worlds.address(self.world)

    def resume(self, world: World, values: Mapping[str, Any], calls: int) -> None:
        """Go on in a world that was set up before, with what its steps saved and how often they asked."""
        self.world, self.values, self.calls = world, dict(values), calls

    def seat(self, key: str) -> Seat:
        """Return the seat of somebody in the story."""
        role = self.pack.roles[key]
        return access.seat(
            self.world, role=role.role, holder=role.holder, department=role.department,
            name_zh=role.name.zh, name_en=role.name.en,
        )  # fmt: skip

    def _token(self, key: str) -> str:
        if key not in self.tokens:
            self.tokens[key] = access.new_token(self.seat(key), hours=1)
        return self.tokens[key]

    def check_books(self) -> None:
        """Check that every invariant holds in the world. Raises StepFailed with those that do not."""
        from govsim import verify

        found = verify.check([self.world])
        bad = [f"{key}: {each['first_bad']}" for key, each in found["invariants"].items() if not each["held"]]
        if bad:
            raise StepFailed("\n".join(bad))

    # --- steps -------------------------------------------------------------------------------------------------

    def take(self, step: Step) -> None:
        """Do one step. Raises StepFailed with file and line when it does not come out as the pack expects."""
        try:
            match step.verb:
                case "settle":
                    self.settle()
                case "clock":
                    self._move_clock(fill(step.target, self.values))
                case "load":
                    load_cast(world=self.world, data=step.target, path=self.pack.path)
                case "get":
                    self._look(step)
                case _:
                    self._ask(step)
        except (StepFailed, KeyError) as failure:
            said = f"没有保存过 {failure} / nobody saved {failure}" if isinstance(failure, KeyError) else str(failure)
            raise StepFailed(f"{self.pack.path.name}:{step.line} {said}") from None

    def _look(self, step: Step) -> None:
        """Get, once the dust has settled; with `within_hours` go on in time until it is as expected."""
        self.settle()
        until = self._now() + timedelta(hours=step.within_hours)
        for _ in range(MOST_MOMENTS):
            faults, answer = self._call(step)
            if not faults:
                self._save(step, answer)
                return
            if not step.within_hours or not self._next_moment(until):
                break
        raise StepFailed("\n".join(faults))

    def _ask(self, step: Step) -> None:
        faults, answer = self._call(step)
        if faults:
            raise StepFailed("\n".join(faults))
        self._save(step, answer)

    def _call(self, step: Step) -> tuple[list[str], Any]:
        """Make the request of a step; return what is not as expected, and the answer."""
        path = fill(step.target, self.values)
        answer = self.request(step.verb.upper(), path, step.role, fill(step.body, self.values))
        asked = f"{step.verb.upper()} {path}: {answer.status_code}"
        good = answer.status_code == step.status if step.status else answer.is_success
        if not good:
            return [f"{asked}，应为 / expected {step.status or '2xx'} · {answer.text[:600]}"], None
        data = answer.json() if "json" in answer.headers.get("content-type", "") else {"text": answer.text}
        self.answer = data
        faults = []
        for place, wanted in fill(step.expect, self.values).items():
            place = fill(place, self.values)
            value = find(data, place)
            fault = compare(value, wanted)
            if fault:
                faults.append(f"{asked} · {place} 为 / is {str(value)[:300]}，应 / expected {fault}")
        return faults, data

    def request(self, method: str, path: str, role: str, body: Any = None) -> httpx.Response:
        """Ask the API as somebody; a path below /w/ or /.well-known is asked as it is."""
        self.calls += 1
        headers = {"Accept-Language": "zh"}
        if role != PUBLIC:
            headers["Authorization"] = f"Bearer {self._token(role)}"
        if method != "GET":
            headers["Idempotency-Key"] = f"{self.values['world']}-{self.seed}-{self.calls}"
        url = path if path.startswith(("/w/", "/.well-known/")) else API + path
        return self.http.request(method, url, json=body, headers=headers)

    def _save(self, step: Step, answer: Any) -> None:
        for name, place in step.save.items():
            value = find(answer, place)
            if compare(value, {"exists": True}):
                raise StepFailed(f"答复中没有 / the answer has no {place}: {str(answer)[:300]}")
            self.values[name] = value

    # --- time --------------------------------------------------------------------------------------------------

    def _now(self) -> datetime:
        self.world.refresh_from_db()
        return clock.now(self.world)

    def busy(self) -> bool:
        """Say whether something in the world is due now and not done."""
        waits = journal.earliest_due(self.world.pk) is not None
        return waits or approvals.due_now(self.world.pk, self._now())

    def settle(self) -> None:
        """Return once nothing is due any more. Raises StepFailed when that takes too long."""
        deadline = time.perf_counter() + PATIENCE
        while self.busy():
            if time.perf_counter() > deadline:
                raise StepFailed("到期事项没有办完，办理进程在运行吗 / due work was not done; do the workers run?")
            if not (self.in_process and tasks.drain_worlds([self.world])):
                time.sleep(GLANCE)

    def _next_moment(self, until: datetime) -> bool:
        """Let the clock go on to the next due moment, but not past `until`; False when there is nothing before it."""
        due = clock.earliest_due(self.world.pk)
        before = self._now()
        if due is None or due > until or before >= until:
            return False
        self._clock({"action": "step"})
        self.settle()
        return self._now() > before

    def _move_clock(self, target: Any) -> None:
        """Step once, or go on to a moment, or for so many hours, doing everything that is due on the way."""
        self.settle()
        if target == "step":
            self._clock({"action": "step"})
            self.settle()
            return
        if "until" in target:
            until = datetime.fromisoformat(str(target["until"])).replace(tzinfo=clock.ZONE)
        else:
            until = self._now() + timedelta(hours=float(target["hours"]))
        for _ in range(MOST_MOMENTS):
            if self._now() >= until:
                return
            self._clock({"action": "until", "until": until.isoformat()})
            self.settle()
        raise StepFailed(f"时钟没有走到 / the clock did not reach {until.isoformat()}")

    def _clock(self, body: Mapping[str, Any]) -> None:
        answer = self.request("POST", "/world/clock", self.trainer, body)
        if not answer.is_success:
            raise StepFailed(f"POST /world/clock: {answer.status_code} · {answer.text[:600]}")


def outcome_digest(world: World) -> str:
    """Return the hash of all that happened in a world: what was asked and decided, by whom, when, and why."""
    return digest(list(approvals.outcomes(world))).hex()
