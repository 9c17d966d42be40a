"""Statement periods of a contract (README, §4.3)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import lru_cache

from store.terms import time
from store.terms.contract import StatementDay, UsageStatementSchedule
from store.terms.time import Frequency, Span

GRACE = timedelta(hours=24)
"""How long after its end a usage statement still takes changes (README, §4.15)."""


def anchor(schedule: UsageStatementSchedule | None, starting_at: datetime) -> tuple[datetime, Frequency]:
    """Where the boundaries are counted from, and how far apart they are; no schedule: monthly on the first."""
    if schedule is None:
        return time.first_of_month(starting_at), Frequency.MONTHLY
    frequency = Frequency(schedule.frequency.value)
    if schedule.day is StatementDay.CONTRACT_START:
        return starting_at, frequency
    if schedule.day is StatementDay.CUSTOM_DATE and schedule.billing_anchor_date is not None:
        return schedule.billing_anchor_date, frequency
    return time.first_of_month(starting_at), frequency


def boundaries(schedule: UsageStatementSchedule | None, starting_at: datetime) -> Iterator[Span]:
    """The unclipped periods from the one that holds the contract's start on, without end."""
    base, frequency = anchor(schedule, starting_at)
    k = time.index_at(base, frequency, starting_at)
    while True:
        try:
            yield _between(base, frequency, k)
        except OverflowError:
            return
        k += 1


@lru_cache(maxsize=4_096)
def _between(base: datetime, frequency: Frequency, k: int) -> Span:
    """The k-th period from the anchor; most contracts share theirs. Raises OverflowError past year 9999."""
    return Span(time.step(base, frequency, k), time.step(base, frequency, k + 1))


def clipped(full: Span, span: Span, schedule: UsageStatementSchedule | None) -> Span | None:
    """A period within the contract, and not before usage statements are to be generated; None where nothing is left."""
    first = schedule.invoice_generation_starting_at if schedule else None
    common = full.clip(span)
    if common is None or first is None:
        return common
    return common.clip(Span(first, time.DISTANT_FUTURE))


def statement_periods(schedule: UsageStatementSchedule | None, span: Span, until: datetime) -> tuple[Span, ...]:
    """Every statement period that starts before `until`, ascending."""
    found: list[Span] = []
    for full in boundaries(schedule, span.start):
        if full.start >= until or full.start >= span.end:
            break
        period = clipped(full, span, schedule)
        if period and period.start < until:
            found.append(period)
    return tuple(found)
