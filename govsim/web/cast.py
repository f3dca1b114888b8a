"""The people and offices that a demo suggests to try: found in the world by what makes them interesting."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from govsim.core.models import World
from govsim.core.organisations import departments
from govsim.exchange import queries as registers


@dataclass(frozen=True)
class Persona:
    """Somebody to be: a short name, a role, whose number or which department, and why one would want to be them."""

    key: str
    role: str
    holder: str
    department: str
    name: dict[str, str]
    why: dict[str, str]


# Whom the first page suggests to be: a letter for the picture, who, what they do here, and the key of the persona.
SUGGESTED: tuple[dict[str, Any], ...] = (
    {"letter": {"zh": "创", "en": "F"}, "who": {"zh": "创业者", "en": "A founder"}, "persona": "founder",
     "why": {"zh": "要开一家公司", "en": "wants to open a company"}},
    {"letter": {"zh": "老", "en": "E"}, "who": {"zh": "老年人", "en": "An elder"}, "persona": "elder",
     "why": {"zh": "想申请高龄老人津贴", "en": "wants the old-age allowance"}},
    {"letter": {"zh": "承", "en": "H"}, "who": {"zh": "承办人", "en": "A handler"}, "persona": "handler:sz.civil",
     "office": True, "why": {"zh": "受理、补正、承办", "en": "accepts, asks for corrections, handles"}},
    {"letter": {"zh": "批", "en": "A"}, "who": {"zh": "批准人", "en": "An approver"}, "persona": "approver:sz.civil",
     "office": True, "why": {"zh": "审核、批准", "en": "reviews and decides"}},
    {"letter": {"zh": "训", "en": "T"}, "who": {"zh": "教员", "en": "A trainer"}, "persona": "trainer:",
     "office": True, "why": {"zh": "调时钟、设故障", "en": "moves the clock, makes faults"}},
)  # fmt: skip
# The page on which the work of a role begins; of the others, an applicant's own deed or the home page.
FIRST_PAGES = {
    "window": "inbox", "handler": "inbox", "reviewer": "inbox", "approver": "inbox", "quality_inspector": "inbox",
    "certificate_officer": "certificate-desk", "rule_officer": "studio", "dispatcher": "command", "trainer": "world",
    "applicant": "items",
}  # fmt: skip
# A short name, what they want to do, and who to look for (arguments of sample_persons).
_PEOPLE: tuple[tuple[str, str, str, dict[str, Any]], ...] = (
    (
        "founder",
        "开一家公司",
        "open a company",
        {"household_city": "shenzhen", "min_age": 30, "max_age": 50, "lacking": ("dishonest_persons",)},
    ),
    (
        "elder",
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
        "elder_elsewhere",
        "在外市申领高龄津贴",
        "claim it in another city",
        {"household_city": "jiangmen", "min_age": 72, "lacking": ("allowance_roll",)},
    ),
    (
        "senior",
        "办老年人优待证",
        "get a senior citizen card",
        {"household_city": "shenzhen", "min_age": 62, "having": ("photos",), "lacking": ("senior_cards",)},
    ),
    (
        "driver",
        "办网约车驾驶员证",
        "get a ride-hailing permit",
        {"household_city": "shenzhen", "having": ("driving_licence", "exam_results")},
    ),
    (
        "tenant",
        "提取公积金付房租",
        "withdraw housing fund for rent",
        {"household_city": "shenzhen", "having": ("housing_fund", "leases"), "lacking": ("real_estate",)},
    ),
    (
        "founder_zhaoqing",
        "在肇庆开公司",
        "open a company in Zhaoqing",
        {"household_city": "zhaoqing", "min_age": 30, "max_age": 50},
    ),
)
_OFFICES = (
    ("handler", "sz.civil"), ("reviewer", "sz.civil"), ("approver", "sz.civil"), ("handler", "sz.tax"),
    ("handler", "sz.amr"), ("reviewer", "sz.amr"), ("approver", "sz.amr"), ("certificate_officer", "sz.amr"),
    ("rule_officer", "sz.civil"), ("quality_inspector", ""), ("dispatcher", ""), ("trainer", ""), ("auditor", ""),
)  # fmt: skip
_DUTIES = {
    "handler": ("受理、补正、承办", "accept, ask for correction, handle"),
    "reviewer": ("审核", "review"),
    "approver": ("批准、不予许可", "grant or refuse"),
    "certificate_officer": ("暂扣、吊销证照", "suspend or revoke certificates"),
    "rule_officer": ("修改、试算、发布规则", "change, try and publish rules"),
    "quality_inspector": ("抽查自动批准", "check automatic grants"),
    "dispatcher": ("监测、催办、督办", "watch, urge, put under supervision"),
    "trainer": ("拨动时钟、设置故障", "move the clock, set faults"),
    "auditor": ("只读查看", "read only"),
}


def people(world: World) -> list[Persona]:
    """Return the applicants to try, one for each wish that somebody in this world can have."""
    found: list[Persona] = []
    taken: set[str] = set()
    for key, zh, en, wanted in _PEOPLE:
        fits = registers.sample_persons(world, limit=5, **wanted)
        person = next((each for each in fits if each.number not in taken), None)
        if person is not None:
            taken.add(person.number)
            name = {"zh": person.name, "en": person.pinyin}
            found.append(Persona(key, "applicant", person.number, "", name, {"zh": zh, "en": en}))
    return found


def offices() -> list[Persona]:
    """Return the officers to try."""
    made = []
    for role, key in _OFFICES:
        office = departments().get(key)
        name = {"zh": office.name_zh, "en": office.name_en} if office else {"zh": "平台", "en": "Platform"}
        zh, en = _DUTIES[role]
        made.append(Persona(f"{role}:{key}", role, "", key, name, {"zh": zh, "en": en}))
    return made


def find(world: World, asked: Mapping[str, str]) -> Persona | None:
    """Return the persona that a form asks for: by its short name, else by role, holder and department."""
    everybody = (*people(world), *offices())
    if asked.get("persona"):
        return next((each for each in everybody if each.key == asked["persona"]), None)
    chosen = (asked.get("role"), asked.get("holder", ""), asked.get("department", ""))
    return next((each for each in everybody if (each.role, each.holder, each.department) == chosen), None)
