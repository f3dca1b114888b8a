"""The schema that is written down is the schema of the code, whole and without a warning."""

import io
import re
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from ruamel.yaml import YAML

from govsim import api
from tests.api.conftest import Api


def test_the_committed_schema_is_up_to_date() -> None:
    """Renew it with: manage.py spectacular --validate --fail-on-warn --file govsim/docs/openapi.yaml"""
    made = io.StringIO()
    call_command("spectacular", validate=True, fail_on_warn=True, skip_checks=True, stdout=made)
    assert made.getvalue() == api.SCHEMA.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def schema() -> Any:
    return YAML(typ="safe").load(api.SCHEMA)


def operations(schema: Any) -> list[tuple[str, str, Any]]:
    return [(path, verb, each) for path, verbs in schema["paths"].items() for verb, each in verbs.items()]


def test_every_operation_lists_its_refusals_as_problem_documents(schema: Any) -> None:
    for path, verb, operation in operations(schema):
        answers = operation["responses"]
        wanted = {"400", "401", "403", "404", "422", "503"} | ({"409", "412", "415", "429"} if verb != "get" else set())
        assert wanted <= set(answers), (path, verb)
        for code, answer in answers.items():
            if code >= "400":
                assert list(answer["content"]) == ["application/problem+json"], (path, verb, code)
        assert operation.get("description"), (path, verb)
        assert len(operation["tags"]) == 1


def test_every_post_of_a_signed_in_user_takes_an_idempotency_key(schema: Any) -> None:
    needed = set()
    for path, verb, operation in operations(schema):
        keys = [each for each in operation.get("parameters", []) if each["name"] == "Idempotency-Key"]
        assert len(keys) == (verb == "post" and path != "/api/v1/verify"), (path, verb)
        if keys and keys[0].get("required"):
            needed.add(path)
    assert needed == {"/api/v1/applications", "/api/v1/applications/batch", "/api/v1/packages"}


def test_every_route_is_in_the_schema(schema: Any) -> None:
    known = {re.sub(r"\{\w+\}", "{}", path) for path in schema["paths"]}
    for pattern in api.rooms:
        assert "/api/v1/" + re.sub(r"<\w+:\w+>", "{}", str(pattern.pattern)) in known


@pytest.mark.django_db
def test_schema_and_docs_are_served_without_a_foreign_host(nobody: Api) -> None:
    assert nobody.get("schema/", Accept="*/*").content == api.SCHEMA.read_bytes()
    page = Client().get("/api/v1/docs/")
    assert page.status_code == 200
    fetched = re.findall(r'(?:src|href)="([^"]*)"', page.content.decode())
    assert fetched
    assert all(each.startswith(("/", "data:")) for each in fetched)
    scripts = page.headers["Content-Security-Policy"].partition("script-src")[2].partition(";")[0]
    assert scripts.split() == ["'self'"]
