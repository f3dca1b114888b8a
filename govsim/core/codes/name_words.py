"""The word lists behind the enterprise-name rules (domain.md C.13): short, generic, and enough for teaching."""

from dataclasses import dataclass
from typing import Literal

from govsim.core.codes import regions


def _list(text: str) -> tuple[str, ...]:
    return tuple(text.split())


# The mark that makes every enterprise of the simulation recognisable as a specimen (C.1).
MARK = "模拟"

_SHOPS = _list("""
    商行 经营部 服务部 工作室 事务所 加工厂 面馆 餐馆 茶馆 商店
    店 行 部 厂 馆 坊 铺 社 中心 档 室 场 吧 屋
""")
# Kind of enterprise: the organisation forms it may carry, the usual one first (N6).
FORMS: dict[str, tuple[str, ...]] = {
    "limited_company": ("有限公司", "有限责任公司"),
    "joint_stock_company": ("股份有限公司",),
    "partnership": (
        "合伙企业（有限合伙）",
        "合伙企业（普通合伙）",
        "合伙企业（特殊普通合伙）",
        "中心（有限合伙）",
        "事务所（普通合伙）",
        "事务所（特殊普通合伙）",
    ),
    "sole_proprietorship": _SHOPS,
    "individual_business": _SHOPS,
    "cooperative": ("专业合作社",),
}
# The kinds whose names say their industry; a shop says it in its form (面馆), or not at all.
COMPANIES = ("limited_company", "joint_stock_company")
BRANCH = "branch"
BRANCH_FORMS = ("分公司", "分厂", "分店")
# The last three are allowed to nobody, but still show where the trade name ends.
ALL_FORMS = {form for forms in FORMS.values() for form in forms} | {*BRANCH_FORMS, "公司", "合伙企业", "合作社"}

# GB/T 4754 section: words that say so in a name (N5). A word may stand for several sections.
INDUSTRY_WORDS: dict[str, tuple[str, ...]] = {
    "A": _list("农业 生态农业 种植 养殖 渔业 林业 农产品 蔬菜"),
    "B": _list("矿业"),
    "C": _list("制造 食品 糕点 家具 家居 灯饰 照明 电子 机械 机电 材料 智能装备 摩托车配件"),
    "D": _list("能源 水务 电力 燃气"),
    "E": _list("建筑 建设 建设工程 装饰 装饰工程 工程"),
    "F": _list("贸易 商贸 百货 超市 便利 药房 零售 批发 电子商务 五金 服装 水果"),
    "G": _list("物流 运输 货运 仓储 供应链"),
    "H": _list("餐饮 餐饮管理 饮食 酒店 酒店管理 小吃 快餐"),
    "I": _list("科技 软件 信息 信息技术 信息科技 网络 网络科技 数据 数据服务 互联网"),
    "J": _list("金融 投资 融资担保"),
    "K": _list("房地产 房地产开发 置业 物业 物业管理"),
    "L": _list("商务 商务服务 咨询 企业管理 企业管理咨询 会计 会计师 税务 财税 广告 租赁 人力资源"),
    "M": _list("科技 技术 技术服务 研究 检测 设计 生物科技"),
    "N": _list("环保 环境 水利 园林"),
    "O": _list("家政 美容 美容美发 美发 理发 维修"),
    "P": _list("教育 教育培训 培训 职业培训"),
    "Q": _list("医疗 养老 养老服务 护理 健康 门诊"),
    "R": _list("文化 文化传播 文化传媒 传媒 艺术 演艺 体育"),
}
# The last five follow an industry word and say nothing by themselves.
ALL_INDUSTRY_WORDS = {word for section in INDUSTRY_WORDS.values() for word in section} | {
    *_list("发展 实业 集团 服务 管理")
}

