#!/usr/bin/env python3
"""The one door: `python3 manage.py demo`, `python3 manage.py test`, and every other Django command.

Any Python 3.8 or newer may knock. The bootstrap goes on with a suitable one inside `.venv`, or says in one line
why it cannot.
"""

import os
import runpy
import sys


def main() -> None:
    root = os.path.dirname(os.path.abspath(__file__))
    # By path: `import govsim` would need what is not installed yet.
    runpy.run_path(os.path.join(root, "govsim", "bootstrap.py"))["enter"](sys.argv)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "govsim.settings")
    if sys.argv[1:2] == ["demo"]:
        os.environ.setdefault("GOVSIM_DEMO", "1")  # settings are read before the command could say so

    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
