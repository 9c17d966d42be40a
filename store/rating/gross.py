"""What statements come to before any balance pays: usage measured once per chain, then priced (README, §4.5–4.10)."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence

from store.rating.composites import change_within, composite_runs, composites
from store.rating.customer_terms import CustomerTerms
from store.rating.frame import Wanted
from store.rating.measure import Combination, Measured, Usage
from store.rating.notices import Notices
from store.rating.plan import Planned
from store.rating.runs import Run
from store.rating.usage_runs import Answers, add_runs
from store.terms.catalog import BillableMetric, CompositeScope

Runs = dict[int, list[Run]]
"""The runs of each planned statement, by the identity of its plan."""


def usage_runs(terms: CustomerTerms, metrics: Mapping[str, BillableMetric], usage: Usage, notices: Notices) -> Runs:
    """The usage of every planned statement as runs; what is not billed goes to the notices."""
    answers = _measure(terms, usage, notices)
    runs: Runs = {}
    for p in terms.planned:
        mine = runs[id(p)] = []
        for ask in p.asks:
            for unbilled in add_runs(mine, p, ask, answers[id(p)], metrics):
                notices.unbilled(p, unbilled)
    return runs


def _measure(terms: CustomerTerms, usage: Usage, notices: Notices) -> Mapping[int, Answers]:
    """Everything the statements need to know of usage, by the identity of each one's plan."""
    answers: dict[int, dict[Wanted, Mapping[Combination, Measured]]] = {id(p): {} for p in terms.planned}
    for wanted, planned, request in terms.chains:
        measured = usage.measure(request)
        if measured.not_numeric:
            notices.not_numeric(planned[-1].contract.path, request.metric_id, measured.not_numeric)
        for p, found in zip(planned, measured.periods, strict=True):
            answers[id(p)][wanted] = found
    return answers


def add_composites(planned: Sequence[Planned], runs: Runs, notices: Notices) -> None:
    """Adds each statement's composites to its runs, those that others are a share of first.

    A share of all the customer's spend is on one contract's statement only: the earliest, where several price it.
    """
    starts = [p.period.start for p in planned]
    billed: dict[str, list[Planned]] = {}
    for p in planned:
        products = composites(p.contract)
        if not products:
            continue
        others: list[Run] = []
        if any(product.product.composite_scope is CompositeScope.CUSTOMER for product in products):
            low, high = bisect_left(starts, p.period.start), bisect_left(starts, p.period.end)
            others = [run for q in planned[low:high] if q.contract.id != p.contract.id for run in runs[id(q)]]
        for product in products:
            wide = product.product.composite_scope is CompositeScope.CUSTOMER
            before = billed.get(product.id, ())
            if wide and any(q.contract.id != p.contract.id and q.period.clip(p.period) for q in before):
                continue
            if moment := change_within(p.contract, product, p.period):
                notices.composite_changes(p, product, moment)
            found = composite_runs(p.contract, product, p.period, runs[id(p)], others)
            runs[id(p)].extend(found)
            if wide and found:
                billed.setdefault(product.id, []).append(p)
