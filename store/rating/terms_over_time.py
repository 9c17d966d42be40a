"""Terms that make others: recurring balances, subscriptions' charges, and what a renewal carries over."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from store.rating.catalog import Catalog
from store.rating.compiled import CompiledContract
from store.rating.plan import History
from store.rating.recurring import Item, items
from store.rating.rollover import Rollover, rollovers
from store.rating.subscriptions import SubscriptionCharge, charges, seats_in


def recurring_items(state: CompiledContract, history: History, catalog: Catalog, until: datetime) -> Iterator[Item]:
    """Every balance that a contract's recurring terms create before `until`."""
    order = len(state.accounts)
    for term in (*state.effective.recurring_commits, *state.effective.recurring_credits):
        path = state.path + state.effective.paths[term.id or ""] + "/product_id"
        product = catalog.product(term.product_id, path)
        yield from items(
            state,
            term,
            product,
            until=until,
            known_end=history.end_known,
            seats=lambda key, period: seats_in(state, key, period),
            order=order,
        )
        order += 1


def subscription_charges(state: CompiledContract, catalog: Catalog, until: datetime) -> Iterator[SubscriptionCharge]:
    """Every charge of a contract's subscriptions for periods that start before `until`."""
    for subscription in state.subscriptions:
        path = state.path + state.effective.paths.get(subscription.id or "", "")
        product = catalog.product(subscription.subscription_rate.product_id, path + "/subscription_rate/product_id")
        yield from charges(state, subscription, product, until)


def renewed(now: Mapping[str, CompiledContract]) -> Iterator[Rollover]:
    """What the contracts of a customer carry over when they renew one another."""
    for state in now.values():
        transition = state.effective.contract.transition
        if transition is not None and transition.from_contract_id in now:
            yield from rollovers(now[transition.from_contract_id], state)
