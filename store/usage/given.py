"""What some events would cost: a customer's drafts with them, alone or beside what is stored; nothing is stored."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from store import queries
from store.database import Store
from store.errors import Invalid, NotFound, Problem
from store.queries.book import book_of, family
from store.rating.engine import rate
from store.rating.statement import Statement
from store.terms.event import Event
from store.usage.dedupe import Seen
from store.usage.measure import EventUsage


def preview_events(
    store: Store, customer_id: str, events: Sequence[Event], *, merge: bool, now: datetime
) -> tuple[Statement, ...]:
    """The customer's draft usage statements with these events; with `merge` beside its stored ones.

    An event whose transaction is stored already adds nothing; one that is given twice is refused (README, §4.19).
    """
    given = [event.transaction_id for event in events]
    twice = [Problem(f"/events/{k}/transaction_id", "is given twice") for k, id in enumerate(given) if id in given[:k]]
    if twice:
        raise Invalid(twice)
    book = book_of(store, family(store, {customer_id}))
    if customer_id not in book.customer:
        raise NotFound(f"there is no customer {customer_id}")
    own = {customer_id, *book.customer[customer_id].aliases}
    names = own.union(*({each.id or "", *each.aliases} for each in book.customers))
    stored = list(queries.events_of(store, names))
    seen = Seen((event.transaction_id, event.timestamp) for event in stored)
    new = [event for event in events if seen.take(event.transaction_id, event.timestamp)]
    beside = stored if merge else [event for event in stored if event.customer_id not in own]
    usage = EventUsage([*beside, *new], book, deduped=True)
    rated = rate(book, usage, as_of=now, customers=[customer_id])
    return tuple(s for s in rated.statements if s.type == "USAGE" and s.status == "DRAFT")
