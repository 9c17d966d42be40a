"""Stored usage, measured where it costs least: a few events in memory, many in the engine that holds them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from store.rating.measure import Claims, Measurement, MeasureRequest
from store.rating.statement import Unmatched
from store.terms.book import Book
from store.terms.event import Event
from store.usage.measure import EventUsage

if TYPE_CHECKING:
    from store.database import Store
    from store.usage.engines.backend import Engine
    from store.usage.engines.usage import EngineUsage, Measurements
    from store.usage.ledger.tally import MonthCount, Tally

FEW = 8_000
"""Up to so many events of a customer, reading them costs less than asking an engine once per product: 12 µs an event
against some 25 ms a question over a year of files."""
TOGETHER = 300_000
"""So many events of several customers are held in memory at once; beyond that, those with the most are asked for."""

Refs = Mapping[str, Sequence[str]]
"""By customer id, the ids and aliases whose events are to count as its own."""


class SplitUsage:
    """Some customers' events in memory, the others' in the engine."""

    def __init__(self, few: EventUsage, many: EngineUsage, asked: frozenset[str]) -> None:
        """`asked` are the customers whose usage `many` measures."""
        self._few = few
        self._many = many
        self._asked = asked

    def measure(self, request: MeasureRequest) -> Measurement:
        """The quantities asked for."""
        return (self._many if request.customer_id in self._asked else self._few).measure(request)

    def unmatched(self, claims: Claims) -> tuple[Unmatched, ...]:
        """Usage that no contract takes."""
        found: list[Unmatched] = []
        for customer, mine in claims.by_customer:
            usage = self._many if customer in self._asked else self._few
            found.extend(usage.unmatched(Claims(((customer, mine),))))
        return tuple(found)

    def over(self, book: Book) -> SplitUsage:
        """The same events seen with another book's metrics beside these."""
        return SplitUsage(self._few.over(book), self._many.over(book), self._asked)


StoredUsage = EventUsage | SplitUsage
"""The stored usage of one or more customers."""


class StoredUsages:
    """Makes the usage of customers of one store; what an engine answered is shared by all that it made."""

    def __init__(self, store: Store, *, few: int = FEW, tally: Tally | None = None) -> None:
        """`tally` is for whoever goes through a whole book, some customers after the other."""
        self._store = store
        self._few = few
        self._tally = tally
        self._known: Measurements | None = None
        self._engine: Engine | None = None

    def of(self, refs: Refs, book: Book) -> StoredUsage:
        """The usage of customers; events that named one of the refs count as that customer's."""
        names = [name for mine in refs.values() for name in mine]
        tally = None if self._tally is None or self._store.ledger.copy else self._tally.of(names)
        many = {*refs} if self._store.ledger.copy else self._many(refs, book, tally)
        read = {customer: mine for customer, mine in refs.items() if customer not in many}
        few = EventUsage(self._events(read) if read else (), book, deduped=True)
        if not many:
            return few
        from store.usage.engines.together import TogetherUsage
        from store.usage.engines.usage import EngineUsage, Measurements

        self._known = self._known or Measurements()
        self._engine = self._engine or self._asked()
        asked = {customer: refs[customer] for customer in many}
        if len(many) == 1 or self._store.ledger.copy:
            engine = EngineUsage(self._engine, book, asked, known=self._known)
        else:
            mine = {name for names in asked.values() for name in names}
            known = None if tally is None else [each for each in tally if each.alias in mine]
            engine = TogetherUsage(self._engine, book, asked, known=self._known, tally=known)
        return SplitUsage(few, engine, frozenset(many))

    def _asked(self) -> Engine:
        """What is asked: the ledger's files, or the copy of them that the ledger names."""
        from store.usage.engines.backend import keeper_at
        from store.usage.engines.duck import LedgerEngine
        from store.usage.engines.mirror import MirrorEngine

        keeper = keeper_at(self._store.ledger.copy)
        return LedgerEngine(self._store) if keeper is None else MirrorEngine(self._store, keeper)

    def _many(self, refs: Refs, book: Book, tally: Sequence[MonthCount] | None = None) -> set[str]:
        """The customers with so many events that they are not to be read: all, where many want to know the same."""
        from store.usage.ledger.events import counts_of

        if tally is None:
            counts = counts_of(self._store, [name for names in refs.values() for name in names])
        else:
            counts = Counter[str]()
            for each in tally:
                counts[each.alias] += each.events
        found: set[str] = set()
        held = 0
        kinds = {(each.rate_card_id, each.starting_at, each.ending_before) for each in book.contracts}
        if len(refs) > 1 and sum(counts.values()) > self._few * max(len(kinds), 1):
            return {*refs}
        for size, customer in sorted((sum(counts.get(n, 0) for n in names), c) for c, names in refs.items()):
            held += size
            if size > self._few or held > max(TOGETHER, self._few):
                found.add(customer)
        return found

    def _events(self, refs: Refs) -> Iterator[Event]:
        """The events, each as that of the customer whose it is to be."""
        from store.usage.ledger.events import events_of

        owner = {name: customer for customer, names in refs.items() for name in names}
        for event in events_of(self._store, owner):
            customer = owner[event.customer_id]
            yield event if event.customer_id == customer else event.model_copy(update={"customer_id": customer})
