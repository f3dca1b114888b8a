"""Stand-ins for the programs of the stack, and a supervisor of them that a test may kill.

python standin.py web <port>      answers every GET; has a child that outlives it unless somebody acts
python standin.py stubborn        ignores SIGTERM; has such a child, too
python standin.py supervise <var> <token> <port>
"""

import http.server
import signal
import subprocess
import sys
import time
from pathlib import Path

from govsim.demo import broker
from govsim.demo.supervisor import Program, Stack

THIS = [sys.executable, str(Path(__file__).resolve())]


def stack(var: Path, token: str, port: int) -> Stack:
    return Stack(
        var,
        token,
        {"PYTHONPATH": str(Path(__file__).resolve().parent.parent.parent)},
        [
            Program("broker", broker.command(var)),
            Program("web", [*THIS, "web", str(port)]),
            Program("worker", [*THIS, "stubborn"]),
            Program("sweeper", ["sleep", "600"]),
        ],
        grace=0.5,
    )


class Yes(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()


def main() -> None:
    role, *rest = sys.argv[1:]
    if role == "supervise":
        signal.signal(signal.SIGINT, signal.default_int_handler)  # a test run in the background ignores it
        with stack(Path(rest[0]), rest[1], int(rest[2])) as running:
            running.start("broker", "web", "worker", "sweeper")
            while True:
                running.watch()
                time.sleep(0.05)
    if role == "stubborn":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    subprocess.Popen(["sleep", "601"])
    if role == "web":
        http.server.HTTPServer(("127.0.0.1", int(rest[0])), Yes).serve_forever()
    time.sleep(600)


if __name__ == "__main__":
    main()
