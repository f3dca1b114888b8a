"""docker-compose.yml follows the compose specification, and what it runs exists."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import celery.bin.celery
import click
import granian.cli
import pytest
from compose_spec import PyOptions
from django.core.management import get_commands
from ruamel.yaml import YAML

from govsim.demo import broker, supervisor

ROOT = Path(__file__).resolve().parent.parent.parent
FILE = ROOT / "docker-compose.yml"


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    services: dict[str, Any] = YAML(typ="safe").load(FILE)["services"]
    return services


def commands(argv: list[str]) -> Iterator[list[str]]:
    """The programs of one command, also of a line for a shell."""
    if argv[:2] == ["sh", "-c"]:
        for part in argv[2].split("&&"):
            yield shlex.split(part)
    else:
        yield argv


def known(command: click.Command, arguments: list[str]) -> bool:
    """Whether every option among the arguments is one of the command's."""
    options = {name for parameter in command.params for name in (*parameter.opts, *parameter.secondary_opts)}
    return all(argument.split("=")[0] in options for argument in arguments if argument.startswith("-"))


def exists(argv: list[str]) -> bool:
    program, *arguments = argv
    if program == "python3":
        return arguments[0] == "manage.py" and arguments[1] in get_commands()
    if program == "granian":
        return known(granian.cli.cli, arguments)
    group = celery.bin.celery.celery
    assert program == "celery"
    before, after = arguments[: arguments.index("worker")], arguments[arguments.index("worker") + 1 :]
    return before[:2] == ["-A", "govsim"] and known(group, before) and known(group.commands["worker"], after)


def test_it_follows_the_specification() -> None:
    file = PyOptions(apply_merge=True).from_yaml(FILE.read_text())  # raises at a misspelt key
    file.validate()
    assert file.to_spec().name == "govsim"


def test_every_command_exists(services: dict[str, Any]) -> None:
    ours = {name: service for name, service in services.items() if service["image"] == "govsim"}
    assert set(ours) == {"prepare", "web", "worker", "sweeper"}
    for service in ours.values():
        assert all(exists(argv) for argv in commands(service["command"]))


def test_the_demo_runs_the_same_programs(services: dict[str, Any], tmp_path: Path) -> None:
    stack = supervisor.programs("127.0.0.1", 8000, sqlite=False, broker=broker.command(tmp_path))
    for program in stack:
        if program.role in {"web", "worker"}:
            argv = program.command[program.command.index("-m") + 1 :]
            assert exists(argv)
            flags = {part for part in argv if part.startswith("-")}
            assert flags == {part for part in services[program.role]["command"] if part.startswith("-")}


def test_dependencies_and_volumes_are_declared(services: dict[str, Any]) -> None:
    declared = set(YAML(typ="safe").load(FILE)["volumes"])
    for service in services.values():
        assert set(service.get("depends_on", ())) <= set(services)
        assert {volume.split(":")[0] for volume in service["volumes"]} <= declared


def test_nothing_is_reachable_from_outside_and_nothing_is_root(services: dict[str, Any]) -> None:
    published = [port for service in services.values() for port in service.get("ports", ())]
    assert all(port.startswith("127.0.0.1:") for port in published)
    dockerfile = (ROOT / "Dockerfile").read_text()
    users = re.findall(r"^USER (\w+)$", dockerfile, re.M)
    assert users
    assert users[-1] != "root"


def test_what_the_dockerfile_copies_exists() -> None:
    for line in re.findall(r"^COPY (?!--from)(.+)$", (ROOT / "Dockerfile").read_text(), re.M):
        for source in line.split()[:-1]:
            assert (ROOT / source).exists()
