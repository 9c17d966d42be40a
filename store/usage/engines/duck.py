"""DuckDB: over the ledger's files, in this process's own memory, or over a table; loaded when first measured."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from datetime import datetime
from functools import cache
from secrets import token_hex
from threading import Lock
from typing import TYPE_CHECKING, Any

from sqlalchemy import FromClause, func, literal_column
from sqlalchemy.dialects.postgresql.base import PGDialect

from store.terms import time
from store.usage.engines.query import COLUMNS, Build, events_table
from store.usage.ledger.columns import month_of
from store.usage.ledger.files import files_now, reading

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from store.database import Store
    from store.usage.ledger.columns import LiveFile

MONTHS = 240
"""A longer time is not asked for month by month."""
TEXTS = 500
"""How many queries' texts are kept."""


class DuckDialect(PGDialect):
    """PostgreSQL's dialect, which DuckDB reads; in its text a backslash is a character like any other."""

    name = "duckdb"
    supports_statement_cache = True
    _backslash_escapes = False


@cache
def dialect() -> DuckDialect:
    """The dialect, made once."""
    return DuckDialect(paramstyle="named")  # type: ignore[no-untyped-call]


def compiled(build: Build, events: FromClause) -> str:
    """The text of a query with its values in it: DuckDB plans a query with parameters twice, opening files twice."""
    return str(build(events).compile(dialect=dialect(), compile_kwargs={"literal_binds": True}))


class LedgerEngine:
    """The files of a store's ledger that count at the moment of asking; any thread may use it."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = Lock()
        self._seen: tuple[tuple[int, str], dict[str, tuple[str, ...]]] = ((-1, ""), {})

    def states(self, spans: Sequence[tuple[datetime, datetime]]) -> list[Hashable]:
        """Of each span the files of its months: by their names, which are given once, also in a book put back."""
        state, files = files_now(self._store)
        with self._lock:
            known, by_month = self._seen
        if known != state:
            by_month = {}
            for file in files:
                by_month[file.month] = (*by_month.get(file.month, ()), file.path)
            with self._lock:
                self._seen = (state, by_month)
        found: list[Hashable] = []
        for start, end in spans:
            months = _months(start, end)
            found.append(tuple(by_month.get(month, ()) for month in months) if months is not None else state)
        return found

    def rows(self, build: Build, start: datetime, end: datetime, *, like: Hashable = None) -> Sequence[Sequence[Any]]:
        """The answer over the files of that time; raises `StoreUnavailable` for one that is missing or damaged."""

        def ask(files: tuple[LiveFile, ...]) -> list[tuple[Any, ...]]:
            paths = [f.path for f in files if f.min_timestamp < end and f.max_timestamp >= start]
            if not paths:
                return []
            with self._store.ledger.cursor() as cursor:
                return cursor.execute(self._text(build, like).replace(_PATHS, _quoted(paths))).fetchall()

        return reading(self._store, ask, _months(start, end))

    def _text(self, build: Build, like: Hashable) -> str:
        """The query with a mark where the files belong; putting one together costs as much as a small one's answer."""
        text = _texts.get(like) if like is not None else None
        if text is None:
            text = compiled(build, _FILES)
            if like is not None:
                if len(_texts) > TEXTS:
                    _texts.clear()
                _texts[like] = text
        return text


class TableEngine:
    """Events in a table of an open connection that nobody changes any more."""

    def __init__(self, connection: DuckDBPyConnection, table: str = "usage_event") -> None:
        self._connection = connection
        self._table = table

    def states(self, spans: Sequence[tuple[datetime, datetime]]) -> list[Hashable]:
        """Always the same."""
        return [None] * len(spans)

    def rows(self, build: Build, start: datetime, end: datetime, *, like: Hashable = None) -> Sequence[Sequence[Any]]:
        """The answer over the table."""
        with self._connection.cursor() as cursor:
            return cursor.execute(compiled(build, events_table(self._table))).fetchall()


_PATHS = f"[{token_hex(16)}]"  # nothing that events or terms hold
_FILES = func.read_parquet(literal_column(_PATHS)).table_valued(*COLUMNS, name="usage_event")
_texts: dict[Hashable, str] = {}


def _quoted(paths: Sequence[str]) -> str:
    return "[" + ", ".join("'" + path.replace("'", "''") + "'" for path in paths) + "]"


def _months(start: datetime, end: datetime) -> list[str] | None:
    """The months of `[start, end)`; None where they are too many to name."""
    if (end.year - start.year) * 12 > MONTHS:
        return None
    return list(_each_month(time.first_of_month(start), end))


def _each_month(month: datetime, end: datetime) -> Iterator[str]:
    while month < end:
        yield month_of(month)
        month = time.months_later(month, 1)
