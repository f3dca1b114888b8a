"""I4 to I6: nothing was altered, every certificate has its origin, every passport gives its outcome again."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import timedelta
from functools import lru_cache
from typing import Any, Final

from approvals import passport as passports
from approvals import queries as approvals
from approvals.rules import engine
from approvals.rules.ruleset import RuleSet
from certificates.queries import origins
from govsim.core import audit, heads
from govsim.core.errors import GovsimError
from govsim.core.models import AuditEntry, AuditHead, World
from govsim.verify.cases import Finding
from services import queries as catalogue

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
    known = set(AuditHead.objects.filter(world=world).values_list("shard", flat=True))
    for shard in sorted(used - known):
        yield f"audit head {world.pk}/{shard}: 审计链头缺失 / the head of the chain is missing"


def closed_heads(world: World) -> Iterator[Finding]:
    """The signed end of each chain of a world that was reset is ours, and the chain still ends there."""
    for head in AuditHead.objects.filter(world=world, closed__isnull=False).order_by("shard"):
        end = head.closed or {}
        fits = heads.genuine(end) and (end.get("links"), end.get("hash")) == (head.links, head.hash)
        forged = f"audit head {world.pk}/{head.shard}: 收尾签名不符 / the signed end of the chain does not fit"
        yield None if fits else forged


def kept_heads(kept: Iterable[dict[str, Any]]) -> Iterator[Finding]:
    """Every signed head that somebody kept is ours, and its chain still goes through it (a backup may be older)."""
    for head in kept:
        place = f"audit head {head.get('world')}/{head.get('shard')}, {head.get('links')} links"
        if not heads.genuine(head):
            yield f"{place}: 不是本安装签发的链尾 / was not signed by this installation"
        elif not heads.fits(head):
            yield f"{place}: 审计链不经过此链尾：被截断、改写或是旧备份 / cut, rewritten, or an older backup"
        else:
            yield None


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
        ruleset = _ruleset(decision["item_key"], decision["rule_set"], stored["rule_set"]["version"], world_id)
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
def _ruleset(item_key: str, sha256: str, version: int, world_id: int) -> RuleSet:
    found = catalogue.rule_set_by_hash(item_key, sha256, world_id=world_id, version=version)
    return engine.load(found.body, found.body["standing"], version=found.version, sha256=found.sha256)
