"""企业名称登记管理规定 (2020 revision): the rules for enterprise names as functions of words (domain.md C.13).

A finding with the verdict `reject` bars the name, `manual` sends it to a person, `warn` informs. What a name consists
of, and when two are the same or similar, is in `name_parts`.
"""

import re
from calendar import monthrange
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Literal

from govsim.core.codes import name_words as words
from govsim.core.codes import regions
from govsim.core.codes.errors import CodeError
from govsim.core.codes.name_parts import Likeness, NameParts, is_region, normalise, same, seat, similar, split

__all__ = [
    "NameFinding",
    "NameParts",
    "alternatives",
    "check",
    "given_up_until",
    "reserved_until",
    "same",
    "similar",
    "split",
]

# S1 is the simulation's own rule, not the regulation's: trade names carry 模拟 (C.1).
RuleId = Literal["N1", "N2", "N3", "N4", "N5", "N6", "N7", "N8", "N9", "N10", "N11", "S1"]
Verdict = Literal["reject", "manual", "warn"]

_CHINESE = re.compile(r"[一-鿿（）]+")
_LIKENESSES: dict[Likeness, tuple[Verdict, str, str]] = {  # the gravest first
    "sound": ("manual", "字号读音相同", "the trade names sound the same"),
    "reversed": ("manual", "字号文字顺序颠倒", "the trade names are each other's reverse"),
    "one_character": ("warn", "字号仅一字之差", "the trade names differ by one character"),
}


@dataclass(frozen=True, slots=True)
class NameFinding:
    """One reason why a name does not simply pass: the rule of C.13, what follows, and a sentence for the applicant."""

    rule: RuleId
    verdict: Verdict
    zh: str
    en: str


def check(
    name: str,
    *,
    city: str,
    kind: str,
    taken: Collection[str] = (),
    held: Collection[str] = (),
    parent: str = "",
    industry_code: str = "",
    well_known: Collection[str] = words.WELL_KNOWN,
) -> list[NameFinding]:
    """Every reason why this name does not simply pass; an empty list means that it does. (C.13, N1 to N11)

    `city` is a pilot city's code or slug, `kind` a key of FORMS or "branch" (then `parent` is the parent's name).
    `taken` are the names that bar it with the same registrar: registered, reserved, or given up within a year.
    `held` are names that this enterprise has already, `industry_code` its main business in GB/T 4754.
    Raises CodeError `bad_city` or `bad_kind`.
    """
    home, text = regions.city(city), normalise(name)
    parts = split(text)
    findings = [*_characters(text, parts), *_only_one(text, held)]
    if kind == words.BRANCH:  # its parent's name has been examined already
        return [*findings, *_branch(text, normalise(parent)), *_same(text, taken)]
    findings += [
        *_located(parts, home),
        *_trade_name(parts),
        *_industry(parts, kind, industry_code),
        *_form(parts, kind),
        *_prohibited(parts),
        *_national(text, parts),
        *_taken(text, taken),
        *_leaning(parts, well_known),
    ]
    # The specimen mark is asked only of a name that is otherwise acceptable, so that one fault gives one reason.
    return findings if any(finding.verdict == "reject" for finding in findings) else [*findings, *_specimen(parts)]


def alternatives(name: str, taken: Collection[str], *, city: str, kind: str) -> list[str]:
    """Up to three names that pass `check` without any finding, as near as possible to the one refused. (C.13, B.2 C1)

    Same input, same names. A branch has none: its name follows from its parent's.
    Raises CodeError `bad_city` or `bad_kind`.
    """
    if kind == words.BRANCH:
        return []

    def passes(offer: str) -> bool:
        # Without the others first: a name that is bad in itself need not be compared with thousands.
        return not check(offer, city=city, kind=kind) and not [*_taken(offer, taken)]

    refused = normalise(name)
    offers = dict.fromkeys(_offers(split(refused), regions.city(city), kind))
    return list(islice((offer for offer in offers if offer != refused and passes(offer)), 3))


def reserved_until(reserved_on: date, *, needs_approval: bool = False) -> date:
    """The day on which a reserved name is free again: 2 months on, or 1 year if founding needs approval. (N12)"""
    return _months_later(reserved_on, 12 if needs_approval else 2)


def given_up_until(given_up_on: date) -> date:
    """The day on which a cancelled, changed or withdrawn name no longer bars others: 1 year on. (N9)"""
    return _months_later(given_up_on, 12)


