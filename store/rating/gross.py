"""What statements come to before any balance pays: usage measured once per chain, then priced (README, §4.5–4.10)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from store.rating.compiled import CompiledContract
from store.rating.composites import composite_runs, composites
from store.rating.measure import Combination, Measured, MeasureRequest, Usage
from store.rating.notices import Notices
from store.rating.plan import Planned
from store.rating.runs import Run
from store.rating.usage_runs import Asked, Unbilled, asked, product_runs, usage_products
from store.terms.book import Book

Answered = dict[tuple[str, tuple[str, ...]], Mapping[Combination, Measured]]
Runs = dict[int, list[Run]]
"""The runs of each planned statement, by the identity of its plan."""


def usage_runs(planned: Sequence[Planned], book: Book, usage: Usage, notices: Notices) -> Runs:
    """The usage of every planned statement as runs; what is not billed goes to the notices."""
    asks = {id(p): [asked(p.contract, x, p.period, p.nearby) for x in usage_products(p.contract)] for p in planned}
    answers = _measure(planned, asks, usage, notices)
    runs: Runs = {}
    for p in planned:
        mine = runs[id(p)] = []
        for ask in asks[id(p)]:
            for found in product_runs(p.contract, ask, answers[id(ask)], book.metric, p.nearby):
                if isinstance(found, Unbilled):
                    notices.unbilled(p, found)
                else:
                    mine.append(found)
    return runs


def _measure(
    planned: Sequence[Planned], asks: Mapping[int, Iterable[Asked]], usage: Usage, notices: Notices
) -> dict[int, Answered]:
    """Everything the statements need to know of usage: one request per contract, product, metric and grouping."""
    chains: dict[tuple[str, str, str, tuple[str, ...]], list[Asked]] = {}
    answers: dict[int, Answered] = {}
    owners: dict[str, CompiledContract] = {}
    for p in planned:
        owners[p.contract.id] = p.contract
        for ask in asks[id(p)]:
            answers[id(ask)] = {}
            for metric, groups in ask.metrics:
                chains.setdefault((p.contract.id, ask.product.id, metric, groups), []).append(ask)
    for (contract_id, product_id, metric, groups), chain in chains.items():
        owner = owners[contract_id]
        periods = tuple(ask.period for ask in chain)
        request = MeasureRequest(owner.customer_id, contract_id, product_id, metric, groups, periods)
        measured = usage.measure(request)
        if measured.not_numeric:
            notices.not_numeric(owner.path, metric, measured.not_numeric)
        for ask, found in zip(chain, measured.periods, strict=True):
            answers[id(ask)][metric, groups] = found
    return answers


def add_composites(planned: Sequence[Planned], runs: Runs) -> None:
    """Adds each statement's composites to its runs, those that others are a share of first."""
    for p in planned:
        products = composites(p.contract)
        if not products:
            continue
        others = [
            run
            for q in planned
            if q.contract.id != p.contract.id and p.period.start <= q.period.start < p.period.end
            for run in runs[id(q)]
        ]
        for product in products:
            runs[id(p)].extend(composite_runs(p.contract, product, p.period, runs[id(p)], others))
