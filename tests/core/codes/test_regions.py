import pickle

import pytest

from govsim.core.codes import regions
from govsim.core.codes.errors import CodeError


def test_cities_by_code_and_slug():
    assert [regions.city(code).zh for code in ("03", "07", "12")] == ["深圳市", "江门市", "肇庆市"]
    assert regions.city("zhaoqing").simulated == "441299"
    assert [len(city.districts) for city in regions.CITIES] == [9, 7, 8]


def test_another_city_is_refused():
    with pytest.raises(CodeError) as refusal:
        regions.city("01")
    assert refusal.value.code == "bad_city"


def test_city_of_a_region():
    assert regions.city_of("440305") == regions.city_of("440399") == regions.city("shenzhen")
    assert regions.city_of("110105") is None


@pytest.mark.parametrize(
    ("code", "zh", "en"),
    [
        ("440000", "广东省", "Guangdong"),
        ("440300", "广东省深圳市", "Shenzhen, Guangdong"),
        ("441284", "广东省肇庆市四会市", "Sihui, Zhaoqing, Guangdong"),
        ("440799", "广东省江门市模拟辖区", "Simulated District, Jiangmen, Guangdong"),
        ("810099", "香港特别行政区模拟辖区", "Simulated District, Hong Kong"),
    ],
)
def test_full_names(code, zh, en):
    assert regions.full_name(code) == regions.Region(code, zh, en)


@pytest.mark.parametrize("code", sorted(regions.SIMULATED))
def test_safe_regions_are_shown_as_simulated(code):
    assert regions.region(code).zh == "模拟辖区"
    assert regions.is_simulated(code)
    assert not regions.is_real_looking(code)


@pytest.mark.parametrize("code", ["440305", "440300", "110105", "810000", "830000", "100000", "449999"])
def test_real_looking_regions(code):
    assert regions.is_real_looking(code)
    assert not regions.is_simulated(code)


@pytest.mark.parametrize("code", ["990099", "4403", "44030５", "ABCDEF", "", "440305\n"])
def test_what_is_no_region_at_all(code):
    assert not regions.is_real_looking(code)
    with pytest.raises(CodeError):
        regions.expect_plausible(code)


def test_a_region_outside_the_table_has_no_name():
    with pytest.raises(CodeError) as refusal:
        regions.region("110105")
    assert refusal.value.code == "bad_region"


def test_an_error_survives_the_way_to_another_process():
    error = CodeError("bad_region", "不存在", "There is none")
    again = pickle.loads(pickle.dumps(error))
    assert (again.code, again.zh, again.en, str(again)) == (
        "bad_region",
        "不存在",
        "There is none",
        "不存在 / There is none",
    )
