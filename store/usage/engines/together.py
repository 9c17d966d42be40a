"""Many customers asked about at once: what a second customer wants to know as well, is asked for all of them.

Where contracts are alike, the first question about something is taken to be everybody's.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from store.rating.measure import Claim, Combination, Measured, MeasuredPeriod
from store.rating.statement import Unmatched
from store.terms.book import Book
from store.terms.catalog import Aggregation, BillableMetric
from store.usage.engines.asked import what
from store.usage.engines.backend import Engine
from store.usage.engines.fold import Folded
from store.usage.engines.grid import layers, microseconds
from store.usage.engines.leftover import Beyond, Leftover, alias_of
from store.usage.engines.owned import Owned
from store.usage.engines.query import Build, Question
from store.usage.engines.usage import Answer, EngineUsage, Measurements, alike
from store.usage.ledger.tally import MonthCount

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
        self,
        engine: Engine,
        book: Book,
        refs: Mapping[str, Sequence[str]],
        *,
        known: Measurements | None = None,
        tally: Sequence[MonthCount] | None = None,
    ) -> None:
        """`tally`: how many events these customers have in which month, where that is known."""
        super().__init__(_Still(engine), book, refs, known=known)
        self._wanted: dict[Hashable, Refs] = {}
        """Who first wanted to know something."""
        self._guessed: set[Hashable] = set()
        self._shared: dict[Hashable, dict[Refs, Answer]] = {}
        self._left_over: dict[Hashable, _Left] = {}
        self._every = [name for names in self._refs.values() for name in names]
        self._owner = {name: customer for customer, names in self._refs.items() for name in names}
        self._tally: dict[str, list[MonthCount]] | None = None
        if tally is not None:
            self._tally = {}
            for each in tally:
                self._tally.setdefault(self._owner[each.alias], []).append(each)
        like_others = _like_others(book)
        self._like_others = {self._refs[customer] for customer in like_others if customer in self._refs}

    def _asked(
        self,
        metric: BillableMetric,
        groups: tuple[str, ...],
        refs: Refs,
        missing: list[tuple[int, MeasuredPeriod]],
    ) -> list[tuple[int, Answer]]:
        about = (what(metric), groups)
        keys: dict[int, Hashable] = {place: (*about, period) for place, period in missing}
        everybodys = bool(missing) and self._is_everybodys(about, refs)
        alone = [] if everybodys else [item for item in missing if self._is_first(keys[item[0]], refs)]
        fresh = [p for place, p in missing if (place, p) not in alone and keys[place] not in self._shared]
        if fresh:
            self._ask_for_all(metric, groups, fresh)
        found = super()._asked(metric, groups, refs, alone)
        asked = {place for place, _ in alone}
        nothing = Answer({}, 0)
        found += [(place, self._shared[keys[place]].get(refs, nothing)) for place, _ in missing if place not in asked]
        return found

    def _is_everybodys(self, about: Hashable, refs: Refs) -> bool:
        """Whether others will want to know the same: guessed once for each matter, for a guess may be wrong."""
        if refs not in self._like_others or about in self._guessed:
            return False
        self._guessed.add(about)
        return True

    def _is_first(self, key: Hashable, refs: Refs) -> bool:
        return key not in self._shared and self._wanted.setdefault(key, refs) == refs

    def _ask_for_all(self, metric: BillableMetric, groups: tuple[str, ...], periods: list[MeasuredPeriod]) -> None:
        for layer in layers(list(enumerate(periods))):
            question = Question(metric, groups, layer, owned=Owned(self._owner), dated=_latest(metric))
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

    def _leftover(self, customer_id: str, refs: Refs, claims: tuple[Claim, ...]) -> Iterator[Unmatched]:
        key = ("left over", alike(claims))
        found = self._left_over.get(key)
        if found is None:
            if not self._is_everybodys("left over", refs) and self._wanted.setdefault(key, refs) == refs:
                return super()._leftover(customer_id, refs, claims)
            found = self._left_over[key] = self._left_by_all(Leftover(self._metric, self._every, claims))
        return found.asked.told(customer_id, found.rows.get(customer_id, ()), self._beyond(customer_id, found))

    def _left_by_all(self, asked: Leftover) -> _Left:
        rows: dict[str, list[Sequence[Any]]] = {}
        for row in self._engine.rows(asked.over, *asked.claimed) if asked.claimed else ():
            rows.setdefault(self._owner[alias_of(row)], []).append(row)
        beyond: dict[str, list[Beyond]] = {}
        for stretch in asked.beyond if self._tally is None else ():
            for alias, first, events in self._engine.rows(asked.counted(stretch), *stretch):
                beyond.setdefault(self._owner[alias], []).append(Beyond(int(first), int(events)))
        return _Left(asked, rows, beyond)

    def _beyond(self, customer_id: str, found: _Left) -> list[Beyond]:
        """What is left over of a customer of the months without contracts."""
        if self._tally is None:
            return found.beyond.get(customer_id, [])
        spans = [(microseconds(start), microseconds(end)) for start, end in found.asked.beyond]
        return [
            Beyond(each.first, each.events)
            for each in self._tally.get(customer_id, ())
            if any(start <= each.first < end for start, end in spans)
        ]


class _Left(NamedTuple):
    """What was asked about usage that contracts leave over, with the answers by customer."""

    asked: Leftover
    rows: Mapping[str, list[Sequence[Any]]]
    beyond: Mapping[str, list[Beyond]]


def _like_others(book: Book) -> set[str]:
    """The customers who have a contract on the same card and of the same length as another one."""
    kinds: dict[Hashable, set[str]] = {}
    for each in book.contracts:
        kinds.setdefault((each.rate_card_id, each.starting_at, each.ending_before), set()).add(each.customer_id)
    return {customer for customers in kinds.values() if len(customers) > 1 for customer in customers}


def _latest(metric: BillableMetric) -> bool:
    return metric.aggregation_type is Aggregation.LATEST
