"""Where the demo listens: loopback, or with `--lan` the address that this machine has in its network."""

import errno
import socket

from govsim.demo import CannotStart

LOOPBACK = "127.0.0.1"


def lan_host() -> str:
    """The address of this machine in its network. Raises CannotStart when it has none."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # a documentation address: the route is looked up, nothing is sent
        except OSError as error:
            raise CannotStart("没有局域网地址 / this machine has no network address") from error
        return str(probe.getsockname()[0])


def free_port(host: str, port: int) -> int:
    """`port` if it can be served on `host`; for 0 any free one. Raises CannotStart when it is taken or forbidden."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise CannotStart(
                    f"端口 {port} 已被占用，请改用 --port 8080 或 --port 0（自动选择） / "
                    f"port {port} is taken: use --port 8080, or --port 0 for any free one"
                ) from error
            raise CannotStart(f"无法监听 / cannot listen on {host}:{port}: {error.strerror}") from error
        return int(probe.getsockname()[1])
