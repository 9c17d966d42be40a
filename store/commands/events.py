"""Usage events, taken in the order given: the only place that writes them."""

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

_COMPACT = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def accept_events(work: Work, events: Iterable[Event], *, source: str = "") -> int:
    """Adds the events that are new, in their order, and returns how many; `source` is where they came from.

    An event is known if its transaction id was taken within 34 days of its time, by the store or earlier in `events`.
    """
    taken = given = 0
    for chunk in batched(events):
        names = {event.transaction_id for event in chunk}
        id, moment = col(UsageEventRow.transaction_id), col(UsageEventRow.timestamp)
        seen = Seen(work.session.execute(select(id, moment).where(id.in_(names))))
        rows = [
            {
                "transaction_id": event.transaction_id,
                "customer_ref": event.customer_id,
                "event_type": event.event_type,
                "timestamp": event.timestamp,
                "properties": _COMPACT.encode(event.properties),
                "accepted_at": work.now,
            }
            for event in chunk
            if seen.take(event.transaction_id, event.timestamp)
        ]
        work.insert(UsageEventRow, rows)
        taken += len(rows)
        given += len(chunk)
    if taken:
        counts = {"accepted": taken, "duplicate": given - taken}
        work.audit(action="ingest", entity="usage_event", entity_id=source, before=None, after=counts)
    return taken
