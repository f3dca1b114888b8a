"""Whatever a file says it is: a backup that is none is refused in words, before anything else is done with it."""

import hashlib
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from govsim.backup import BadBackup, archive, manifest

PAYLOAD = b"rows " * 400
KEY = b"a key"
GOOD: dict[str, Any] = {
    "format": manifest.FORMAT, "version": "1.0", "at": "2021-12-01T09:00:00+08:00", "vendor": "sqlite",
    "migrations": ["core.0001_initial"], "worlds": [], "counts": {},
    "payload": {"name": "db.sqlite3", "bytes": len(PAYLOAD), "sha256": hashlib.sha256(PAYLOAD).hexdigest()},
    "keys": {"one": hashlib.sha256(KEY).hexdigest()}, "key": "", "signature": "",
}  # fmt: skip
# Where more is asked than the type that stands in GOOD.
FITS: dict[str, Callable[[Any], bool]] = {
    "format": lambda value: False,
    "vendor": lambda value: False,  # a text, but no database of ours
    "payload": lambda value: False,
    "keys": lambda value: value == {},
    "migrations": lambda value: value == [],
}
ODD = (None, 7, "x", [], {}, [7], {"x": 7}, [[]], {"name": 1, "bytes": "x", "sha256": None})


@pytest.fixture(autouse=True)
def embedded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(manifest.connection, "vendor", "sqlite")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A small file with all that a backup has."""
    for name, content in (("db", PAYLOAD), ("one", KEY)):
        (tmp_path / name).write_bytes(content)
    archive.write(tmp_path / "good.zip", GOOD, tmp_path / "db", [tmp_path / "one"])
    return tmp_path / "good.zip"


def read(path: Path) -> bytes:
    """Read a backup as `restore` does, up to where it knows who signed it."""
    with archive.reading(path) as opened:
        told = archive.manifest(opened)
        manifest.check(told)
        archive.secrets(opened, told["keys"])
        target = path.with_name("unpacked")
        archive.unpack(opened, told["payload"], target)
        return target.read_bytes()


def test_a_whole_one_is_read(file: Path) -> None:
    assert read(file) == PAYLOAD


@pytest.mark.parametrize("name", sorted(GOOD))
@pytest.mark.parametrize("odd", ODD, ids=range(len(ODD)))
def test_a_manifest_of_another_shape_is_none(name: str, odd: Any) -> None:
    """What may stand there is judged by what comes after it; everything else is refused with a sentence."""
    fits = FITS.get(name, lambda value: type(value) is type(GOOD[name]))(odd)
    with nullcontext() if fits else pytest.raises(BadBackup):
        manifest.check(GOOD | {name: odd})
    with pytest.raises(BadBackup):
        manifest.check({key: value for key, value in GOOD.items() if key != name})


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=some.floats(0, 0.999), bits=some.integers(1, 255))
def test_a_changed_byte_is_refused_or_does_no_harm(file: Path, place: float, bits: int) -> None:
    content = bytearray(file.read_bytes())
    content[int(place * len(content))] ^= bits
    bad = file.with_name("bad.zip")
    bad.write_bytes(content)
    assert _told(lambda: read(bad)) in (b"", PAYLOAD)  # refused, or a byte that says nothing (a time, an attribute)


def _told(deed: Callable[[], bytes]) -> bytes:
    try:
        return deed()
    except BadBackup:
        return b""
