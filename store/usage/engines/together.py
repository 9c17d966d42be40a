"""Many customers asked about at once: what a second customer wants to know as well, is asked for all of them."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import FromClause, Text, column, values

from store.rating.measure import Claim, Combination, Measured, MeasuredPeriod
from store.rating.statement import Unmatched
from store.terms import time
from store.terms.book import Book
from store.terms.catalog import Aggregation, BillableMetric
from store.usage.engines.asked import what
from store.usage.engines.backend import Engine
from store.usage.engines.fold import Folded
from store.usage.engines.grid import layers
from store.usage.engines.leftover import Leftover, alias_of
from store.usage.engines.query import Build, Question
from store.usage.engines.usage import Answer, EngineUsage, Measurements, alike

Refs = tuple[str, ...]


class _Still:
    """An engine whose states stay what they were at first: looking them up for each customer would be most of it."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._states: dict[tuple[datetime, datetime], Hashable] = {}

    def states(self, spans: Sequence[tuple[datetime, datetime]]) -> list[Hashable]:
        """Of each span its state when it was first asked for."""
        new = [span for span in spans if span not in self._states]
        if new:
            self._states |= zip(new, self._engine.states(new), strict=True)
        return [self._states[span] for span in spans]

    def rows(self, build: Build, start: datetime, end: datetime, *, like: Hashable = None) -> Sequence[Sequence[Any]]:
        """The engine's answer."""
        return self._engine.rows(build, start, end, like=like)


class TogetherUsage(EngineUsage):
    """As `EngineUsage`, for customers that are rated one after the other; sees the events as they were at first."""

    def __init__(
        self, engine: Engine, book: Book, refs: Mapping[str, Sequence[str]], *, known: Measurements | None = None
    ) -> None:
        super().__init__(_Still(engine), book, refs, known=known)
        self._wanted: dict[Hashable, Refs] = {}
        """Who first wanted to know something."""
        self._shared: dict[Hashable, dict[Refs, Answer]] = {}
        self._left_over: dict[Hashable, dict[str, list[Sequence[Any]]]] = {}
        self._every = [name for names in self._refs.values() for name in names]
        self._owner = {name: customer for customer, names in self._refs.items() for name in names}

    def _asked(
        self,
        metric: BillableMetric,
        groups: tuple[str, ...],
        refs: Refs,
        missing: list[tuple[int, MeasuredPeriod]],
    ) -> list[tuple[int, Answer]]:
        about = (what(metric), groups)
        keys: dict[int, Hashable] = {place: (*about, period) for place, period in missing}
        alone = [item for item in missing if self._is_first(keys[item[0]], refs)]
        fresh = [p for place, p in missing if (place, p) not in alone and keys[place] not in self._shared]
        if fresh:
            self._ask_for_all(metric, groups, fresh)
        found = super()._asked(metric, groups, refs, alone)
        asked = {place for place, _ in alone}
        nothing = Answer({}, 0)
        found += [(place, self._shared[keys[place]].get(refs, nothing)) for place, _ in missing if place not in asked]
        return found

    def _is_first(self, key: Hashable, refs: Refs) -> bool:
        return key not in self._shared and self._wanted.setdefault(key, refs) == refs

    def _ask_for_all(self, metric: BillableMetric, groups: tuple[str, ...], periods: list[MeasuredPeriod]) -> None:
        for layer in layers(list(enumerate(periods))):
            question = Question(metric, groups, layer, owned=self._owners(), dated=_latest(metric))
            start, end = layer.periods[0].start, layer.periods[-1].cuts[-1]
            folded = Folded(question, self._engine.rows(question.over, start, end))
            for period in layer.periods:
                mine: dict[str, dict[Combination, Measured]] = {}
                for (owner, *key), one in folded.measured(period).items():
                    mine.setdefault(owner, {})[tuple(key)] = one
                unread = {owner for owner, _ in folded.unread}
                self._shared[what(metric), groups, period] = {
                    self._refs[owner]: Answer(mine.get(owner, {}), folded.not_numeric(period, owner))
                    for owner in {*mine, *unread}
                }

    def _owners(self) -> FromClause:
        named = values(column("alias", Text), column("owner", Text), name="owned")
        return named.data([*self._owner.items()])

    def _leftover(self, customer_id: str, refs: Refs, claims: tuple[Claim, ...]) -> Iterator[Unmatched]:
        key = ("left over", alike(claims))
        if self._wanted.setdefault(key, refs) == refs:
            return super()._leftover(customer_id, refs, claims)
        if key not in self._left_over:
            asked = Leftover(self._metric, self._every, claims)
            found: dict[str, list[Sequence[Any]]] = {}
            for row in self._engine.rows(asked.over, time.DISTANT_PAST, time.DISTANT_FUTURE):
                found.setdefault(self._owner[alias_of(row)], []).append(row)
            self._left_over[key] = found
        mine = self._left_over[key].get(customer_id, ())
        return Leftover(self._metric, refs, claims).told(customer_id, mine)


def _latest(metric: BillableMetric) -> bool:
    return metric.aggregation_type is Aggregation.LATEST
