"""From an engine's rows to measurements: cells put together into what each period came to at each of its cuts."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from operator import add
from typing import Any

from store.rating.measure import Combination, Measured, MeasuredPeriod
from store.terms.catalog import Aggregation
from store.terms.event import number
from store.terms.money import EXACT
from store.usage.engines.grid import Grid
from store.usage.engines.query import Question

ZERO = Decimal(0)
Row = Sequence[Any]
Join = Callable[[Any, Any], Any]
"""Two values of one group, the earlier first, as one."""


Part = tuple[int, Any, tuple[int, int] | None]
"""How many events of one group lie in one cell, their value, and what orders them: time and place where asked for."""


class Folded:
    """The rows of a question, by group and cell; `unread` counts per owner and cell the values that are no number."""

    def __init__(self, question: Question, rows: Iterable[Row]) -> None:
        kind = question.metric.aggregation_type
        self._join: Join = _JOINS.get(kind, EXACT.add)  # type: ignore[arg-type]
        self._counts = kind in (Aggregation.COUNT, Aggregation.UNIQUE)
        if self._counts:
            self._join = add
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
            key = tuple(row[keys])
            mine = groups.get(key)
            if mine is None:
                mine = groups[key] = {}
            place = place_of[row[cell]]
            known = mine.get(place)
            part = (row[events], row[value], None)
            mine[place] = part if known is None else (known[0] + part[0], known[1] + part[1], None)

    def _take_numbers(self, question: Question, rows: Iterable[Row]) -> None:
        keys, cell, events, value, odd, routed, at = question.shape
        assert odd is not None and routed is not None
        summed = question.metric.aggregation_type is Aggregation.SUM
        place_of, groups = _Places(self._grid), self.groups
        for row in rows:
            place, seen, text = place_of[row[cell]], row[events], row[odd]
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
                when = (row[cell], 0) if at is None else (int(row[at.start]), int(row[at.start + 1]))
                key = tuple(row[keys])
                mine = groups.get(key)
                if mine is None:
                    mine = groups[key] = {}
                known, part = mine.get(place), (seen, read, when)
                mine[place] = part if known is None else self._joined(known, part)

    def _joined(self, one: Part, other: Part) -> Part:
        when, then = one[2], other[2]
        self.tied = self.tied or when == then
        first, last = (one, other) if when is None or then is None or when <= then else (other, one)
        return one[0] + other[0], self._join(first[1], last[1]), last[2]

    def measured(self, period: MeasuredPeriod) -> dict[Combination, Measured]:
        """What every group that has usage in the period came to."""
        first = self._grid.index(period.start)
        ends = [self._grid.index(cut) for cut in period.cuts]
        each = ends == list(range(first + 1, first + 1 + len(ends)))  # every cell ends with a cut of its own
        found: dict[Combination, Measured] = {}
        for key, cells in self.groups.items():
            inside = sorted(k for k in cells if first <= k < ends[-1])
            if inside:
                places = [k - first for k in inside] if each else [bisect_right(ends, k) for k in inside]
                found[key] = self._cumulated(places, [cells[k] for k in inside], len(ends))
        return found

    def not_numeric(self, period: MeasuredPeriod, owner: str = "") -> int:
        """How many events of the period (and the owner) have a value that is no number, whoever takes them."""
        first, last = self._grid.index(period.start), self._grid.index(period.cuts[-1])
        return sum(events for (mine, k), events in self.unread.items() if mine == owner and first <= k < last)

    def _cumulated(self, places: list[int], parts: list[Part], cuts: int) -> Measured:
        """Parts in order of time, each with the cut before which it lies, as what there was at every cut."""
        values: list[Any] = []
        events: list[int] = []
        reached: Any = None
        seen = reach = 0
        for place, (count, value, _) in zip(places, parts, strict=True):
            if place > reach:
                values += [reached] * (place - reach)
                events += [seen] * (place - reach)
                reach = place
            reached = value if reached is None else self._join(reached, value)
            seen += count
        values += [reached] * (cuts - reach)
        events += [seen] * (cuts - reach)
        nothing: Any = 0 if self._counts else ZERO
        values[: places[0]] = [nothing] * places[0]
        return Measured(tuple(map(Decimal, values)) if self._counts else tuple(values), tuple(events))


class _Places(dict[Any, int]):
    """The cells that an engine's answers mean, each looked up once."""

    def __init__(self, grid: Grid) -> None:
        self._grid = grid

    def __missing__(self, answered: Any) -> int:
        found = self[answered] = self._grid.cell(int(answered))
        return found


def _higher(before: Any, after: Any) -> Any:
    return after if after > before else before


def _later(before: Any, after: Any) -> Any:
    return after


_JOINS: dict[Aggregation, Join] = {Aggregation.MAX: _higher, Aggregation.LATEST: _later}
