"""Many cases out of some: real rows are copied in SQL, so that indexes and tables are as large as after a million.

A copy is a case of another person under another number: rows get new ids right behind the old ones, what points at a
copied row points at its copy, and names (numbers, persons, hashes) begin with a mark of the copy. Long texts that
nobody asks for by their content are cut in the copies, so that the disk of a small machine does. The books of such a
world do not balance: it is good for measuring alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.apps import apps
from django.core.management.color import no_style
from django.db import connection
from django.db.models import Max, Model

KEPT: Final = 100  # characters of a passport or a token
MOST: Final = 999  # copies: their marks have three digits
NEAR: Final = 1000  # more status lists than there are; the copies have lists of their own ...
FAR: Final = 1_000_000_000  # ... and links that their chain does not reach while it is measured


@dataclass(frozen=True)
class Table:
    """What is another one in the copies of a model's rows; columns that are not named are the same.

    In SQL {copy} is the number of the copy and the name of a model its highest id before.
    """

    label: str
    names: tuple[str, ...] = ()  # texts that begin with the mark
    rows: Mapping[str, str] = field(default_factory=dict)  # columns that hold the id of a copied row of this model
    more: Mapping[str, str] = field(default_factory=dict)  # SQL by column
    only: str = "1 = 1"  # SQL: which rows are copied

    @property
    def model(self) -> type[Model]:
        return apps.get_model(self.label)

    @property
    def name(self) -> str:
        return self.label.rpartition(".")[2].lower()


_CUT: Final = f"substr({{column}}, 1, {KEPT})"
_ISSUED: Final = "SELECT identifier FROM certificates_certificate WHERE origin = 'decision'"
TABLES: Final = (
    Table(
        "core.AuditEntry", names=("ref",), rows={"link_id": "auditlink"},
        only=f"(kind = 'decision' OR ref IN ({_ISSUED}))",
    ),
    Table("approvals.Application", names=("number", "applicant", "subject")),
    Table(
        "approvals.Decision", names=("certificate",), rows={"application_id": "application"},
        more={"passport": _CUT.format(column="passport")},
    ),
    Table(
        "certificates.Certificate", names=("identifier", "holder_code", "number", "case_number"),
        more={"status_list": f"status_list + {NEAR} * {{copy}}", "token": _CUT.format(column="token")},
        only="origin = 'decision'",
    ),
    Table(
        "core.JournalEntry",
        more={"row": '"row" + {copy} * CASE kind WHEN \'application\' THEN {application} ELSE {certificate} END'},
        only="kind IN ('application', 'certificate')",
    ),
    Table(
        "exchange.ExchangeLog", names=("number", "subject"),
        rows={"case_id": "application", "consent_id": "consent"},
    ),
    Table("exchange.Consent", names=("subject", "purpose")),
    Table("certificates.UseLog", names=("holder_code", "case_number"), rows={"consent_id": "consent"}),
    Table("core.AuditLink", names=("previous", "hash"), more={"number": f"number + {FAR} * {{copy}}"}),
    Table("core.IdempotentCall", names=("key",)),
)  # fmt: skip


def multiply(*, to: int) -> dict[str, int]:
    """Copy every case as often as it takes to have at least `to`; return how many there are, and the bytes of it all.

    Raises ValueError for more copies than there are marks.
    """
    cases = apps.get_model("approvals.Application")._base_manager
    copies = -(-to // cases.count()) - 1
    if copies > MOST:
        raise ValueError(f"{copies} copies of {cases.count()} cases")
    tops = {table.name: _top(table.model) for table in TABLES}
    with connection.cursor() as cursor:
        for statement in _before():
            cursor.execute(statement)
        for table in TABLES:
            for copy in range(1, copies + 1):
                cursor.execute(_statement(table, copy, tops))
        for statement in connection.ops.sequence_reset_sql(no_style(), [table.model for table in TABLES]):
            cursor.execute(statement)
    # What was copied counts as counted: the sweeper would be at it for minutes.
    apps.get_model("approvals.TallyMark")._base_manager.update(entry=_top(apps.get_model("core.JournalEntry")))
    settle()
    return {"stored": cases.count(), "bytes": _size()}


def settle() -> dict[str, Any]:
    """Tell the database what it holds, and let it write down what it owes, so that no measure pays for it."""
    with connection.cursor() as cursor:
        for statement in _after():
            cursor.execute(statement)
    return {"bytes": _size()}


def _top(model: type[Model]) -> int:
    return int(model._base_manager.aggregate(top=Max("pk"))["top"] or 0)


def _statement(table: Table, copy: int, tops: Mapping[str, int]) -> str:
    """Return the statement that makes the so-manieth copy of all rows that were there first."""
    meta = table.model._meta
    key, top = str(meta.pk.column), tops[table.name]
    changed = {key: f"{key} + {copy * top}"}
    changed |= {column: f"{column} + {copy * tops[other]}" for column, other in table.rows.items()}
    changed |= {column: _marked(_quoted(column), copy) for column in table.names}
    changed |= {column: text.format(copy=copy, **tops) for column, text in table.more.items()}
    columns = [str(each.column) for each in meta.concrete_fields]
    named = ", ".join(_quoted(each) for each in columns)
    taken = ", ".join(changed.get(each, _quoted(each)) for each in columns)
    return (
        f"INSERT INTO {meta.db_table} ({named}) "  # noqa: S608 — every word is ours
        f"SELECT {taken} FROM {meta.db_table} WHERE {key} <= {top} AND {table.only} ORDER BY {key}"
    )


def _quoted(column: str) -> str:
    return connection.ops.quote_name(column)


def _marked(column: str, copy: int) -> str:
    return f"CASE WHEN {column} = '' THEN '' ELSE 'A{copy:03}' || substr({column}, 5) END"


def _before() -> tuple[str, ...]:
    """Return what makes loading quick: nothing is checked or flushed on the way."""
    if connection.vendor == "sqlite":
        return "PRAGMA foreign_keys = OFF", "PRAGMA synchronous = OFF", "PRAGMA cache_size = -500000"
    quick = {"fsync": "off", "full_page_writes": "off", "autovacuum": "off"}
    return (
        *(f"ALTER SYSTEM SET {name} = {value}" for name, value in quick.items()),
        "SELECT pg_reload_conf()",
        "SET session_replication_role = replica",
    )


def _after() -> tuple[str, ...]:
    if connection.vendor == "sqlite":
        return "PRAGMA analysis_limit = 1000", "ANALYZE", "PRAGMA wal_checkpoint(TRUNCATE)"
    return "ALTER SYSTEM RESET ALL", "SELECT pg_reload_conf()", "VACUUM ANALYZE", "CHECKPOINT"


def _size() -> int:
    """Return how many bytes the database takes."""
    asked = "SELECT pg_database_size(current_database())"
    if connection.vendor == "sqlite":
        asked = "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"
    with connection.cursor() as cursor:
        cursor.execute(asked)
        return int(cursor.fetchone()[0])
