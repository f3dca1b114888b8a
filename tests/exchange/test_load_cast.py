"""A file is taken whole or not at all, and says file and line of every fault."""

import json
from datetime import timedelta

import pytest
from django.core.management import call_command

from govsim.core import yamlfile
from govsim.core.errors import BadInput
from govsim.exchange import actions, queries
from govsim.exchange.models import Record
from tests.exchange.conftest import AT, CHEN, HETIAN, LIN

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def load(world, **data):
    return actions.load_cast(world=world, data=data)


def faults_of(world, **data):
    with pytest.raises(BadInput) as refused:
        load(world, **data)
    assert not Record.objects.filter(world=world).exists()
    return refused.value.fields


def test_a_person_needs_only_a_number_and_a_name(world):
    assert load(world, people=[{"number": CHEN, "name": "陈样甲"}]).people == 1
    (record,) = queries.records(world, "population", [CHEN])
    assert record["sex"] == "male"
    assert record["household_city"] == "shenzhen"
    assert record["source"] == "sz.psb"
    assert queries.records(world, "identity_library", [CHEN])[0]["level"] == "face"


def test_records_go_over_what_the_person_entry_says(world):
    load(
        world,
        people=[{"number": CHEN, "name": "陈样甲"}],
        records={"population": [{"key": CHEN, "household_city": "other"}]},
    )
    (record,) = queries.records(world, "population", [CHEN])
    assert (record["name"], record["household_city"]) == ("陈样甲", "other")


def test_a_second_file_replaces_single_records_and_adds_to_lists(cast):
    load(
        cast,
        people=[{"number": CHEN, "name": "陈样乙"}],
        records={"real_estate": [{"key": CHEN, "city": "zhaoqing", "area_m2": 50}]},
    )
    assert queries.person(cast, CHEN).name == "陈样乙"
    assert len(queries.records(cast, "real_estate", [CHEN])) == 3


def test_down_and_conflicts_become_faults_of_sources(world):
    load(world, down=["deaths", "sz.hrss"], conflicts=["population"])
    assert {(fault.source, fault.mode) for fault in queries.faults(world, at=AT + timedelta(days=400))} == {
        ("deaths", "down"),
        ("sz.hrss", "down"),
        ("population", "conflict"),
    }


def test_a_conflict_may_be_a_second_record(world):
    load(
        world,
        people=[{"number": CHEN, "name": "陈样甲"}],
        records={"employment": [{"key": LIN, "status": "employed"}]},
        conflicts=[
            {"dataset": "population", "key": CHEN, "address": "深圳市罗湖区样例路1号"},
            {"dataset": "employment", "key": LIN, "status": "retired"},
        ],
    )
    for dataset, key in (("population", CHEN), ("employment", LIN)):
        question = queries.Question(1, "1", dataset, (key,), None, "sz.civil")
        answer = queries.gather(world, [question], at=AT).answers[question]
        assert answer.status == "conflict"
        assert len(answer.records) == 2


def chen(**more):
    return {"people": [{"number": CHEN, "name": "陈样甲", **more}]}


@pytest.mark.parametrize(
    ("data", "place", "words"),
    [
        ({"people": [{"number": "11010519491231002X", "name": "陈样甲"}]}, "people[0].number", "请勿录入真实证件号码"),
        ({"people": [{"number": "440399194003150012", "name": "陈样甲"}]}, "people[0].number", "校验码"),
        ({"people": [{"number": CHEN}]}, "people[0].name", "缺少"),
        (chen(sex="female"), "people[0].sex", "不一致"),
        (
            {"people": [{"number": CHEN, "name": "陈样甲", "birth_date": "1940-03-16"}]},
            "people[0].birth_date",
            "不一致",
        ),
        (chen(shoe=41), "people[0].shoe", "没有"),
        (chen(city="atlantis"), "people[0].city", "试点城市"),
        (chen(level="none"), "people[0].level", "核身等级"),
        (
            {"people": [{"number": CHEN, "name": "陈样甲", "household_region": "999999"}]},
            "people[0].household_region",
            "9",
        ),
        (
            {"people": [{"number": CHEN, "name": "陈样甲", "household_city": "x"}]},
            "people[0].household_city",
            "户籍城市",
        ),
        ({"people": ["陈样甲"]}, "people[0]", "对象"),
        ({"people": {}, "firms": {"a": 1}}, "firms", "列表"),
        ({"firms": [{"code": "91350100M000100Y43", "name": "某公司"}]}, "firms[0].code", "请勿录入真实证件号码"),
        ({"firms": [{"code": HETIAN, "name": "甲", "kind": "empire"}]}, "firms[0].kind", "主体类型"),
        ({"records": {"horoscope": []}}, "records.horoscope", "数据集"),
        ({"records": {"deaths": [{"died_on": "2021-01-01"}]}}, "records.deaths[0].key", "缺少"),
        ({"records": {"deaths": [{"key": CHEN, "died_on": "2021-02-30"}]}}, "records.deaths[0].died_on", "日期"),
        ({"records": {"deaths": [{"key": CHEN, "source": "sz.moon"}]}}, "records.deaths[0].source", "部门"),
        (
            {"records": {"social_security_card": [{"key": CHEN, "account": "6222021234567890123"}]}},
            "records.social_security_card[0].account",
            "请勿录入真实证件号码",
        ),
        ({"down": ["the moon"]}, "down[0]", "数据集或部门"),
        ({"conflicts": [{"dataset": "population", "key": CHEN}]}, "conflicts[0]", "冲突"),
        ({"conflicts": [{"dataset": "leases", "key": CHEN}]}, "conflicts[0].dataset", "一条记录"),
        ({"planets": []}, "文件 / file.planets", "没有"),
        ({"records": []}, None, None),
        ({"records": ["x"]}, "records", "对象"),
    ],
)
def test_faults_are_named_by_place(world, data, place, words):
    if place is None:
        load(world, **data)
        return
    fields = faults_of(world, **data)
    assert list(fields) == [place]
    assert words in fields[place][0]
    assert fields[place][1]


