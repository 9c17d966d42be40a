"""What measuring needs of an engine, and what ingest needs of one that keeps the events itself."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from datetime import datetime
from typing import Any, NamedTuple, Protocol

from store.usage.engines.query import Build


class StoredEvent(NamedTuple):
    """An accepted event as engines keep it: `timestamp` is UTC, `properties` a JSON object of text → text."""

    alias: str
    timestamp: datetime
    event_type: str
    transaction_id: str
    properties: str
    seq: int


ANSWER = 120
"""Seconds after which an answer is not waited for any more."""


class Reached(NamedTuple):
    """Up to which state of a ledger a copy is known to be whole, and by its mark which ledger that is."""

    state: int
    mark: str


NOTHING = Reached(-1, "")
"""Of a copy that is not known to hold anything."""


class Engine(Protocol):
    """Where events are measured."""

    def rows(self, build: Build, start: datetime, end: datetime, *, like: Hashable = None) -> Sequence[Sequence[Any]]:
        """The answer to a query that looks only at events of `[start, end)`; equal `like`s mean equal queries."""
        ...

    def states(self, spans: Sequence[tuple[datetime, datetime]]) -> list[Hashable]:
        """Of each span `[start, end)` a value that changes whenever its events do: what was measured at an equal one
        is still right."""
        ...


class Keeper(Protocol):
    """An engine with a copy of the ledger's events (`--usage URL`), passed on in the order of acceptance."""

    def rows(self, build: Build, start: datetime, end: datetime, *, like: Hashable = None) -> Sequence[Sequence[Any]]:
        """The answer to a query that looks only at events of `[start, end)`."""
        ...

    def insert(self, events: Sequence[StoredEvent]) -> None:
        """Adds accepted events; sending a batch again, whole or in part, adds nothing twice."""
        ...

    def last(self) -> int:
        """The last place of acceptance that it has; 0 where it has none."""
        ...

    def state(self) -> Reached:
        """The state of the ledger that the copy is known to be whole up to."""
        ...

    def reached(self, reached: Reached) -> None:
        """Notes that the copy is whole up to a state of the ledger."""
        ...

    def count(self) -> int:
        """How many events there are."""
        ...

    def close(self) -> None:
        """Lets its connections go."""
        ...


def keeper_at(usage: str) -> Keeper | None:
    """The engine that `--usage` names by address; None for anything that is no address of one.

    Raises `Invalid` for an address that is wrong, `StoreUnavailable` for an engine that does not answer.
    """
    scheme = usage.partition("://")[0]
    if scheme == "clickhouse":
        from store.usage.engines.clickhouse import ClickHouseKeeper

        return ClickHouseKeeper(usage)
    if scheme in ("postgresql", "postgresql+psycopg"):
        from store.usage.engines.postgresql import PostgresKeeper

        return PostgresKeeper(usage.replace("postgresql://", "postgresql+psycopg://", 1))
    return None
