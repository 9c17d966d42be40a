"""What to ask of a usage ledger for all statements of a customer: one request where one will do."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from store.rating.frame import Wanted
from store.rating.measure import MeasuredPeriod, MeasureRequest
from store.rating.plan import Planned


class Chain(NamedTuple):
    """One request over the periods of several statements of a contract."""

    wanted: Wanted
    planned: tuple[Planned, ...]
    request: MeasureRequest


def chains(planned: Iterable[Planned]) -> tuple[Chain, ...]:
    """One request per contract, product, metric and grouping."""
    found: dict[tuple[str, Wanted], tuple[list[Planned], list[MeasuredPeriod]]] = {}
    for p in planned:
        contract_id = p.contract.id
        for ask in p.asks:
            for wanted in ask.wanted:
                key = (contract_id, wanted)
                if key not in found:
                    found[key] = ([], [])
                of, periods = found[key]
                of.append(p)
                periods.append(ask.period)
    return tuple(
        Chain(wanted, tuple(of), MeasureRequest(of[0].contract.customer_id, contract_id, *wanted, tuple(periods)))
        for (contract_id, wanted), (of, periods) in found.items()
    )