def _characters(text: str, parts: NameParts) -> Iterator[NameFinding]:
    stray_brackets = re.search(r"[（）]", parts.trade + parts.industry)  # beside those of the region and the form
    if stray_brackets or not _CHINESE.fullmatch(text):
        yield NameFinding(
            "N1",
            "reject",
            "企业名称应使用规范汉字，不得含有字母、数字或其他符号",
            "A name has standard Chinese characters only: no letters, digits or other signs",
        )


def _only_one(text: str, held: Collection[str]) -> Iterator[NameFinding]:
    if any(normalise(other) != text for other in held):
        yield NameFinding("N2", "reject", "企业只能登记一个企业名称", "An enterprise has one name only")


def _located(parts: NameParts, home: regions.City) -> Iterator[NameFinding]:
    place = seat(parts.region)
    if parts.region in words.NATIONAL_WORDS:
        return  # N8 speaks about it
    if not parts.region:
        yield NameFinding(
            "N3",
            "manual",
            "名称中没有行政区划，仅跨省经营的企业可以省略，需人工核实",
            "There is no region; only a firm that operates across provinces may omit it, which a person must confirm",
        )
    elif place is None or not {place.city, place.district_city} <= {home, None}:
        yield NameFinding(
            "N3",
            "reject",
            f"行政区划“{parts.region}”不是企业所在地（{home.zh}）",
            f"The region {parts.region} is not where the enterprise is located ({home.en})",
        )
    elif place.district.endswith("区") and not place.city:
        yield NameFinding(
            "N3",
            "reject",
            f"“{place.district}”前应冠以“{home.zh}”",
            f"The district or zone {place.district} must follow the city {home.zh}",
        )


def _trade_name(parts: NameParts) -> Iterator[NameFinding]:
    trade = parts.core
    if len(parts.trade) < 2:
        yield NameFinding("N4", "reject", "字号应由两个以上汉字组成", "A trade name has two characters or more")
    elif trade in words.PLACES_WITH_ANOTHER_MEANING:
        yield NameFinding(
            "N4",
            "manual",
            f"字号“{trade}”是县级以上行政区划名称，是否另有含义需人工核实",
            f"The trade name {trade} is a place of county level or above; a person must confirm another meaning",
        )
    elif trade in words.PLACES:
        yield NameFinding(
            "N4",
            "reject",
            f"字号“{trade}”是县级以上行政区划名称",
            f"The trade name {trade} is a place of county level or above",
        )
    elif trade in words.ALL_INDUSTRY_WORDS:
        yield NameFinding("N4", "reject", f"字号“{trade}”是行业用语", f"The trade name {trade} is an industry word")


def _industry(parts: NameParts, kind: str, industry_code: str) -> Iterator[NameFinding]:
    advice = words.INDUSTRY_WORDS.get(industry_code[:1], ())
    fits = any(word in parts.industry for word in advice) if advice else bool(parts.industry)
    if fits or (not parts.industry and kind not in words.COMPANIES):
        return
    yield NameFinding(
        "N5",
        "warn",
        "建议使用与主营业务相符的行业用语" + (f"，例如：{'、'.join(advice[:3])}" if advice else ""),
        "An industry word that fits the main business is advised" + (f": {', '.join(advice[:3])}" if advice else ""),
    )


def _form(parts: NameParts, kind: str) -> Iterator[NameFinding]:
    allowed = _forms(kind)
    if parts.form in words.BRANCH_FORMS:
        yield NameFinding("N11", "reject", "只有分支机构可以使用该名称", "Only a branch may carry such a name")
    elif parts.form not in allowed:
        yield NameFinding(
            "N6",
            "reject",
            f"组织形式应与主体类型相符，例如：{'、'.join(allowed[:4])}",
            f"The form must match the kind of enterprise, such as {', '.join(allowed[:4])}",
        )


def _prohibited(parts: NameParts) -> Iterator[NameFinding]:
    # Each part alone: read across the border, harmless neighbours may spell a prohibited word.
    for ground in words.PROHIBITIONS:
        for word in ground.words:
            if word in parts.trade or word in parts.industry:
                yield NameFinding("N7", ground.verdict, f"“{word}”：{ground.zh}", f"{word}: the name {ground.en}")


