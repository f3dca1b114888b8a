"""One demo per state folder."""

import re
from pathlib import Path

import pytest

from govsim.demo import CannotStart, instance


def test_a_second_demo_is_told_where_the_first_one_runs(tmp_path: Path) -> None:
    with instance.claim(tmp_path) as token:
        assert token
        instance.announce(tmp_path, instance.Running("http://127.0.0.1:8123", 1, token))
        with pytest.raises(CannotStart, match=re.escape("http://127.0.0.1:8123")), instance.claim(tmp_path):
            pytest.fail("claimed twice")
        assert instance.find(tmp_path, 0) == instance.Running("http://127.0.0.1:8123", 1, token)
    assert instance.find(tmp_path, 0) is None


def test_what_a_killed_demo_announced_is_not_believed(tmp_path: Path) -> None:
    with instance.claim(tmp_path):
        pass
    instance.announce(tmp_path, instance.Running("http://127.0.0.1:8123", 1, "aa"))
    assert instance.find(tmp_path, 0) is None
    with instance.claim(tmp_path):
        assert instance.announced(tmp_path) is None


def test_a_demo_that_never_becomes_ready_is_not_waited_for(tmp_path: Path) -> None:
    with instance.claim(tmp_path), pytest.raises(CannotStart, match="not ready"):
        instance.find(tmp_path, 0)
