"""The people and offices that a demo suggests to try: found in the world by what makes them interesting."""

from dataclasses import dataclass
from typing import Any

from govsim.core.models import World
from govsim.core.organisations import departments
from govsim.exchange import queries as registers


@dataclass(frozen=True)
class Persona:
    """Somebody to be: a role, whose number or which department, and why one would want to be them."""

    role: str
    holder: str
    department: str
    name: dict[str, str]
    why: dict[str, str]


# Who to look for (arguments of sample_persons), and what they want to do.
_PEOPLE: tuple[tuple[str, str, dict[str, Any]], ...] = (
    (
        "开一家公司",
        "open a company",
        {"household_city": "shenzhen", "min_age": 30, "max_age": 50, "lacking": ("dishonest_persons",)},
    ),
    (
        "申领高龄津贴",
        "claim the old-age allowance",
        {
            "household_city": "shenzhen",
            "min_age": 72,
            "max_age": 79,
            "having": ("identity_library", "social_security_card"),
            "lacking": ("allowance_roll", "deaths"),
        },
    ),
    (
        "在外市申领高龄津贴",
        "claim it in another city",
        {"household_city": "jiangmen", "min_age": 72, "lacking": ("allowance_roll",)},
    ),
    (
        "办老年人优待证",
        "get a senior citizen card",
        {"household_city": "shenzhen", "min_age": 62, "having": ("photos",), "lacking": ("senior_cards",)},
    ),
    (
        "办网约车驾驶员证",
        "get a ride-hailing permit",
        {"household_city": "shenzhen", "having": ("driving_licence", "exam_results")},
    ),
    (
        "提取公积金付房租",
        "withdraw housing fund for rent",
        {"household_city": "shenzhen", "having": ("housing_fund", "leases"), "lacking": ("real_estate",)},
    ),
    ("在肇庆开公司", "open a company in Zhaoqing", {"household_city": "zhaoqing", "min_age": 30, "max_age": 50}),
)
_OFFICES = (
    ("handler", "sz.civil"), ("reviewer", "sz.civil"), ("approver", "sz.civil"), ("handler", "sz.tax"),
    ("handler", "sz.amr"), ("reviewer", "sz.amr"), ("approver", "sz.amr"), ("certificate_officer", "sz.amr"),
    ("quality_inspector", ""), ("dispatcher", ""), ("trainer", ""), ("auditor", ""),
)  # fmt: skip
_DUTIES = {
    "handler": ("受理、补正、承办", "accept, ask for correction, handle"),
    "reviewer": ("审核", "review"),
    "approver": ("批准、不予许可", "grant or refuse"),
    "certificate_officer": ("暂扣、吊销证照", "suspend or revoke certificates"),
    "quality_inspector": ("抽查自动批准", "check automatic grants"),
    "dispatcher": ("监测、催办、督办", "watch, urge, put under supervision"),
    "trainer": ("拨动时钟、设置故障", "move the clock, set faults"),
    "auditor": ("只读查看", "read only"),
}


def people(world: World) -> list[Persona]:
    """Return the applicants to try, one for each wish that somebody in this world can have."""
    found: list[Persona] = []
    taken: set[str] = set()
    for zh, en, wanted in _PEOPLE:
        fits = registers.sample_persons(world, limit=5, **wanted)
        person = next((each for each in fits if each.number not in taken), None)
        if person is not None:
            taken.add(person.number)
            name = {"zh": person.name, "en": person.pinyin}
            found.append(Persona("applicant", person.number, "", name, {"zh": zh, "en": en}))
    return found


def offices() -> list[Persona]:
    """Return the officers to try."""
    made = []
    for role, key in _OFFICES:
        office = departments().get(key)
        name = {"zh": office.name_zh, "en": office.name_en} if office else {"zh": "平台", "en": "Platform"}
        zh, en = _DUTIES[role]
        made.append(Persona(role, "", key, name, {"zh": zh, "en": en}))
    return made
