"""Words for numbers: the notes a computation leaves beside its result, as pairs of a label and a sentence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal

from store.terms import money, time

Note = tuple[str, str]


def number(value: Decimal) -> str:
    """A number in plain digits."""
    return money.text(value)


def when(start: datetime, end: datetime) -> str:
    """A half-open range in words, open ends left out."""
    if end >= time.DISTANT_FUTURE:
        return f"since {time.stamp(start)}"
    return f"from {time.stamp(start)} until {time.stamp(end)}"


def groups(values: Mapping[str, str]) -> str:
    """Group values as `region=eu, tier=gold`."""
    return ", ".join(f"{key}={value}" for key, value in values.items())


def quoted_overrides(descriptions: Iterable[str]) -> str:
    """Several descriptions in one list."""
    return "; ".join(descriptions)
