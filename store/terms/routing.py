"""Which contract takes which usage, when (README, §4.2): filters over time × the values that usage really has.

A contract without a filter takes everything; a filter takes events whose property has one of its values, compared as
exact text, so an event without the property passes no filter. Several contracts that take one event all rate it; that
is billed twice where they price a product in common.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import combinations, pairwise, product

from store.terms.book import Book
from store.terms.effective import effective_in
from store.terms.in_force import Effective
from store.terms.review_routing import shared_products
from store.terms.time import Span

Values = tuple[str | None, ...]
"""The values of the properties that filters look at, in the order of their keys; None: the event lacks it."""

MOST_COMBINATIONS = 200
"""Combinations of filter values that are shown without having been seen; more would say nothing to anybody."""
MOST_SEEN = 500
"""Combinations seen in usage that are followed, the most frequent ones."""


@dataclass(frozen=True, slots=True)
class Seen:
    """Events of one UTC day with these values."""

    day: datetime
    values: Values
    events: int


@dataclass(frozen=True, slots=True)
class Usage:
    """What usage was seen, by the values of `keys`."""

    keys: tuple[str, ...]
    seen: tuple[Seen, ...] = ()

    @property
    def first(self) -> datetime | None:
        """The first day with usage."""
        return min((s.day for s in self.seen), default=None)

    @property
    def last(self) -> datetime | None:
        """The last day with usage."""
        return max((s.day for s in self.seen), default=None)

    def values_of(self, key: str) -> tuple[tuple[str, int], ...]:
        """Every value of a property with its events, the most frequent first."""
        if key not in self.keys:
            return ()
        at, counts = self.keys.index(key), defaultdict[str, int](int)
        for seen in self.seen:
            value = seen.values[at]
            if value is not None:
                counts[value] += seen.events
        return tuple(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


@dataclass(frozen=True, slots=True)
class Route:
    """Usage with these values goes to these contracts; to none if there are none."""

    values: Values
    contracts: tuple[str, ...]
    events: int = 0
    """Seen in the stretch."""
    ever: int = 0
    """Seen at any time."""
    twice: bool = False
    """Several of the contracts price a product in common, so the usage is billed more than once."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A time in which who takes what does not change: the contracts that run are `active`, `open` without a filter."""

    span: Span
    keys: tuple[str, ...]
    routes: tuple[Route, ...]
    active: tuple[str, ...]
    open: tuple[str, ...]

    @property
    def twice(self) -> tuple[Route, ...]:
        """Usage billed more than once."""
        return tuple(r for r in self.routes if r.twice)

    @property
    def untaken(self) -> tuple[Route, ...]:
        """Usage that was seen and goes to no contract."""
        return tuple(r for r in self.routes if not r.contracts and r.ever)


def contracts_in(book: Book, customer_id: str) -> tuple[Effective, ...]:
    """The customer's contracts in force, archived ones left out, in the order they begin."""
    found = [effective_in(book, c.id) for c in book.contracts if c.customer_id == customer_id]
    return tuple(sorted((c for c in found if not c.archived_at), key=lambda c: c.span.start))


def filter_keys(contracts: Iterable[Effective]) -> tuple[str, ...]:
    """The properties that any filter looks at, in order of appearance."""
    return tuple(dict.fromkeys(entry.group_key for c in contracts for entry in c.filters))


def sharing(contracts: Sequence[Effective], book: Book) -> frozenset[frozenset[str]]:
    """The pairs of contracts that price a usage product in common."""
    return frozenset(frozenset((a.id, b.id)) for a, b in combinations(contracts, 2) if shared_products(a, b, book))


def event_types(book: Book) -> frozenset[str] | None:
    """The event types that any metric of the book counts; None where one may count any."""
    found: set[str] = set()
    for metric in book.billable_metrics:
        types = metric.event_type_filter.in_values if metric.event_type_filter else None
        if types is None:
            return None
        found.update(types)
    return frozenset(found)


