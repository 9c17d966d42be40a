"""Stored usage, measured where it costs least: a few events in memory, many in the engine that holds them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from store.terms.book import Book
from store.terms.event import Event
from store.usage.measure import EventUsage

if TYPE_CHECKING:
    from store.database import Store
    from store.usage.engines.backend import Engine
    from store.usage.engines.usage import EngineUsage, Measurements

FEW = 8_000
"""Up to so many events, reading them all costs less than asking an engine once per product: 12 µs an event against some
25 ms a question over a year of files."""


class StoredUsages:
    """Makes the usage of customers of one store; what an engine answered is shared by all that it made."""

    def __init__(self, store: Store, *, few: int = FEW) -> None:
        self._store = store
        self._few = few
        self._known: Measurements | None = None
        self._engine: Engine | None = None

    def of(self, refs: Mapping[str, Sequence[str]], book: Book) -> EventUsage | EngineUsage:
        """The usage of customers, by id, each with the ids and aliases whose events are to count as its own."""
        from store.usage.ledger.events import count_events

        names = [name for each in refs.values() for name in each]
        if not self._store.ledger.copy and count_events(self._store, names) <= self._few:
            return EventUsage(self._events(refs), book, deduped=True)
        from store.usage.engines.usage import EngineUsage, Measurements

        self._known = self._known or Measurements()
        self._engine = self._engine or self._asked()
        return EngineUsage(self._engine, book, refs, known=self._known)

    def _asked(self) -> Engine:
        """What is asked: the ledger's files, or the copy of them that the ledger names."""
        from store.usage.engines.backend import keeper_at
        from store.usage.engines.duck import LedgerEngine
        from store.usage.engines.mirror import MirrorEngine

        keeper = keeper_at(self._store.ledger.copy)
        return LedgerEngine(self._store) if keeper is None else MirrorEngine(self._store, keeper)

    def _events(self, refs: Mapping[str, Sequence[str]]) -> Iterator[Event]:
        """The events, each as that of the customer whose it is to be."""
        from store.usage.ledger.events import events_of

        owner = {name: customer for customer, names in refs.items() for name in names}
        for event in events_of(self._store, owner):
            customer = owner[event.customer_id]
            yield event if event.customer_id == customer else event.model_copy(update={"customer_id": customer})
