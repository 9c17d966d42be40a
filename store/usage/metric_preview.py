"""What a metric comes to over the stored usage of a customer, month by month and group by group (README, §2.3)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from store.rating.measure import MeasuredPeriod, MeasureRequest, Route
from store.terms import time
from store.terms.book import Book
from store.terms.catalog import BillableMetric
from store.usage.ledger.events import last_moment
from store.usage.stored import StoredUsages

if TYPE_CHECKING:
    from store.database import Store
    from store.queries import CustomerView


class Came(NamedTuple):
    """A metric over a calendar month for one combination of group values (empty where it has no group key)."""

    month: datetime
    groups: tuple[tuple[str, str], ...]
    quantity: Decimal
    events: int


class MetricMonths(NamedTuple):
    """The quantities, newest month first, and how many events had a value that is no number."""

    came: tuple[Came, ...]
    not_numeric: int


def metric_months(
    store: Store, metric: BillableMetric, customer_id: str, *, now: datetime, months: int = 3
) -> MetricMonths:
    """The month of `now` and those before it; of a customer without events then, the latest months that have some.

    Raises `Invalid` for a query that cannot run, `NotFound` for nobody.
    """
    from store.queries import customer

    seen = customer(store, customer_id)
    found = _months_until(store, metric, seen, now, months)
    if not found.came and not found.not_numeric:
        last = last_moment(store, seen.refs, before=now)
        if last is not None and last < time.months_later(time.first_of_month(now), 1 - months):
            return _months_until(store, metric, seen, last, months)
    return found


def _months_until(store: Store, metric: BillableMetric, seen: CustomerView, now: datetime, months: int) -> MetricMonths:
    book = Book(billable_metrics=(metric,), customers=(seen.terms.model_copy(update={"id": seen.id}),))
    groups = group_names(metric)
    starts = [time.months_later(time.first_of_month(now), -k) for k in range(months)]
    periods = tuple(_month(start) for start in starts)
    usage = StoredUsages(store).of({seen.id: seen.refs}, book)
    found = usage.measure(MeasureRequest(seen.id, "", "", metric.id or "", groups, periods))
    came = tuple(
        Came(start, tuple(zip(groups, key, strict=True)), one.values[-1], one.events[-1])
        for start, period in zip(starts, found.periods, strict=True)
        for key, one in sorted(period.items())
    )
    return MetricMonths(came, found.not_numeric)


def group_names(metric: BillableMetric) -> tuple[str, ...]:
    """What a metric can be told apart by: the columns of its query beside the quantity, or its first group key."""
    if metric.sql is None:
        return metric.group_keys[0] if metric.group_keys else ()
    from store.usage.sql_metric.writing import written

    query = written(metric.sql)
    return tuple(_others(query.columns, query.value))


def _others(columns: tuple[str, ...], value: int) -> Iterator[str]:
    for k, name in enumerate(columns):
        if k != value:
            yield name


def _month(start: datetime) -> MeasuredPeriod:
    end = time.months_later(start, 1)
    return MeasuredPeriod(start, (end,), (Route(start, end, None, frozenset()),))