def stretches(
    contracts: Sequence[Effective], usage: Usage, *, within: Span, shared: frozenset[frozenset[str]]
) -> tuple[Stretch, ...]:
    """Who takes what within a time, cut wherever that changes.

    Usage is counted by day: that of a day in which a filter changes at another hour than midnight counts for what is in
    force as the day begins.
    """
    cuts = {within.start, within.end}
    for contract in contracts:
        cuts.update(contract.span)
        cuts.update(moment for entry in contract.filters for moment in entry.span)
    ordered = sorted(cut for cut in cuts if within.start <= cut <= within.end)
    totals: dict[Values, int] = defaultdict(int)
    for seen in usage.seen:
        totals[seen.values] += seen.events
    found: list[Stretch] = []
    for start, end in pairwise(ordered):
        found.append(_stretch(Span(start, end), contracts, usage, totals, shared))
    return _merged(found)


def _stretch(
    span: Span,
    contracts: Sequence[Effective],
    usage: Usage,
    totals: Mapping[Values, int],
    shared: frozenset[frozenset[str]],
) -> Stretch:
    running = [c for c in contracts if c.span.holds(span.start)]
    counts: dict[Values, int] = defaultdict(int)
    for seen in usage.seen:
        if span.start <= seen.day < span.end:
            counts[seen.values] += seen.events
    routes = []
    for values in _candidates(running, span.start, usage.keys, totals):
        takers = tuple(c.id for c in running if takes(c, dict(zip(usage.keys, values, strict=True)), span.start))
        twice = any(frozenset(pair) in shared for pair in combinations(takers, 2))
        routes.append(Route(values, takers, counts.get(values, 0), totals.get(values, 0), twice))
    unfiltered = tuple(c.id for c in running if c.filter_at(span.start) is None)
    return Stretch(span, usage.keys, tuple(routes), tuple(c.id for c in running), unfiltered)


def takes(contract: Effective, values: Mapping[str, str | None], moment: datetime) -> bool:
    """Whether the contract takes an event of that instant whose properties have these values."""
    if not contract.span.holds(moment) or contract.archived_at:
        return False
    entry = contract.filter_at(moment)
    return entry is None or values.get(entry.group_key) in entry.group_values


def _candidates(
    running: Sequence[Effective], moment: datetime, keys: tuple[str, ...], totals: Mapping[Values, int]
) -> list[Values]:
    """The combinations worth a sentence: those a filter names, then those that were seen, most frequent first."""
    named: dict[str, dict[str | None, None]] = {key: {} for key in keys}
    for contract in running:
        entry = contract.filter_at(moment)
        if entry is not None:
            named[entry.group_key] |= dict.fromkeys(entry.group_values)
    if len(keys) > 1:  # filters on different properties: also events that have only one of them
        named = {key: {**values, None: None} for key, values in named.items()}
    size = 1
    for values in named.values():
        size *= len(values)
    found: dict[Values, None] = {}
    if size <= MOST_COMBINATIONS:
        found = dict.fromkeys(v for v in product(*named.values()) if any(value is not None for value in v))
    found |= dict.fromkeys(sorted(totals, key=lambda v: (-totals[v], str(v)))[:MOST_SEEN])
    return list(found)


def _merged(found: Iterable[Stretch]) -> tuple[Stretch, ...]:
    """Neighbours in which the same usage goes to the same contracts, as one."""
    merged: list[Stretch] = []
    for stretch in found:
        last = merged[-1] if merged else None
        if last and _map(last) == _map(stretch) and last.active == stretch.active and last.open == stretch.open:
            counts = {r.values: r.events for r in last.routes}
            routes = tuple(replace(r, events=r.events + counts[r.values]) for r in stretch.routes)
            merged[-1] = replace(stretch, span=Span(last.span.start, stretch.span.end), routes=routes)
        else:
            merged.append(stretch)
    return tuple(merged)


def _map(stretch: Stretch) -> dict[Values, tuple[str, ...]]:
    return {r.values: r.contracts for r in stretch.routes}


def horizon(contracts: Sequence[Effective], usage: Usage, now: datetime) -> Span:
    """The time worth looking at: from the first start or usage to now, the last change or end, and a little beyond."""
    if not contracts:
        return Span(now - timedelta(days=180), now + timedelta(days=180))
    start = min([c.span.start for c in contracts] + [m for m in (usage.first,) if m])
    moments = [c.span.start for c in contracts] + [c.ending_before for c in contracts if c.ending_before]
    moments += [entry.span.start for c in contracts for entry in c.filters]
    if usage.last:
        moments.append(usage.last)
    end = max([now, *moments])
    return Span(start, end + max((end - start) / 12, timedelta(days=31)))
