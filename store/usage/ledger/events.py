"""Events read back: those that named some ids or aliases, as they were accepted."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from store.terms.event import Event
from store.usage.ledger.columns import LiveFile
from store.usage.ledger.files import live_files, reading

if TYPE_CHECKING:
    from store.database import Store

AT_ONCE = 5000
WRITTEN_OUT = 100
"""So many names at most are written into a query, by which parts of files without any of them are left out."""
_FIELDS = {"transaction_id", "customer_id", "event_type", "timestamp", "properties"}


def paths_of(files: Sequence[LiveFile]) -> list[str]:
    """The files' paths, as DuckDB's `read_parquet` takes them."""
    return [file.path for file in files]


def events_of(store: Store, refs: Iterable[str] | None = None) -> Iterator[Event]:
    """The events that named one of these ids or aliases (None: all), as they were accepted, read as they are used."""
    if not live_files(store):
        return
    yield from map(_event, _rows(store, None if refs is None else list(dict.fromkeys(refs))))


def _rows(store: Store, refs: list[str] | None) -> Iterator[tuple[Any, ...]]:
    """Sorted and held by DuckDB before the first is handed out: what happens to the files later does not matter."""
    with store.ledger.cursor() as cursor:

        def ask(files: tuple[LiveFile, ...]) -> None:
            which, names = ("true", []) if refs is None else _named(refs)
            cursor.execute(
                "CREATE OR REPLACE TEMP TABLE found AS SELECT transaction_id, alias, event_type, timestamp, properties "
                f"FROM read_parquet(?::VARCHAR[]) WHERE {which} ORDER BY seq",
                [paths_of(files), *names],
            )

        reading(store, ask)
        cursor.execute("FROM found")
        while rows := cursor.fetchmany(AT_ONCE):
            yield from rows


def _event(row: tuple[Any, ...]) -> Event:
    return Event.model_construct(
        _FIELDS,
        transaction_id=row[0],
        customer_id=row[1],
        event_type=row[2],
        timestamp=row[3].replace(tzinfo=UTC),
        properties=json.loads(row[4]),
    )


def counts_of(store: Store, names: Sequence[str]) -> dict[str, int]:
    """How many events named each of these ids or aliases; without those that none did."""

    def ask(files: tuple[LiveFile, ...]) -> dict[str, int]:
        if not files or not names:
            return {}
        which, values = _named(names)
        asked = f"SELECT alias, count(*) FROM read_parquet(?::VARCHAR[]) WHERE {which} GROUP BY alias"
        with store.ledger.cursor() as cursor:
            return dict(cursor.execute(asked, [paths_of(files), *values]).fetchall())

    return reading(store, ask)


def _named(names: Sequence[str]) -> tuple[str, list[Any]]:
    """The condition that an event named one of these, with its values."""
    if 0 < len(names) <= WRITTEN_OUT:
        return f"alias IN ({', '.join('?' * len(names))})", list(names)
    return "alias IN (SELECT unnest(?::VARCHAR[]))", [list(names)]


def count_events(store: Store, refs: Iterable[str] | None = None) -> int:
    """How many events named one of these ids or aliases, or how many there are."""
    files = live_files(store)
    if refs is None or not files:
        return sum(file.rows for file in files)
    names = list(dict.fromkeys(refs))

    def ask(files: tuple[LiveFile, ...]) -> int:
        which, values = _named(names)
        asked = f"SELECT count(*) FROM read_parquet(?::VARCHAR[]) WHERE {which}"
        with store.ledger.cursor() as cursor:
            found = cursor.execute(asked, [paths_of(files), *values]).fetchone()
        return int(found[0]) if found else 0

    return reading(store, ask)


def last_moment(store: Store, names: Sequence[str], *, before: datetime) -> datetime | None:
    """When the latest event before a moment happened that named one of these ids or aliases; None where none did."""

    def ask(files: tuple[LiveFile, ...]) -> datetime | None:
        early = [file for file in files if file.min_timestamp < before]
        if not early:
            return None
        asked = (
            "SELECT max(timestamp) FROM read_parquet(?::VARCHAR[]) "
            "WHERE alias IN (SELECT unnest(?::VARCHAR[])) AND timestamp < ?::TIMESTAMP"
        )
        with store.ledger.cursor() as cursor:
            upto = before.astimezone(UTC).replace(tzinfo=None)
            (found,) = cursor.execute(asked, [paths_of(early), list(names), upto]).fetchone() or (None,)
        return None if found is None else found.replace(tzinfo=UTC)

    return reading(store, ask)
