"""Usage measured from events in memory, exactly (README, §4.2, §4.5)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal

from store.rating.measure import (
    Claims,
    Combination,
    Measured,
    MeasuredPeriod,
    Measurement,
    MeasureRequest,
    Route,
)
from store.rating.statement import Unmatched
from store.terms.book import Book
from store.terms.catalog import Aggregation, BillableMetric
from store.terms.event import Event
from store.terms.money import EXACT
from store.usage.events import EventIndex, Fine, Reading, Series
from store.usage.leftover import leftover

ZERO = Decimal(0)
Parts = list[tuple[Series, int, int]]
"""Ranges of readings that one combination takes, in time order per series."""


class EventUsage:
    """Measures a list of events; answers are exact and the same for any order of events with distinct instants."""

    def __init__(self, events: Iterable[Event], book: Book, *, deduped: bool = False) -> None:
        self._index = EventIndex(events, book, deduped=deduped)
        self._claimed: dict[Claims, tuple[Unmatched, ...]] = {}
        self._asked: dict[tuple[MeasureRequest, str | None], Measurement] = {}

    def measure(self, request: MeasureRequest) -> Measurement:
        """The quantities asked for; raises `Invalid` for an SQL metric that cannot be measured."""
        metric = self._index.metric[request.metric_id]
        if metric.sql is not None:
            return self._by_sql(metric, request)
        filters = sorted({r.group_key for p in request.periods for r in p.routes if r.group_key} - set(request.groups))
        keys = (*request.groups, *filters)
        series = self._index.series(request.customer_id, request.metric_id, keys)
        kind = metric.aggregation_type
        periods = tuple(_measure(series, keys, len(request.groups), period, kind) for period in request.periods)
        bad = self._index.matched(request.customer_id, request.metric_id).not_numeric
        ignored = sum(1 for t in bad for p in request.periods if p.start <= t < p.cuts[-1])
        return Measurement(periods, ignored)

    def _by_sql(self, metric: BillableMetric, request: MeasureRequest) -> Measurement:
        key = (request, metric.sql)
        if key not in self._asked:
            from store.usage.sql_metric.measure import measure_sql, raw

            product = self._index.product.get(request.product_id)
            mine = self._index.by_customer.get(request.customer_id, ())
            self._asked[key] = measure_sql(
                metric,
                product.sql_breakdown_granularity if product else None,
                request.groups,
                request.periods,
                lambda start, end: (raw(place, event) for place, event in mine if start <= event.timestamp < end),
            )
        return self._asked[key]

    def unmatched(self, claims: Claims) -> tuple[Unmatched, ...]:
        """Usage that no contract takes."""
        if claims not in self._claimed:
            self._claimed[claims] = leftover(self._index, claims)
        return self._claimed[claims]

    def over(self, book: Book) -> EventUsage:
        """The same events seen with another book's metrics; what was grouped for known metrics is kept."""
        other = EventUsage.__new__(EventUsage)
        other._index = self._index.over(book)
        other._claimed = {}
        other._asked = self._asked
        return other


def _measure(
    series: dict[Fine, Series], keys: tuple[str, ...], width: int, period: MeasuredPeriod, kind: Aggregation | None
) -> dict[Combination, Measured]:
    """One period: the ranges of readings that its routes let through, per combination, then cumulated over the cuts."""
    parts: dict[Combination, Parts] = {}
    for fine, one in series.items():
        values = dict(zip(keys, fine, strict=True))
        combination = tuple(v or "" for v in fine[:width])
        for start, end in _open(period.routes, values):
            low, high = one.before(start), one.before(end)
            if low < high:
                parts.setdefault(combination, []).append((one, low, high))
    cumulate = _sums if kind in (Aggregation.COUNT, Aggregation.SUM) else _scanned
    return {combination: cumulate(found, period.cuts, kind) for combination, found in parts.items()}


def _open(routes: tuple[Route, ...], values: dict[str, str | None]) -> Iterator[tuple[datetime, datetime]]:
    for route in routes:
        if route.group_key is None or values.get(route.group_key) in route.values:
            yield route.start, route.end


def _sums(parts: Parts, cuts: tuple[datetime, ...], kind: Aggregation | None) -> Measured:
    values: list[Decimal] = []
    events: list[int] = []
    for cut in cuts:
        total, count = ZERO, 0
        for series, low, high in parts:
            upto = min(series.before(cut), high)
            if upto > low:
                count += upto - low
                total = EXACT.add(total, EXACT.subtract(series.sums[upto], series.sums[low]))
        values.append(total)
        events.append(count)
    return Measured(tuple(values), tuple(events))


def _scanned(parts: Parts, cuts: tuple[datetime, ...], kind: Aggregation | None) -> Measured:
    readings: list[Reading] = [r for series, low, high in parts for r in series.readings[low:high]]
    readings.sort(key=lambda r: (r.time, r.place))
    values: list[Decimal] = []
    events: list[int] = []
    seen: set[Decimal | str] = set()
    state: Decimal | None = None
    k = 0
    for cut in cuts:
        while k < len(readings) and readings[k].time < cut:
            value = readings[k].value
            k += 1
            if kind is Aggregation.UNIQUE:
                seen.add(value)
            elif isinstance(value, Decimal) and (kind is Aggregation.LATEST or state is None or value > state):
                state = value
        values.append(Decimal(len(seen)) if kind is Aggregation.UNIQUE else state if state is not None else ZERO)
        events.append(k)
    return Measured(tuple(values), tuple(events))
