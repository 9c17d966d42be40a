"""Words for numbers: the notes a computation leaves beside its result, as pairs of a label and a sentence.

Amounts are told in the currency's own unit with every digit they have; the numbers of the result itself stay exact.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from store.terms import money, shown, time

Note = tuple[str, str]
Notes = Sequence[Note]
"""Notes in the order of the computation; see `store.rating.told` for those not yet put into words."""


def number(value: Decimal) -> str:
    """A quantity or factor in plain digits."""
    return money.text(value)


def worth(value: Decimal, unit: str) -> str:
    """An amount or a price of a credit type, with all its digits."""
    return shown.price(value, unit)


def day(moment: datetime) -> str:
    """A date, with the hour only where it is not midnight."""
    return shown.day(moment)


def when(start: datetime, end: datetime) -> str:
    """A half-open range in words, open ends left out."""
    if end >= time.DISTANT_FUTURE:
        return f"since {day(start)}"
    return f"from {day(start)} until {day(end)}"


def groups(values: Mapping[str, str]) -> str:
    """Group values as `region=eu, tier=gold`."""
    return shown.groups(values)
