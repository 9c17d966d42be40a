"""What values usage really has: how many events of a customer carry which values of some properties, day by day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from store.database import Store
from store.tables.customers import IngestAliasRow
from store.terms.routing import Seen, Usage
from store.usage.ledger.columns import LiveFile
from store.usage.ledger.events import paths_of
from store.usage.ledger.files import live_files, reading


def usage_values(
    store: Store, customer_id: str, keys: Sequence[str], *, event_types: Iterable[str] | None = None
) -> Usage:
    """The customer's stored usage (by its id and its aliases of today), counted by UTC day and values of `keys`.

    `event_types` leaves out events of other types; None counts all.
    """
    with store.read() as session:
        owned = select(col(IngestAliasRow.alias)).where(col(IngestAliasRow.customer_id) == customer_id)
        refs = [customer_id, *session.scalars(owned)]
    types = None if event_types is None else list(event_types)
    return Usage(tuple(keys), tuple(_seen(store, refs, keys, types)) if live_files(store) else ())


def _seen(store: Store, refs: list[str], keys: Sequence[str], types: list[str] | None) -> Iterable[Seen]:
    values = "".join(", json_extract_string(properties, ?)" for _ in keys)
    asked = (
        f"SELECT timestamp::DATE AS day, count(*){values} FROM read_parquet(?::VARCHAR[]) "
        "WHERE alias IN (SELECT unnest(?::VARCHAR[])) "
        + ("" if types is None else "AND event_type IN (SELECT unnest(?::VARCHAR[])) ")
        + "GROUP BY ALL ORDER BY ALL"
    )

    def ask(files: tuple[LiveFile, ...]) -> list[Any]:
        given = [*map(pointer, keys), paths_of(files), refs, *([] if types is None else [types])]
        with store.ledger.cursor() as cursor:
            return cursor.execute(asked, given).fetchall()

    for day, count, *found in reading(store, ask):
        yield Seen(datetime(day.year, day.month, day.day, tzinfo=UTC), tuple(found), count)


def pointer(name: str) -> str:
    """A property's place as a JSON pointer, which can say any name."""
    return "/" + name.replace("~", "~0").replace("/", "~1")
