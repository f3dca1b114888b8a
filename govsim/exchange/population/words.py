"""The word lists and the rules that make names and addresses in both languages (domain.md C.1, C.13). Pure."""

from govsim.core import organisations
from govsim.core.codes import regions


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


def _sounds(text: str) -> dict[str, str]:
    """Return character → pinyin from words like `陈:Chen`."""
    return dict(word.split(":", 1) for word in text.split())


SURNAMES = _sounds("""
    陈:Chen 林:Lin 黄:Huang 梁:Liang 李:Li 张:Zhang 王:Wang 刘:Liu 吴:Wu 杨:Yang 周:Zhou 何:He 罗:Luo 郑:Zheng 谢:Xie
    冯:Feng 邓:Deng 彭:Peng 曾:Zeng 叶:Ye 苏:Su 卢:Lu 蔡:Cai 许:Xu 朱:Zhu 徐:Xu 孙:Sun 胡:Hu 郭:Guo 马:Ma 高:Gao 宋:Song
    唐:Tang 余:Yu 潘:Pan 杜:Du 戴:Dai 钟:Zhong 汪:Wang 田:Tian 任:Ren 姜:Jiang 范:Fan 方:Fang 石:Shi 姚:Yao 谭:Tan
    廖:Liao 邹:Zou 熊:Xiong 金:Jin 陆:Lu 郝:Hao 孔:Kong 白:Bai 崔:Cui 康:Kang 毛:Mao 邱:Qiu 秦:Qin 江:Jiang 史:Shi
    顾:Gu 侯:Hou 邵:Shao 孟:Meng 龙:Long 万:Wan 段:Duan 雷:Lei 欧阳:Ouyang 司徒:Situ
""")
# Every given name begins with 样 (specimen) and goes on with the ten stems and twelve branches.
STEMS = _sounds("甲:jia 乙:yi 丙:bing 丁:ding 戊:wu 己:ji 庚:geng 辛:xin 壬:ren 癸:gui")
BRANCHES = _sounds("子:zi 丑:chou 寅:yin 卯:mao 辰:chen 巳:si 午:wu 未:wei 申:shen 酉:you 戌:xu 亥:hai")
GIVEN_NAMES = (*STEMS, *BRANCHES, *(stem + branch for stem in STEMS for branch in BRANCHES))

SCHOOLS = _words("模拟第一大学 模拟第二大学 模拟理工大学 模拟师范大学 模拟财经大学 模拟医科大学 模拟职业技术学院")
MAJORS = _words("计算机科学与技术 会计学 汉语言文学 机械工程 土木工程 临床医学 法学 电子信息工程 物流管理 护理学")
BANKS = tuple(organisations.departments()[f"sz.bank{number}"].name_zh for number in (1, 2, 3))

# The first, second and third character of a trade name; no place name and no industry word among them (N4).
_TRADE = (
    "云yun 岭ling 澄cheng 沐mu 启qi 远yuan 翼yi 琥hu 朗lang 晴qing 曜yao 霁ji 楷kai 棠tang 槿jin "
    "澜lan 璟jing 珩heng 屿yu 岑cen 砚yan 籁lai 蔚wei 芷zhi 苒ran 逸yi 钧jun 铭ming 颂song 骏jun",
    "川chuan 舟zhou 汀ting 穗sui 桥qiao 帆fan 石shi 泉quan 峰feng 野ye 溪xi 禾he 桐tong 柏bai 松song "
    "竹zhu 荷he 兰lan 梅mei 柳liu 枫feng 榆yu 橡xiang 杉shan 藤teng 芦lu 苇wei 茶cha 麦mai 稻dao",
    "信xin 达da 成cheng 和he 悦yue 嘉jia 宁ning 谦qian 恒heng 诚cheng 睿rui 哲zhe 彦yan 博bo 雅ya "
    "文wen 德de 义yi 礼li 智zhi 仁ren 勤qin 俭jian 敏min 思si 学xue 行xing 知zhi 止zhi 定ding",
)
TRADE_WORDS = tuple(tuple((word[0], word[1:]) for word in words.split()) for words in _TRADE)

# Industry word of the name (N5), its English, the scope codes of C.14, whether food is sold, and the form of a
# sole business or individual business (N6), with its English.
INDUSTRIES = (
    ("科技", "Technology", ("I6513", "I6531"), False, "工作室", "Studio"),
    ("商贸", "Trading", ("F5292",), False, "商行", "Store"),
    ("食品", "Food", ("F5212", "C1411"), True, "食品店", "Food Shop"),
    ("餐饮", "Catering", ("H6210",), True, "餐馆", "Restaurant"),
    ("物流", "Logistics", ("G5431",), False, "货运部", "Freight Office"),
    ("照明", "Lighting", ("C3872",), False, "灯具店", "Lamp Shop"),
    ("家具", "Furniture", ("C2110",), False, "家具店", "Furniture Shop"),
    ("物业管理", "Property Management", ("K7020",), False, "服务部", "Services"),
    ("财税咨询", "Tax Consulting", ("L7241",), False, "咨询部", "Consultants"),
    ("便利店", "Convenience", ("F5212",), True, "便利店", "Convenience Store"),
    ("装饰工程", "Decoration", ("E5012",), False, "装修部", "Decorators"),
    ("农业", "Agriculture", ("A0141", "A0111"), False, "种植场", "Farm"),
)


def pinyin(name: str) -> str | None:
    """Return a specimen name in pinyin, `Chen Yangjiazi` for 陈样甲子; None when a character is in no list."""
    length = 2 if name[:2] in SURNAMES else 1
    surname, given = SURNAMES.get(name[:length]), name[length:]
    sounds = {"样": "yang", **STEMS, **BRANCHES}
    if surname is None or not given or any(character not in sounds for character in given):
        return None
    return f"{surname} {''.join(sounds[character] for character in given).capitalize()}"


def address(region: str, number: int) -> tuple[str, str]:
    """Return `深圳市南山区样例路12号` and `No. 12 Yangli Road, Nanshan, Shenzhen`; the road exists nowhere.

    `region` is a district of a pilot city or 440000. Raises CodeError `bad_region`.
    """
    place = regions.full_name(region)
    short_zh = place.zh if region == "440000" else place.zh.removeprefix("广东省")
    short_en = place.en if region == "440000" else place.en.removesuffix(", Guangdong")
    return f"{short_zh}样例路{number}号", f"No. {number} Yangli Road, {short_en}"
