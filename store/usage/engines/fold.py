"""From an engine's rows to measurements: cells put together into what each period came to at each of its cuts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from store.rating.measure import Combination, Measured, MeasuredPeriod
from store.terms.catalog import Aggregation
from store.terms.event import number
from store.terms.money import EXACT
from store.usage.engines.query import Question

ZERO = Decimal(0)
Row = Sequence[Any]
When = tuple[int, int]


class Part:
    """What one group's events of one cell come to."""

    __slots__ = ("events", "value", "when")

    def __init__(self) -> None:
        self.events = 0
        self.value: Decimal | None = None
        self.when: When | None = None

    def add(self, events: int, value: Decimal, when: When | None, kind: Aggregation | None) -> None:
        """Takes in more events of the same cell."""
        self.events += events
        if self.value is None:
            self.value, self.when = value, when
        elif kind is Aggregation.MAX:
            self.value = max(self.value, value)
        elif kind is not Aggregation.LATEST:
            self.value = EXACT.add(self.value, value)
        elif when is not None and self.when is not None and when > self.when:
            self.value, self.when = value, when


Cells = dict[int, Part]


class Folded:
    """The rows of a question, by group and cell; `unread` counts per cell the values that are no number."""

    def __init__(self, question: Question, rows: Iterable[Row]) -> None:
        self._kind = question.metric.aggregation_type
        self._grid = question.layer.grid
        self.groups: dict[Combination, Cells] = {}
        self.unread: dict[int, int] = {}
        shape = question.shape
        cells: dict[int, int] = {}
        for row in rows:
            answered = row[shape.cell]
            place = cells.get(answered)
            if place is None:
                place = cells[answered] = self._grid.cell(int(answered))
            events = int(row[shape.events])
            value = self._value(row, shape.value, shape.odd)
            if value is None:
                self.unread[place] = self.unread.get(place, 0) + events
                continue
            if shape.routed is not None and not row[shape.routed]:
                continue
            when = (int(row[shape.at][0]), int(row[shape.at][1])) if shape.at is not None else None
            mine = self.groups.setdefault(tuple(row[shape.keys]), {})
            part = mine.get(place)
            if part is None:
                part = mine[place] = Part()
            part.add(events, value, when, self._kind)

    def _value(self, row: Row, value: int, odd: int | None) -> Decimal | None:
        kind = self._kind
        if kind is Aggregation.COUNT:
            return Decimal(int(row[value - 1]))
        if odd is None:
            return Decimal(int(row[value]))
        text = row[odd]
        if text is None:
            return number(row[value]) if kind is Aggregation.LATEST else Decimal(row[value])
        read = number(text)
        if read is not None and kind is Aggregation.SUM:
            return EXACT.multiply(read, Decimal(int(row[odd - 2])))
        return read

    def measured(self, period: MeasuredPeriod) -> dict[Combination, Measured]:
        """What every group that has usage in the period came to."""
        first = self._grid.index(period.start)
        ends = [self._grid.index(cut) for cut in period.cuts]
        found: dict[Combination, Measured] = {}
        for key, cells in self.groups.items():
            if len(cells) > 1:
                inside = sorted(k for k in cells if first <= k < ends[-1])
            else:
                inside = [k for k in cells if first <= k < ends[-1]]
            if inside:
                found[key] = self._cumulated([(k, cells[k]) for k in inside], ends)
        return found

    def not_numeric(self, period: MeasuredPeriod) -> int:
        """How many events of the period have a value that is no number, whoever takes them."""
        first, last = self._grid.index(period.start), self._grid.index(period.cuts[-1])
        return sum(events for k, events in self.unread.items() if first <= k < last)

    def _cumulated(self, cells: list[tuple[int, Part]], ends: list[int]) -> Measured:
        values: list[Decimal] = []
        counts: list[int] = []
        value, events, at = ZERO, 0, 0
        summed = self._kind in (Aggregation.COUNT, Aggregation.SUM, Aggregation.UNIQUE)
        for end in ends:
            while at < len(cells) and cells[at][0] < end:
                part = cells[at][1]
                more = part.value if part.value is not None else ZERO
                if summed:
                    value = EXACT.add(value, more)
                elif not events or self._kind is Aggregation.LATEST or more > value:
                    value = more
                events += part.events
                at += 1
            values.append(value)
            counts.append(events)
        return Measured(tuple(values), tuple(counts))
