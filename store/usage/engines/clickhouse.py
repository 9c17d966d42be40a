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
from store.text import masked
from store.usage.engines.backend import ANSWER, NOTHING, Reached, StoredEvent
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
_MARK = "ALTER TABLE {table}_state ADD COLUMN IF NOT EXISTS mark String"
CONNECT = 10
"""Seconds after which a server that does not answer at first is taken for gone."""


class ClickHouseKeeper:
    """Events in ClickHouse, through its own client; any thread may use it."""

    def __init__(self, url: str) -> None:
        """`url`: `clickhouse://user:password@host:port/database?table=name&secure=true`. The table is made where it is
        missing. Raises `Invalid` for an address that is none, `StoreUnavailable` for a server that does not answer."""
        self._shown, arguments, self._table = _address(url)
        with self._faults():
            self._client: Client = _connected(arguments)
            for made in (_MADE, _STATE, _MARK):
                self._client.command(made.format(table=self._table))

    def close(self) -> None:
        """Ends the connection."""
        self._client.close()

    def last(self) -> int:
        """The last place of acceptance that it has."""
        with self._faults():
            return int(self._client.query(f"SELECT max(seq) FROM {self._table}").result_rows[0][0])

    def state(self) -> Reached:
        """The state of the ledger that the copy is whole up to, and which ledger that is."""
        asked = f"SELECT state, mark FROM {self._table}_state ORDER BY state DESC LIMIT 1"
        with self._faults():
            rows = self._client.query(asked).result_rows
        return Reached(int(rows[0][0]), str(rows[0][1])) if rows else NOTHING

    def reached(self, reached: Reached) -> None:
        """Notes that the copy is whole up to a state of the ledger."""
        with self._faults():
            self._client.insert(f"{self._table}_state", [[1, *reached]], column_names=("id", "state", "mark"))

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
            raise StoreUnavailable(f"the usage in {self._shown} cannot be reached: {_reason(error)}") from error


def _connected(arguments: dict[str, Any]) -> Client:
    try:
        import clickhouse_connect
    except ImportError:
        raise StoreUnavailable(
            "the ClickHouse client is not installed", hint="install termsheet with its extra: termsheet[clickhouse]"
        ) from None
    from urllib3 import Timeout

    logging.getLogger("clickhouse_connect").setLevel(logging.CRITICAL)  # what goes wrong is said by us, once
    logging.getLogger("urllib3").setLevel(logging.CRITICAL)
    client = clickhouse_connect.get_client(
        **arguments, connect_timeout=CONNECT, send_receive_timeout=CONNECT, query_retries=0
    )
    client.timeout = Timeout(connect=CONNECT, read=ANSWER)  # type: ignore[attr-defined]
    return client


def _reason(error: BaseException) -> str:
    """What is at the bottom of a fault, in few words: the client wraps it up several times, with addresses."""
    from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError, ReadTimeoutError

    waiting, known = [error], set[int]()
    while waiting:
        each = waiting.pop()
        known.add(id(each))
        if isinstance(each, NameResolutionError):  # a NewConnectionError, and that a ConnectTimeoutError
            return "nobody knows its name"
        if isinstance(each, NewConnectionError):
            return str(each).rpartition("] ")[2].lower()
        if isinstance(each, ReadTimeoutError | ConnectTimeoutError):
            return "it does not answer"
        inner = (each.__cause__, each.__context__, getattr(each, "reason", None))
        waiting.extend(i for i in inner if isinstance(i, BaseException) and id(i) not in known)
    return (str(error).strip().splitlines() or ["no answer"])[0]


def _address(url: str) -> tuple[str, dict[str, Any], str]:
    """The address without its password, what the client wants to know, and the table."""
    parts = urlsplit(url)
    options = parse_qs(parts.query)
    table = options.pop("table", [TABLE])[0]
    secure = options.pop("secure", ["false"])[0] == "true"
    if parts.scheme != "clickhouse" or not parts.hostname or options or not re.fullmatch(r"\w+(\.\w+)?", table):
        raise Invalid(
            f"{masked(url)} is no address of ClickHouse: clickhouse://user:password@host:port/database?table=name"
        )
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
