"""Instants: UTC, half-open ranges, whole hours where a term takes effect (README, §1.2)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any, NamedTuple

from pydantic import BeforeValidator

from store.errors import Problem
from store.terms.base import Spelled

_RFC3339 = re.compile(r"(\d{4}-\d{2}-\d{2})[Tt ](\d{2}:\d{2}:\d{2})(?:\.(\d+))?([Zz]|[+-]\d{2}:\d{2})")
_ZONELESS = re.compile(r"\d{4}-\d{2}-\d{2}([Tt ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?)?")
HOUR = timedelta(hours=1)


def instant(value: Any) -> datetime:
    """RFC 3339 text (or an aware datetime) as a UTC datetime; raises ValueError with the reason."""
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError("must carry a time zone")
        return value.astimezone(UTC)
    if not isinstance(value, str):
        raise ValueError("must be an RFC 3339 timestamp such as 2024-11-01T00:00:00Z")
    match = _RFC3339.fullmatch(value)
    if not match:
        if _ZONELESS.fullmatch(value):
            raise ValueError("must carry a time and a time zone, as in 2024-11-01T00:00:00Z")
        raise ValueError("must be an RFC 3339 timestamp such as 2024-11-01T00:00:00Z")
    day, clock, fraction, zone = match.groups()
    try:
        moment = datetime.fromisoformat(f"{day}T{clock}{'+00:00' if zone in 'Zz' else zone}")
        if fraction:
            moment = moment.replace(microsecond=int(fraction.ljust(6, "0")[:6]))
        return moment if moment.tzinfo is UTC else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError("is not a date that exists") from None


def hour(value: Any) -> datetime:
    """As `instant`, and on the hour: effective times are whole hours."""
    moment = instant(value)
    if moment.minute or moment.second or moment.microsecond:
        raise ValueError("must be on the hour (UTC)")
    return moment


def stamp(moment: datetime) -> str:
    """A UTC instant as written to JSON: `2024-11-01T00:00:00Z`, with a fraction only where there is one."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"


Instant = Annotated[datetime, BeforeValidator(instant)]
"""A UTC instant, not aligned (events, invoice dates)."""
HourInstant = Annotated[datetime, BeforeValidator(hour)]
"""A UTC instant on the hour (everything that takes effect)."""

DISTANT_PAST = datetime(1, 1, 1, tzinfo=UTC)
DISTANT_FUTURE = datetime(9999, 12, 31, 23, tzinfo=UTC)


class Span(NamedTuple):
    """A half-open range of instants: `start` is in it, `end` is not."""

    start: datetime
    end: datetime

    def holds(self, moment: datetime) -> bool:
        """Whether the instant lies in the range."""
        return self.start <= moment < self.end

    def clip(self, other: Span) -> Span | None:
        """The common part of both, or None."""
        start, end = max(self.start, other.start), min(self.end, other.end)
        return Span(start, end) if start < end else None


def in_order(starting_at: datetime | None, ending_before: datetime | None) -> Iterator[Problem]:
    """What is wrong with a term's range: it ends after it starts, where it has both."""
    if starting_at is not None and ending_before is not None and ending_before <= starting_at:
        yield Problem("/ending_before", "must be after starting_at")


class Frequency(Spelled):
    """How often something recurs; each kind of schedule allows its own subset."""

    DAILY = "DAILY"
    WEEKLY = "WEEKLY"
    MONTHLY = "MONTHLY"
    QUARTERLY = "QUARTERLY"
    SEMI_ANNUAL = "SEMI_ANNUAL"
    ANNUAL = "ANNUAL"


_MONTHS = {Frequency.MONTHLY: 1, Frequency.QUARTERLY: 3, Frequency.SEMI_ANNUAL: 6, Frequency.ANNUAL: 12}
_DAYS = {Frequency.DAILY: 1, Frequency.WEEKLY: 7}


def step(anchor: datetime, frequency: Frequency, k: int) -> datetime:
    """The k-th boundary from the anchor (k may be negative), months clamped from the anchor's own day, never drifting.

    Raises OverflowError past year 9999.
    """
    try:
        if frequency in _DAYS:
            return anchor + timedelta(days=_DAYS[frequency] * k)
        return months_later(anchor, _MONTHS[frequency] * k)
    except ValueError:
        raise OverflowError("past year 9999") from None


def months_later(moment: datetime, months: int) -> datetime:
    """The same day and hour so many months on, or the last day of a month that is too short.

    Raises ValueError outside the years 1 to 9999.
    """
    year, month = divmod(moment.year * 12 + moment.month - 1 + months, 12)
    day = moment.day
    if day > 28:
        leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
        day = min(day, 29 if month == 1 and leap else _LAST_DAYS[month])
    return moment.replace(year=year, month=month + 1, day=day)


_LAST_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
"""Of each month, in a year that is no leap year."""


def index_at(anchor: datetime, frequency: Frequency, moment: datetime) -> int:
    """The k with `step(k) <= moment < step(k + 1)`."""
    if frequency in _DAYS:
        return (moment - anchor) // timedelta(days=_DAYS[frequency])
    months = (moment.year - anchor.year) * 12 + moment.month - anchor.month
    k, beyond = divmod(months, _MONTHS[frequency])
    return k - 1 if not beyond and step(anchor, frequency, k) > moment else k


def first_of_month(moment: datetime | date) -> datetime:
    """Midnight UTC on the first day of that month."""
    return datetime(moment.year, moment.month, 1, tzinfo=UTC)