def _national(text: str, parts: NameParts) -> Iterator[NameFinding]:
    word = next((word for word in words.NATIONAL_WORDS if word == parts.region or word in parts.trade), "")
    if not word:
        return
    if text.startswith(word):
        yield NameFinding(
            "N8",
            "reject",
            f"名称冠以“{word}”须经国务院批准",
            f"A name that begins with {word} needs the State Council's approval",
        )
    elif parts.industry and (word == parts.region or parts.trade.endswith(word)):
        yield NameFinding(
            "N8",
            "manual",
            f"名称中间的“{word}”是否为行业的限定语，需人工核实",
            f"A person must confirm that {word} inside the name modifies the industry",
        )
    else:
        yield NameFinding(
            "N8",
            "reject",
            f"名称中间的“{word}”应是行业的限定语",
            f"Inside a name, {word} must modify the industry",
        )


def _same(text: str, taken: Collection[str]) -> Iterator[NameFinding]:
    other = next((other for other in taken if same(text, other)), None)
    if other is not None:
        yield NameFinding("N9", "reject", f"与已有名称“{other}”相同", f"The same as the name {other}")


def _taken(text: str, taken: Collection[str]) -> Iterator[NameFinding]:
    already = [*_same(text, taken)]
    yield from already
    if already:
        return
    found = {similar(text, other): other for other in taken}
    # One finding is enough, the gravest: a busy registrar has many names that differ by one character.
    for likeness, (verdict, zh, en) in _LIKENESSES.items():
        if likeness in found:
            yield NameFinding(
                "N10",
                verdict,
                f"与已有名称“{found[likeness]}”近似：{zh}",
                f"Similar to the name {found[likeness]}: {en}",
            )
            return


def _leaning(parts: NameParts, well_known: Collection[str]) -> Iterator[NameFinding]:
    for famous in well_known:
        if famous in parts.trade:
            yield NameFinding(
                "N10",
                "manual",
                f"字号含有知名字号“{famous}”，需人工核实",
                f"The trade name contains the well-known name {famous}; a person must confirm it",
            )


def _branch(text: str, parent: str) -> Iterator[NameFinding]:
    rest = text.removeprefix(parent)
    form = next((form for form in words.BRANCH_FORMS if rest.endswith(form)), "")
    place = rest.removesuffix(form)
    if not parent or rest == text or not form or not (place == "" or is_region(place)):
        yield NameFinding(
            "N11",
            "reject",
            "分支机构名称应为所从属企业的名称加“分公司”“分厂”或“分店”",
            "A branch is called by its parent's name and 分公司, 分厂 or 分店",
        )


def _specimen(parts: NameParts) -> Iterator[NameFinding]:
    if words.MARK not in parts.trade:
        yield NameFinding(
            "S1",
            "reject",
            f"本平台为模拟系统，字号应含“{words.MARK}”字样",
            f"This is a simulation: the trade name must contain {words.MARK}",
        )


def _forms(kind: str) -> tuple[str, ...]:
    if kind not in words.FORMS:
        raise CodeError("bad_kind", f"不支持的主体类型：{kind}", f"Unknown kind of enterprise: {kind}")
    return words.FORMS[kind]


def _offers(parts: NameParts, home: regions.City, kind: str) -> Iterator[str]:
    forms = _forms(kind)
    form = parts.form if parts.form in forms else forms[0]
    industry = parts.industry or (words.DEFAULT_INDUSTRY if kind in words.COMPANIES else "")
    for core in (_salvaged(parts.core), *words.STEMS):
        for ending in ("", *words.ENDINGS) if core else ():
            yield home.zh + words.MARK + core + ending + industry + form


def _salvaged(core: str) -> str:
    """What may stay of a trade name: without places, industry words, prohibited words and foreign characters."""
    kept = re.sub(r"[^一-鿿]", "", core)
    forbidden = {word for ground in words.PROHIBITIONS for word in ground.words}
    forbidden |= words.PLACES | words.ALL_INDUSTRY_WORDS | {*words.NATIONAL_WORDS, *words.WELL_KNOWN}
    for word in sorted(forbidden, key=lambda word: (-len(word), word)):  # in one order, so that offers never vary
        kept = kept.replace(word, "")
    return kept if 2 <= len(kept) <= 6 else ""


def _months_later(day: date, months: int) -> date:
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))
