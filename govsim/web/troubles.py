"""Trouble in a world, for teaching: what a trainer or a presenter can break, what it means, and how to undo it.

The trainer's console and the presenter's panel both make trouble by `VERBS`, which call the rooms' own actions.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.http import QueryDict

from certificates import actions as certificates
from certificates import queries as held
from govsim.core import clock, trainer
from govsim.core.actors import SYSTEM
from govsim.core.errors import BadInput
from govsim.core.models import World
from govsim.core.organisations import departments
from govsim.exchange import queries as registers
from govsim.exchange.actions import fault

type Words = Mapping[str, str]
REVOKED: Final = "教员演示：办理途中吊销 / a trainer's exercise: revoked on the way"


@dataclass(frozen=True)
class Kind:
    """One kind of trouble: which verb and mode make it, what it does in plain words, and what there is to look at."""

    do: str
    mode: str
    name: Words  # for a heading
    what: Words  # behind the name of what is broken
    does: Words
    look: Words


def _words(zh: str, en: str) -> Words:
    return {"zh": zh, "en": en}


KINDS: Final = (
    Kind("office", "slow", _words("一个部门办得慢", "A department is slow"), _words("办得慢", "works slowly"),
         _words("这个部门的窗口，每一件用时是平常的五倍；由规则自动办结的不受影响。",
                "At its desks every case takes five times as long; what rules decide by themselves is not touched."),
         _words("别的部门照常往前走，只有等它结果的环节晚到；承诺时限有没有被超过。",
                "The others go on; only what waits for its result comes late. Is the promised time still kept?")),
    Kind("office", "down", _words("一个部门停办", "A department is closed"), _words("停办", "has closed"),
         _words("这个部门到点之前一件也不办，到点自己恢复，也可以提前撤销。",
                "Nothing is done there until it opens again by itself, or until you undo it."),
         _words("办件停在它那里，没有丢；恢复后接着办，不用重报。",
                "The case rests there and is not lost; it goes on by itself, nobody applies again.")),
    Kind("office", "garbage", _words("一个部门的答复无法识别", "A department answers with garbage"),
         _words("答复无法识别", "answers with garbage"),
         _words("这个部门办完后给出的答复读不懂，平台十五分钟后再问。",
                "Its answers cannot be understood; the platform asks again a quarter of an hour later."),
         _words("结果晚到一轮，但不会办两次。", "The result is one round late, and nothing is done twice.")),
    Kind("office", "lost", _words("一个部门的答复丢失", "The answer of a department is lost"),
         _words("办完后答复丢失", "loses its answers after the work"),
         _words("这个部门办完了，答复在路上丢了，平台再问一次。",
                "It has done the work, but the answer is lost on the way; the platform asks once more."),
         _words("再问时得到的是同一个结果。", "The second answer is the same as the first.")),
    Kind("source", "slow", _words("一类登记答得慢", "A register answers slowly"), _words("答得慢", "answers slowly"),
         _words("查这类登记的时间是平常的十倍。", "To ask this register takes ten times as long."),
         _words("决定晚几秒，结果不变；查询记录里有用时。",
                "The decision comes seconds later and is the same; the log has the time it took.")),
    Kind("source", "down", _words("一类登记没有应答", "A register does not answer"),
         _words("没有应答", "does not answer"),
         _words("平台问不到这类登记。查不到不等于没有：证明不了的不批准，也不拒绝。",
                "The platform cannot ask it. No answer does not mean no: what cannot be proven is neither granted nor "
                "refused."),
         _words("办件停在“已提交”，到点再问；本人的查询记录写着谁没有应答。",
                "The case stays submitted and asks again later; the person's own log tells who did not answer.")),
    Kind("source", "conflict", _words("一类登记前后矛盾", "A register contradicts itself"),
         _words("前后矛盾", "contradicts itself"),
         _words("这类登记对同一个人给出两种说法，平台不替任何一方作主。",
                "It says two things about the same person; the platform takes no side."),
         _words("规则不放行，办件转给工作人员；说明书写明哪一条没能证明。",
                "No rule passes on it, an officer gets the case; the passport says which condition was not proven.")),
    Kind("certificate", "suspend", _words("办理途中的证照被收走", "A certificate is taken away on the way"),
         _words("被暂扣", "is suspended"),
         _words("申请时有效，决定前失效。暂扣可以撤销；吊销不能撤销，只能从头再来。",
                "Valid when applied with, not any more when decided. A suspension can be undone; a revocation "
                "cannot, except by beginning again."),
         _words("决定前的那次核验拦下它，没有自动准予；公众核验也立刻看到。",
                "The check before the decision stops it: it is not granted automatically. The public check sees it "
                "at once.")),
    Kind("declining", "", _words("银行婉拒开户", "A bank declines"), _words("婉拒开户", "declines to open accounts"),
         _words("所选银行不接这单；银行是市场主体，可以不接。",
                "The chosen bank does not take the customer, as a business may."),
         _words("平台自动转给另一家银行，申请人不用重填；婉拒的一件留在案中，别的环节不受影响。",
                "The platform turns to another bank by itself, nobody fills in anything again; the declined request "
                "stays on file, and no other branch is held up.")),
)  # fmt: skip


BY_MODE: Final = {(each.do, each.mode): each for each in KINDS}


# --- making and undoing it, as the forms ask ----------------------------------------------------------------------


def moment(text: str, name: str) -> datetime:
    """Return the world moment that was typed. Raises BadInput."""
    try:
        return datetime.fromisoformat(text).replace(tzinfo=clock.ZONE)
    except ValueError:
        raise BadInput({name: ("请填写日期和时间", "Enter a day and a time")}) from None


def _certificate(mine: World, told: QueryDict) -> None:
    """Suspend a certificate, which can be undone, or revoke it, which cannot."""
    identifier = told.get("certificate", "").strip()
    if told.get("mode") == "revoke":
        if told.get("confirm") != "true":
            raise BadInput({"confirm": ("请勾选确认：吊销不能撤回", "Tick to confirm: revoking cannot be undone")})
        certificates.revoke(world=mine, identifier=identifier, reason=REVOKED, actor=SYSTEM)
        return
    certificates.suspend(world=mine, identifier=identifier, reason=REVOKED, actor=SYSTEM)
    trainer.set_aside(world=mine, certificate=identifier)


def _give_back(mine: World, told: QueryDict) -> None:
    identifier = told.get("certificate", "")
    certificates.resume(world=mine, identifier=identifier, reason="教员演示结束 / the exercise is over", actor=SYSTEM)
    trainer.set_aside(world=mine, certificate=identifier, again=True)


def _office(mine: World, told: QueryDict) -> None:
    """Make a department fail, for good or until a moment."""
    typed = told.get("ends", "")
    ends = moment(typed, "ends") if typed else None
    if ends is not None and ends <= clock.now(mine):
        raise BadInput({"ends": ("这一刻已经过去", "That moment has passed")})
    trainer.set_fault(world=mine, department=told.get("department", ""), mode=told.get("mode", ""), until=ends)


VERBS: Final[Mapping[str, Callable[[World, QueryDict], Any]]] = {
    "source": lambda mine, told: fault.set(world=mine, source=told.get("source", ""), mode=told.get("mode", "")),
    "clear_source": lambda mine, told: fault.clear(world=mine, source=told.get("source", "")),
    "office": _office,
    "clear_office": lambda mine, told: trainer.clear_fault(world=mine, department=told.get("department", "")),
    "declining": lambda mine, told: trainer.decide_otherwise(world=mine, declining=told.getlist("bank")),
    "certificate": _certificate,
    "give_back": _give_back,
}


# --- what is in force ---------------------------------------------------------------------------------------------


def in_force(world: World) -> list[dict[str, Any]]:
    """Return every trouble that is in force: who, what, what to look at, and the form that undoes it."""
    now = clock.now(world)
    sets = {each.key: {"zh": each.zh, "en": each.en} for each in registers.catalogue()}
    found = [
        _told("source", each.mode, "clear_source", "source", each.source, sets.get(each.source, name(each.source)),
              each.until)
        for each in registers.faults(world, at=now)
    ]  # fmt: skip
    found += [
        _told("office", each.faults["mode"], "clear_office", "department", each.key,
              {"zh": each.name_zh, "en": each.name_en}, until)
        for each in trainer.faults(world)
        if (until := trainer.ends(each)) is None or until > now
    ]  # fmt: skip
    for identifier in world.settings.get(trainer.SET_ASIDE, []):
        who = paper(world, held.held(world, identifier, at=now))
        found.append(_told("certificate", "suspend", "give_back", "certificate", identifier, who))
    if banks := world.settings.get("declining", []):
        found.append(_told("declining", "", "declining", "", "", _all(name(each) for each in banks)))
    return found


def _told(
    do: str, mode: str, undo: str, field: str, value: str, who: Words, until: datetime | None = None
) -> dict[str, Any]:  # fmt: skip
    made = BY_MODE[do, mode]
    return {
        "do": undo, "name": field, "value": value, "who": who, "what": made.what, "look": made.look, "until": until,
    }  # fmt: skip


def paper(world: World, card: held.Held) -> Words:
    """Return whose certificate it is and of which kind, people in pinyin for readers of English."""
    person = registers.people(world, [card.holder_code]).get(card.holder_code)
    spelt = (person and person.pinyin) or card.holder_name
    return {"zh": f"{card.holder_name}的{card.name.zh}", "en": f"{card.name.en} of {spelt}"}


def name(key: str) -> Words:
    """Return the name of a department, or its key where there is none such."""
    found = departments().get(key)
    return {"zh": found.name_zh, "en": found.name_en} if found else {"zh": key, "en": key}


def _all(names: Iterable[Words]) -> Words:
    listed = list(names)
    return {"zh": "、".join(each["zh"] for each in listed), "en": ", ".join(each["en"] for each in listed)}
