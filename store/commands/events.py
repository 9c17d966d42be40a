"""Usage events that a bundle brings, taken as if they had been accepted in its order."""

from __future__ import annotations

import json
from collections.abc import Iterable

from sqlalchemy import select
from sqlmodel import col

from store.database import Work
from store.tables import batched
from store.tables.usage import UsageEventRow
from store.terms.event import Event
from store.usage.dedupe import Seen


def accept_events(work: Work, events: Iterable[Event]) -> int:
    """Adds the events that are not duplicates of accepted ones, in their order; returns how many it took."""
    taken = 0
    for chunk in batched(events):
        names = [event.transaction_id for event in chunk]
        id, moment = col(UsageEventRow.transaction_id), col(UsageEventRow.timestamp)
        seen = Seen(work.session.execute(select(id, moment).where(id.in_(names))).tuples())
        rows = [
            {
                "transaction_id": event.transaction_id,
                "customer_ref": event.customer_id,
                "event_type": event.event_type,
                "timestamp": event.timestamp,
                "properties": json.dumps(event.properties, ensure_ascii=False),
                "accepted_at": work.now,
            }
            for event in chunk
            if seen.take(event.transaction_id, event.timestamp)
        ]
        work.insert(UsageEventRow, rows)
        taken += len(rows)
    if taken:
        work.audit(action="ingest", entity="usage_event", entity_id="", before=None, after={"accepted": taken})
    return taken
