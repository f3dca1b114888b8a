import pytest

from govsim.core import organisations
from govsim.exchange import catalogue


def test_every_dataset_has_a_department_that_exists_in_every_city():
    for dataset in catalogue.datasets().values():
        for city in organisations.cities().values():
            assert dataset.source(city.prefix) in organisations.departments(), dataset.key


def test_codes_of_the_catalogue_are_written_front_slash_sequence_and_used_once():
    codes = [dataset.code for dataset in catalogue.datasets().values()]
    assert len(set(codes)) == len(codes)
    for code in codes:
        front, sequence = code.split("/")
        assert front.isdigit()
        assert front[0] in "123"
        assert len(front) == 6
        assert len(sequence) == 6
        assert sequence.isdigit()


def test_everything_has_both_names():
    for dataset in catalogue.datasets().values():
        assert dataset.zh
        assert dataset.en
        for field in dataset.fields.values():
            assert field.zh
            assert field.en
            assert field.choices or field.type != "choice"


@pytest.mark.parametrize(
    ("text", "prefix"),
    [
        ("shenzhen", "sz"),
        ("jm.psb", "jm"),
        ("441299197202290366", "zq"),
        ("91440799MN0001058H", "jm"),
        ("DZ440399000001", "sz"),
        ("gd.moe", None),
        ("810099199001010010", None),
    ],
)
def test_a_code_says_in_which_city_to_ask(text, prefix):
    assert catalogue.prefix_of(text) == prefix


def test_a_field_says_what_is_wrong_with_a_value():
    fields = catalogue.datasets()["social_insurance"].fields
    assert fields["months_total"].fault(12) is None
    assert fields["months_total"].fault(True)
    assert fields["months_total"].fault("12")
    assert fields["stopped_on"].fault("") is None
    assert fields["stopped_on"].fault("2021-02-30")
    assert fields["city"].fault("")
    assert fields["stop_code"].fault("") is None
