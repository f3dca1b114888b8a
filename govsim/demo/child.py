"""Become another program that ends with its supervisor: `python child.py <supervisor's pid> <program> <argument>…`

Run by path and standard library only, so that it costs milliseconds. On Linux the kernel sends SIGTERM when the
supervisor dies, however it dies; elsewhere the guardian alone does that work.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def main() -> None:
    supervisor, program = int(sys.argv[1]), sys.argv[2:]
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(signal.SIGTERM))
    if os.getppid() != supervisor:  # it died before the line above could watch it
        raise SystemExit(1)
    os.execvp(program[0], program)  # noqa: S606 — the command comes from the supervisor


if __name__ == "__main__":
    main()
