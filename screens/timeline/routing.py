"""What the timeline shows: a customer's contracts with their filters, and the usage they route, read once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from screens.names import contract_names
from screens.timeline.lanes import Lane, Piece
from screens.timeline.words import Paragraph, paragraph, verdict
from store.rating.periods import statement_periods
from store.terms.book import Book
from store.terms.changes import Proposal, apply
from store.terms.in_force import Effective
from store.terms.routing import (
    Stretch,
    Usage,
    contracts_in,
    event_types,
    filter_keys,
    horizon,
    sharing,
    stretches,
)
from store.terms.time import DISTANT_FUTURE, Span

if TYPE_CHECKING:
    from store.database import Store

EVERYTHING = ""
"""The key of the lane of all contracts together."""


@dataclass(frozen=True)
class Routing:
    """Who takes what of one customer's usage, as stored or with a proposed change."""

    customer_id: str
    customer_name: str
    book: Book
    seen: Mapping[tuple[str, ...], Usage]
    """What usage was seen, by the properties that it was counted by."""
    versions: Mapping[str, int]
    contracts: tuple[Effective, ...]
    names: Mapping[str, str]
    stretches: tuple[Stretch, ...]
    whole: Span
    """The time that is shown at first; the last stretch goes on."""

    def with_change(self, proposal: Proposal, now: datetime) -> Routing:
        """The same after a proposed change; nothing is stored."""
        return routed(self.customer_id, apply(self.book, [proposal]), self.seen, self.versions, now)

    @property
    def usage(self) -> Usage:
        """Usage by the properties that the filters look at; nothing seen where it was not counted by these."""
        keys = filter_keys(self.contracts)
        return self.seen.get(keys) or Usage(keys)

    def values_of(self, key: str) -> tuple[tuple[str, int], ...]:
        """Every value of a property that was seen, with its events."""
        found = self.seen.get((key,)) or self.usage
        return found.values_of(key)

    def within(self, span: Span) -> tuple[Stretch, ...]:
        """The stretches of a time, cut at its ends."""
        return stretches(self.contracts, self.usage, within=span, shared=sharing(self.contracts, self.book))

    def said(self, span: Span, before: Routing | None = None) -> tuple[Paragraph, ...]:
        """Who takes what in a time, in plain words; what differs from `before` a proposed change says what was."""
        if before is None:
            return tuple(paragraph(stretch, self.names) for stretch in self.within(span))
        return tuple(paragraph(new, self.names, old) for old in before.within(span) for new in self.within(old.span))

    def lanes(self, drafted: str = "") -> tuple[Lane, ...]:
        """All together first, then one lane per contract."""
        checks = tuple(Piece(s.span, *verdict(s), mark="╷") for s in self.stretches)
        keys = filter_keys(self.contracts)
        lanes = [
            Lane(
                contract.id,
                self.names[contract.id],
                _pieces(contract, keys),
                tuple(p.end for p in statement_periods(contract.schedule, contract.span, self.whole.end)),
                drafted=contract.id == drafted,
            )
            for contract in self.contracts
        ]
        return (Lane(EVERYTHING, "All contracts", checks), *lanes)


def load(store: Store, customer_id: str, now: datetime) -> Routing:
    """Read it; blocks. Raises `NotFound`."""
    from store.queries.book import customer_book
    from store.queries.contracts import contracts_of
    from store.queries.usage_values import usage_values

    book = customer_book(store, customer_id)
    keys = filter_keys(contracts_in(book, customer_id))
    types = event_types(book)
    asked = dict.fromkeys((keys, *((key,) for key in usable_keys(book, keys))))
    seen = {each: usage_values(store, customer_id, each, event_types=types) for each in asked}
    versions = {view.id: view.version for view in contracts_of(store, customer_id)}
    return routed(customer_id, book, seen, versions, now)


def usable_keys(book: Book, filtered: Sequence[str]) -> list[str]:
    """Properties that a filter can look at: those in use, then those that metrics are grouped by."""
    grouped = [key for metric in book.billable_metrics for keys in metric.group_keys or () for key in keys]
    return list(dict.fromkeys((*filtered, *grouped)))


def routed(
    customer_id: str, book: Book, seen: Mapping[tuple[str, ...], Usage], versions: Mapping[str, int], now: datetime
) -> Routing:
    """A book's routing."""
    contracts = contracts_in(book, customer_id)
    keys = filter_keys(contracts)
    usage = seen.get(keys) or Usage(keys)
    whole = horizon(contracts, usage, now)
    shared = sharing(contracts, book)
    found = stretches(contracts, usage, within=Span(whole.start, DISTANT_FUTURE), shared=shared) if contracts else ()
    customer = book.customer[customer_id]
    return Routing(
        customer_id, customer.name, book, seen, versions, contracts, contract_names(contracts, book), found, whole
    )


def _pieces(contract: Effective, keys: Sequence[str]) -> tuple[Piece, ...]:
    """The spans of a contract's filter; a stretch without filter says that it takes everything."""
    found: list[Piece] = []
    at = contract.span.start
    for entry in contract.filters:
        if entry.span.start > at:
            found.append(Piece(Span(at, entry.span.start), "all usage", "", "◆" if found else "├"))
        text = ", ".join(entry.group_values)
        if len(keys) > 1:
            text = f"{entry.group_key}: {text}"
        found.append(Piece(entry.span, text, "", "◆" if found else "├"))
        at = entry.span.end
    if at < contract.span.end:
        found.append(Piece(Span(at, contract.span.end), "all usage", "", "◆" if found else "├"))
    return tuple(found)
