"""Check the books: the invariants I1 to I6 of the design (decisions 18) over everything that is stored.

Nothing is trusted: journal, audit chain, decisions, certificates and passports are read again, and what can be
computed again is. Rows are read in chunks, so that a database of a load test can be checked as well.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, Final

from django.conf import settings
from django.db.models import Count, Max, Min

from approvals import passport as passports
from approvals import queries as approvals
from approvals import states
from approvals.rules import engine
from approvals.rules.ruleset import RuleSet
from certificates.queries import origins
from govsim.core import audit, clock
from govsim.core.errors import GovsimError
from govsim.core.models import AuditEntry, AuditHead, IdempotentCall, JournalEntry, World
from services import queries as catalogue

OLDEST: Final = timedelta(minutes=10)  # wall time that a due row may wait for a worker (T of I1)

# Which outcome state an event of the journal ends in.
ENDS: Final = {
    "application": {
        "ApplicationGranted": "granted", "ApplicationRefused": "refused", "ApplicationDeclined": "not_accepted",
        "ApplicationWithdrawn": "withdrawn", "ApplicationReturned": "returned", "ApplicationVoided": "voided",
    },
    "package": {"PackageFinished": "", "PackageWithdrawn": "withdrawn"},
}  # fmt: skip
OUTCOMES: Final = {"application": states.APPLICATION.outcomes, "package": states.PACKAGE.outcomes}

type Finding = str | None  # what is wrong with one checked thing, in words, or None


@dataclass
class Tally:
    """How many things one invariant looked at, and what was first found wrong."""

    checked: int = 0
    bad: int = 0
    first_bad: str | None = None

    def add(self, world: World, findings: Iterable[Finding]) -> None:
        for finding in findings:
            self.checked += 1
            if finding is not None:
                self.bad += 1
                self.first_bad = self.first_bad or f"{world}: {finding}"

    def data(self) -> dict[str, Any]:
        return {"held": self.bad == 0, "checked": self.checked, "bad": self.bad, "first_bad": self.first_bad}


def check(worlds: Sequence[World] | None = None, *, oldest: timedelta = OLDEST) -> dict[str, Any]:
    """Check every world, or those given: `{"ok", "invariants": {"I1": {"held", "checked", "bad", "first_bad"}, …}}`.

    `first_bad` names the first bad row in words, in Chinese and English, or is None.
    """
    found = list(World.objects.order_by("pk")) if worlds is None else list(worlds)
    tallies = {name: Tally() for name in INVARIANTS}
    for world in found:
        for name, invariant in INVARIANTS.items():
            tallies[name].add(world, invariant(world, oldest))
    return {
        "ok": all(tally.bad == 0 for tally in tallies.values()),
        "worlds": len(found),
        "invariants": {name: tally.data() for name, tally in tallies.items()},
    }


# --- I1: nothing that was acknowledged is lost, nothing due lies about ---------------------------------------------


def acknowledged(world: World, oldest: timedelta) -> Iterator[Finding]:
    """Every number that somebody was told exists, and no due row waits longer than `oldest` for a worker."""
    standing = list(approvals.standings(world.pk))
    numbers = {row[2] for row in standing}
    rows = {(row[0], row[1]) for row in standing}
    calls = IdempotentCall.objects.filter(user__seat__world=world, status__in=(201, 202)).order_by("pk")
    for body in calls.values_list("body", flat=True).iterator(2000):
        number = body.get("number") if isinstance(body, dict) else None
        if number is not None:
            lost = f"{number}: 已告知申请人的编号不存在 / this number was acknowledged but does not exist"
            yield None if number in numbers else lost
    told = JournalEntry.objects.filter(world=world, kind__in=("application", "package"), seq=1).order_by("pk")
    for kind, row, data in told.values_list("kind", "row", "data").iterator(2000):
        lost = f"{data.get('number')}: 流水中有此办件，但记录不存在 / the journal has this case, its row is gone"
        yield None if (kind, row) in rows else lost
    if world.retired_at is None:
        yield from _waiting(world, oldest)


def _waiting(world: World, oldest: timedelta) -> Iterator[Finding]:
    now, wall = clock.now(world), clock.wall()
    until = min(wall, _last_beat() or wall)  # when nobody sweeps any more, nobody is late either
    for number, row, moment in approvals.unfinished_due(world.pk, wall):
        if moment > now:
            return
        entries = JournalEntry.objects.filter(world=world, kind="application", row=row)
        touched = entries.order_by("-seq").values_list("recorded_at", flat=True).first() or world.created_at
        waited = until - max(touched, _due_on_the_wall(world, moment))
        late = f"{number}: 到期未办已 {waited} / has been due for {waited}; is the sweeper running?"
        yield late if waited > oldest else None


def _due_on_the_wall(world: World, moment: datetime) -> datetime:
    """Return when, by the machine's time, the clock of `world` came to a world moment."""
    if world.mode in (World.Mode.FROZEN, World.Mode.STEP):
        return world.anchor_wall
    pace = 1.0 if world.mode == World.Mode.LIVE else world.pace
    return max(world.anchor_wall, world.anchor_wall + (moment - world.anchor_at) / pace)


