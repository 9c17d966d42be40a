"""A contract in force made ready for rating: its card, overrides, balances and the products it can bill."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from store.rating.accounts import Account, Owner, Reach, Segment, account, enter
from store.rating.assortment import Assortment
from store.rating.cards import RateBook
from store.rating.catalog import Catalog
from store.rating.measure import Route
from store.rating.overriding import CompiledOverride, compile_overrides
from store.rating.products import CompiledProduct
from store.terms import time
from store.terms.catalog import ProductType
from store.terms.charges import Subscription
from store.terms.customer import Customer
from store.terms.in_force import Effective
from store.terms.money import USD
from store.terms.time import Span


@dataclass(slots=True, eq=False)
class CompiledContract:
    """One contract as known at one instant."""

    effective: Effective
    path: str
    card: RateBook | None
    assortment: Assortment
    """What its card prices."""
    overrides: tuple[CompiledOverride, ...]
    accounts: list[Account]
    children: tuple[str, ...] = ()
    """The contracts that name it as their parent."""
    segments: list[Segment] = field(default_factory=list)
    """Every segment it may draw, customer-level ones included, in drawing order; set once all are known."""

    @property
    def id(self) -> str:
        """The contract's id."""
        return self.effective.id

    @property
    def customer_id(self) -> str:
        """The customer's id."""
        return self.effective.contract.customer_id

    @property
    def fiat(self) -> str:
        """The currency of its usage statements."""
        return self.card.fiat if self.card else USD

    @property
    def subscriptions(self) -> tuple[Subscription, ...]:
        """Its own, and those of the card for which it has none of its own."""
        own = self.effective.subscriptions
        if not self.assortment.standing:
            return own
        named = {s.subscription_rate for s in own}
        return (*own, *(s for s in self.assortment.standing if s.subscription_rate not in named))

    @property
    def reach(self) -> Reach:
        """The products that its balances can be drawn by, with their tags."""
        return self.assortment.reach

    def of_kind(self, kind: ProductType) -> tuple[CompiledProduct, ...]:
        """Its products of one type."""
        return self.assortment.of_kind(kind)


def compile_contract(effective: Effective, catalog: Catalog, path: str) -> CompiledContract:
    """The contract with its card looked up; raises `NotFound` for a card or product that the book lacks."""
    card = catalog.card(effective.contract, path)
    priced = catalog.assortment(card)
    children = catalog.children.get(effective.id, ())
    below = {effective.id: children} if children else {}
    owner = Owner(effective.contract.customer_id, effective.id, path, effective.span, priced.reach, below)
    accounts: list[Account] = []
    for balance in (*effective.commits, *effective.credits):
        key = balance.id or ""
        where = effective.paths[key]
        archived = effective.archived.get(key, effective.archived_at)
        name = catalog.product(balance.product_id, path + where + "/product_id").product.name
        accounts.append(account(balance, owner, name=name, order=len(accounts), path=where, archived_at=archived))
    enter(accounts, effective.ledger_entries)
    return CompiledContract(
        effective=effective,
        path=path,
        card=card,
        assortment=priced,
        overrides=compile_overrides(effective.overrides, effective.paths, path),
        accounts=accounts,
        children=children,
    )


def customer_accounts(
    customer: Customer, place: int, catalog: Catalog, states: Iterable[CompiledContract], as_of: datetime
) -> list[Account]:
    """The balances that the customer, of that place in the book, holds itself beside its contracts' states."""
    if not customer.commits and not customer.credits:
        return []
    reach = tuple(dict(item for state in states for item in state.reach).items())
    customer_id = customer.id or ""
    always = Span(time.DISTANT_PAST, time.DISTANT_FUTURE)
    mine = catalog.contracts_of.get(customer_id, ())
    below = {c.id: catalog.children[c.id] for _, c in mine if c.id in catalog.children}
    owner = Owner(customer_id, None, f"/customers/{place}", always, reach, below)
    found: list[Account] = []
    for kind, balances in (("commits", customer.commits), ("credits", customer.credits)):
        for k, balance in enumerate(balances):
            where = f"/{kind}/{k}"
            name = catalog.product(balance.product_id, owner.path + where + "/product_id").product.name
            named = balance
            if balance.id is None:
                named = balance.model_copy(update={"id": balance.temporary_id or f"{customer_id}{where}"})
            gone = customer.archived_at
            found.append(account(named, owner, name=name, order=len(found), path=where, archived_at=gone))
    entries = ((entry, entry.recorded_at or time.DISTANT_PAST) for entry in customer.ledger_entries)
    enter(found, ((entry, recorded) for entry, recorded in entries if recorded <= as_of))
    return found


def routes(effective: Effective, period: Span) -> tuple[Route, ...]:
    """Which events the contract takes during a period, contiguous; an archived contract takes none from then on."""
    found: list[Route] = []
    at = period.start
    for entry in effective.filters:
        common = entry.span.clip(period)
        if common is None:
            continue
        if at < common.start:
            found.append(Route(at, common.start, None, frozenset()))
        found.append(Route(common.start, common.end, entry.group_key, frozenset(entry.group_values)))
        at = common.end
    if at < period.end:
        found.append(Route(at, period.end, None, frozenset()))
    return tuple(found)
