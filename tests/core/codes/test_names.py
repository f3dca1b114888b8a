from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govsim.core.codes import name_words, names, regions
from govsim.core.codes.errors import CodeError
from govsim.core.codes.names import NameParts

HETIAN = "深圳市模拟禾田科技有限公司"


def findings(name, *, city="03", kind="limited_company", **facts):
    return {finding.rule: finding.verdict for finding in names.check(name, city=city, kind=kind, **facts)}


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        (HETIAN, ("深圳市", "模拟禾田", "科技", "有限公司")),
        ("模拟禾田（深圳）科技有限公司", ("深圳", "模拟禾田", "科技", "有限公司")),
        ("模拟禾田(深圳)科技有限公司", ("深圳", "模拟禾田", "科技", "有限公司")),
        ("模拟禾田科技（深圳）有限公司", ("深圳", "模拟禾田", "科技", "有限公司")),
        (
            "广东省深圳市南山区模拟禾田信息技术服务有限公司",
            ("广东省深圳市南山区", "模拟禾田", "信息技术服务", "有限公司"),
        ),
        ("台山市模拟禾田农业专业合作社", ("台山市", "模拟禾田", "农业", "专业合作社")),
        ("肇庆市模拟禾田股份有限公司", ("肇庆市", "模拟禾田", "", "股份有限公司")),
        ("江门市模拟禾田合伙企业（有限合伙）", ("江门市", "模拟禾田", "", "合伙企业（有限合伙）")),
        ("深圳市广东科技有限公司", ("深圳市", "广东", "科技", "有限公司")),
        ("深圳市餐饮科技有限公司", ("深圳市", "餐饮", "科技", "有限公司")),
        ("模拟禾田集团有限公司", ("", "模拟禾田", "集团", "有限公司")),
        ("深圳市模拟禾田科技", ("深圳市", "模拟禾田", "科技", "")),
        ("", ("", "", "", "")),
    ],
)
def test_parts(name, parts):
    assert names.split(name) == NameParts(*parts)


@pytest.mark.parametrize(
    ("name", "kind", "city"),
    [
        (HETIAN, "limited_company", "03"),
        (HETIAN, "limited_company", "shenzhen"),
        ("模拟禾田（深圳）科技有限公司", "limited_company", "03"),
        ("深圳市南山区模拟禾田科技有限责任公司", "limited_company", "03"),
        ("深圳市大鹏新区模拟禾田餐饮管理有限公司", "limited_company", "03"),
        ("肇庆高新区模拟禾田物流有限公司", "limited_company", "12"),
        ("广东模拟禾田商贸有限公司", "limited_company", "12"),
        ("台山市模拟禾田农业专业合作社", "cooperative", "07"),
        ("肇庆市端州区模拟禾田面馆", "individual_business", "12"),
        ("江门市模拟禾田设计工作室", "sole_proprietorship", "07"),
        ("江门市模拟禾田企业管理合伙企业（有限合伙）", "partnership", "07"),
        ("深圳市模拟禾田软件股份有限公司", "joint_stock_company", "03"),
    ],
)
def test_good_names(name, kind, city):
    assert findings(name, city=city, kind=kind) == {}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("深圳市ABC科技有限公司", {"N1": "reject"}),
        ("深圳市模拟禾田２科技有限公司", {"N1": "reject"}),
        ("深圳市模拟禾田（样板）科技有限公司", {"N1": "reject"}),
        ("江门市模拟禾田科技有限公司", {"N3": "reject"}),
        ("北京市模拟禾田科技有限公司", {"N3": "reject"}),
        ("广州模拟禾田科技有限公司", {"N3": "reject"}),
        ("深圳市端州区模拟禾田科技有限公司", {"N3": "reject"}),
        ("南山区模拟禾田科技有限公司", {"N3": "reject"}),
        ("大鹏新区模拟禾田科技有限公司", {"N3": "reject"}),
        ("模拟禾田科技有限公司", {"N3": "manual"}),
        ("深圳市广东科技有限公司", {"N4": "reject"}),
        ("深圳市模拟广州科技有限公司", {"N4": "reject"}),
        ("深圳市科技有限公司", {"N4": "reject", "N5": "warn"}),
        ("深圳市餐饮科技有限公司", {"N4": "reject"}),
        ("深圳市禾科技有限公司", {"N4": "reject"}),
        ("深圳市模拟光明科技有限公司", {"N4": "manual"}),
        ("深圳市模拟禾田有限公司", {"N5": "warn"}),
        ("深圳市模拟禾田科技", {"N6": "reject"}),
        ("深圳市模拟禾田科技股份有限公司", {"N6": "reject"}),
        ("深圳市模拟禾田科技公司", {"N6": "reject"}),
        ("深圳市模拟人民政府科技有限公司", {"N7": "reject"}),
        ("深圳市模拟联合国科技有限公司", {"N7": "reject"}),
        ("深圳市模拟博彩科技有限公司", {"N7": "reject"}),
        ("深圳市模拟免检食品有限公司", {"N7": "manual"}),
        ("中国模拟禾田科技有限公司", {"N8": "reject"}),
        ("深圳市中华模拟禾田科技有限公司", {"N8": "reject"}),
        ("深圳市模拟禾田中国科技有限公司", {"N8": "manual"}),
        ("模拟禾田（中国）科技有限公司", {"N8": "manual"}),
        ("深圳市模拟岭南样板科技有限公司", {"N10": "manual"}),
        ("深圳市模拟禾田科技有限公司分公司", {"N5": "warn", "N11": "reject"}),
        ("深圳市禾田科技有限公司", {"S1": "reject"}),
    ],
)
def test_faulty_names(name, expected):
    assert findings(name) == expected