def _last_beat() -> datetime | None:
    path = settings.VAR / "run" / "sweeper.heartbeat"
    try:
        return datetime.fromisoformat(json.loads(path.read_text(encoding="utf-8"))["beat"]).astimezone(UTC)
    except (OSError, ValueError, KeyError, TypeError):
        return None


# --- I2: one decision ----------------------------------------------------------------------------------------------


def decided_once(world: World, _: timedelta) -> Iterator[Finding]:
    """Each granted or refused application has its one decision, of the same outcome; any other has none."""
    for kind, _row, number, state, _version, outcome in approvals.standings(world.pk):
        if kind != "application":
            continue
        due = state if state in ("granted", "refused") else ""
        if due == outcome:
            yield None
        elif not outcome:
            yield f"{number}: 状态为 {state}，但没有决定 / is {state} but has no decision"
        else:
            yield f"{number}: 状态为 {state}，决定却是 {outcome} / is {state} but its decision says {outcome}"


# --- I3: the journal -----------------------------------------------------------------------------------------------


def history_whole(world: World, _: timedelta) -> Iterator[Finding]:
    """Every row's history is numbered 1, 2, 3 … up to its version, and nothing follows an outcome."""
    entries = JournalEntry.objects.filter(world=world)
    counted = entries.order_by().values("kind", "row").annotate(first=Min("seq"), last=Max("seq"), count=Count("seq"))
    lasts: dict[tuple[str, int], int] = {}
    for each in counted.order_by("kind", "row").iterator(2000):
        place = f"{each['kind']} {each['row']}"
        lasts[each["kind"], each["row"]] = each["last"]
        whole = each["first"] == 1 and each["last"] == each["count"]
        gap = f"{place}: 流水编号有缺口 / the journal has a gap (1…{each['last']}: {each['count']})"
        yield None if whole else gap
    ends = _ends(world)
    for kind, row, number, state, version, _outcome in approvals.standings(world.pk):
        last, ended = lasts.get((kind, row), 0), ends.get((kind, row), [])
        yield _history_fits(number, state, version, last, ended, OUTCOMES[kind])


def _ends(world: World) -> dict[tuple[str, int], list[tuple[int, str]]]:
    """Return for each row the outcomes that its journal tells of: (number of the entry, state)."""
    names = [event for events in ENDS.values() for event in events]
    entries = JournalEntry.objects.filter(world=world, event__in=names).order_by("seq")
    found: dict[tuple[str, int], list[tuple[int, str]]] = {}
    for kind, row, seq, event, data in entries.values_list("kind", "row", "seq", "event", "data").iterator(2000):
        state = ENDS.get(kind, {}).get(event, "") or data.get("state", "")
        found.setdefault((kind, row), []).append((seq, state))
    return found


def _history_fits(
    number: str, state: str, version: int, last: int, ends: Sequence[tuple[int, str]], outcomes: frozenset[str]
) -> Finding:
    if version != last:
        return f"{number}: 版本 {version} 与流水 {last} 不符 / version {version}, but the journal ends at {last}"
    if len(ends) > 1 or (ends and ends[0][0] != last):
        return f"{number}: 办结之后又有流水 / something follows its outcome"
    told = ends[0][1] if ends else ""
    if told != (state if state in outcomes else ""):
        return f"{number}: 状态 {state} 与流水不符（{told or '未办结'}） / is {state}, the journal tells otherwise"
    return None


# --- I4: the audit chain -------------------------------------------------------------------------------------------


def audited(world: World, _: timedelta) -> Iterator[Finding]:
    """The chain is whole, and every row that it vouches for is there and has the audited content."""
    for fault in audit.check_chain(world.pk):
        yield None if fault is None else f"{fault.place}: {fault.zh} / {fault.en}"
    yield from _heads_are_there(world)
    for kind, again in {**audit.kinds(), "package": approvals.package_hashes}.items():
        vouched = audit.latest(world.pk, kind)
        for ref, content in again(world.pk, None):
            stored = vouched.pop(ref, None)
            if stored is None:
                yield f"{kind} {_name(world, kind, ref)}: 未入审计链 / is not in the audit chain"
            elif stored != content.hex():
                yield f"{kind} {_name(world, kind, ref)}: 内容被改动 / was altered after it was audited"
            else:
                yield None
        for ref in vouched:
            yield f"{kind} {_name(world, kind, ref)}: 记录被删除 / was deleted after it was audited"


