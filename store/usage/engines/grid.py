"""The stretches of time that a request tells apart: cells, each wholly inside or outside of every period and route.

Engines answer per cell; a window, a statement and a change of filter are all made of whole cells.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from store.rating.measure import MeasuredPeriod, Route

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_HOUR = 3_600_000_000
T = TypeVar("T")
BY_HOUR = 48
"""From so many cells on, if all begin on the hour, events are put together by the hour instead of searched a cell."""


def microseconds(moment: datetime) -> int:
    """An instant as microseconds since 1970."""
    return (moment - _EPOCH) // _MICROSECOND


@dataclass(frozen=True, slots=True)
class Grid:
    """Cells between ascending `bounds` (microseconds since 1970); the k-th is `[bounds[k], bounds[k + 1])`."""

    bounds: tuple[int, ...]
    hourly: bool = field(init=False)
    """Whether engines answer with the hour since 1970 instead of the cell."""

    @classmethod
    def of(cls, moments: Iterable[datetime]) -> Grid:
        """The grid that tells these instants apart."""
        return cls(tuple(sorted({microseconds(moment) for moment in moments})))

    def __post_init__(self) -> None:
        """Decides how engines answer."""
        many = len(self.bounds) > BY_HOUR
        object.__setattr__(self, "hourly", many and not any(bound % _HOUR for bound in self.bounds))

    def cell(self, answered: int) -> int:
        """The cell that an engine meant."""
        return bisect_right(self.bounds, answered * _HOUR) - 1 if self.hourly else answered

    def index(self, moment: datetime) -> int:
        """The cell that begins at an instant of the grid."""
        return bisect_left(self.bounds, microseconds(moment))


@dataclass(frozen=True, slots=True)
class Layer:
    """Periods that do not overlap, with their places in the request, and the grid that tells apart all in them."""

    places: tuple[int, ...]
    periods: tuple[MeasuredPeriod, ...]
    grid: Grid

    @property
    def open(self) -> tuple[Route, ...]:
        """What lets events through: routes clipped to their period, neighbours that ask the same put together."""
        found: list[Route] = []
        for period in self.periods:
            for route in period.routes:
                start, end = max(route.start, period.start), min(route.end, period.cuts[-1])
                if start >= end:
                    continue
                last = found[-1] if found else None
                if last and last.end == start and (last.group_key, last.values) == (route.group_key, route.values):
                    found[-1] = last._replace(end=end)
                else:
                    found.append(Route(start, end, route.group_key, route.values))
        return tuple(found)

    @property
    def filtered(self) -> bool:
        """Whether anything at all within its time is not let through."""
        return len(self.open) != 1 or self.open[0].group_key is not None

    @property
    def starts(self) -> Grid:
        """The periods alone: where readings begin anew."""
        return Grid.of(moment for period in self.periods for moment in (period.start, period.cuts[-1]))


def layers(periods: Iterable[tuple[int, MeasuredPeriod]]) -> Iterator[Layer]:
    """The periods (with their places) in as few layers as it takes; those of one contract need a single one."""
    waiting: list[list[tuple[int, MeasuredPeriod]]] = []
    for place, period in sorted(periods, key=lambda item: item[1].start):
        for mine in waiting:
            if mine[-1][1].cuts[-1] <= period.start:
                mine.append((place, period))
                break
        else:
            waiting.append([(place, period)])
    for mine in waiting:
        inside = (
            moment
            for _, period in mine
            for moment in (period.start, *period.cuts, *(m for r in period.routes for m in (r.start, r.end)))
            if period.start <= moment <= period.cuts[-1]
        )
        yield Layer(tuple(place for place, _ in mine), tuple(period for _, period in mine), Grid.of(inside))


def search(bounds: tuple[int, ...], leaf: Callable[[int], T], branch: Callable[[int, T, T], T]) -> T:
    """A binary search as a tree: `leaf(k)` for each cell, `branch(bound, below, from_it_on)` between them."""

    def tree(low: int, high: int) -> T:
        if low == high:
            return leaf(low)
        middle = (low + high + 1) // 2
        return branch(bounds[middle], tree(low, middle - 1), tree(middle, high))

    return tree(0, max(len(bounds) - 2, 0))
