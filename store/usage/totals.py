"""What a customer used, metric by metric and window by window, whatever its contracts make of it (README, §4.5).

Each window stands for itself: LATEST and MAX show the reading of the window, not what it adds to a statement.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from store.database import Store
from store.queries import CustomerView
from store.rating.measure import MeasuredPeriod, MeasureRequest, Route
from store.terms.book import Book
from store.terms.catalog import Aggregation, BillableMetric
from store.usage.stored import StoredUsages

Window = tuple[datetime, datetime]
COUNTED = (Aggregation.COUNT, Aggregation.SUM, Aggregation.UNIQUE)
"""Without any event these are 0; the others have no value then."""


class Total(NamedTuple):
    """A metric over one window: its value, and by value of the group key where one was asked for."""

    start: datetime
    end: datetime
    value: Decimal | None
    groups: Mapping[str, Decimal | None]


def windows(start: datetime, end: datetime, step: timedelta | None) -> list[Window]:
    """`[start, end)` cut into steps; as one window, if there is no step."""
    if step is None:
        return [(start, end)]
    count = -((start - end) // step)
    return [(start + k * step, min(start + (k + 1) * step, end)) for k in range(count)]


class CustomerUsage:
    """The stored usage of one customer, read once and measured as often as is wanted."""

    def __init__(self, store: Store, customer: CustomerView, metrics: Sequence[BillableMetric]) -> None:
        book = Book(billable_metrics=tuple(metrics), customers=(customer.terms.model_copy(update={"id": customer.id}),))
        self._customer_id = customer.id
        self._usage = StoredUsages(store).of({customer.id: customer.refs}, book)

    def totals(
        self,
        metric: BillableMetric,
        over: Sequence[Window],
        *,
        group_key: str | None = None,
        values: Sequence[str] | None = None,
    ) -> list[Total]:
        """The metric in each window; by the `values` of a group key (None: all there are) where one is named.

        Raises `NotRated` for a metric that cannot be measured.
        """
        whole = self._measured(metric, over, ())
        parts = self._measured(metric, over, (group_key,)) if group_key else [{} for _ in over]
        empty = Decimal(0) if metric.aggregation_type in COUNTED else None
        found = []
        for (start, end), one, by_value in zip(over, whole, parts, strict=True):
            seen = {combination[0]: value for combination, value in by_value.items()}
            wanted = sorted(seen) if values is None else values
            found.append(Total(start, end, one.get((), empty), {value: seen.get(value) for value in wanted}))
        return found

    def _measured(
        self, metric: BillableMetric, over: Sequence[Window], groups: tuple[str, ...]
    ) -> list[dict[tuple[str, ...], Decimal]]:
        periods = tuple(MeasuredPeriod(a, (b,), (Route(a, b, None, frozenset()),)) for a, b in over)
        asked = MeasureRequest(self._customer_id, "", "", metric.id or "", groups, periods)
        return [
            {combination: measured.values[0] for combination, measured in period.items() if measured.events[0]}
            for period in self._usage.measure(asked).periods
        ]
