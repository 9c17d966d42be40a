"""When balances can be used and when charges fall due (README, §2.7)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from decimal import ROUND_FLOOR, Decimal
from typing import NamedTuple

from pydantic import Field

from store.errors import Problem
from store.terms import money, time
from store.terms.base import Flag, Id, Spelled, Term
from store.terms.money import Amount, NonNegative
from store.terms.time import Frequency, HourInstant, Instant, in_order


class AccessItem(Term):
    """One segment of a balance: `amount` stored units, usable in `[starting_at, ending_before)`."""

    BUNDLE_ONLY = frozenset({"id"})

    id: Id | None = None
    amount: NonNegative
    starting_at: HourInstant
    ending_before: HourInstant

    def problems(self) -> Iterator[Problem]:
        """Start before end."""
        yield from in_order(self.starting_at, self.ending_before)


class DrawnBy(Spelled):
    """What draws a balance down: what usage costs. By the number of units is not offered."""

    SPEND = "SPEND"


class AccessSchedule(Term):
    """The segments of a commit or credit, each with its own balance."""

    access_type: DrawnBy | None = None
    credit_type_id: Id | None = None
    schedule_items: tuple[AccessItem, ...] = Field(min_length=1)

    @property
    def total(self) -> Decimal:
        """Sum of the segments' amounts."""
        return money.add(*(item.amount for item in self.schedule_items))


class Occurrence(NamedTuple):
    """One dated charge of a schedule: `amount` = `unit_price` × `quantity`, in stored units."""

    timestamp: datetime
    unit_price: Decimal
    quantity: Decimal
    amount: Decimal
    item_id: str


class PointItem(Term):
    """A charge on one date: `amount` alone, or `unit_price` with `quantity`, or all three if they agree."""

    BUNDLE_ONLY = frozenset({"id"})

    id: Id | None = None
    timestamp: Instant
    amount: Amount | None = None
    unit_price: Amount | None = None
    quantity: Amount | None = None

    def problems(self) -> Iterator[Problem]:
        """Amount xor unit price and quantity; the triple only if consistent."""
        yield from _price_problems(self.amount, self.unit_price, self.quantity)

    def occurrence(self, item_id: str) -> Occurrence:
        """The dated charge this item stands for."""
        unit, quantity, amount = _resolve(self.amount, self.unit_price, self.quantity)
        return Occurrence(self.timestamp, unit, quantity, amount, self.id or item_id)


class Distribution(Spelled):
    """What the amount of a recurring schedule means: the grand total, divided, or each occurrence."""

    DIVIDED = "DIVIDED"
    DIVIDED_ROUNDED = "DIVIDED_ROUNDED"
    EACH = "EACH"


class RecurringFrequency(Spelled):
    """The frequencies a recurring charge may have; there is no WEEKLY."""

    MONTHLY = "MONTHLY"
    QUARTERLY = "QUARTERLY"
    SEMI_ANNUAL = "SEMI_ANNUAL"
    ANNUAL = "ANNUAL"


class RecurringSchedule(Term):
    """Charges at `starting_at`, and every `frequency` after it while before `ending_before`."""

    starting_at: Instant
    ending_before: Instant
    frequency: RecurringFrequency
    amount_distribution: Distribution
    amount: Amount | None = None
    unit_price: Amount | None = None
    quantity: Amount | None = None

    def problems(self) -> Iterator[Problem]:
        """Start before end; amount xor unit price and quantity."""
        yield from in_order(self.starting_at, self.ending_before)
        yield from _price_problems(self.amount, self.unit_price, self.quantity)

    def occurrences(self) -> tuple[Occurrence, ...]:
        """The dated charges: parts of a divided amount always add up to it (README, §2.7)."""
        every = Frequency(self.frequency.value)
        dates: list[datetime] = []
        with suppress(OverflowError):  # the calendar ends with year 9999
            while (moment := time.step(self.starting_at, every, len(dates))) < self.ending_before:
                dates.append(moment)
        unit, quantity, amount = _resolve(self.amount, self.unit_price, self.quantity)
        if self.amount_distribution is Distribution.EACH:
            return tuple(Occurrence(at, unit, quantity, amount, str(k)) for k, at in enumerate(dates))
        parts = _divide(amount, len(dates), whole=self.amount_distribution is Distribution.DIVIDED_ROUNDED)
        return tuple(
            Occurrence(
                at, part if quantity == 1 or not quantity else money.divide(part, quantity), quantity, part, str(k)
            )
            for k, (at, part) in enumerate(zip(dates, parts, strict=True))
        )


class ChargeSchedule(Term):
    """When and how much is charged: dated items or a recurring schedule, exactly one of them."""

    credit_type_id: Id | None = None
    schedule_items: tuple[PointItem, ...] | None = Field(default=None, min_length=1)
    recurring_schedule: RecurringSchedule | None = None
    do_not_invoice: Flag = False

    def problems(self) -> Iterator[Problem]:
        """Exactly one kind of schedule."""
        if (self.schedule_items is None) == (self.recurring_schedule is None):
            yield Problem("", "must have exactly one of schedule_items and recurring_schedule")

    def occurrences(self) -> tuple[Occurrence, ...]:
        """Every dated charge, in the order written."""
        if self.recurring_schedule:
            return self.recurring_schedule.occurrences()
        return tuple(item.occurrence(str(k)) for k, item in enumerate(self.schedule_items or ()))

    @property
    def total(self) -> Decimal:
        """Sum of all occurrences, in stored units."""
        return money.add(*(o.amount for o in self.occurrences()))


def _price_problems(amount: Decimal | None, unit: Decimal | None, quantity: Decimal | None) -> Iterator[Problem]:
    if (unit is None) != (quantity is None):
        missing = "unit_price" if unit is None else "quantity"
        yield Problem(f"/{missing}", "is required: unit_price and quantity come together")
    elif amount is None and unit is None:
        yield Problem("/amount", "is required, or unit_price and quantity")
    elif amount is not None and unit is not None and quantity is not None and money.multiply(unit, quantity) != amount:
        yield Problem("/amount", "must equal unit_price × quantity when all three are given")


def _resolve(
    amount: Decimal | None, unit: Decimal | None, quantity: Decimal | None
) -> tuple[Decimal, Decimal, Decimal]:
    if unit is not None and quantity is not None:
        return unit, quantity, money.multiply(unit, quantity)
    assert amount is not None  # `_price_problems` saw to it
    return amount, Decimal(1), amount


def _divide(total: Decimal, n: int, *, whole: bool) -> list[Decimal]:
    part = money.divide(total, Decimal(n))
    if whole:
        part = part.to_integral_value(rounding=ROUND_FLOOR)
    parts = [part] * (n - 1)
    return [*parts, money.add(total, *(-p for p in parts))]
