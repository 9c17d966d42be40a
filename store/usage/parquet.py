"""Rows of a Parquet file, through DuckDB; imported only when there is such a file to read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from store.errors import Invalid
from store.terms import time
from store.usage.rows import Given
from store.usage.spreadsheet import assemble, check_columns

ROWS_AT_ONCE = 2000


def rows(path: Path) -> Iterator[Given]:
    """Every row: columns as in CSV, `properties` also a struct or map; times without a zone are UTC."""
    for line, cells in _records(path):
        yield assemble(line, cells)


def _records(path: Path) -> Iterator[tuple[int, list[tuple[str, Any]]]]:
    """Row number (from 1) with its (column, value) pairs, nulls left out, values as JSON would have them."""
    import duckdb

    if not path.is_file():
        raise Invalid(f"there is no file {path}")
    with duckdb.connect(":memory:") as connection:
        connection.execute("SET enable_progress_bar = false")
        try:
            shape = connection.execute("DESCRIBE SELECT * FROM read_parquet(?)", [str(path)]).fetchall()
            names = [str(column[0]) for column in shape]
            check_columns(names)
            # Instants travel as microseconds: DuckDB would hand those with a zone over through another package.
            columns = ", ".join(
                f"epoch_us({_quoted(name)})" if str(kind).startswith("TIMESTAMP") else _quoted(name)
                for name, kind, *_ in shape
            )
            instants = {name for name, kind, *_ in shape if str(kind).startswith("TIMESTAMP")}
            cursor = connection.execute(f"SELECT {columns} FROM read_parquet(?)", [str(path)])
            line = 0
            while rows := cursor.fetchmany(ROWS_AT_ONCE):
                for row in rows:
                    line += 1
                    yield (
                        line,
                        [
                            (name, _instant(value) if name in instants else _plain(value))
                            for name, value in zip(names, row, strict=True)
                            if value is not None
                        ],
                    )
        except duckdb.Error as error:
            reason = str(error).splitlines()[0]
            raise Invalid(f"{path} cannot be read as Parquet: {reason}") from None


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _instant(microseconds: int) -> str:
    moment = datetime.fromtimestamp(microseconds // 1_000_000, UTC).replace(microsecond=microseconds % 1_000_000)
    return time.stamp(moment)


def _plain(value: Any) -> Any:
    """A value as JSON would have it: a double as the shortest decimal that means it, dates as text, no nulls."""
    if isinstance(value, float):
        return Decimal(repr(value))
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items() if item is not None}
    if isinstance(value, bool | int | str | Decimal):
        return value
    if isinstance(value, datetime):
        return time.stamp(value if value.tzinfo else value.replace(tzinfo=UTC))
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
