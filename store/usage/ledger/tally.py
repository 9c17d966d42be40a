"""How many events named each id or alias in each month: counted once for all of them, then looked up for a few.

Worth it for whoever goes through a whole book: for a few customers, asking the files themselves costs less.
"""

from __future__ import annotations

from collections.abc import Sequence
from secrets import token_hex
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple

from store.usage.ledger.files import live_files, reading

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from store.database import Store
    from store.usage.ledger.columns import LiveFile


class MonthCount(NamedTuple):
    """The events of a month that named an id or alias; `first` is the earliest, in microseconds since 1970."""

    alias: str
    month: str
    events: int
    first: int


class Tally:
    """The counts of a store's ledger, in this process's own DuckDB; months that changed are counted anew."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._table = f"tally_{token_hex(8)}"
        self._known: dict[str, tuple[str, ...]] = {}
        self._lock = Lock()

    def of(self, names: Sequence[str]) -> list[MonthCount]:
        """What there is of these ids and aliases, as the ledger is now."""
        those = "JOIN (SELECT unnest(?::VARCHAR[]) AS alias) USING (alias)"
        with self._lock, self._store.ledger.cursor() as cursor:
            self._bring_up(cursor)
            cursor.execute(f"SELECT alias, month, events, first FROM {self._table} {those}", [list(names)])
            return [MonthCount(*row) for row in cursor.fetchall()]

    def _bring_up(self, cursor: DuckDBPyConnection) -> None:
        table = f"{self._table} (alias VARCHAR, month VARCHAR, events BIGINT, first BIGINT)"
        cursor.execute(f"CREATE TABLE IF NOT EXISTS {table}")
        held: dict[str, tuple[str, ...]] = {}
        for file in live_files(self._store):
            held[file.month] = (*held.get(file.month, ()), file.path)
        for month in sorted({*held, *self._known}):
            if self._known.get(month) != held.get(month):
                self._known.pop(month, None)
                cursor.execute(f"DELETE FROM {self._table} WHERE month = ?", [month])
                if counted := self._count(cursor, month):
                    self._known[month] = counted

    def _count(self, cursor: DuckDBPyConnection, month: str) -> tuple[str, ...]:
        """Counts a month; the files that were counted."""

        def ask(files: tuple[LiveFile, ...]) -> tuple[str, ...]:
            if files:
                cursor.execute(
                    f"INSERT INTO {self._table} SELECT alias, ?, count(*), epoch_us(min(timestamp)) "
                    "FROM read_parquet(?::VARCHAR[]) GROUP BY alias",
                    [month, [file.path for file in files]],
                )
            return tuple(file.path for file in files)

        return reading(self._store, ask, [month])
