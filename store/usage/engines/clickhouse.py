"""A copy of the events in a ClickHouse that somebody runs, for more of them than one machine measures quickly.

ReplacingMergeTree by month, ordered by alias: a batch that was sent twice is stored once, which FINAL makes true at any
moment. On a cluster, a Distributed table over it with `cityHash64(alias)` as its sharding key keeps a customer whole on
one shard; name that table in the address (`?table=`) and make both by hand.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Hashable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, unquote, urlsplit

from store.errors import Invalid, StoreUnavailable
from store.usage.engines.backend import StoredEvent
from store.usage.engines.query import COLUMNS, Build, events_table

if TYPE_CHECKING:
    from clickhouse_connect.driver.client import Client

TABLE = "usage_event"
YEARS = range(1900, 2300)
"""What its DateTime64 with microseconds can hold."""
_MADE = """
CREATE TABLE IF NOT EXISTS {table} (
  alias String, timestamp DateTime64(6, 'UTC'), event_type LowCardinality(String), transaction_id String,
  properties String, seq Int64
) ENGINE = ReplacingMergeTree PARTITION BY toYYYYMM(timestamp) ORDER BY (alias, timestamp, seq)
"""
_STATE = (
    "CREATE TABLE IF NOT EXISTS {table}_state (id UInt8, state Int64) ENGINE = ReplacingMergeTree(state) ORDER BY id"
)


class ClickHouseKeeper:
    """Events in ClickHouse, through its own client; any thread may use it."""

    def __init__(self, url: str) -> None:
        """`url`: `clickhouse://user:password@host:port/database?table=name&secure=true`. The table is made where it is
        missing. Raises `Invalid` for an address that is none, `StoreUnavailable` for a server that does not answer."""
        self._shown, arguments, self._table = _address(url)
        with self._faults():
            self._client: Client = _connected(arguments)
            for made in (_MADE, _STATE):
                self._client.command(made.format(table=self._table))

    def close(self) -> None:
        """Ends the connection."""
        self._client.close()

    def last(self) -> int:
        """The last place of acceptance that it has."""
        with self._faults():
            return int(self._client.query(f"SELECT max(seq) FROM {self._table}").result_rows[0][0])

    def state(self) -> int:
        """The state of the ledger that the copy is whole up to; -1 before the first."""
        with self._faults():
            found = self._client.query(f"SELECT max(state), count() FROM {self._table}_state").result_rows[0]
        return int(found[0]) if found[1] else -1

    def reached(self, state: int) -> None:
        """Notes that the copy is whole up to a state of the ledger."""
        with self._faults():
            self._client.insert(f"{self._table}_state", [[1, state]], column_names=("id", "state"))

    def rows(self, build: Build, start: datetime, end: datetime, *, like: Hashable = None) -> Sequence[Sequence[Any]]:
        """The answer, each event once."""
        from clickhouse_connect.cc_sqlalchemy.dialect import ClickHouseDialect

        dialect = ClickHouseDialect(paramstyle="pyformat")
        made = build(events_table(self._table)).compile(dialect=dialect, compile_kwargs={"render_postcompile": True})
        with self._faults():
            return self._client.query(str(made), parameters=made.params, settings={"final": 1}).result_rows

    def insert(self, events: Sequence[StoredEvent]) -> None:
        """Adds accepted events; the same batch sent again makes the same rows, which count once."""
        for event in events:
            if event.timestamp.year not in YEARS:
                raise Invalid(f"ClickHouse holds events of the years 1900 to 2299, not {event.timestamp.year}")
        if events:
            rows = [[*event._replace(timestamp=event.timestamp.astimezone(UTC))] for event in events]
            with self._faults():
                self._client.insert(self._table, rows, column_names=COLUMNS)

    def count(self) -> int:
        """How many events there are."""
        with self._faults():
            return int(self._client.query(f"SELECT count() FROM {self._table} FINAL").result_rows[0][0])

    @contextmanager
    def _faults(self) -> Iterator[None]:
        from clickhouse_connect.driver.exceptions import Error

        try:
            yield
        except (Error, OSError) as error:
            reason = (str(error).strip().splitlines() or ["no answer"])[0]
            raise StoreUnavailable(f"the usage in {self._shown} cannot be reached: {reason}") from error


def _connected(arguments: dict[str, Any]) -> Client:
    try:
        import clickhouse_connect
    except ImportError:
        raise StoreUnavailable(
            "the ClickHouse client is not installed", hint="install termsheet with its extra: termsheet[clickhouse]"
        ) from None
    logging.getLogger("clickhouse_connect").setLevel(logging.CRITICAL)  # what goes wrong is said by us, once
    return clickhouse_connect.get_client(**arguments)


def _address(url: str) -> tuple[str, dict[str, Any], str]:
    """The address without its password, what the client wants to know, and the table."""
    parts = urlsplit(url)
    options = parse_qs(parts.query)
    table = options.pop("table", [TABLE])[0]
    secure = options.pop("secure", ["false"])[0] == "true"
    if parts.scheme != "clickhouse" or not parts.hostname or options or not re.fullmatch(r"\w+(\.\w+)?", table):
        raise Invalid(f"{url} is no address of ClickHouse: clickhouse://user:password@host:port/database?table=name")
    database = parts.path.strip("/") or "default"
    port = parts.port or (8443 if secure else 8123)
    arguments = {
        "host": parts.hostname,
        "port": port,
        "username": unquote(parts.username or "default"),
        "password": unquote(parts.password or ""),
        "database": database,
        "secure": secure,
        "autogenerate_session_id": False,
    }
    return f"clickhouse://{parts.hostname}:{port}/{database}", arguments, table