def test_an_empty_name_is_refused():
    assert findings("")["N1"] == "reject"


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        (HETIAN, "individual_business"),
        (HETIAN, "sole_proprietorship"),
        (HETIAN, "cooperative"),
        ("深圳市模拟禾田科技经营部", "limited_company"),
        ("深圳市模拟禾田科技合伙企业", "partnership"),
    ],
)
def test_the_form_must_match_the_kind(name, kind):
    assert findings(name, kind=kind) == {"N6": "reject"}


def test_an_enterprise_has_one_name():
    assert findings(HETIAN, held=["深圳市模拟木棉科技有限公司"]) == {"N2": "reject"}
    assert findings(HETIAN, held=[HETIAN]) == {}


def test_an_industry_word_is_advised_by_main_business():
    (finding,) = names.check(HETIAN, city="03", kind="limited_company", industry_code="H6210")
    assert (finding.rule, finding.verdict) == ("N5", "warn")
    assert "餐饮" in finding.zh
    assert findings(HETIAN, industry_code="I6513") == {}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (HETIAN, {"N9": "reject"}),
        ("深圳市 模拟禾田 科技有限公司", {"N9": "reject"}),
        ("深圳市南山区模拟禾田科技有限责任公司", {"N9": "reject"}),  # neither district nor form makes a difference
        ("模拟禾田（深圳）科技有限公司", {"N9": "reject"}),
        ("深圳市模拟禾田有限公司", {"N5": "warn", "N9": "reject"}),  # no industry counts as the same
        ("深圳市模拟禾田餐饮有限公司", {}),
        ("深圳市模拟禾天科技有限公司", {"N10": "manual"}),  # the same sound
        ("深圳市模拟田禾科技有限公司", {"N10": "manual"}),  # reversed
        ("深圳市模拟禾木科技有限公司", {"N10": "warn"}),
        ("深圳市模拟禾田坊科技有限公司", {"N10": "warn"}),
        ("深圳市模拟木棉科技有限公司", {}),
    ],
)
def test_names_against_a_taken_one(name, expected):
    assert findings(name, taken=["深圳市模拟葵乡科技有限公司", HETIAN]) == expected


def test_another_registrar_does_not_mind():
    assert findings("江门市模拟禾田科技有限公司", city="07", taken=[HETIAN]) == {}


def test_the_finding_names_the_other():
    (finding,) = names.check("深圳市模拟禾天科技有限公司", city="03", kind="limited_company", taken=[HETIAN])
    assert HETIAN in finding.zh
    assert HETIAN in finding.en


