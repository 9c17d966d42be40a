"""Events for the ledger's tests, and ways to take them in."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from store.commands.events import accept_events
from store.database import Actor, Store
from store.terms.event import Event

NOW = datetime(2025, 3, 1, 12, tzinfo=UTC)
BY = Actor("tests", "cli")


def event(k: int, *, of: str = "acme", at: datetime | None = None, **properties: Any) -> Event:
    """The k-th event; each at a minute of its own unless it is said when."""
    return Event.model_validate(
        {
            "transaction_id": f"t{k}",
            "customer_id": of,
            "event_type": "call",
            "timestamp": at or datetime(2025, 1, 1, tzinfo=UTC) + timedelta(minutes=k),
            "properties": properties,
        }
    )


def accept(store: Store, events: Iterable[Event], *, now: datetime = NOW) -> int:
    """Takes events in, in one transaction; how many were new."""
    with store.work(by=BY, now=now) as work:
        return accept_events(work, events)
