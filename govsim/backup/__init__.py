"""Backup and restore: one file with the database as it was at one moment, and a manifest that it is held against.

The file is a zip archive: `manifest.json`, the database (SQLite's own file, or what pg_dump writes), and only when
somebody asks for them the keys of the installation. The manifest is signed with the key of the audit chain, so a
changed backup shows where that key is; it names the head of every shard of every world's chain, so a restored
database can be held against it.
"""

from govsim.core.errors import GovsimError


class BadBackup(GovsimError):
    """The file is no backup, was cut or changed, or does not belong here; nothing was changed."""

    code = "bad_backup"


class Unable(GovsimError):
    """It cannot be done now or here: a program is missing, or somebody uses the database; nothing was changed."""

    code = "unable"
