"""A taken port is said in one line; zero takes another."""

import socket

import pytest

from govsim.demo import CannotStart, address


def test_a_taken_port_names_the_way_out() -> None:
    with socket.create_server((address.LOOPBACK, 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(CannotStart, match="--port 0"):
            address.free_port(address.LOOPBACK, port)
        assert address.free_port(address.LOOPBACK, 0) != port
