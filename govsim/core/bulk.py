"""Writes many new rows at once, without what the ORM does for each: COPY on PostgreSQL, one statement on SQLite.

No signals, and no primary keys coming back unless that is said. Constraints hold as ever, and break as IntegrityError.
"""

import functools
import json
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from operator import attrgetter
from typing import Any

import orjson
from django.db import connection, models

type Converter = Callable[[Any], Any]


def save(rows: Sequence[models.Model]) -> int:
    """Insert unsaved rows of one model in the caller's transaction and return how many; they stay without an id."""
    if not rows:
        return 0
    columns = _attributes(type(rows[0]))
    return insert(type(rows[0]), columns, map(attrgetter(*columns), rows))


def add(row: models.Model) -> None:
    """Insert one unsaved row in the caller's transaction; it then has its id. Raises IntegrityError."""
    columns = _attributes(type(row))
    statement, converters = _one(type(row), connection.vendor)
    values = [getattr(row, name) for name in columns]
    for place, convert in converters:
        values[place] = convert(values[place])
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        row.pk = cursor.fetchone()[0]
    row._state.adding = False
    row._state.db = connection.alias


def add_all(rows: Sequence[models.Model]) -> None:
    """Insert unsaved rows of one model in the caller's transaction; they then have their ids. Raises IntegrityError."""
    if not rows:
        return
    model = type(rows[0])
    columns = model._meta.pk.attname, *_attributes(model)
    for row, key in zip(rows, _keys(model, len(rows)), strict=True):
        row.pk = key
        row._state.adding = False
        row._state.db = connection.alias
    insert(model, columns, map(attrgetter(*columns), rows))


# The next keys of a table. On SQLite they are the caller's alone because its transaction writes from the beginning.
_KEYS = {
    "postgresql": "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
    "sqlite": "SELECT COALESCE(MAX(seq), 0) FROM sqlite_sequence WHERE name = %s",
}


def _keys(model: type[models.Model], count: int) -> Iterable[int]:
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_KEYS["postgresql"], [table, model._meta.pk.column, count])
            return [row[0] for row in cursor.fetchall()]
        cursor.execute(_KEYS["sqlite"], [table])
        last = cursor.fetchone()[0]
    return range(last + 1, last + 1 + count)


def insert(model: type[models.Model], columns: Sequence[str], values: Iterable[Sequence[Any]]) -> int:
    """Insert rows given as values in the order of `columns` (attribute names, `world_id` for a foreign key).

    Every column without NULL has to be among them. Returns how many rows were written. Raises IntegrityError.
    """
    statement, converters = _many(model, tuple(columns), connection.vendor)
    written = 0
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor, connection.wrap_database_errors, cursor.cursor.copy(statement) as copy:
            for row in values:
                line = list(row)
                for place, convert in converters:
                    line[place] = convert(line[place])
                copy.write_row(line)
                written += 1
        return written
    lines = []
    for row in values:
        line = list(row)
        for place, convert in converters:
            line[place] = convert(line[place])
        lines.append(line)
    if lines:
        with connection.cursor() as cursor:
            cursor.executemany(statement, lines)
    return len(lines)


@functools.cache
def _attributes(model: type[models.Model]) -> tuple[str, ...]:
    """Return the attributes of a model's columns, all but a key that the database makes."""
    made = models.AutoField, models.BigAutoField
    return tuple(each.attname for each in model._meta.concrete_fields if not isinstance(each, made))


@functools.cache
def _many(model: type[models.Model], columns: tuple[str, ...], vendor: str) -> tuple[str, list[tuple[int, Converter]]]:
    """Return the statement for many rows, and which values have to be turned into what the driver takes."""
    table, names, converters = _plan(model, columns, vendor)
    if vendor == "postgresql":
        return f"COPY {table} ({names}) FROM STDIN", converters
    return _insert(table, names, len(columns)), converters


@functools.cache
def _one(model: type[models.Model], vendor: str) -> tuple[str, list[tuple[int, Converter]]]:
    """Return the statement for one row, which answers with its key, and the values to turn."""
    columns = _attributes(model)
    table, names, converters = _plan(model, columns, vendor)
    key = connection.ops.quote_name(str(model._meta.pk.column))
    return f"{_insert(table, names, len(columns))} RETURNING {key}", converters


def _insert(table: str, names: str, count: int) -> str:
    return f"INSERT INTO {table} ({names}) VALUES ({', '.join(['%s'] * count)})"  # noqa: S608 — names of our tables


def _plan(
    model: type[models.Model], columns: tuple[str, ...], vendor: str
) -> tuple[str, str, list[tuple[int, Converter]]]:
    by_attribute = {each.attname: each for each in model._meta.concrete_fields}
    fields = [by_attribute[name] for name in columns]
    names = ", ".join(connection.ops.quote_name(each.column or "") for each in fields)
    converters = [(at, convert) for at, each in enumerate(fields) if (convert := _converter(each, vendor))]
    return connection.ops.quote_name(model._meta.db_table), names, converters


def _converter(field: "models.Field[Any, Any]", vendor: str) -> Converter | None:
    if isinstance(field, models.JSONField):
        return _json
    if vendor != "postgresql" and isinstance(field, models.DateTimeField):
        return _utc_text
    if vendor != "postgresql" and isinstance(field, models.DateField):
        return _day_text
    return None


def _json(value: Any) -> str:
    try:
        return orjson.dumps(value).decode()
    except orjson.JSONEncodeError:  # whole numbers beyond 64 bits, half a character: the slower encoder writes them
        return json.dumps(value)


@functools.lru_cache(maxsize=1024)  # the moments of a batch are few
def _utc_text(value: datetime | None) -> str | None:
    """Return a moment as Django's SQLite backend stores it: UTC without a zone."""
    return None if value is None else str(value.astimezone(UTC).replace(tzinfo=None))


def _day_text(value: Any) -> str | None:
    return None if value is None else str(value)
