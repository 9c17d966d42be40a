"""From an engine's rows to measurements: cells put together into what each period came to at each of its cuts."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from itertools import accumulate
from typing import Any, NamedTuple

from store.rating.measure import Combination, Measured, MeasuredPeriod
from store.terms.catalog import Aggregation
from store.terms.event import number
from store.terms.money import EXACT
from store.usage.engines.grid import Grid
from store.usage.engines.query import Question

ZERO = Decimal(0)
Row = Sequence[Any]
Join = Callable[[Any, Any], Any]
"""Two values of one group, the earlier first, as one; None where there was no event."""


class Part(NamedTuple):
    """What one group's events of one cell come to; `when` orders them, by time and place where that was asked for."""

    events: int
    value: Any
    when: tuple[int, int] | None


class Folded:
    """The rows of a question, by group and cell; `unread` counts per owner and cell the values that are no number."""

    def __init__(self, question: Question, rows: Iterable[Row]) -> None:
        kind = question.metric.aggregation_type
        self._join: Join = {Aggregation.MAX: _higher, Aggregation.LATEST: _later}.get(kind, _sum)  # type: ignore[arg-type]
        self._counts = kind in (Aggregation.COUNT, Aggregation.UNIQUE)
        self._grid = question.layer.grid
        self.groups: dict[Combination, dict[int, Part]] = {}
        self.unread: dict[tuple[str, int], int] = {}
        self.tied = False
        """Whether two rows of one group lie in one cell, so that the later is only known by its time and place."""
        if self._counts:
            self._take_counts(question, rows)
        else:
            self._take_numbers(question, rows)

    def _take_counts(self, question: Question, rows: Iterable[Row]) -> None:
        keys, cell, events, value, *_ = question.shape
        value = events if question.metric.aggregation_type is Aggregation.COUNT else value
        place_of, groups = _Places(self._grid), self.groups
        for row in rows:
            mine = groups.setdefault(tuple(row[keys]), {})
            place = place_of[row[cell]]
            part = Part(int(row[events]), int(row[value]), None)
            known = mine.get(place)
            mine[place] = part if known is None else Part(known[0] + part[0], known[1] + part[1], None)

    def _take_numbers(self, question: Question, rows: Iterable[Row]) -> None:
        keys, cell, events, value, odd, routed, at = question.shape
        assert odd is not None and routed is not None
        summed = question.metric.aggregation_type is Aggregation.SUM
        place_of, groups = _Places(self._grid), self.groups
        for row in rows:
            place, seen, text = place_of[row[cell]], int(row[events]), row[odd]
            if text is None:
                found = row[value]
                read: Decimal | None = found if isinstance(found, Decimal) else Decimal(found)
            else:
                read = number(text)
                if read is None:
                    whose = (row[0] if question.owned is not None else "", place)
                    self.unread[whose] = self.unread.get(whose, 0) + seen
                    continue
                if summed:
                    read = EXACT.multiply(read, Decimal(seen))
            if row[routed]:
                when = (int(row[cell]), 0) if at is None else (int(row[at.start]), int(row[at.start + 1]))
                mine = groups.setdefault(tuple(row[keys]), {})
                known, part = mine.get(place), Part(seen, read, when)
                mine[place] = part if known is None else self._joined(known, part)

    def _joined(self, one: Part, other: Part) -> Part:
        self.tied = self.tied or one.when == other.when
        later = one.when is None or other.when is None or one.when <= other.when
        first, last = (one, other) if later else (other, one)
        return Part(one.events + other.events, self._join(first.value, last.value), last.when)

    def measured(self, period: MeasuredPeriod) -> dict[Combination, Measured]:
        """What every group that has usage in the period came to."""
        first = self._grid.index(period.start)
        ends = [self._grid.index(cut) for cut in period.cuts]
        found: dict[Combination, Measured] = {}
        for key, cells in self.groups.items():
            inside = sorted(k for k in cells if first <= k < ends[-1])
            if inside:
                found[key] = self._cumulated([(bisect_right(ends, k), cells[k]) for k in inside], len(ends))
        return found

    def not_numeric(self, period: MeasuredPeriod, owner: str = "") -> int:
        """How many events of the period (and the owner) have a value that is no number, whoever takes them."""
        first, last = self._grid.index(period.start), self._grid.index(period.cuts[-1])
        return sum(events for (mine, k), events in self.unread.items() if mine == owner and first <= k < last)

    def _cumulated(self, parts: list[tuple[int, Part]], cuts: int) -> Measured:
        """Parts, each with the cut before which it lies, as what there was at every cut."""
        values: list[Any] = [None] * cuts
        events = [0] * cuts
        for k, part in parts:
            values[k] = part.value if values[k] is None else self._join(values[k], part.value)
            events[k] += part.events
        reached = accumulate(values, self._join)
        if self._counts:
            return Measured(tuple(Decimal(value or 0) for value in reached), tuple(accumulate(events)))
        return Measured(tuple(ZERO if value is None else value for value in reached), tuple(accumulate(events)))


class _Places(dict[Any, int]):
    """The cells that an engine's answers mean, each looked up once."""

    def __init__(self, grid: Grid) -> None:
        self._grid = grid

    def __missing__(self, answered: Any) -> int:
        found = self[answered] = self._grid.cell(int(answered))
        return found


def _sum(before: Any, after: Any) -> Any:
    if after is None or before is None:
        return before if after is None else after
    return before + after if isinstance(after, int) else EXACT.add(before, after)


def _higher(before: Any, after: Any) -> Any:
    if after is None or before is None:
        return before if after is None else after
    return after if after > before else before


def _later(before: Any, after: Any) -> Any:
    return before if after is None else after
