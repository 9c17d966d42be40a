"""What to ask of a usage ledger for all statements of a customer: one request where one will do."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from store.rating.asking import Wanted
from store.rating.measure import MeasuredPeriod, MeasureRequest
from store.rating.plan import Planned


class Chain(NamedTuple):
    """One request over the periods of several statements of a contract."""

    wanted: Wanted
    planned: tuple[Planned, ...]
    request: MeasureRequest


def chains(planned: Iterable[Planned]) -> tuple[Chain, ...]:
    """One request per contract, product, metric and grouping."""
    found: dict[tuple[str, Wanted], list[tuple[Planned, MeasuredPeriod]]] = {}
    for p in planned:
        for ask in p.asks:
            for wanted in ask.wanted:
                found.setdefault((p.contract.id, wanted), []).append((p, ask.period))
    return tuple(_chain(wanted, asking) for (_, wanted), asking in found.items())


def _chain(wanted: Wanted, asking: list[tuple[Planned, MeasuredPeriod]]) -> Chain:
    planned, periods = tuple(p for p, _ in asking), tuple(period for _, period in asking)
    contract = planned[-1].contract
    return Chain(wanted, planned, MeasureRequest(contract.customer_id, contract.id, *wanted, periods))
