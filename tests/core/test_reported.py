"""The registry of reported figures, held against domain.md §A.2 line by line."""

import re

from govsim.core import reported

# key, qualifier, value and row, as §A.2 has them; a line with several values is several entries here.
LINES = """
pilot.cities = 3 GD-01
pilot.years = 3 GD-01
sz.smart_city.rank = 1 SZ-01
sz.smart_city.years = 3 SZ-01
jm.cloud_chain_sign.award_year = 2020 JM-02
jm.cloud_chain_sign.list_size = 50 JM-02
zq.reform_case.years = 40 ZQ-01
zq.reform_case.cases = 40 ZQ-01
sz.startup.days <= 1 SZ-02
zq.startup.days = 1 ZQ-02
sz.certfree.cert_types = 393 SZ-03
sz.certfree.items = 5528 SZ-03
sz.instant_filing.items = 539 SZ-05
sz.instant_approval.items = 350 SZ-06
sz.instant_integrated.items = 165 SZ-07
sz.one_thing.services = 2085 SZ-08
jm.items.total = 15202 JM-11
jm.immediate_rate = 99.38 JM-12
jm.time_reduction_rate = 95.38 JM-13
jm.cross_region.items > 1300 JM-14
zq.zero_visit.items = 1695 ZQ-04
sz.command.systems = 82 SZ-09
sz.command.data_kinds = 100 SZ-09
sz.command.video_feeds > 200000 SZ-09
jm.disaster.systems_merged = 30 JM-18
zq.epidemic.records > 28000000 ZQ-07
sz.share.catalog_classes = 14877 SZ-10
sz.share.records_total = 7960000000 SZ-10
sz.share.exchange_per_day = 27200000 SZ-10
zq.node.records = 140000000 ZQ-08
sz.cloud.units = 71 SZ-14
sz.cloud.hosts > 8350 SZ-14
sz.cloud.systems = 599 SZ-14
jm.cloud.units = 105 JM-27
jm.cloud.systems = 302 JM-27
zq.extranet.units = 116 ZQ-13
zq.extranet.apps > 400 ZQ-13
zq.extranet.coverage = 100 ZQ-13
"""


def test_every_line_is_there_and_nothing_else() -> None:
    told = [f"{each.key} {each.qualifier} {each.value} {each.row}" for each in reported.registry()]
    assert told == LINES.split("\n")[1:-1]


def test_every_figure_has_words_and_its_city() -> None:
    for each in reported.registry():
        for words in (each.label, each.unit):
            assert set(words) == {"zh", "en"}
            assert all(words.values())
        prefix = {"shenzhen": "SZ", "jiangmen": "JM", "zhaoqing": "ZQ", "": "GD"}[each.city]
        assert re.fullmatch(rf"{prefix}-\d\d", each.row)
        assert each.qualifier in reported.QUALIFIERS


def test_a_figure_names_its_source() -> None:
    found = reported.as_data(reported.registry()[0])
    assert found["kind"] == "reported"
    assert "省委改革办" in found["source"]["zh"]
    assert found["row"] == "GD-01"
