"""A copy of the events in PostgreSQL: one table in monthly partitions, for operators on several hosts.

Good for some million events a month; beyond that measuring takes seconds, and ClickHouse is the next step.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Hashable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from threading import Timer
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.exc import DBAPIError

from store.errors import StoreUnavailable
from store.terms import time
from store.usage.engines.backend import ANSWER, NOTHING, Reached, StoredEvent
from store.usage.engines.query import Build, events_table
from store.usage.ledger.columns import month_of

TABLE = "usage_event_ledger"
_MADE = f"""
CREATE TABLE IF NOT EXISTS {TABLE} (
  alias text NOT NULL, timestamp timestamp NOT NULL, event_type text NOT NULL, transaction_id text NOT NULL,
  properties jsonb NOT NULL, seq bigint NOT NULL, PRIMARY KEY (seq, timestamp)
) PARTITION BY RANGE (timestamp);
CREATE INDEX IF NOT EXISTS ix_{TABLE} ON {TABLE} (alias, timestamp);
CREATE TABLE IF NOT EXISTS {TABLE}_state (id int PRIMARY KEY, state bigint NOT NULL);
ALTER TABLE {TABLE}_state ADD COLUMN IF NOT EXISTS mark text NOT NULL DEFAULT '';
"""
CONNECT = 10
"""Seconds after which a server that does not answer is taken for gone."""


class PostgresKeeper:
    """Events in a PostgreSQL of their own or the store's; any thread may use it."""

    def __init__(self, url: str) -> None:
        """`url`: `postgresql+psycopg://…`. The table is made where it is missing. Raises `StoreUnavailable`."""
        limits = {"connect_timeout": CONNECT, "options": f"-c statement_timeout={ANSWER}s"}
        self._engine: Engine = create_engine(url, pool_pre_ping=True, connect_args=limits)
        ping = self._engine.dialect.do_ping

        def asked(dbapi_connection: Any) -> bool:
            with _hanging_up(dbapi_connection, CONNECT):
                return ping(dbapi_connection)

        self._engine.dialect.do_ping = asked  # type: ignore[method-assign]
        self._shown = self._engine.url.render_as_string(hide_password=True)
        with self._work() as connection:
            connection.execute(text("SELECT pg_advisory_xact_lock(7310591127)"))
            connection.execute(text(_MADE))

    def close(self) -> None:
        """Gives all connections back."""
        self._engine.dispose()

    def last(self) -> int:
        """The last place of acceptance that it has."""
        with self._read() as connection:
            return int(connection.scalar(text(f"SELECT max(seq) FROM {TABLE}")) or 0)

    def state(self) -> Reached:
        """The state of the ledger that the copy is whole up to, and which ledger that is."""
        with self._read() as connection:
            found = connection.execute(text(f"SELECT state, mark FROM {TABLE}_state")).one_or_none()
        return NOTHING if found is None else Reached(int(found[0]), str(found[1]))

    def reached(self, reached: Reached) -> None:
        """Notes that the copy is whole up to a state of the ledger."""
        noted = (
            f"INSERT INTO {TABLE}_state AS s (id, state, mark) VALUES (1, :state, :mark) "
            "ON CONFLICT (id) DO UPDATE SET state = greatest(s.state, :state), mark = :mark"
        )
        with self._work() as connection:
            connection.execute(text(noted), reached._asdict())

    def rows(self, build: Build, start: datetime, end: datetime, *, like: Hashable = None) -> Sequence[Sequence[Any]]:
        """The answer over the partitions of that time."""
        with self._read() as connection:
            return [tuple(row) for row in connection.execute(build(events_table(TABLE)))]

    def insert(self, events: Sequence[StoredEvent]) -> None:
        """Adds accepted events in one transaction; those that are there already are left alone."""
        if not events:
            return
        with self._work() as connection:
            for month in sorted({time.first_of_month(event.timestamp) for event in events}):
                self._partition(connection, month)
            values = [
                {**event._asdict(), "timestamp": event.timestamp.astimezone(UTC).replace(tzinfo=None)}
                for event in events
            ]
            connection.execute(
                text(
                    f"INSERT INTO {TABLE} (alias, timestamp, event_type, transaction_id, properties, seq) VALUES "
                    "(:alias, :timestamp, :event_type, :transaction_id, CAST(:properties AS jsonb), :seq) "
                    "ON CONFLICT DO NOTHING"
                ),
                values,
            )

    def count(self) -> int:
        """How many events there are."""
        with self._read() as connection:
            return int(connection.scalar(text(f"SELECT count(*) FROM {TABLE}")) or 0)

    def _partition(self, connection: Connection, month: datetime) -> None:
        name = f"{TABLE}_{month_of(month).replace('-', '_')}"
        if connection.scalar(text("SELECT to_regclass(:name)"), {"name": name}) is not None:
            return
        connection.execute(text("SELECT pg_advisory_xact_lock(7310591127)"))
        end = time.months_later(month, 1) if (month.year, month.month) < (9999, 12) else None
        upto = f"'{_day(end)}'" if end is not None else "MAXVALUE"
        made = f"CREATE TABLE IF NOT EXISTS {name} PARTITION OF {TABLE} FOR VALUES FROM ('{_day(month)}') TO ({upto})"
        connection.execute(text(made))

    @contextmanager
    def _read(self) -> Iterator[Connection]:
        with self._faults(), self._engine.connect() as connection, _limited(connection):
            yield connection

    @contextmanager
    def _work(self) -> Iterator[Connection]:
        with self._faults(), self._engine.begin() as connection, _limited(connection):
            yield connection

    @contextmanager
    def _faults(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            reason = (str(error.orig).strip().splitlines() or ["no answer"])[0]
            raise StoreUnavailable(f"the usage in {self._shown} cannot be reached: {reason}") from error


@contextmanager
def _limited(connection: Connection) -> Iterator[None]:
    """Hangs up on a server that says nothing at all for longer than it may take to answer."""
    with _hanging_up(connection.connection.driver_connection, ANSWER + CONNECT):
        yield


@contextmanager
def _hanging_up(connection: Any, seconds: float) -> Iterator[None]:
    """Ends the conversation of a driver's connection after so many seconds, whoever waits for it then."""

    def end() -> None:
        with suppress(OSError), socket.socket(fileno=os.dup(connection.fileno())) as line:
            line.shutdown(socket.SHUT_RDWR)

    timer = Timer(seconds, end)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _day(moment: datetime) -> str:
    return f"{moment.year:04}-{moment.month:02}-{moment.day:02}"