def test_same_and_similar_look_both_ways():
    similar_name = "深圳市模拟禾天科技有限公司"
    assert names.same(HETIAN, HETIAN)
    assert not names.same(HETIAN, similar_name)
    assert names.similar(HETIAN, similar_name) == names.similar(similar_name, HETIAN) == "sound"
    assert names.similar(HETIAN, HETIAN) is None


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (f"{HETIAN}分公司", {}),
        (f"{HETIAN}江门分公司", {}),
        (f"{HETIAN}分店", {}),
        (HETIAN, {"N11": "reject"}),
        ("深圳市模拟木棉科技有限公司分公司", {"N11": "reject"}),
        (f"{HETIAN}样板分公司", {"N11": "reject"}),
    ],
)
def test_branches(name, expected):
    assert findings(name, kind="branch", parent=HETIAN) == expected


def test_a_branch_needs_a_parent_and_its_own_name():
    assert findings(f"{HETIAN}分公司", kind="branch") == {"N11": "reject"}
    assert findings(f"{HETIAN}分公司", kind="branch", parent=HETIAN, taken=[f"{HETIAN}分公司"]) == {"N9": "reject"}
    assert findings(f"{HETIAN}分公司", kind="branch", parent=HETIAN, taken=[HETIAN]) == {}


def test_unknown_kinds_and_cities_are_refused():
    for facts, reason in [({"kind": "empire"}, "bad_kind"), ({"city": "01"}, "bad_city")]:
        for ask in (findings, lambda name, **facts: names.alternatives(name, [], **{"city": "03", **facts})):
            with pytest.raises(CodeError) as refusal:
                ask(HETIAN, **{"kind": "limited_company", **facts})
            assert refusal.value.code == reason


def test_alternatives_stay_near_the_refused_name():
    offers = names.alternatives(HETIAN, [HETIAN], city="03", kind="limited_company")
    assert offers == [
        "深圳市模拟禾田嘉木科技有限公司",
        "深圳市模拟禾田瑞景科技有限公司",
        "深圳市模拟禾田晨光科技有限公司",
    ]


REFUSED = [
    "",
    "深圳市ABC科技有限公司",
    "深圳市广东科技有限公司",
    "中国模拟禾田科技有限公司",
    "江门市模拟禾田",
    "深圳市模拟人民政府禾田餐饮有限公司",
    HETIAN,
]


@pytest.mark.parametrize("name", REFUSED)
@pytest.mark.parametrize("kind", name_words.FORMS)
@pytest.mark.parametrize("city", [city.slug for city in regions.CITIES])
def test_alternatives_are_acceptable(name, kind, city):
    taken = [HETIAN, "江门市模拟木棉科技有限公司"]
    offers = names.alternatives(name, taken, city=city, kind=kind)
    assert len(set(offers)) == 3
    assert all(findings(offer, city=city, kind=kind, taken=taken) == {} for offer in offers)
    assert offers == names.alternatives(name, taken, city=city, kind=kind)


def test_a_branch_has_no_alternatives():
    assert names.alternatives(f"{HETIAN}分公司", [], city="03", kind="branch") == []


@given(st.text(max_size=30), st.sampled_from([*name_words.FORMS, "branch"]))
def test_any_text_gets_findings_in_both_languages(name, kind):
    for finding in names.check(name, city="03", kind=kind, taken=[HETIAN]):
        assert finding.zh
        assert finding.en


@given(
    st.lists(
        st.sampled_from(["深圳市", "广东", "模拟", "禾田", "科技", "管理", "（", "）", "有限公司", "店"]), max_size=8
    )
)
def test_no_part_of_a_name_is_lost(pieces):
    name = "".join(pieces)
    parts = names.split(name)
    joined = parts.region + parts.trade + parts.industry + parts.form
    assert sorted(joined) == sorted(name) or sorted(f"{joined}（）") == sorted(name)


@pytest.mark.parametrize(
    ("on", "needs_approval", "free"),
    [
        (date(2021, 12, 1), False, date(2022, 2, 1)),
        (date(2021, 12, 31), False, date(2022, 2, 28)),
        (date(2024, 2, 29), True, date(2025, 2, 28)),
        (date(2021, 12, 1), True, date(2022, 12, 1)),
    ],
)
def test_reservations_end(on, needs_approval, free):
    assert names.reserved_until(on, needs_approval=needs_approval) == free


def test_a_name_given_up_is_free_after_a_year():
    assert names.given_up_until(date(2021, 12, 1)) == date(2022, 12, 1)


def test_every_character_has_one_sound():
    characters = "".join(name_words.HOMOPHONES)
    assert len(characters) == len(set(characters))
