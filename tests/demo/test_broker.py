"""The embedded broker keeps what it acknowledged, and its socket fits everywhere."""

import os
import time
from pathlib import Path

import pytest
import redis

from govsim.demo import broker
from tests.broker import serve


def client(var: Path) -> "redis.Redis":
    return redis.Redis(unix_socket_path=str(broker.socket_path(var)))


@pytest.mark.stack
def test_messages_survive_sigkill(tmp_path: Path) -> None:
    with serve(tmp_path) as process:
        client(tmp_path).lpush("queue", "a")
        time.sleep(1.2)  # everysec: one second is the promise
        process.kill()
        process.wait()
    with serve(tmp_path):
        assert client(tmp_path).llen("queue") == 1
        assert client(tmp_path).config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}


def test_only_the_owner_reaches_the_socket(tmp_path: Path) -> None:
    with serve(tmp_path):
        path = broker.socket_path(tmp_path)
        assert path.stat().st_mode & 0o077 == 0
        assert path.parent.stat().st_mode & 0o077 == 0


def test_a_deep_folder_has_a_short_socket_of_its_own(tmp_path: Path) -> None:
    deep, other = tmp_path / ("x" * 120), tmp_path / ("y" * 120)
    assert len(os.fsencode(broker.socket_path(deep))) <= broker.LONGEST_SOCKET_PATH
    assert broker.socket_path(deep) != broker.socket_path(other)
    assert broker.socket_path(deep) == broker.socket_path(deep)
