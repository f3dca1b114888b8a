"""Peers that are never a dependency: an environment is made for them, used, and thrown away."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Final

from govsim.lab.bench.bed import Bed, Failed
from govsim.lab.bench.measures import Found

PACKAGES: Final = (
    "django-viewflow==2.4.0",
    "django>=6.1,<6.2",
    "django-environ",
    "cryptography",
    "psycopg[binary]>=3.3",
)
COUNT: Final = 300
WARM_UP: Final = 50


def environment(folder: Path) -> Path:
    """Make a virtual environment with the peers in `folder`, and return its Python. Raises Failed."""
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True, capture_output=True)
    python = folder / "bin" / "python"
    made = subprocess.run(
        [str(python), "-m", "pip", "install", "--quiet", *PACKAGES],
        capture_output=True, text=True, timeout=600, check=False,
    )  # fmt: skip
    if made.returncode:
        raise Failed(f"pip: {made.stderr.strip()[-300:]}")
    return python


def viewflow(bed: Bed) -> Found:
    """django-viewflow, start → decide and sign → end, on the same kind of database, in one process. Raises Failed."""
    folder = bed.var / "peers"
    python = folder / "bin" / "python" if folder.exists() else environment(folder)
    url = bed.environ.get("DATABASE_URL", f"sqlite:///{bed.var / 'peer.sqlite3'}")
    if not bed.sqlite:
        url = _own_database(bed, url)
    done = subprocess.run(
        [str(python), "-m", "peer.run", url, str(WARM_UP), str(COUNT)],
        cwd=Path(__file__).parent, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    if done.returncode:
        raise Failed(done.stderr.strip()[-400:])
    told = json.loads(done.stdout.splitlines()[-1])
    if told["finished"] != COUNT or not told["granted"]:
        raise Failed(f"not every process was finished: {told}")
    return {"viewflow": COUNT / told["seconds"]}


def _own_database(bed: Bed, url: str) -> str:
    """Return the address of a database beside ours on the same server: both have a table `django_migrations`."""
    name = "peer"
    bed.deed("create_database", name=name)
    return url.rpartition("/")[0] + "/" + name
