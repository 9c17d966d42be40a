"""Stored usage events, in the order they were accepted."""

from __future__ import annotations

import heapq
import json
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from sqlmodel import col

from store.database import Store
from store.tables import batched, table
from store.tables.usage import UsageEventRow
from store.terms.event import Event


def events_of(store: Store, refs: Iterable[str] | None = None) -> Iterator[Event]:
    """The events that named one of these ids or aliases (None: all), as they were accepted, read as they are used."""
    with store.read() as session:
        parts = [_rows(session, None)] if refs is None else [_rows(session, c) for c in batched(dict.fromkeys(refs))]
        for row in heapq.merge(*parts, key=lambda row: row[0]):
            yield Event.model_construct(
                {"transaction_id", "customer_id", "event_type", "timestamp", "properties"},
                transaction_id=row[1],
                customer_id=row[2],
                event_type=row[3],
                timestamp=row[4],
                properties=json.loads(row[5]),
            )


def _rows(session: Session, refs: list[str] | None) -> Iterator[Any]:
    c = table(UsageEventRow).c
    wanted = select(c.seq, c.transaction_id, c.customer_ref, c.event_type, c.timestamp, c.properties).order_by(c.seq)
    if refs is not None:
        wanted = wanted.where(c.customer_ref.in_(refs))
    return iter(session.execute(wanted.execution_options(yield_per=5000)))


def count_events(store: Store, refs: Iterable[str] | None = None) -> int:
    """How many events named one of these ids or aliases, or how many there are."""
    ref = col(UsageEventRow.customer_ref)
    with store.read() as session:
        if refs is None:
            return session.scalar(select(func.count()).select_from(UsageEventRow)) or 0
        return sum(
            session.scalar(select(func.count()).select_from(UsageEventRow).where(ref.in_(chunk))) or 0
            for chunk in batched(dict.fromkeys(refs))
        )


def last_event(store: Store) -> int:
    """A number that grows with every accepted event: what was measured at the same number is still right."""
    with store.read() as session:
        return session.scalar(select(func.max(col(UsageEventRow.seq)))) or 0
