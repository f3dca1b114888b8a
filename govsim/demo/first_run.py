"""What has to exist before the stack starts: secrets, tables, catalogue, a world to show. Safe to run every time."""

import hashlib
import json
import logging
import sqlite3
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import DatabaseError, OperationalError, connections, transaction
from joserfc.jwk import ECKey

from certificates.actions import seed as seed_certificates
from govsim.core import access
from govsim.core import world as worlds
from govsim.core.actors import ROLES
from govsim.core.models import World
from govsim.core.organisations import departments
from govsim.demo import CannotStart
from govsim.exchange import queries as registers
from govsim.exchange.actions import populate
from govsim.secrets import read_or_create
from services.actions import publish

DEMO_WORLD = "demo"
DEMO_SEED = 20211201
DEMO_PACE = 240.0  # a working day of the simulation passes in about two and a half minutes
# Who gets a sign-in link besides an applicant: a role and, for officers, a department.
OFFICES = (
    ("handler", "sz.civil"),
    ("reviewer", "sz.civil"),
    ("approver", "sz.civil"),
    ("handler", "sz.tax"),
    ("certificate_officer", "sz.amr"),
    ("quality_inspector", ""),
    ("trainer", ""),
    ("auditor", ""),
)

log = logging.getLogger("govsim.demo")


@dataclass(frozen=True)
class FirstRun:
    """What `prepare` found and did."""

    new_world: bool


def prepare(*, seed: int | None, lan: bool) -> FirstRun:
    """Make what is missing of secrets, static files, tables, catalogue and demo world; leave no connection open.

    `seed` is the seed of a world made now; a world that exists keeps its own. `lan` says that strangers may reach
    the demo. Raises CannotStart when the database cannot be used or nothing can be written.
    """
    try:
        ensure_secrets(settings.VAR)
        collect_static_files()
        call_command("migrate", interactive=False, verbosity=0)
        publish()
        return FirstRun(new_world=make_demo_world(seed))
    except (OperationalError, sqlite3.OperationalError) as error:
        raise CannotStart(f"数据库不可用 / the database cannot be used: {str(error).splitlines()[0]}") from error
    except OSError as error:  # the disk is full, or not ours
        raise CannotStart(f"无法写入 / cannot write: {error}") from error
    except DatabaseError as error:
        if "not a database" in str(error) or "malformed" in str(error):
            raise CannotStart(f"数据库文件已损坏 / the database file is damaged: {error}") from error
        raise
    finally:
        connections.close_all()


def ensure_secrets(var: Path) -> None:
    """Make the secrets of the installation that are missing: the secret key is the settings' own concern."""
    read_or_create(var, "signing_es256.json", new_signing_key)


def new_signing_key() -> bytes:
    key = ECKey.generate_key("P-256", {"alg": "ES256", "use": "sig"}, private=True, auto_kid=True)
    return json.dumps(key.as_dict(private=True)).encode()


def collect_static_files(*, clear: bool = True) -> None:
    """Gather the static files under their hashed names, unless nothing changed since the last time."""
    found = sorted(
        (name, Path(storage.path(name)).stat().st_mtime_ns)
        for finder in get_finders()
        for name, storage in finder.list([])
    )
    state = hashlib.sha256(repr(found).encode()).hexdigest()
    stamp = Path(settings.STATIC_ROOT) / "collected"
    if not stamp.exists() or stamp.read_text() != state:
        call_command("collectstatic", interactive=False, verbosity=0, clear=clear)
        stamp.write_text(state)


def make_demo_world(seed: int | None) -> bool:
    """Make the world that the demo shows, unless there is one. Return whether it was made now."""
    if World.objects.filter(name=DEMO_WORLD, retired_at=None).exists():
        return False
    with transaction.atomic():  # killed half-way it leaves no world, and the next start makes the whole of it
        world = worlds.create(name=DEMO_WORLD, seed=seed if seed is not None else DEMO_SEED, pace=DEMO_PACE)
        populate(world=world)
        seed_certificates(world=world)
    return True


def sign_in_links(base_url: str) -> list[tuple[str, str, str]]:
    """One-time links, one for each role: (name in Chinese, name in English, address)."""
    world = worlds.current(DEMO_WORLD)
    founder = registers.sample_persons(world, household_city="shenzhen", min_age=30, max_age=50, limit=1)[0]
    seats = [
        access.seat(world, role="applicant", holder=founder.number, name_zh=founder.name, name_en=founder.pinyin),
        *(access.seat(world, role=role, department=department) for role, department in OFFICES),
    ]
    return [
        (
            f"{ROLES[each.role]['zh']} {each.name_zh if each.holder else _office(each.department)[0]}".strip(),
            f"{ROLES[each.role]['en']} {each.name_en if each.holder else _office(each.department)[1]}".strip(),
            f"{base_url}/in/{access.new_link(each)}",
        )
        for each in seats
    ]


def _office(key: str) -> tuple[str, str]:
    found = departments().get(key)
    return (found.short_zh, found.short_en) if found else ("", "")
