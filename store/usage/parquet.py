"""Rows of a Parquet file, through DuckDB; imported only when there is such a file to read.

Columns of the plain kinds are made lines of JSON by DuckDB, a part at a time; a part with a value for which there is no
JSON, and files with other columns, are taken apart here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from math import isfinite
from pathlib import Path
from struct import Struct
from typing import TYPE_CHECKING, Any

from store.terms import time
from store.usage.parquet_line import as_line
from store.usage.rows import PART_ROWS, Given, Lines, Part, Rows, Unfit, gathered
from store.usage.spreadsheet import assemble, check_columns, field_path

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

ROWS_AT_ONCE = 2000
Read = Callable[[Any], Any]
"""A value of DuckDB's as JSON would have it; raises ValueError for one that JSON cannot have."""


def parts(path: Path) -> Iterator[Part]:
    """Every row: columns as in CSV, `properties` also a struct or map; times without a zone are UTC."""
    import duckdb

    with _opened() as connection:
        try:
            shape = connection.sql("SELECT * FROM read_parquet(?)", params=[str(path)])
            names = [str(name) for name in shape.columns]
            check_columns(names)
            line = as_line(names, shape.types)
        except duckdb.Error as error:
            raise _unreadable(error) from None
    if line is None:
        yield from gathered(_rows(path), Rows)
        return
    yield from _lines(path, line)


def _lines(path: Path, line: str) -> Iterator[Part]:
    import duckdb

    first = 1
    with _opened() as connection:
        try:
            cursor = connection.execute(f"SELECT {line} FROM read_parquet(?)", [str(path)])
            while found := cursor.fetchmany(PART_ROWS):
                made = [text for (text,) in found if text is not None]
                if len(made) == len(found):
                    yield Lines("\n".join(made).encode(), first, len(made))
                else:
                    yield Rows(tuple(_rows(path, first, len(found))))
                first += len(found)
        except duckdb.Error as error:
            raise _unreadable(error) from None


def _rows(path: Path, first: int = 1, count: int | None = None) -> Iterator[Given]:
    """So many rows from one on, each taken apart."""
    for line, cells in _records(path, first, count):
        found: list[tuple[str, Any]] = []
        problems: list[str] = []
        for name, value, read in cells:
            try:
                found.append((name, read(value)))
            except ValueError as error:
                found.append((name, str(value)))
                problems.append(f"{field_path(name)}: {error}")
        given = assemble(line, found)
        yield given._replace(problem="; ".join(problems)) if problems else given


@contextmanager
def _opened() -> Iterator[DuckDBPyConnection]:
    import duckdb

    with duckdb.connect(":memory:") as connection:
        connection.execute("SET enable_progress_bar = false")
        connection.execute("SET TimeZone = 'UTC'")
        yield connection


def _unreadable(error: Exception) -> Unfit:
    return Unfit(f"cannot be read as Parquet: {str(error).splitlines()[0]}")


def count(path: Path) -> int:
    """How many rows a file says that it has; 0 where it cannot be read."""
    import duckdb

    with duckdb.connect(":memory:") as connection:
        try:
            asked = connection.execute("SELECT num_rows FROM parquet_file_metadata(?)", [str(path)])
            return sum(int(found) for (found,) in asked.fetchall())
        except duckdb.Error:
            return 0


def _records(path: Path, first: int, count: int | None) -> Iterator[tuple[int, list[tuple[str, Any, Read]]]]:
    """Row number (from 1) with its columns, values and how to read those; nulls are left out."""
    import duckdb

    with _opened() as connection:
        try:
            shape = connection.sql("SELECT * FROM read_parquet(?)", params=[str(path)])
            names = [str(name) for name in shape.columns]
            wanted = [_column(name, kind) for name, kind in zip(names, shape.types, strict=True)]
            reads = [_instant if _is_instant(kind) else _reader(kind) for kind in shape.types]
            part = "" if count is None else f"LIMIT {count} OFFSET {first - 1}"
            cursor = connection.execute(f"SELECT {', '.join(wanted)} FROM read_parquet(?) {part}", [str(path)])
            line = first - 1
            while rows := cursor.fetchmany(ROWS_AT_ONCE):
                for row in rows:
                    line += 1
                    cells = zip(names, row, reads, strict=True)
                    yield line, [(name, value, read) for name, value, read in cells if value is not None]
        except duckdb.Error as error:
            raise _unreadable(error) from None


_ZONED = "TIMESTAMP WITH TIME ZONE"


def _column(name: str, kind: Any) -> str:
    """What is asked for a column. DuckDB would hand instants with a zone over through another package: they travel as
    microseconds, and within others without their zone."""
    quoted = '"' + name.replace('"', '""') + '"'
    if _is_instant(kind):
        return f"coalesce(epoch_us({quoted})::VARCHAR, {quoted}::VARCHAR)"  # an infinity has no microseconds
    return f"CAST({quoted} AS {str(kind).replace(_ZONED, 'TIMESTAMP')})" if _ZONED in str(kind) else quoted


def _is_instant(kind: Any) -> bool:
    return str(kind).startswith("TIMESTAMP")


def _instant(value: str) -> str:
    try:
        microseconds = int(value)
        moment = datetime.fromtimestamp(microseconds // 1_000_000, UTC).replace(microsecond=microseconds % 1_000_000)
    except (ValueError, OverflowError, OSError):
        raise ValueError("is no instant of the years 1 to 9999") from None
    return time.stamp(moment)


def _reader(kind: Any) -> Read:
    """How values of a type are read."""
    name = kind.id
    if name in ("float", "double"):
        return _single if name == "float" else _double
    if name == "blob":
        return _decoded
    if name == "struct":
        fields = {field: _reader(inner) for field, inner in kind.children}
        return lambda value: {str(k): fields[k](item) for k, item in value.items() if item is not None}
    if name == "map":
        inner = _reader(dict(kind.children)["value"])
        return lambda value: {_named(key): inner(item) for key, item in value.items() if item is not None}
    if name in ("list", "array"):
        each = _reader(dict(kind.children)["child"])
        return lambda value: [None if item is None else each(item) for item in value]
    return _plain


_FOUR_BYTES = Struct("f")


def _single(value: float) -> Decimal:
    """A number of four bytes as the shortest decimal that means it."""
    _finite(value)
    exact = (text for digits in (6, 7, 8) if _four(float(text := f"{value:.{digits}g}")) == value)
    return Decimal(next(exact, f"{value:.9g}"))


def _four(value: float) -> float:
    """The number of four bytes that is nearest; infinity where there is none."""
    try:
        return float(_FOUR_BYTES.unpack(_FOUR_BYTES.pack(value))[0])
    except OverflowError:
        return float("inf")


def _double(value: float) -> Decimal:
    """A number of eight bytes as the shortest decimal that means it."""
    _finite(value)
    return Decimal(repr(value))


def _finite(value: float) -> None:
    if not isfinite(value):
        raise ValueError("NaN is not a number" if value != value else "an infinity is not a number")


def _decoded(value: bytes) -> str:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        raise ValueError("holds bytes that are not text") from None


def _named(key: Any) -> str:
    return _decoded(key) if isinstance(key, bytes) else str(key)


def _plain(value: Any) -> Any:
    """Anything else: dates as text."""
    if isinstance(value, bool | int | str | Decimal):
        return value
    if isinstance(value, datetime):
        return time.stamp(value if value.tzinfo else value.replace(tzinfo=UTC))
    return value.isoformat() if isinstance(value, date) else str(value)
