"""The world, its clock and its faults through the API; consents; health; figures."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils.dateparse import parse_datetime

from govsim.core import clock
from govsim.core.models import World
from govsim.web import health
from tests.api.conftest import ALLOWANCE, Api, problem

pytestmark = pytest.mark.django_db


def test_the_clock_steps_to_what_is_due_and_not_past_it(trainer: Api, gu: Api, city: World) -> None:
    told = trainer.get("world").json()
    assert (told["busy"], told["next_due_at"], told["mode"]) == (False, None, "step")
    assert (told["name"], told["seed"]) == ("test", 20211201)
    gu.post("applications", ALLOWANCE)
    told = gu.get("world").json()
    assert told["busy"] is True
    later = (clock.now(city) + timedelta(hours=3)).isoformat()
    told = trainer.post("world/clock", {"action": "until", "until": later}).json()
    assert told["now"] == told["next_due_at"]  # no worker runs here
    told = trainer.post("world/clock", {"action": "run", "mode": "paced", "pace": 60}).json()
    assert (told["mode"], told["pace"]) == ("paced", 60)
    problem(trainer.post("world/clock", {"action": "until"}), 422, "bad_input")
    problem(trainer.post("world/clock", {"action": "until", "until": "2021-12-01T10:00:00"}), 422, "bad_input")
    problem(trainer.post("world/clock", {"action": "until", "until": "9999-12-31T23:59:59+08:00"}), 422, "bad_input")
    problem(trainer.post("world/clock", {"action": "run", "pace": -1}), 422, "bad_input")


def test_faults_come_and_go(trainer: Api, gu: Api) -> None:
    told = trainer.post("world/faults", {"source": "deaths", "mode": "slow", "factor": 3}).json()
    assert told["faults"] == [{"kind": "source", "key": "deaths", "mode": "slow", "factor": 3.0, "until": None}]
    told = trainer.post("world/faults", {"department": "sz.tax", "mode": "lost"}).json()
    assert [each["key"] for each in told["faults"]] == ["deaths", "sz.tax"]
    assert trainer.post("world/faults/clear", {"source": "deaths"}).json()["faults"][0]["key"] == "sz.tax"
    assert trainer.post("world/faults/clear", {"department": "sz.tax"}).json()["faults"] == []
    problem(trainer.post("world/faults", {"source": "deaths", "mode": "lost"}), 422, "bad_input")
    problem(trainer.post("world/faults", {"department": "sz.tax", "mode": "conflict"}), 422, "bad_input")
    problem(trainer.post("world/faults", {"department": "none", "mode": "down"}), 404)
    problem(trainer.post("world/faults", {"mode": "down"}), 422, "bad_input")
    problem(trainer.post("world/faults", {"source": "deaths", "department": "sz.tax", "mode": "down"}), 422)


def test_settings_change_only_what_is_given(trainer: Api) -> None:
    trainer.post("world/settings", {"cleared": 0.25, "declining": ["sz.bank1"]})
    told = trainer.post("world/settings", {"quality_share": 1}).json()
    assert told["settings"] == {"cleared": 0.25, "declining": ["sz.bank1"], "quality_share": 1}
    problem(trainer.post("world/settings", {"cleared": 2}), 422, "bad_input")
    problem(trainer.post("world/settings", {"declining": ["none"]}), 422, "bad_input")


def test_consents_are_given_and_taken_back(gu: Api, city: World) -> None:
    until = (clock.now(city) + timedelta(days=1)).isoformat()
    given = gu.post("consents", {"purpose": "看病", "datasets": ["deaths"], "until": until})
    assert (given.status_code, given.json()["in_force"]) == (201, True)
    assert [each["purpose"] for each in gu.get("consents").json()["results"]] == ["看病"]
    taken = gu.post(f"consents/{given.json()['id']}/withdraw").json()
    assert taken["in_force"] is False
    assert parse_datetime(taken["withdrawn_at"]) == clock.now(city)
    problem(gu.post("consents", {"purpose": "x", "datasets": ["none"], "until": until}), 422, "bad_input")
    problem(gu.post("consents", {"purpose": "x", "until": until}), 422, "bad_input")


def test_the_catalogue_is_open(nobody: Api) -> None:
    lines = nobody.get("items?city=shenzhen").json()["results"]
    assert {each["city"] for each in lines} == {"shenzhen"}
    assert nobody.get("items?search=%E9%AB%98%E9%BE%84").json()["results"][0]["key"] == "sz.old_age_allowance"
    for line in lines:
        assert nobody.get(f"items/{line['key']}").json()["key"] == line["key"]
    themes = nobody.get("themes").json()["results"]
    assert {each["key"] for each in themes} >= {"sz.open_company", "zq.open_company"}
    for line in themes:
        assert len(nobody.get(f"themes/{line['key']}").json()["branches"]) == 7
    assert len(nobody.get("certificate-types?page_size=200").json()["results"]) == 90
    assert len(nobody.get("datasets").json()["results"]) > 20


def test_figures_are_told_apart(gu: Api) -> None:
    told = gu.get("figures").json()
    assert {each["kind"] for each in told["reported"]} == {"reported"}
    assert "reported" not in {each["kind"] for each in told["simulated"]}
    assert told["reported"][0]["source"]


def test_health_says_what_answers(city: World, gu: Api, monkeypatch: Any) -> None:
    web = Client()
    assert web.get("/livez").json() == {"status": "ok"}
    monkeypatch.setattr(health, "broker_answers", lambda: False)
    told = web.get("/readyz")
    assert (told.status_code, told.json()["status"], told.json()["oldest_due_seconds"]) == (200, "degraded", 0.0)
    gu.post("applications", ALLOWANCE)
    assert web.get("/readyz").json()["oldest_due_seconds"] >= 0
    monkeypatch.setattr(health, "_database", lambda: (False, None))
    assert web.get("/readyz").status_code == 503


def test_a_broker_that_is_not_there_is_noticed_at_once(settings: Any, tmp_path: Any) -> None:
    settings.BROKER_URL = f"redis+socket://{tmp_path}/no.sock?virtual_host=0"
    assert health.broker_answers() is False


@pytest.mark.parametrize(
    ("mode", "pace", "due", "wall", "waited"),
    [
        ("live", 1, 10, 70, 60),
        ("paced", 60, 600, 70, 60),
        ("paced", 1, 100, 70, 0),
        ("step", 1, 0, 70, 70),
        ("step", 1, 5, 70, 0),
    ],
)
def test_how_long_work_waits_at_the_wall(mode: str, pace: float, due: int, wall: int, waited: int) -> None:
    start = clock.wall()
    world = World(mode=mode, pace=pace, anchor_at=clock.DAWN, anchor_wall=start)
    found = health.waited(world, clock.DAWN + timedelta(seconds=due), start + timedelta(seconds=wall))
    assert found == timedelta(seconds=waited)
