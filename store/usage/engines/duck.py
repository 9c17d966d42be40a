"""DuckDB: one connection in memory per process, over the ledger's files or a table; imported when first measured."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from datetime import datetime
from functools import cache
from threading import Lock
from typing import TYPE_CHECKING, Any

from sqlalchemy import FromClause, bindparam, func, types
from sqlalchemy.dialects.postgresql.base import PGDialect

from store.errors import StoreUnavailable
from store.usage.engines.query import COLUMNS, Build, events_table

if TYPE_CHECKING:
    import duckdb

    from store.usage.ledger.columns import LiveFile

MEMORY = "2GB"
THREADS = 2
AGAIN = 3
"""How often a query is asked anew whose files another program merged into others meanwhile."""

Files = Callable[[datetime, datetime], "Sequence[LiveFile]"]


class DuckDialect(PGDialect):
    """PostgreSQL's dialect with numbered parameters, which DuckDB reads."""

    name = "duckdb"
    supports_statement_cache = True
    default_paramstyle = "numeric_dollar"


@cache
def dialect() -> DuckDialect:
    """The dialect, made once."""
    return DuckDialect(paramstyle="numeric_dollar")  # type: ignore[no-untyped-call]


def compiled(build: Build, events: FromClause) -> tuple[str, list[Any]]:
    """The text of a query and its parameters, in order."""
    made = build(events).compile(dialect=dialect(), compile_kwargs={"render_postcompile": True})
    values = made.params
    return str(made), [values[name] for name in made.positiontup or ()]


_lock = Lock()


@cache
def _opened() -> duckdb.DuckDBPyConnection:
    import duckdb

    connection = duckdb.connect(":memory:")
    for setting in (
        "enable_progress_bar = false",  # it would be drawn over the screen
        "autoinstall_known_extensions = false",
        "autoload_known_extensions = false",
        f"memory_limit = '{MEMORY}'",
        f"threads = {THREADS}",
        "preserve_insertion_order = false",
    ):
        connection.execute(f"SET {setting}")
    return connection


def cursor() -> duckdb.DuckDBPyConnection:
    """A cursor of this process's connection, for one thread."""
    with _lock:
        return _opened().cursor()


class ParquetEngine:
    """The ledger's live files."""

    def __init__(self, files: Files) -> None:
        """`files`: the live files that may hold events of `[start, end)`, as the store says at that moment."""
        self._files = files

    def state(self, start: datetime, end: datetime) -> Hashable:
        """The files of that time."""
        return tuple(file.id for file in self._files(start, end))

    def rows(self, build: Build, start: datetime, end: datetime) -> Sequence[Sequence[Any]]:
        """The answer over the files of that time; raises `StoreUnavailable` for one that is missing or damaged."""
        import duckdb

        fault: duckdb.Error | None = None
        for _ in range(AGAIN):
            paths = [file.path for file in self._files(start, end)]
            if not paths:
                return []
            text, values = compiled(build, _files_of(paths))
            try:
                return cursor().execute(text, values).fetchall()
            except (duckdb.IOException, duckdb.HTTPException) as error:
                fault = error
            except duckdb.OutOfMemoryException:
                raise StoreUnavailable(f"measuring needs more than the {MEMORY} of memory it may use") from None
            except duckdb.InvalidInputException as error:
                raise StoreUnavailable(f"a file of the usage ledger is damaged: {_first_line(error)}") from None
        raise StoreUnavailable(
            f"a file of the usage ledger cannot be read: {_first_line(fault)}",
            hint="termsheet db check tells which files are missing",
        )


class TableEngine:
    """Events in a table of an open connection, such as those of a bundle."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, table: str = "usage_event") -> None:
        self._connection = connection
        self._table = table

    def state(self, start: datetime, end: datetime) -> Hashable:
        """Always the same: the table does not change."""
        return None

    def rows(self, build: Build, start: datetime, end: datetime) -> Sequence[Sequence[Any]]:
        """The answer over the table."""
        text, values = compiled(build, events_table(self._table))
        return self._connection.cursor().execute(text, values).fetchall()


def _files_of(paths: Sequence[str]) -> FromClause:
    given = bindparam(None, list(paths), types.ARRAY(types.Text()))
    return func.read_parquet(given).table_valued(*COLUMNS, name="usage_event")


def _first_line(error: object) -> str:
    return str(error).splitlines()[0] if error else ""
