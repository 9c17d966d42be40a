"""What rating asks of a usage ledger, and what it gets: quantities per group at given instants, nothing else.

One request covers a product's whole chain of statement periods. The answer is cumulative from each period's start, so
that every aggregation (README, §4.5) is served alike: a window's quantity is a difference of two cumulatives.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple, Protocol

from store.rating.statement import Unmatched

Combination = tuple[str, ...]
"""The values of a request's group keys, in the order of the keys; `()` where there are none."""


class Route(NamedTuple):
    """During `[start, end)` only events whose `group_key` has one of the values count; without a key, all do."""

    start: datetime
    end: datetime
    group_key: str | None
    values: frozenset[str]


class MeasuredPeriod(NamedTuple):
    """A statement period to measure: from `start`, up to each of the ascending `cuts` (the last is its end)."""

    start: datetime
    cuts: tuple[datetime, ...]
    routes: tuple[Route, ...]
    """Contiguous over the period."""


class MeasureRequest(NamedTuple):
    """The usage of one customer under one metric, grouped, for a chain of periods."""

    customer_id: str
    contract_id: str
    product_id: str
    metric_id: str
    groups: tuple[str, ...]
    periods: tuple[MeasuredPeriod, ...]


class Measured(NamedTuple):
    """Of one combination: the metric over `[start, cut)` for each cut, and how many events that saw."""

    values: tuple[Decimal, ...]
    events: tuple[int, ...]


class Measurement(NamedTuple):
    """The answer to a request: one mapping per period, and how many events had a value that is no number."""

    periods: tuple[Mapping[Combination, Measured], ...]
    not_numeric: int = 0


class Claim(NamedTuple):
    """What one contract takes: events of its routes that match one of the metrics."""

    contract_id: str
    routes: tuple[Route, ...]
    metric_ids: frozenset[str]


@dataclass(frozen=True, slots=True)
class Claims:
    """What the contracts of each customer take, for finding the usage that nobody does."""

    by_customer: tuple[tuple[str, tuple[Claim, ...]], ...]


class Usage(Protocol):
    """Measured usage: stored events, events in memory, or assumed quantities."""

    def measure(self, request: MeasureRequest) -> Measurement:
        """The quantities asked for; combinations without any usage are absent."""
        ...

    def unmatched(self, claims: Claims) -> tuple[Unmatched, ...]:
        """Usage of unknown customers, outside every contract, missing a filter's property, or under no metric."""
        ...
