"""From which instant a book is seen when it does not say so: the end of the last event's statement period."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from store.rating.periods import boundaries, clipped
from store.terms.book import Book
from store.terms.contract import Contract
from store.terms.effective import effective_in
from store.terms.event import Event


def default_as_of(book: Book, events: Sequence[Event]) -> datetime | None:
    """The latest end of the period that holds the last event, over its customer's contracts.

    Without such a period the last event's own instant; without events the end of the first period of the contract
    that starts last; None for a book with neither.
    """
    if events:
        last = max(events, key=lambda e: e.timestamp)
        owners = {c.id for c in book.customers if last.customer_id == c.id or last.customer_id in c.aliases}
        mine = [c for c in book.contracts if c.customer_id in owners]
        ends = [end for c in (mine or book.contracts) if (end := _period_end(book, c, last.timestamp))]
        return max(ends, default=last.timestamp)
    if not book.contracts:
        return None
    latest = max(book.contracts, key=lambda c: c.starting_at)
    return _period_end(book, latest, latest.starting_at)


def _period_end(book: Book, contract: Contract, moment: datetime) -> datetime | None:
    span = effective_in(book, contract.id).span
    schedule = contract.usage_statement_schedule
    for full in boundaries(schedule, contract.starting_at):
        if full.start > moment or full.start >= span.end:
            return None
        period = clipped(full, span, schedule)
        if period is not None and period.holds(moment):
            return period.end
    return None
