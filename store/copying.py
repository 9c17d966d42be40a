"""Rows between a server and a file, of whatever schema version; nothing is read as anything.

JSON and decimals are copied as their text, so that what is hashed stays what it was; instants change their form only.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, DateTime, MetaData, Table, column, func, select, table, text
from sqlalchemy.sql import TableClause

from store.tables.types import Utc

KEPT_BY_TRIGGERS = ("alembic_version", "customer_tally")
"""Tables that fill themselves."""
AT_ONCE = 2000


def copy_rows(source: Connection, target: Connection) -> int:
    """Copies every row in place of those that are there; returns how many. One of the two is a server's."""
    tables, count = list(_tables(source if source.dialect.name == "postgresql" else target)), 0
    for shape, _ in reversed(tables):
        target.execute(shape.delete())
    for shape, key in tables:
        rows = source.execute(select(shape).order_by(*(shape.c[name] for name in key)), execution_options=_STREAM)
        for chunk in rows.mappings().partitions(AT_ONCE):
            target.execute(shape.insert(), [dict(row) for row in chunk])
            count += len(chunk)
    if target.dialect.name == "postgresql":
        _count_on(target)
    return count


_STREAM = {"stream_results": True, "yield_per": AT_ONCE}


def _tables(server: Connection) -> Iterator[tuple[TableClause, list[str]]]:
    """Every table of the book with its primary key, what is referred to before what refers; types as the server's."""
    found = MetaData()
    found.reflect(server)
    for each in found.sorted_tables:
        if each.name not in KEPT_BY_TRIGGERS:
            yield table(each.name, *(column(c.name, _type(c.type)) for c in each.columns)), _key(each)


def _key(each: Table) -> list[str]:
    return [c.name for c in each.primary_key.columns]


def _type(given: Any) -> Any:
    return Utc() if isinstance(given, DateTime) else given


def _count_on(target: Connection) -> None:
    """Lets the server's counters go on after the numbers that were copied."""
    for shape, key in _tables(target):
        own = target.scalar(select(func.pg_get_serial_sequence(shape.name, key[0]))) if len(key) == 1 else None
        if own:
            last = f"(SELECT max({key[0]}) FROM {shape.name})"
            target.execute(text(f"SELECT setval(:own, coalesce({last}, 1), {last} IS NOT NULL)"), {"own": own})
