"""What some events would cost: a customer's drafts with them, alone or beside what is stored; nothing is stored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from store import queries
from store.database import Store
from store.errors import Invalid, NotFound, Problem
from store.queries.book import book_of, family
from store.rating.engine import rate
from store.rating.measure import (
    Claims,
    Combination,
    Measured,
    MeasuredPeriod,
    Measurement,
    MeasureRequest,
    Usage,
)
from store.rating.statement import Statement, Unmatched
from store.terms.book import Book
from store.terms.catalog import Aggregation
from store.terms.event import Event
from store.terms.money import EXACT
from store.usage.beside import Beside
from store.usage.dedupe import Seen
from store.usage.ledger.transactions import taken_near
from store.usage.measure import EventUsage
from store.usage.stored import FEW, StoredUsages

ZERO = Decimal(0)


def preview_events(
    store: Store, customer_id: str, events: Sequence[Event], *, merge: bool, now: datetime, few: int = FEW
) -> tuple[Statement, ...]:
    """The customer's draft usage statements with these events; with `merge` beside its stored ones.

    An event whose transaction is stored already adds nothing; one that is given twice is refused (README, §4.19).
    Beyond `few` stored events of a customer, the engine measures them where they lie.
    """
    given = [event.transaction_id for event in events]
    twice = [Problem(f"/events/{k}/transaction_id", "is given twice") for k, id in enumerate(given) if id in given[:k]]
    if twice:
        raise Invalid(twice)
    book = book_of(store, family(store, {customer_id}))
    if customer_id not in book.customer:
        raise NotFound(f"there is no customer {customer_id}")
    seen = Seen(taken_near(store, events))
    new = [event for event in events if seen.take(event.transaction_id, event.timestamp)]
    refs = {each.id: (each.id, *each.aliases) for each in book.customers if each.id}
    stored = StoredUsages(store, few=few).of(refs, book)
    mine: Usage = EventUsage(new, book, deduped=True)
    if merge:
        mine = Added(stored, mine, new, book, store, refs[customer_id])
    rated = rate(book, Beside(customer_id, mine, stored), as_of=now, customers=[customer_id])
    return tuple(s for s in rated.statements if s.type == "USAGE" and s.status == "DRAFT")


class Added:
    """Stored usage of one customer and some events more: added up, or measured anew where it does not add up."""

    def __init__(
        self, stored: Usage, more: Usage, events: Sequence[Event], book: Book, store: Store, names: Sequence[str]
    ) -> None:
        """`more` measures `events` alone; the stored ones named one of `names`."""
        self._stored, self._more, self._events = stored, more, events
        self._book, self._store, self._names = book, store, names

    def measure(self, request: MeasureRequest) -> Measurement:
        """The quantities asked for."""
        known, more = self._stored.measure(request), self._more.measure(request)
        touched = [any(p.start <= e.timestamp < p.cuts[-1] for e in self._events) for p in request.periods]
        if not any(touched):
            return known
        metric = self._book.metric[request.metric_id]
        kind = None if metric.sql is not None else metric.aggregation_type
        if kind in (Aggregation.COUNT, Aggregation.SUM, Aggregation.MAX):
            joined = [_joined(one, two, kind) for one, two in zip(known.periods, more.periods, strict=True)]
            return Measurement(tuple(joined), known.not_numeric + more.not_numeric)
        again = [period for period, hit in zip(request.periods, touched, strict=True) if hit]
        found = iter(self._anew(again).measure(request._replace(periods=tuple(again))).periods)
        periods = [next(found) if hit else period for period, hit in zip(known.periods, touched, strict=True)]
        return Measurement(tuple(periods), known.not_numeric + more.not_numeric)

    def unmatched(self, claims: Claims) -> tuple[Unmatched, ...]:
        """What no contract takes of the stored usage."""
        return self._stored.unmatched(claims)

    def _anew(self, periods: Sequence[MeasuredPeriod]) -> EventUsage:
        """The events of these periods alone, the stored ones first: latest and distinct values do not add up."""
        kept = (
            event
            for event in queries.events_of(self._store, self._names)
            if any(p.start <= event.timestamp < p.cuts[-1] for p in periods)
        )
        return EventUsage([*kept, *self._events], self._book, deduped=True)


def _joined(
    one: Mapping[Combination, Measured], two: Mapping[Combination, Measured], kind: Aggregation
) -> dict[Combination, Measured]:
    """One period of two measurements whose quantities add up, or of which the highest counts."""
    found = dict(one)
    for key, more in two.items():
        known = found.get(key)
        found[key] = more if known is None else Measured(
            tuple(
                (_highest if kind is Aggregation.MAX else _sum)(a, b)
                for a, b in zip(zip(*known, strict=True), zip(*more, strict=True), strict=True)
            ),
            tuple(a + b for a, b in zip(known.events, more.events, strict=True)),
        )  # fmt: skip
    return found


Reading = tuple[Decimal, int]
"""A quantity, and how many events it comes from."""


def _sum(one: Reading, two: Reading) -> Decimal:
    return EXACT.add(one[0], two[0])


def _highest(one: Reading, two: Reading) -> Decimal:
    return max((value for value, events in (one, two) if events), default=ZERO)
