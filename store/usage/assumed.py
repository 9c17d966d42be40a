"""Usage that nobody had yet: monthly quantities per product and group, typed by an operator (README, *Previews*).

A quantity is in the metric's own unit, before conversion. It accrues evenly over each calendar month for COUNT, SUM and
UNIQUE, and is a steady level for MAX and LATEST. Whole months come to exactly the quantity: what is rounded inside a
month is made up for at its end.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from dateutil.relativedelta import relativedelta

from store.errors import NotFound
from store.rating.measure import Claims, Combination, Measured, MeasuredPeriod, Measurement, MeasureRequest
from store.rating.statement import Unmatched
from store.terms import time
from store.terms.book import Book
from store.terms.catalog import Aggregation
from store.terms.money import EXACT, divide

ZERO = Decimal(0)
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Assumption:
    """So much of a product every month, with these group values."""

    product_id: str
    monthly_quantity: Decimal
    groups: Mapping[str, str] = field(default_factory=dict, hash=False)


class AssumedUsage:
    """Answers measurements from assumptions; filters on properties that one does not name let it through."""

    def __init__(self, assumptions: tuple[Assumption, ...], book: Book) -> None:
        for k, assumption in enumerate(assumptions):
            if assumption.product_id not in book.product:
                raise NotFound(f"there is no product {assumption.product_id}", path=f"/assumptions/{k}/product_id")
        self._assumptions = assumptions
        self._book = book

    def measure(self, request: MeasureRequest) -> Measurement:
        """The quantities asked for."""
        mine = [a for a in self._assumptions if a.product_id == request.product_id]
        kind = self._book.metric[request.metric_id].aggregation_type
        level = kind in (Aggregation.MAX, Aggregation.LATEST)
        return Measurement(tuple(_period(mine, request.groups, period, level) for period in request.periods))

    def unmatched(self, claims: Claims) -> tuple[Unmatched, ...]:
        """Nothing: assumptions are about products, not about events."""
        return ()


def _period(
    mine: list[Assumption], groups: tuple[str, ...], period: MeasuredPeriod, level: bool
) -> dict[Combination, Measured]:
    found: dict[Combination, Measured] = {}
    for assumption in mine:
        combination = tuple(assumption.groups.get(name, "") for name in groups)
        open_ = list(_open(assumption, period))
        values = tuple(_upto(assumption.monthly_quantity, open_, cut, level) for cut in period.cuts)
        if combination in found:
            values = tuple(EXACT.add(a, b) for a, b in zip(found[combination].values, values, strict=True))
        found[combination] = Measured(values, (0,) * len(values))
    return found


def _open(assumption: Assumption, period: MeasuredPeriod) -> Iterator[tuple[datetime, datetime]]:
    for route in period.routes:
        given = assumption.groups.get(route.group_key or "")
        if route.group_key is None or given is None or given in route.values:
            yield route.start, route.end


def _upto(monthly: Decimal, open_: list[tuple[datetime, datetime]], cut: datetime, level: bool) -> Decimal:
    total = ZERO
    for start, end in open_:
        if start >= cut:
            break
        if level:
            return monthly
        total = EXACT.add(total, EXACT.subtract(accrued(monthly, min(end, cut)), accrued(monthly, start)))
    return total


def accrued(monthly: Decimal, moment: datetime) -> Decimal:
    """A monthly quantity accrued up to an instant, from the beginning of the calendar on."""
    month = time.first_of_month(moment)
    months = Decimal(month.year * 12 + month.month)
    length = (month + relativedelta(months=1) - month) // _MICROSECOND
    elapsed = (moment - month) // _MICROSECOND
    part = divide(EXACT.multiply(monthly, Decimal(elapsed)), Decimal(length)) if elapsed else ZERO
    return EXACT.add(EXACT.multiply(monthly, months), part)
