"""Usage of the time to come: a trailing average, or the same time a year before (README, *Previews*).

Up to `since` the customer's own usage counts as it is. After it, per combination of group values:

* trailing average: COUNT and SUM accrue at the average rate of the days before `since`; MAX, UNIQUE and LATEST stand at
  what those days come to;
* last year: whatever was measured in the same span a year earlier.

Usage filters apply as they will be in force then, so a filter change to come moves projected usage too. Projections
are in the metric's unit, to six places.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import Enum

from dateutil.relativedelta import relativedelta

from store.rating.measure import (
    Claims,
    Combination,
    Measured,
    MeasuredPeriod,
    Measurement,
    MeasureRequest,
    Route,
    Usage,
)
from store.rating.statement import Unmatched
from store.terms import time
from store.terms.book import Book
from store.terms.catalog import Aggregation
from store.terms.money import EXACT, Rounding, divide, multiply, round_to

ZERO = Decimal(0)
PLACES = 6
_MICROSECOND = timedelta(microseconds=1)
_YEAR = relativedelta(years=1)


class Method(Enum):
    """How the time to come is told from the past."""

    TRAILING_AVERAGE = "trailing average"
    LAST_YEAR = "same period last year"


@dataclass(frozen=True, slots=True)
class Projection:
    """A method; `days` is how far back a trailing average looks."""

    method: Method = Method.TRAILING_AVERAGE
    days: int = 90

    def __str__(self) -> str:
        trailing = self.method is Method.TRAILING_AVERAGE
        return f"average of the last {self.days} days" if trailing else self.method.value


class ProjectedUsage:
    """Answers measurements from `base` up to `since`, and from the projection after it."""

    def __init__(self, base: Usage, book: Book, projection: Projection, *, since: datetime) -> None:
        self._base = base
        self._book = book
        self._projection = projection
        self._since = since
        self._seen: dict[tuple[object, ...], Mapping[Combination, Decimal]] = {}

    def measure(self, request: MeasureRequest) -> Measurement:
        """The quantities asked for, measured and projected."""
        known = self._base.measure(request)
        kind = self._book.metric[request.metric_id].aggregation_type or Aggregation.SUM
        periods = tuple(
            found if period.cuts[-1] <= self._since else self._extended(request, period, found, kind)
            for period, found in zip(request.periods, known.periods, strict=True)
        )
        return Measurement(periods, known.not_numeric)

    def unmatched(self, claims: Claims) -> tuple[Unmatched, ...]:
        """What the base says: projections are of usage that contracts take."""
        return self._base.unmatched(claims)

    def _extended(
        self, request: MeasureRequest, period: MeasuredPeriod, known: Mapping[Combination, Measured], kind: Aggregation
    ) -> dict[Combination, Measured]:
        count = len(period.cuts)
        values = {key: list(found.values) for key, found in known.items()}
        events = {key: found.events for key, found in known.items()}
        for route in period.routes:
            start = max(route.start, period.start, self._since)
            end = min(route.end, period.cuts[-1])
            if start >= end:
                continue
            for k, cut in enumerate(period.cuts):
                if cut <= start:
                    continue
                for key, more in self._coming(request, route, start, min(end, cut), kind).items():
                    mine = values.setdefault(key, [ZERO] * count)
                    mine[k] = _joined(mine[k], more, kind)
        return {key: Measured(tuple(found), events.get(key, (0,) * count)) for key, found in values.items()}

    def _coming(
        self, request: MeasureRequest, route: Route, start: datetime, end: datetime, kind: Aggregation
    ) -> Mapping[Combination, Decimal]:
        """What accrues in `[start, end)` while that filter is in force."""
        if self._projection.method is Method.LAST_YEAR:
            return self._past(request, route, start - _YEAR, end - _YEAR)
        window = timedelta(days=self._projection.days)
        past = self._past(request, route, self._since - window, self._since)
        if kind not in (Aggregation.COUNT, Aggregation.SUM):
            return past
        elapsed, length = Decimal((end - start) // _MICROSECOND), Decimal(window // _MICROSECOND)
        return {key: _rounded(divide(multiply(total, elapsed), length)) for key, total in past.items()}

    def _past(
        self, request: MeasureRequest, route: Route, start: datetime, end: datetime
    ) -> dict[Combination, Decimal]:
        """What was measured in that span under that filter."""
        span = MeasuredPeriod(start, (end,), (Route(start, end, route.group_key, route.values),))
        (found,) = self._base.measure(request._replace(periods=(span,))).periods
        return {key: one.values[-1] for key, one in found.items()}


def _joined(so_far: Decimal, more: Decimal, kind: Aggregation) -> Decimal:
    """The reading of a period whose first part is known and whose rest is projected."""
    if kind in (Aggregation.COUNT, Aggregation.SUM):
        return EXACT.add(so_far, more)
    return more if kind is Aggregation.LATEST else max(so_far, more)


def _rounded(value: Decimal) -> Decimal:
    return round_to(value, PLACES, Rounding.ROUND_HALF_UP)


def periods_ahead(moment: datetime, months: int) -> datetime:
    """The instant up to which that many coming months reach, from the first of the month after `moment` on."""
    return time.step(time.first_of_month(moment), time.Frequency.MONTHLY, months + 1)
