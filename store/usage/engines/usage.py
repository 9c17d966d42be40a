"""Usage measured in an engine, with what it answered kept while the events of that time stay as they were."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from threading import Lock
from typing import TYPE_CHECKING, Any, NamedTuple

from store.rating.measure import Claim, Claims, Combination, Measured, MeasuredPeriod, Measurement, MeasureRequest
from store.rating.statement import Unmatched
from store.terms import time
from store.terms.book import Book
from store.terms.catalog import Aggregation, BillableMetric, Granularity
from store.usage.engines.asked import what
from store.usage.engines.backend import Engine

if TYPE_CHECKING:
    from store.usage.engines.fold import Folded
    from store.usage.engines.leftover import Leftover

KEPT_LEFT = 500
"""How many answers about usage that nobody takes are kept."""
KEPT = 200_000
"""How many measured values are kept at most; the least recently asked for go first."""


class Answer(NamedTuple):
    """One period's part of a measurement."""

    found: Mapping[Combination, Measured]
    not_numeric: int

    @property
    def size(self) -> int:
        """How many values it holds."""
        return 1 + sum(len(one.values) for one in self.found.values())


class Measurements:
    """Answers by whose usage, which metric, grouping and period, and the state of the ledger then; for any thread."""

    def __init__(self, kept: int = KEPT) -> None:
        self._kept = kept
        self._size = 0
        self._known: OrderedDict[Hashable, Answer] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable) -> Answer | None:
        """The answer, if it is known."""
        with self._lock:
            found = self._known.get(key)
            if found is not None:
                self._known.move_to_end(key)
            return found

    def put(self, key: Hashable, answer: Answer) -> None:
        """Keeps an answer."""
        with self._lock:
            if key not in self._known:
                self._size += answer.size
            self._known[key] = answer
            while self._size > self._kept and len(self._known) > 1:
                self._size -= self._known.popitem(last=False)[1].size


class EngineUsage:
    """Measures customers' stored events in an engine; equal to `EventUsage` over the same events, to the digit."""

    def __init__(
        self,
        engine: Engine,
        book: Book,
        refs: Mapping[str, Sequence[str]],
        *,
        known: Measurements | None = None,
    ) -> None:
        """`refs`: by customer id, the ids and aliases whose events are its own."""
        self._engine = engine
        self._metric = dict(book.metric)
        self._product = dict(book.product)
        self._refs = {customer: tuple(names) for customer, names in refs.items()}
        self._known = known or Measurements()
        self._left: dict[Hashable, tuple[Unmatched, ...]] = {}

    def over(self, book: Book) -> EngineUsage:
        """The same events seen with another book's metrics beside these."""
        other = EngineUsage.__new__(EngineUsage)
        other._engine, other._refs = self._engine, self._refs
        other._known, other._left = self._known, self._left
        other._metric = {**self._metric, **book.metric}
        other._product = {**self._product, **book.product}
        return other

    def measure(self, request: MeasureRequest) -> Measurement:
        """The quantities asked for; periods whose events did not change since they were measured are not measured."""
        metric = self._metric[request.metric_id]
        refs = self._refs.get(request.customer_id, ())
        states = self._engine.states([(period.start, period.cuts[-1]) for period in request.periods])
        product = self._product.get(request.product_id)
        accrual = product.sql_breakdown_granularity if product and metric.sql is not None else None
        about = (refs, what(metric), accrual, request.groups)
        keys: list[Hashable] = [(*about, *each) for each in zip(request.periods, states, strict=True)]
        answers = [self._known.get(key) for key in keys]
        missing = [(k, request.periods[k]) for k, answer in enumerate(answers) if answer is None]
        if metric.sql is not None and missing:
            measured = self._by_sql(metric, accrual, request.groups, refs, [period for _, period in missing])
            fresh = [(place, Answer(each, 0)) for (place, _), each in zip(missing, measured.periods, strict=True)]
        else:
            fresh = self._asked(metric, request.groups, refs, missing)
        for place, answer in fresh:
            answers[place] = answer
            self._known.put(keys[place], answer)
        found = [answer for answer in answers if answer is not None]
        return Measurement(tuple(a.found for a in found), sum(a.not_numeric for a in found))

    def unmatched(self, claims: Claims) -> tuple[Unmatched, ...]:
        """Usage that no contract takes."""
        found: list[Unmatched] = []
        (state,) = self._engine.states([(time.DISTANT_PAST, time.DISTANT_FUTURE)])
        for customer_id, mine in claims.by_customer:
            refs = self._refs.get(customer_id, ())
            key = (state, customer_id, refs, alike(mine))
            if key not in self._left:
                if len(self._left) > KEPT_LEFT:
                    self._left.clear()
                self._left[key] = tuple(self._leftover(customer_id, refs, mine)) if refs else ()
            found.extend(self._left[key])
        return tuple(found)

    def _leftover(self, customer_id: str, refs: tuple[str, ...], claims: tuple[Claim, ...]) -> Iterator[Unmatched]:
        from store.usage.engines.leftover import Beyond, Leftover

        asked = Leftover(self._metric, refs, claims)
        like = (asked.like, alike(claims), refs)
        beyond = (
            Beyond(int(first), int(events))
            for stretch in asked.beyond
            for _, first, events in self._engine.rows(asked.counted(stretch), *stretch, like=(stretch, refs))
        )
        return asked.told(customer_id, self._left_in(asked, like), beyond)

    def _left_in(self, asked: Leftover, like: Hashable) -> Sequence[Sequence[Any]]:
        """What contracts leave over of the months in which they take something."""
        if asked.claimed is None:
            return ()
        if asked.by_columns and not any(
            row[0] for row in self._engine.rows(asked.how_many, *asked.claimed, like=("any", like))
        ):
            return ()
        return self._engine.rows(asked.over, *asked.claimed, like=like)

    def _by_sql(
        self,
        metric: BillableMetric,
        accrual: Granularity | None,
        groups: tuple[str, ...],
        refs: tuple[str, ...],
        periods: list[MeasuredPeriod],
    ) -> Measurement:
        from store.usage.engines.events import raw_events
        from store.usage.sql_metric.measure import measure_sql

        events = partial(raw_events, self._engine, refs)
        return measure_sql(metric, accrual, groups, periods, events)

    def _asked(
        self,
        metric: BillableMetric,
        groups: tuple[str, ...],
        refs: tuple[str, ...],
        missing: list[tuple[int, MeasuredPeriod]],
    ) -> list[tuple[int, Answer]]:
        if not missing or not refs:
            return [(place, Answer({}, 0)) for place, _ in missing]
        from store.usage.engines.fold import Folded
        from store.usage.engines.grid import layers
        from store.usage.engines.query import Question

        answers: list[tuple[int, Answer]] = []
        for layer in layers(missing):
            question = Question(metric, groups, layer, refs)
            start, end = layer.periods[0].start, layer.periods[-1].cuts[-1]
            like = (what(metric), groups, layer.periods, refs)
            folded: Folded = Folded(question, self._engine.rows(question.over, start, end, like=like))
            if folded.tied and metric.aggregation_type is Aggregation.LATEST:
                question = replace(question, dated=True)
                folded = Folded(question, self._engine.rows(question.over, start, end))
            for place, period in zip(layer.places, layer.periods, strict=True):
                answers.append((place, Answer(folded.measured(period), folded.not_numeric(period))))
        return answers


def alike(claims: tuple[Claim, ...]) -> Hashable:
    """What of claims decides on what they leave over."""
    return tuple((claim.routes, claim.metric_ids) for claim in claims)
