"""What the platform is made of: vendored files, installed packages with their licences, versions, the glossary."""

import platform
import re
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any, Final

import django
from django.conf import settings

from govsim.core import yamlfile

HERE: Final = Path(__file__).parent
_NAMED: Final = re.compile(r"^([A-Za-z0-9][\w.-]*)==", re.MULTILINE)


@cache
def glossary() -> list[dict[str, str]]:
    """Return the words of the field in both languages (domain.md §E.5)."""
    found: list[dict[str, str]] = yamlfile.plain(yamlfile.load(HERE / "glossary.yaml"))
    return found


@cache
def vendored() -> list[dict[str, Any]]:
    """Return the files of other authors that are part of the platform, as `vendored.yaml` lists them."""
    found: list[dict[str, Any]] = yamlfile.plain(yamlfile.load(HERE / "static" / "vendor" / "vendored.yaml"))
    return found


@cache
def packages() -> list[dict[str, str]]:
    """Return the installed packages that the lock names, each with its version and licence as it states them."""
    lock = Path(settings.ROOT) / "requirements.lock"
    named = _NAMED.findall(lock.read_text(encoding="utf-8")) if lock.exists() else []
    installed = {_plain(each.name): each for each in metadata.distributions()}
    found = [installed[_plain(name)] for name in named if _plain(name) in installed]
    return [{"name": each.name, "version": each.version, "licence": _licence(each.metadata)} for each in found]


def versions() -> dict[str, str]:
    """Return the versions that a report of a fault should name."""
    return {"govsim": _own(), "Django": django.get_version(), "Python": platform.python_version()}


@cache
def _own() -> str:
    text = (Path(settings.ROOT) / "pyproject.toml").read_text(encoding="utf-8")
    found = re.search(r'^version = "([^"]+)"', text, re.MULTILINE)
    return found[1] if found else ""


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _licence(told: metadata.PackageMetadata) -> str:
    """Return the licence expression, else what the classifiers say, else the first line of the licence field."""
    stated = [each.rpartition(" :: ")[2] for each in told.get_all("Classifier") or [] if each.startswith("License")]
    return told.get("License-Expression") or ", ".join(stated) or (told.get("License") or "—").splitlines()[0]