def _heads_are_there(world: World) -> Iterator[Finding]:
    """Entries whose chain has no head would not be walked at all: find them."""
    used = set(AuditEntry.objects.filter(world=world).values_list("link__shard", flat=True).distinct())
    heads = set(AuditHead.objects.filter(world=world).values_list("shard", flat=True))
    for shard in sorted(used - heads):
        yield f"audit head {world.pk}/{shard}: 审计链头缺失 / the head of the chain is missing"


def _name(world: World, kind: str, ref: str) -> str:
    """Return what people call an audited row: of a decision the case number."""
    return approvals.number_of(world.pk, int(ref)) if kind == "decision" else ref


# --- I5: where certificates come from ------------------------------------------------------------------------------


def certificates_have_origin(world: World, _: timedelta) -> Iterator[Finding]:
    """Every certificate has one origin; a result belongs to a grant that names it, at most one live for each."""
    granted: dict[str, str] = {}
    named: dict[str, str] = {}
    for each in approvals.decided(world.pk):
        if each["outcome"] == "granted":
            granted[each["application__number"]] = each["certificate"]
        if each["certificate"]:
            named[each["certificate"]] = each["application__number"]
    live: Counter[str] = Counter()
    for identifier, origin, case, alive in origins.origins(world.pk):
        named.pop(identifier, None)
        yield _origin_fault(identifier, origin, case, granted)
        if origin == "decision" and alive:
            live[case] += 1
            if live[case] > 1:
                yield f"{case}: 同一决定有两份有效结果证照 / one decision has two live result certificates"
    for identifier, number in named.items():
        yield f"{number}: 决定所载证照不存在 / the certificate that the decision names does not exist: {identifier}"


def _origin_fault(identifier: str, origin: str, case: str, granted: dict[str, str]) -> Finding:
    if origin not in ("decision", "seed", "register"):
        return f"{identifier}: 来源不明 / its origin is unknown: {origin!r}"
    if (origin == "decision") != bool(case):
        return f"{identifier}: 来源与办件编号不符 / origin {origin} does not fit its case number {case!r}"
    if origin == "decision" and case not in granted:
        return f"{identifier}: 所属办件 {case} 未获准予 / case {case}, from which it comes, was not granted"
    return None


# --- I6: passports -------------------------------------------------------------------------------------------------


def passports_repeat(world: World, _: timedelta) -> Iterator[Finding]:
    """Judging the facts of each passport again gives the same bytes, and an automatic outcome is the passport's."""
    for each in approvals.decided(world.pk):
        fault = _passport_fault(each, world.pk)
        yield f"{each['application__number']}: {fault}" if fault else None


_OUTCOMES: Final = {"GRANT": "granted", "REJECT": "refused"}


def _passport_fault(decision: dict[str, Any], world_id: int) -> str:
    text: str = decision["passport"]
    if hashlib.sha256(text.encode()).hexdigest() != decision["passport_hash"]:
        return "决定说明书与其摘要不符 / the passport does not fit its hash"
    try:
        stored = json.loads(text)
        ruleset = _ruleset(decision["item_key"], decision["rule_set"], world_id)
        again = passports.reevaluate(stored, ruleset)
    except (GovsimError, KeyError, ValueError, TypeError) as error:
        return f"决定说明书无法重算 / the passport cannot be judged again: {error}"
    if (stored.get("result_fault") or {}).get("key") == "certificate":  # the rules granted, the certificate failed
        again = {**again, "outcome": "MANUAL", "result": {}, "result_fault": stored["result_fault"]}
    if passports.canonical_bytes(again).decode() != text:
        return f"重算结果 {again['outcome']} 与说明书不同 / judged again it gives {again['outcome']} or other reasons"
    if decision["automatic"] and _OUTCOMES.get(stored["outcome"]) != decision["outcome"]:
        return f"自动决定 {decision['outcome']} 与说明书不符 / the automatic decision is not that of its passport"
    return ""


@lru_cache(maxsize=256)
def _ruleset(item_key: str, sha256: str, world_id: int) -> RuleSet:
    version = catalogue.rule_set_by_hash(item_key, sha256, world_id=world_id)
    return engine.load(version.body, version.body["standing"], version=version.version, sha256=version.sha256)


INVARIANTS: Final = {
    "I1": acknowledged,
    "I2": decided_once,
    "I3": history_whole,
    "I4": audited,
    "I5": certificates_have_origin,
    "I6": passports_repeat,
}
MEANING: Final = {
    "I1": ("已告知的编号都在，到期事项都有人办", "every acknowledged number exists, nothing due lies about"),
    "I2": ("每件办结恰有一个决定", "each decided case has exactly one decision"),
    "I3": ("流水连续，办结后不再变", "histories are gapless and end with the outcome"),
    "I4": ("审计链完整，内容未被改动", "the audit chain is whole and nothing was altered"),
    "I5": ("每份证照来源唯一", "every certificate has exactly one origin"),
    "I6": ("每份决定说明书可以重算", "every passport gives its outcome again"),
}