def test_every_fault_of_a_file_is_told_with_its_line(world, tmp_path):
    path = tmp_path / "cast.yaml"
    path.write_text(
        "people:\n"
        "  - number: '11010519491231002X'\n"
        "    name: 陈样甲\n"
        "records:\n"
        "  deaths:\n"
        f"    - key: '{CHEN}'\n"
        "      died_on: yesterday\n",
        encoding="utf-8",
    )
    with pytest.raises(BadInput) as refused:
        actions.load_cast(world=world, data=yamlfile.load(path), path=path)
    assert list(refused.value.fields) == [f"{path}:2 people[0].number", f"{path}:7 records.deaths[0].died_on"]


# --- the command ------------------------------------------------------------------------------------------------------


def run(*arguments):
    try:
        call_command("registers", *arguments)
    except SystemExit as stop:
        return stop.code
    return 0


def test_the_command_loads_a_json_file(world, tmp_path, capsys):
    path = tmp_path / "cast.json"
    path.write_text(json.dumps({"people": [{"number": CHEN, "name": "陈样甲"}]}), encoding="utf-8")
    assert run("load", str(path), "--world", "classroom", "--json") == 0
    assert json.loads(capsys.readouterr().out) == {"world": "classroom#1", "people": 1, "firms": 0, "records": 2}


def test_the_command_takes_unquoted_yaml_dates(world, tmp_path):
    path = tmp_path / "cast.yaml"
    path.write_text(f"records:\n  deaths:\n    - {{key: '{CHEN}', died_on: 2021-03-01}}\n", encoding="utf-8")
    assert run("load", str(path)) == 0
    assert queries.records(world, "deaths", [CHEN])[0]["died_on"].isoformat() == "2021-03-01"


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("cast.json", '{"people": [\n', ":2: "),
        ("cast.json", '{\n"people": [{\n"number": "11010519491231002X", "name": "陈样甲"}]}', ":3 people[0].number: "),
        ("cast.json", '{\n\t"people": [\n\t\t{"number": 5}]}', "people[0].number: "),
        ("cast.yaml", "people: [", ":1: "),
        ("cast.yaml", "- 1", "文件 / file: "),
    ],
)
def test_a_bad_file_ends_with_2_and_says_where(world, tmp_path, capsys, name, content, says):
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    assert run("load", str(path)) == 2
    assert says in capsys.readouterr().err


def test_no_file_no_world_and_two_worlds_end_with_2(world, tmp_path, capsys):
    assert run("load", str(tmp_path / "none.json")) == 2
    assert "没有这个文件" in capsys.readouterr().err
    assert run("show", "--world", "atlantis") == 2
    assert "atlantis" in capsys.readouterr().err


def test_which_world_must_be_said_when_there_are_two(world, neighbour, capsys):
    assert run("show") == 2
    assert "classroom, neighbour" in capsys.readouterr().err


def test_populate_and_show(world, capsys):
    assert run("populate", "--persons", "30", "--enterprises", "6", "--seed", "3") == 0
    assert run("populate", "--persons", "30") == 1
    assert "已有人口" in capsys.readouterr().err
    assert run("show", "--json") == 0
    sizes = json.loads(capsys.readouterr().out)["datasets"]
    assert sizes["enterprises"] == 6
    assert sizes["population"] >= 30
    assert run("show") == 0
    assert "户籍人口信息 / Household registration" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["张\0三", "张\ud800", "张\u202e三", "张\n三", "\ufeff张三"])
def test_names_that_nobody_can_read_are_refused(world, name):
    person = {"number": "440399198503070016", "name": name, "household_city": "shenzhen"}
    with pytest.raises(BadInput) as refused:
        actions.load_cast(world=world, data={"people": [person]})
    assert any("name" in place for place in refused.value.fields)
