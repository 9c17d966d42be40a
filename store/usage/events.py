"""Events in memory, made ready for measuring: whose they are, each counted once, grouped and sorted per metric."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from copy import copy
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from threading import RLock
from typing import NamedTuple

from store.terms.book import Book
from store.terms.catalog import Aggregation, BillableMetric
from store.terms.event import DEDUPE_WINDOW, Event, number
from store.terms.money import EXACT

Fine = tuple[str | None, ...]
"""Values of group and filter properties; None where the event does not have one."""


class Reading(NamedTuple):
    """One event under one metric: when, in which place of acceptance, and its value (text for UNIQUE)."""

    time: datetime
    place: int
    value: Decimal | str


@dataclass(slots=True)
class Series:
    """Readings of one group in time order; `sums[k]` is the exact sum of the first k values."""

    times: list[datetime] = field(default_factory=list)
    readings: list[Reading] = field(default_factory=list)
    sums: list[Decimal] = field(default_factory=lambda: [Decimal(0)])

    def before(self, moment: datetime) -> int:
        """How many readings are before an instant."""
        return bisect_left(self.times, moment)


@dataclass(slots=True)
class Matched:
    """The events of one customer that one metric sees, in time order, and those whose value is no number."""

    events: list[tuple[int, Event, Decimal | str]]
    not_numeric: list[datetime]


def once(events: Iterable[Event]) -> Iterator[Event]:
    """The events without those whose transaction id was taken within 34 days of event time; the first one wins."""
    taken: dict[str, list[datetime]] = {}
    for event in events:
        times = taken.get(event.transaction_id)
        if times is None:
            taken[event.transaction_id] = [event.timestamp]
        elif any(abs(event.timestamp - t) <= DEDUPE_WINDOW for t in times):
            continue
        else:
            times.append(event.timestamp)
        yield event


class EventIndex:
    """Events by customer, metric and group; built piece by piece when first asked for, safe to share by threads."""

    def __init__(self, events: Iterable[Event], book: Book, *, deduped: bool = False) -> None:
        self.metric = dict(book.metric)
        self.product = dict(book.product)
        owners = {c.id: c.id for c in book.customers if c.id}
        for customer in book.customers:
            for alias in customer.aliases:
                owners.setdefault(alias, customer.id or "")
        self.unknown: dict[str, int] = {}
        self.by_customer: dict[str, list[tuple[int, Event]]] = {}
        for place, event in enumerate(events if deduped else once(events)):
            owner = owners.get(event.customer_id)
            if owner is None:
                self.unknown[event.customer_id] = self.unknown.get(event.customer_id, 0) + 1
            else:
                self.by_customer.setdefault(owner, []).append((place, event))
        self._by_type: dict[str, dict[str, list[tuple[int, Event]]]] = {}
        for owner, mine in self.by_customer.items():
            mine.sort(key=_when)
            typed = self._by_type.setdefault(owner, {})
            for item in mine:
                typed.setdefault(item[1].event_type, []).append(item)
        self._lock = RLock()
        self._matched: dict[tuple[str, str], Matched] = {}
        self._series: dict[tuple[str, str, tuple[str, ...]], dict[Fine, Series]] = {}

    def over(self, book: Book) -> EventIndex:
        """This index with the metrics of another book beside its own; metrics never change, so all is shared."""
        other = copy(self)
        other.metric = {**self.metric, **book.metric}
        other.product = {**self.product, **book.product}
        return other

    def matched(self, customer_id: str, metric_id: str) -> Matched:
        """What a metric sees of a customer's events."""
        key = (customer_id, metric_id)
        with self._lock:
            if key not in self._matched:
                self._matched[key] = self._match(customer_id, self.metric[metric_id])
            return self._matched[key]

    def series(self, customer_id: str, metric_id: str, keys: tuple[str, ...]) -> dict[Fine, Series]:
        """A metric's readings of a customer, grouped by properties."""
        key = (customer_id, metric_id, keys)
        with self._lock:
            if key not in self._series:
                self._series[key] = self._group(customer_id, metric_id, keys)
            return self._series[key]

    def _match(self, customer_id: str, metric: BillableMetric) -> Matched:
        found = Matched([], [])
        kind, name = metric.aggregation_type, metric.aggregation_key or ""
        one = Decimal(1)
        numbers: dict[str, Decimal | None] = {}
        for place, event in self._candidates(customer_id, metric):
            if not sees(metric, event):
                continue
            if kind is Aggregation.COUNT or metric.sql is not None:  # a query may look at every event
                found.events.append((place, event, one))
                continue
            text = event.properties.get(name)
            if text is None:
                continue
            if kind is Aggregation.UNIQUE:
                found.events.append((place, event, text))
                continue
            if text not in numbers:
                numbers[text] = number(text)
            value = numbers[text]
            if value is None:
                found.not_numeric.append(event.timestamp)
            else:
                found.events.append((place, event, value))
        return found

    def _candidates(self, customer_id: str, metric: BillableMetric) -> list[tuple[int, Event]]:
        """The customer's events of the types that a metric asks for, in time order; all where it asks for none."""
        kinds = metric.event_type_filter.in_values if metric.event_type_filter else None
        if kinds is None:
            return self.by_customer.get(customer_id, [])
        typed = self._by_type.get(customer_id, {})
        found = [typed[kind] for kind in dict.fromkeys(kinds) if kind in typed]
        return found[0] if len(found) == 1 else sorted((item for part in found for item in part), key=_when)

    def _group(self, customer_id: str, metric_id: str, keys: tuple[str, ...]) -> dict[Fine, Series]:
        found: dict[Fine, Series] = {}
        for place, event, value in self.matched(customer_id, metric_id).events:
            properties = event.properties
            fine = tuple(map(properties.get, keys))
            series = found.get(fine)
            if series is None:
                series = found[fine] = Series()
            series.times.append(event.timestamp)
            series.readings.append(Reading(event.timestamp, place, value))
            if isinstance(value, Decimal):
                series.sums.append(EXACT.add(series.sums[-1], value))
        return found


def _when(item: tuple[int, Event]) -> tuple[datetime, int]:
    return item[1].timestamp, item[0]


def sees(metric: BillableMetric, event: Event) -> bool:
    """Whether an event passes a metric's filters (README, §2.3)."""
    kinds = metric.event_type_filter
    if kinds is not None:
        if kinds.in_values is not None and event.event_type not in kinds.in_values:
            return False
        if kinds.not_in_values is not None and event.event_type in kinds.not_in_values:
            return False
    for condition in metric.property_filters or ():
        value = event.properties.get(condition.name)
        if condition.exists is not None and condition.exists != (value is not None):
            return False
        if condition.in_values is not None and value not in condition.in_values:
            return False
        if condition.not_in_values is not None and value is not None and value in condition.not_in_values:
            return False
    return True
