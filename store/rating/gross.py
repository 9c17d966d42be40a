"""What statements come to before any balance pays: usage measured once per chain, then priced (README, §4.5–4.10)."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from store.rating.chains import Chain
from store.rating.composites import composite_runs, composites
from store.rating.measure import Combination, Measured, Usage
from store.rating.notices import Notices
from store.rating.plan import Planned
from store.rating.runs import Run
from store.rating.usage_runs import Unbilled, product_runs
from store.terms.catalog import BillableMetric, CompositeScope

if TYPE_CHECKING:
    from store.rating.customer_terms import CustomerTerms

Answered = dict[tuple[str, tuple[str, ...]], Mapping[Combination, Measured]]
Runs = dict[int, list[Run]]
"""The runs of each planned statement, by the identity of its plan."""


def usage_runs(terms: CustomerTerms, metrics: Mapping[str, BillableMetric], usage: Usage, notices: Notices) -> Runs:
    """The usage of every planned statement as runs; what is not billed goes to the notices."""
    answers = _measure(terms.chains, usage, notices)
    runs: Runs = {}
    for p in terms.planned:
        mine = runs[id(p)] = []
        for ask in terms.asked[id(p)]:
            for found in product_runs(p.contract, ask, answers[id(ask)], metrics, p.nearby):
                if isinstance(found, Unbilled):
                    notices.unbilled(p, found)
                else:
                    mine.append(found)
    return runs


def _measure(chains: Iterable[Chain], usage: Usage, notices: Notices) -> dict[int, Answered]:
    """Everything the statements need to know of usage: one request per contract, product, metric and grouping."""
    answers: dict[int, Answered] = {}
    for chain in chains:
        request = chain.request
        measured = usage.measure(request)
        if measured.not_numeric:
            notices.not_numeric(chain.path, request.metric_id, measured.not_numeric)
        key = request.metric_id, request.groups
        for ask, found in zip(chain.asks, measured.periods, strict=True):
            answers.setdefault(id(ask), {})[key] = found
    return answers


def add_composites(planned: Sequence[Planned], runs: Runs) -> None:
    """Adds each statement's composites to its runs, those that others are a share of first."""
    starts = [p.period.start for p in planned]
    for p in planned:
        products = composites(p.contract)
        if not products:
            continue
        others: list[Run] = []
        if any(product.product.composite_scope is CompositeScope.CUSTOMER for product in products):
            low, high = bisect_left(starts, p.period.start), bisect_left(starts, p.period.end)
            others = [run for q in planned[low:high] if q.contract.id != p.contract.id for run in runs[id(q)]]
        for product in products:
            runs[id(p)].extend(composite_runs(p.contract, product, p.period, runs[id(p)], others))
