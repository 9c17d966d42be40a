"""What to ask of a usage ledger for all statements of a customer: one request where one will do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from store.rating.compiled import CompiledContract
from store.rating.measure import MeasureRequest
from store.rating.plan import Planned
from store.rating.usage_runs import Asked


@dataclass(frozen=True, slots=True, eq=False)
class Chain:
    """One request over the periods of several statements, and who asked for each of them."""

    request: MeasureRequest
    asks: tuple[Asked, ...]
    path: str
    """The contract's."""


def chains(planned: Iterable[Planned], asked: Mapping[int, Sequence[Asked]]) -> tuple[Chain, ...]:
    """One request per contract, product, metric and grouping; `asked` is by the identity of the plan."""
    found: dict[tuple[str, str, str, tuple[str, ...]], list[Asked]] = {}
    owners: dict[str, CompiledContract] = {}
    for p in planned:
        owners[p.contract.id] = p.contract
        for ask in asked[id(p)]:
            for metric, groups in ask.metrics:
                found.setdefault((p.contract.id, ask.product.id, metric, groups), []).append(ask)
    return tuple(_chain(owners[key[0]], key, asks) for key, asks in found.items())


def _chain(owner: CompiledContract, key: tuple[str, str, str, tuple[str, ...]], asks: list[Asked]) -> Chain:
    contract_id, product_id, metric, groups = key
    periods = tuple(ask.period for ask in asks)
    request = MeasureRequest(owner.customer_id, contract_id, product_id, metric, groups, periods)
    return Chain(request, tuple(asks), owner.path)
