"""Wait for the end of the supervisor, then end what it left: `python -m govsim.demo.guardian <var> <token> <grace>`

Standard input is a pipe whose other end only the supervisor holds, so even SIGKILL is noticed at once.
"""

import os
import signal
import sys
from pathlib import Path

from govsim.demo.processes import end, members


def main() -> None:
    var, token, grace = Path(sys.argv[1]), sys.argv[2], float(sys.argv[3])
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    os.read(0, 1)
    end(lambda: members(var, token), grace)


if __name__ == "__main__":
    main()
