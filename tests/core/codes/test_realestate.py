import pytest
from hypothesis import given
from hypothesis import strategies as st

from govsim.core.codes import realestate
from govsim.core.codes.errors import CodeError

VALID = {
    "440399001002GB00012F00030005": ("440399", "001", "002", "GB", "00012", "F", "00030005"),
    "440799003001GB00008W00000000": ("440799", "003", "001", "GB", "00008", "W", "00000000"),
    "441299002005JC00021F00010001": ("441299", "002", "005", "JC", "00021", "F", "00010001"),
}


@pytest.mark.parametrize(("code", "says"), VALID.items())
def test_valid_codes(code, says):
    assert realestate.parse(code) == realestate.RealEstateUnit(*says)


def test_display_in_four_groups():
    assert realestate.display("440399001002GB00012F00030005") == "440399 001002 GB00012 F00030005"


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("440799003001GB00008W00000001", "bad_fixture"),
        ("440399001002KB00012F00030005", "bad_character"),
        ("440399001002GK00012F00030005", "bad_character"),
        ("440399001002GB00012K00030005", "bad_character"),
        ("990399001002GB00012F00030005", "bad_region"),
        ("440399001002GB00012F000000030005", "bad_length"),
        ("440399 001002 GB00012 F00030005", "bad_length"),
    ],
)
def test_invalid_codes(code, reason):
    with pytest.raises(CodeError) as refusal:
        realestate.parse(code)
    assert refusal.value.code == reason


@given(
    district=st.integers(0, 999),
    subdistrict=st.integers(0, 999),
    parcel_feature=st.builds(
        "".join, st.tuples(st.sampled_from([*realestate.OWNERSHIPS]), st.sampled_from([*realestate.USES]))
    ),
    parcel=st.integers(0, 99_999),
    fixture_feature=st.sampled_from("FLQ"),
    fixture=st.integers(0, 99_999_999),
)
def test_what_is_made_is_read(**parts):
    unit = realestate.parse(realestate.make("440399", **parts))
    assert int(unit.district) == parts["district"]
    assert int(unit.subdistrict) == parts["subdistrict"]
    assert unit.parcel_feature == parts["parcel_feature"]
    assert int(unit.parcel) == parts["parcel"]
    assert unit.fixture_feature == parts["fixture_feature"]
    assert int(unit.fixture) == parts["fixture"]


def test_a_parcel_without_fixture():
    code = realestate.make("440799", district=3, subdistrict=1, parcel_feature="GB", parcel=8)
    assert code == "440799003001GB00008W00000000"


def test_real_regions_are_never_made():
    with pytest.raises(CodeError) as refusal:
        realestate.make("440305", district=1, subdistrict=1, parcel_feature="GB", parcel=1)
    assert refusal.value.code == "real_looking"


def test_certificate_numbers():
    assert realestate.title_number(2021, "shenzhen", 1) == "粤（2021）深圳市不动产权第0000001号"
    assert realestate.proof_number(2021, "07", 1) == "粤（2021）江门市不动产证明第0000001号"
