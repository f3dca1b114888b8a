"""What an operator sees: status, doctor, metrics; good when all is well, and plain about what is not."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from approvals.models import Application
from govsim import operations
from govsim.core.models import World
from govsim.demo import broker
from tests.api.conftest import claim_allowance
from tests.approvals.conftest import city, open_company, run

__all__ = ["city", "claim_allowance", "open_company", "run"]
pytestmark = [pytest.mark.django_db]


@pytest.fixture(autouse=True)
def _own_folder(settings: Any, tmp_path: Path) -> None:
    settings.VAR = tmp_path
    settings.BROKER_URL = broker.url(tmp_path)


def test_status_counts_what_waits(city: World, claim_allowance: Any) -> None:
    claim_allowance()
    told = operations.status()
    (world,) = told["worlds"]
    assert (world["world"], world["due"], world["incidents"]) == (f"{city.name}-1", 1, 0)
    assert told["processes"] == {"web": 0, "worker": 0, "sweeper": 0, "broker": 0}
    assert not operations.well(told)  # nobody works


def test_status_is_bad_with_an_incident(city: World, claim_allowance: Any) -> None:
    good = operations.status() | {"broker": True, "sweeper_seconds": 0.5}
    assert operations.well(good)
    row = claim_allowance()
    Application.objects.filter(pk=row.pk).update(due_at=None, dead_reason="broken")
    bad = operations.status() | {"broker": True, "sweeper_seconds": 0.5}
    assert bad["worlds"][0]["incidents"] == 1
    assert not operations.well(bad)
    assert not operations.well(good | {"sweeper_seconds": operations.STILL + 1})


def test_the_commands_tell_it_with_their_exit_status(city: World) -> None:
    out = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("status", "--json", stdout=out)
    assert (ended.value.code, json.loads(out.getvalue())["well"]) == (1, False)


def test_doctor_finds_open_secrets_and_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "secrets").mkdir()
    secret = tmp_path / "secrets" / "key"
    secret.touch(mode=0o644)
    secret.chmod(0o644)
    found = {each.name: each for each in operations.doctor()}
    assert not found["secrets"].good
    assert "chmod 600" in found["secrets"].en
    secret.chmod(0o600)
    out = StringIO()
    call_command("doctor", "--json", stdout=out)
    assert all(each["good"] for each in json.loads(out.getvalue()) if each["name"] != "port")


def test_metrics_are_for_this_machine(city: World, claim_allowance: Any, settings: Any) -> None:
    claim_allowance()
    client = Client()
    text = client.get("/metrics").content.decode()
    assert f'govsim_due_applications{{world="{city.name}-1"}} 1\n' in text
    assert text.count("# TYPE") == 6
    assert "# TYPE govsim_shed_total counter\n" in text
    assert 'govsim_shed_total{lane="new_work",' in text
    assert client.get("/metrics", REMOTE_ADDR="10.0.0.7").status_code == 404
    assert client.get("/metrics", HTTP_X_FORWARDED_FOR="10.0.0.7").status_code == 404  # a proxy on this machine
    settings.METRICS_OPEN = True
    assert client.get("/metrics", REMOTE_ADDR="10.0.0.7").status_code == 200
