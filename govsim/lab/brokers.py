"""The broker of an experiment, seen from outside."""

from typing import Any

import redis

from govsim.demo import broker
from govsim.lab.stack import Stack


def client(lab: Stack) -> Any:
    """Return a client of the embedded broker."""
    return redis.Redis(unix_socket_path=str(broker.socket_path(lab.var)), socket_timeout=20)


def queued(lab: Stack) -> dict[str, int]:
    """Return how many messages wait, and how many are taken and not yet done."""
    talking = client(lab)
    waiting = sum(talking.llen(key) for key in talking.scan_iter("govsim:*drain") if talking.type(key) == b"list")
    taken = sum(talking.hlen(key) for key in talking.scan_iter("govsim:*unacked") if talking.type(key) == b"hash")
    return {"waiting": waiting, "taken": taken}
