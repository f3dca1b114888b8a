"""GB/T 4754-2017: the sections, and the classes that the simulation uses (domain.md C.14).

The four-digit classes are recalled, not checked: do not print them as official.
"""

from dataclasses import dataclass

from govsim.core.codes.errors import CodeError


@dataclass(frozen=True, slots=True)
class Industry:
    """A class of economic activity: section letter and four digits, and its names."""

    code: str
    zh: str
    en: str

    @property
    def section(self) -> str:
        """The section letter, a key of SECTIONS."""
        return self.code[0]


# letter: (zh, en)
SECTIONS: dict[str, tuple[str, str]] = {
    "A": ("农林牧渔", "agriculture, forestry, animal husbandry and fishery"),
    "B": ("采矿", "mining"),
    "C": ("制造", "manufacturing"),
    "D": ("电热燃水", "electricity, heat, gas and water"),
    "E": ("建筑", "construction"),
    "F": ("批发零售", "wholesale and retail"),
    "G": ("交通仓储邮政", "transport, storage and post"),
    "H": ("住宿餐饮", "accommodation and catering"),
    "I": ("信息传输软件", "information transmission and software"),
    "J": ("金融", "finance"),
    "K": ("房地产", "real estate"),
    "L": ("租赁商务", "leasing and business services"),
    "M": ("科研技术", "research and technical services"),
    "N": ("水利环境公共设施", "water, environment and public facilities"),
    "O": ("居民服务修理", "household services and repair"),
    "P": ("教育", "education"),
    "Q": ("卫生社会工作", "health and social work"),
    "R": ("文体娱乐", "culture, sports and entertainment"),
    "S": ("公共管理社会组织", "public administration and social organisations"),
    "T": ("国际组织", "international organisations"),
}

INDUSTRIES: tuple[Industry, ...] = (
    Industry("A0111", "稻谷种植", "rice growing"),
    Industry("A0141", "蔬菜种植", "vegetable growing"),
    Industry("A0412", "内陆养殖", "inland aquaculture"),
    Industry("C1411", "糕点、面包制造", "bakery products"),
    Industry("C2110", "木质家具制造", "wooden furniture"),
    Industry("C3752", "摩托车零部件及配件制造", "motorcycle parts"),
    Industry("C3872", "照明灯具制造", "lighting fixtures"),
    Industry("C3911", "计算机整机制造", "computers"),
    Industry("C3963", "智能无人飞行器制造", "drones"),
    Industry("D4610", "自来水生产和供应", "water supply"),
    Industry("E4710", "住宅房屋建筑", "residential building"),
    Industry("E5012", "住宅装饰和装修", "home decoration"),
    Industry("F5212", "超级市场零售", "supermarkets"),
    Industry("F5251", "西药零售", "pharmacies"),
    Industry("F5292", "互联网零售", "internet retail"),
    Industry("G5431", "普通货物道路运输", "road freight"),
    Industry("H6110", "旅游饭店", "tourist hotels"),
    Industry("H6210", "正餐服务", "restaurants"),
    Industry("H6220", "快餐服务", "fast food"),
    Industry("I6450", "互联网数据服务", "internet data services"),
    Industry("I6513", "应用软件开发", "application software"),
    Industry("I6531", "信息系统集成服务", "system integration"),
    Industry("K7010", "房地产开发经营", "real-estate development"),
    Industry("K7020", "物业管理", "property management"),
    Industry("L7241", "会计、审计及税务服务", "accounting and tax"),
    Industry("O8040", "理发及美容服务", "hairdressing, beauty"),
    Industry("P8391", "职业技能培训", "vocational training"),
    Industry("Q8425", "门诊部（所）", "outpatient clinics"),
    Industry("Q8514", "老年人、残疾人养护服务", "care for elderly, disabled"),
    Industry("R8810", "文艺创作与表演", "arts creation, performance"),
)

_BY_CODE = {industry.code: industry for industry in INDUSTRIES}


def industry(code: str) -> Industry:
    """The class with this code. Raises CodeError `bad_industry` if it is not in the table. (GB/T 4754-2017, C.14)"""
    if code not in _BY_CODE:
        raise CodeError("bad_industry", f"行业代码{code}不在本平台行业表中", f"Industry {code} is not in the table")
    return _BY_CODE[code]
