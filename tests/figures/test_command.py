"""`manage.py figures`, for people and for programs."""

import json
from io import StringIO

import pytest
from django.core.management import call_command

from govsim.core.models import World

pytestmark = pytest.mark.django_db


def printed(*arguments: str) -> str:
    told = StringIO()
    call_command("figures", *arguments, stdout=told)
    return told.getvalue()


def test_for_programs(published: None, world: World) -> None:
    found = json.loads(printed("--json", "--world", world.name))
    assert set(found) == {"reported", "simulated"}
    assert {each["scope"] for each in found["simulated"]} == {"catalogue", "world"}


def test_for_people(published: None) -> None:
    reported, _, simulated = printed().partition("模拟数据 · simulated figures")
    assert "[SZ-06] 秒批事项 350 项 · Instant-approval items: 350 items" in reported
    assert "超过8,350 个" in reported
    assert "2020 年份" in reported  # a year has no thousands
    assert "秒批事项 · Instant-approval items" in simulated
    assert " ÷ " in simulated
    assert "SZ-06" not in simulated


def test_an_unknown_world_is_a_wrong_call(db: None) -> None:
    with pytest.raises(SystemExit) as ended:
        call_command("figures", "--world", "nowhere", stderr=StringIO())
    assert ended.value.code == 2