PROVINCE_NAMES = _list("""
    北京 天津 上海 重庆 河北 山西 辽宁 吉林 黑龙江 江苏 浙江 安徽 福建 江西 山东 河南 湖北 湖南 广东 海南 四川 贵州
    云南 陕西 甘肃 青海 台湾 内蒙古 广西 西藏 宁夏 新疆 香港 澳门
""")
GUANGDONG_CITY_NAMES = _list("""
    广州 深圳 珠海 汕头 佛山 韶关 河源 梅州 惠州 汕尾 东莞 中山 江门 阳江 湛江 茂名 肇庆 清远 潮州 揭阳 云浮
""")
_DISTRICT_NAMES = tuple(district.zh for city in regions.CITIES for district in city.districts)
# Names of county level and above that no trade name may be (N4), with and without 省, 市, 区, 县.
PLACES = {
    *PROVINCE_NAMES,
    *GUANGDONG_CITY_NAMES,
    *_DISTRICT_NAMES,
    *(f"{name}市" for name in GUANGDONG_CITY_NAMES),
    *(name[:-1] for name in _DISTRICT_NAMES),
}
# Place names that are words too: a person decides (N4).
PLACES_WITH_ANOTHER_MEANING = {"光明", "福田", "南山", "龙华", "中山", "高要"}

# City slug: areas without a GB/T 2260 code, which may follow the city but not stand alone (N3, C.7).
DEVELOPMENT_ZONES: dict[str, tuple[str, ...]] = {
    "shenzhen": ("大鹏新区", "深汕特别合作区"),
    "jiangmen": (),
    "zhaoqing": ("高新区",),
}

# Words that claim the whole state (N8).
NATIONAL_WORDS = ("中国", "中华", "中央", "全国", "国家")


@dataclass(frozen=True, slots=True)
class Prohibition:
    """One ground of art. 11 with words that point to it (N7); `manual` where the word alone proves nothing."""

    zh: str
    en: str
    verdict: Literal["reject", "manual"]
    words: tuple[str, ...]


PROHIBITIONS = (
    Prohibition(
        "使用或者变相使用政党、党政军机关、群团组织名称或者部队番号",
        "uses or disguises the name of a party, an organ of state or army, a mass organisation, or a unit number",
        "reject",
        _list("人民政府 政协 党委 法院 检察院 公安 税务局 监管局 部队 军区 妇联 红十字"),
    ),
    Prohibition(
        "使用外国国家（地区）、国际组织名称",
        "uses the name of a foreign state or region or of an international organisation",
        "reject",
        _list("美国 英国 法国 德国 日本 韩国 俄罗斯 联合国 欧盟 世界银行 世贸组织"),
    ),
    Prohibition(
        "含有淫秽、色情、赌博、迷信、恐怖、暴力的内容",
        "has obscene, gambling, superstitious, terrorist or violent content",
        "reject",
        _list("色情 赌博 博彩 算命 恐怖 暴力"),
    ),
    Prohibition(
        "损害社会公共利益、妨碍社会公共秩序或者违背公序良俗",
        "harms public interest or order, or good morals",
        "reject",
        _list("假冒 走私 传销 诈骗"),
    ),
    Prohibition(
        "可能含有民族、种族、宗教、性别歧视的内容",
        "may discriminate by ethnicity, race, religion or sex",
        "manual",
        _list("歧视 种族 宗教"),
    ),
    Prohibition(
        "可能使公众受骗或者产生误解",
        "may deceive or mislead the public",
        "manual",
        _list("国家级 最高级 最佳 第一 特供 专供 免检"),
    ),
)

# Names that nobody may lean on (N10); invented, like every enterprise here.
WELL_KNOWN = ("岭南样板", "湾区名样")

# Characters of one sound, tones left out (N10). Each character stands in one group only.
HOMOPHONES = _list("""
    田天甜 禾和合何河荷 鑫新心欣馨 兴星 丰风峰锋枫 嘉佳家加 宝保 元源园圆缘 明铭鸣茗 荣容融榕 盛胜圣 瑞锐睿
    宏鸿红虹洪 益义亿易意怡 利力立丽莉 智志致至 诚成城程承 辉晖汇惠慧 祥翔 泰太 通同童 龙隆 金锦晋津 林霖琳
    木牧沐慕 棉绵眠 云芸 福富 华花 恒衡 昌畅 旺望 悦越粤 清青 世仕实 景静 光广 航杭
""")

# What a refused applicant is offered: invented trade names, and endings that set a taken one apart.
STEMS = _list("木棉 榕荫 星湖 晨汐 葵乡 岭秀 端砚 浪屿")
ENDINGS = _list("嘉木 瑞景 晨光 恒远 悦和 清禾 盛泽 启明 博雅 润石")
DEFAULT_INDUSTRY = "科技"
