"""What a backup says of itself: version, migrations, worlds with the heads of their chains, counts, hash, signature."""

import tomllib
from typing import Any, Final

from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from govsim.backup import BadBackup
from govsim.core import clock, heads
from govsim.core.models import AuditHead

FORMAT: Final = 1
FIELDS: Final = frozenset(
    {"format", "version", "at", "vendor", "migrations", "worlds", "counts", "payload", "keys", "key", "signature"}
)


def version() -> str:
    """Return the version of this govsim."""
    told = tomllib.loads((settings.ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return str(told["project"]["version"])


def facts(cursor: Any) -> dict[str, Any]:
    """Return what a database holds: migrations, worlds with their heads, rows of each table.

    `cursor` is any open one on the database or on a copy of it, which is not changed meanwhile.
    """

    def rows(statement: str) -> list[Any]:
        cursor.execute(statement)
        return list(cursor.fetchall())

    found = rows("SELECT world_id, shard, links, hash FROM core_audithead ORDER BY world_id, shard")
    worlds = rows("SELECT id, name, generation, seed, retired_at IS NOT NULL FROM core_world ORDER BY id")
    tables = sorted(model._meta.db_table for model in apps.get_models())
    return {
        "vendor": connection.vendor,
        "migrations": sorted(f"{app}.{name}" for app, name in rows("SELECT app, name FROM django_migrations")),
        "worlds": [
            {
                "world": f"{name}-{generation}", "seed": seed, "retired": bool(retired),
                "heads": [
                    {"world": world, "shard": shard, "links": links, "hash": last}
                    for world, shard, links, last in found if world == pk
                ],
            }
            for pk, name, generation, seed, retired in worlds
        ],
        "counts": {table: rows(f'SELECT count(*) FROM "{table}"')[0][0] for table in tables},  # noqa: S608 — our own
    }  # fmt: skip


def signed(found: dict[str, Any], *, payload: dict[str, Any], keys: dict[str, str]) -> dict[str, Any]:
    """Return the manifest of a backup with these facts; each head is signed for itself, to be kept and checked alone.

    `keys` has the names of the keys that the backup carries, with their SHA-256.
    """
    worlds = [
        {**each, "heads": [heads.sign(_head(head)) for head in each["heads"]]} for each in found["worlds"]
    ]  # fmt: skip
    at = clock.wall().isoformat(timespec="seconds")
    whole = {**found, "worlds": worlds, "format": FORMAT, "version": version(), "at": at}
    return heads.signed_content({**whole, "payload": payload, "keys": keys})


def _head(told: dict[str, Any]) -> AuditHead:
    return AuditHead(world_id=told["world"], shard=told["shard"], links=told["links"], hash=told["hash"])


def kept(manifest: dict[str, Any]) -> list[dict[str, Any]]:
    """Return every signed head of a manifest, as `verify --heads` takes them."""
    return [head for world in manifest["worlds"] for head in world["heads"]]


def _is_one(manifest: Any) -> bool:
    """Say whether this has the shape of a manifest: what it says is read before anybody knows who wrote it."""
    if not isinstance(manifest, dict) or set(manifest) != FIELDS or manifest["format"] != FORMAT:
        return False
    kinds = {"version": str, "at": str, "vendor": str, "key": str, "signature": str, "counts": dict, "keys": dict}
    lists = manifest["migrations"], manifest["worlds"]
    payload = {"name": str, "bytes": int, "sha256": str}
    return (
        all(isinstance(manifest[name], kind) for name, kind in kinds.items())
        and all(isinstance(each, list) for each in lists)
        and all(isinstance(each, str) for each in (*manifest["migrations"], *manifest["keys"].values()))
        and isinstance(manifest["payload"], dict)
        and all(isinstance(manifest["payload"].get(name), kind) for name, kind in payload.items())
    )


def check(manifest: Any) -> None:
    """Check that a manifest is one, and that this govsim with this database can use it. Raises BadBackup."""
    if not _is_one(manifest):
        raise BadBackup("这不是 govsim 的备份，或格式不认识", "This is no backup of govsim, or of an unknown format")
    if manifest["vendor"] != connection.vendor:
        raise BadBackup(
            f"备份来自 {manifest['vendor']}，当前数据库是 {connection.vendor}",
            f"The backup is of {manifest['vendor']}, the database here is {connection.vendor}",
        )
    known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
    newer = sorted(set(manifest["migrations"]) - known)
    if newer:
        raise BadBackup(
            f"备份由 govsim {manifest['version']} 制作，含本版本（{version()}）没有的迁移 {newer[0]}；请用该版本恢复",
            f"The backup was made by govsim {manifest['version']} and has a migration that this one ({version()}) "
            f"does not know, {newer[0]}; restore it with that version",
        )


def differs(manifest: dict[str, Any], found: dict[str, Any]) -> str:
    """Return the first thing in which a restored database is not as its manifest says, or nothing."""
    for told in manifest["worlds"]:
        there = next((each for each in found["worlds"] if each["world"] == told["world"]), None)
        if there is None:
            return f"没有模拟世界 {told['world']} / there is no world {told['world']}"
        wanted = [{name: head[name] for name in ("world", "shard", "links", "hash")} for head in told["heads"]]
        if wanted != there["heads"]:
            return f"{told['world']} 的审计链尾与清单不同 / its audit heads are not those of the manifest"
    if manifest["migrations"] == found["migrations"]:  # a migration may add rows
        for table, count in manifest["counts"].items():
            if found["counts"].get(table) != count:
                return f"{table}: {found['counts'].get(table)} 行，清单为 / rows, the manifest says {count}"
    return ""
