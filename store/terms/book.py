"""A book: everything the rating service needs to know, as a bundle writes it (README, *Bundles*)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any, Self, cast

from pydantic import Field

from store.errors import Invalid, Problem
from store.terms.base import Term
from store.terms.catalog import BillableMetric, Product
from store.terms.contract import Contract, ContractTerms
from store.terms.customer import Customer, CustomFieldKey
from store.terms.event import Event
from store.terms.package import Package, carried_out
from store.terms.rates import RateCard
from store.terms.time import Instant


class Book(Term):
    """Catalog, customers and contracts, without usage: the rating service's input and a bundle's content."""

    custom_field_keys: tuple[CustomFieldKey, ...] = ()
    billable_metrics: tuple[BillableMetric, ...] = ()
    products: tuple[Product, ...] = ()
    rate_cards: tuple[RateCard, ...] = ()
    packages: tuple[Package, ...] = ()
    customers: tuple[Customer, ...] = ()
    contracts: tuple[Contract, ...] = ()
    as_of: Instant | None = None

    def problems(self) -> Iterator[Problem]:
        """Every object has an id of its own."""
        for name in ("billable_metrics", "products", "rate_cards", "packages", "customers", "contracts"):
            seen: set[str] = set()
            for k, thing in enumerate(getattr(self, name)):
                if thing.id is None:
                    yield Problem(f"/{name}/{k}/id", "is required")
                elif thing.id in seen:
                    yield Problem(f"/{name}/{k}/id", "is used twice")
                else:
                    seen.add(thing.id)

    @cached_property
    def metric(self) -> dict[str, BillableMetric]:
        """Metrics by id."""
        return {m.id: m for m in self.billable_metrics if m.id}

    @cached_property
    def product(self) -> dict[str, Product]:
        """Products by id."""
        return {p.id: p for p in self.products if p.id}

    @cached_property
    def rate_card(self) -> dict[str, RateCard]:
        """Rate cards by id."""
        return {c.id: c for c in self.rate_cards if c.id}

    @cached_property
    def customer(self) -> dict[str, Customer]:
        """Customers by id."""
        return {c.id: c for c in self.customers if c.id}

    @cached_property
    def contract(self) -> dict[str, Contract]:
        """Contracts by id."""
        return {c.id: c for c in self.contracts}

    @cached_property
    def called(self) -> dict[str, tuple[Customer, ...]]:
        """Customers by every name that usage can have for them: ids and aliases."""
        found: dict[str, tuple[Customer, ...]] = {}
        for customer in self.customers:
            for name in {customer.id or "", *customer.aliases}:
                found[name] = (*found.get(name, ()), customer)
        return found

    @cached_property
    def contracts_of(self) -> dict[str, tuple[Contract, ...]]:
        """Contracts by customer id."""
        found: dict[str, list[Contract]] = {}
        for contract in self.contracts:
            found.setdefault(contract.customer_id, []).append(contract)
        return {customer_id: tuple(contracts) for customer_id, contracts in found.items()}

    def card_of(self, terms: ContractTerms) -> RateCard | None:
        """The rate card a contract names: by id, or by alias as of its start, the most recently assigned winning."""
        if terms.rate_card_id:
            return self.rate_card.get(terms.rate_card_id)
        if not terms.rate_card_alias:
            return None
        for card in reversed(self.rate_cards):
            if any(a.name == terms.rate_card_alias and a.covers(terms.starting_at) for a in card.aliases):
                return card
        return None

    def carried_out(self) -> Self:
        """The book with each contract that names a package given that package's terms.

        Raises `Invalid` where they do not fit the contract's start. A package that the book lacks stays a name.
        """
        if not any(c.package_id or c.package_alias for c in self.contracts):
            return self
        found = []
        for k, contract in enumerate(self.contracts):
            try:
                found.append(carried_out(contract, self.packages))
            except Invalid as refused:
                at = f"/contracts/{k}"
                raise Invalid([Problem(at + p.path, p.message) for p in refused.problems]) from None
        kept = {name: getattr(self, name) for name in type(self).model_fields}
        whole: Any = type(self).model_construct(self.model_fields_set, **{**kept, "contracts": tuple(found)})
        return cast("Self", whole)

    def replace(self, **changed: Any) -> Book:
        """The book with some of its lists exchanged; nothing else is copied or checked again."""
        return Book.model_construct(self.model_fields_set | set(changed), **{**dict(self), **changed})


class Bundle(Book):
    """A book as one document, with its events in the order they were accepted."""

    events: tuple[Event, ...] = Field(default=())

    def book(self) -> Book:
        """The bundle without its events."""
        return Book.model_construct(**{name: getattr(self, name) for name in Book.model_fields})
