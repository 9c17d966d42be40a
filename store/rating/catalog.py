"""The catalog made ready for rating: products with their definitions over time, cards with rates by group."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any

from store.errors import NotFound
from store.rating.kept import Kept
from store.rating.prices import PriceTable, commit_table, price_table
from store.terms import kinship, money, time
from store.terms.book import Book
from store.terms.catalog import BillableMetric, Product, ProductType, QuantityConversion, QuantityRounding
from store.terms.contract import Contract
from store.terms.customer import Customer
from store.terms.rates import Rate, RateCard, RateType

if TYPE_CHECKING:
    from store.rating.assortment import Assortment
    from store.rating.customer_terms import CustomerTerms

Combo = tuple[tuple[str, str], ...]
"""Pricing group values as sorted pairs; `()` where a product has no pricing group key."""


@dataclass(frozen=True, slots=True)
class Definition:
    """A product as it is defined from `start` on."""

    start: datetime
    name: str
    tags: tuple[str, ...]
    metric_id: str | None
    pricing: tuple[str, ...]
    presentation: tuple[str, ...]
    conversion: QuantityConversion | None
    rounding: QuantityRounding | None
    composite_ids: tuple[str, ...]
    composite_tags: tuple[str, ...]
    exclude_free: bool
    include_composites: bool
    groups: tuple[str, ...]
    """Every property that its lines are grouped by, pricing first."""
    tag_set: frozenset[str]
    """Its tags, to be looked up."""

    def lists(self, product_id: str, tags: Iterable[str]) -> bool:
        """Whether a composite so defined is a share of a product: it is named, or carries any of the tags."""
        return product_id in self.composite_ids or not set(tags).isdisjoint(self.composite_tags)


@dataclass(frozen=True, slots=True)
class CompiledProduct:
    """A product and its definitions, ascending."""

    id: str
    product: Product
    definitions: tuple[Definition, ...]
    kind: ProductType
    grouped: bool
    """Whether it ever has a line per value of some property."""

    def at(self, moment: datetime) -> Definition:
        """The definition in force."""
        found = self.definitions[0]
        for definition in self.definitions[1:]:
            if definition.start <= moment:
                found = definition
        return found


@dataclass(frozen=True, slots=True)
class CompiledRate:
    """A rate with its price as a table; `path` finds it in its card."""

    start: datetime
    end: datetime
    entitled: bool
    kind: RateType
    table: PriceTable
    commit_table: PriceTable | None
    minimum: Decimal | None
    unit: str
    path: str
    rate: Rate


class RateBook:
    """The rates of one card: by product, pricing combination and billing frequency, ascending in time."""

    def __init__(self, card: RateCard, path: str) -> None:
        self.card = card
        self.path = path
        self.fiat = card.fiat_credit_type_id or money.USD
        self.conversions = {c.custom_credit_type_id: c.fiat_per_custom_credit for c in card.credit_type_conversions}
        self.rates: dict[str, dict[tuple[Combo, str | None], list[CompiledRate]]] = {}
        self._moments: dict[str, frozenset[datetime]] = {}
        for k, rate in enumerate(card.rates):
            product_id, combo, frequency = rate.key
            found = self.rates.setdefault(product_id, {}).setdefault((combo, frequency), [])
            found.append(self._compiled(rate, f"{path}/rates/{k}"))
        for keys in self.rates.values():
            for found in keys.values():
                found.sort(key=lambda r: r.start)

    def _compiled(self, rate: Rate, path: str) -> CompiledRate:
        return CompiledRate(
            start=rate.starting_at,
            end=rate.ending_before or time.DISTANT_FUTURE,
            entitled=rate.entitled,
            kind=rate.rate_type,
            table=price_table(rate),
            commit_table=commit_table(rate),
            minimum=rate.minimum_config.minimum if rate.minimum_config else None,
            unit=rate.credit_type_id or self.fiat,
            path=path,
            rate=rate,
        )

    def moments(self, product_id: str) -> frozenset[datetime]:
        """Every instant at which a rate of the product starts or ends."""
        found = self._moments.get(product_id)
        if found is None:
            rates = (rate for keys in self.rates.get(product_id, {}).values() for rate in keys)
            found = self._moments[product_id] = frozenset(m for rate in rates for m in (rate.start, rate.end))
        return found

    def at(self, product_id: str, combo: Combo, frequency: str | None, moment: datetime) -> CompiledRate | None:
        """The latest rate of exactly this combination that has started, unless it has ended."""
        found = self.rates.get(product_id, {}).get((combo, frequency))
        if not found:
            return None
        k = bisect_right(found, moment, key=lambda r: r.start)
        return found[k - 1] if k and moment < found[k - 1].end else None


class Catalog:
    """A book's catalog, compiled once; products and cards are compiled when first asked for."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.sound: set[str | None] = set()
        """The customers whose contracts were found sound (None: everybody's)."""
        self.sound_cards: set[str] = set()
        """The paths of the cards that were."""
        self.customer_terms: Kept[tuple[str, datetime], CustomerTerms] = Kept(32)
        """Of the last few customers, as of some instant: those of a screen, not of a batch."""
        self.assortments: dict[str, Assortment] = {}
        """What each card prices, by the card's path."""
        self._products: dict[str, CompiledProduct] = {}
        self._cards: dict[str, RateBook] = {}

    def over(self, book: Book) -> Catalog:
        """The catalog of a book with the same cards, products and metrics: what is compiled of them is shared."""
        other = Catalog(book)
        other.metrics, other.sound_cards, other.assortments = self.metrics, self.sound_cards, self.assortments
        other._products, other._cards = self._products, self._cards
        return other

    @cached_property
    def metrics(self) -> Mapping[str, BillableMetric]:
        """Metrics by id."""
        return self.book.metric

    @cached_property
    def contracts_of(self) -> dict[str, tuple[tuple[int, Contract], ...]]:
        """Contracts by customer, each with its place in the book."""
        found: dict[str, list[tuple[int, Contract]]] = {}
        for k, contract in enumerate(self.book.contracts):
            found.setdefault(contract.customer_id, []).append((k, contract))
        return {customer_id: tuple(contracts) for customer_id, contracts in found.items()}

    @cached_property
    def renewals(self) -> dict[str, datetime]:
        """Contract id → when another contract renews it."""
        return {
            c.transition.from_contract_id: c.starting_at
            for c in self.book.contracts
            if c.transition and c.archived_at is None
        }

    @cached_property
    def children(self) -> dict[str, tuple[str, ...]]:
        """Contract id → the contracts that name it as their parent."""
        return kinship.children(self.book)

    @cached_property
    def families(self) -> dict[str, tuple[str, ...]]:
        """Customer id → the customers, itself included, that parents and children tie together; others are not here."""
        return kinship.families(self.book, self.children)

    @cached_property
    def customers(self) -> dict[str, tuple[int, Customer]]:
        """Customers by id, each with its place in the book."""
        return {c.id: (k, c) for k, c in enumerate(self.book.customers) if c.id}

    @cached_property
    def _places(self) -> dict[str, int]:
        return {card.id: k for k, card in enumerate(self.book.rate_cards) if card.id}

    def product(self, product_id: str, path: str) -> CompiledProduct:
        """A product by id; raises `NotFound` with the path that refers to it."""
        found = self._products.get(product_id)
        if found is None:
            product = self.book.product.get(product_id)
            if product is None:
                raise NotFound(f"there is no product {product_id}", path=path)
            found = self._products[product_id] = _product(product_id, product)
        return found

    def card(self, contract: Contract, path: str) -> RateBook | None:
        """The rate card of a contract, found by id, or by alias as of the contract's start."""
        if contract.rate_card_id:
            if contract.rate_card_id not in self.book.rate_card:
                raise NotFound(f"there is no rate card {contract.rate_card_id}", path=path + "/rate_card_id")
            return self._card(contract.rate_card_id)
        if contract.rate_card_alias:
            card = card_by_alias(self.book, contract.rate_card_alias, contract.starting_at)
            if card is None:
                name = f"no rate card has the alias {contract.rate_card_alias} at the contract's start"
                raise NotFound(name, path=path + "/rate_card_alias")
            return self._card(card.id or "")
        return None

    def _card(self, card_id: str) -> RateBook:
        if card_id not in self._cards:
            self._cards[card_id] = RateBook(self.book.rate_card[card_id], f"/rate_cards/{self._places[card_id]}")
        return self._cards[card_id]


def card_by_alias(book: Book, alias: str, moment: datetime) -> RateCard | None:
    """The card an alias leads to at an instant: of several, the one it was assigned to last (README, §2.5)."""
    best: tuple[datetime, int] | None = None
    found: RateCard | None = None
    for k, card in enumerate(book.rate_cards):
        for entry in card.aliases:
            if entry.name == alias and entry.covers(moment):
                rank = (entry.starting_at or time.DISTANT_PAST, k)
                if best is None or rank >= best:
                    best, found = rank, card
    return found


_UPDATABLE = {
    "name": "name",
    "tags": "tags",
    "billable_metric_id": "metric_id",
    "pricing_group_key": "pricing",
    "presentation_group_key": "presentation",
    "quantity_conversion": "conversion",
    "quantity_rounding": "rounding",
    "composite_product_ids": "composite_ids",
    "composite_tags": "composite_tags",
    "exclude_free_usage": "exclude_free",
    "include_composite_spend": "include_composites",
}
_LISTS = {"tags", "pricing", "presentation", "composite_ids", "composite_tags"}
_FLAGS = {"exclude_free", "include_composites"}


def _product(product_id: str, product: Product) -> CompiledProduct:
    definitions = _definitions(product)
    return CompiledProduct(product_id, product, definitions, product.type, any(d.groups for d in definitions))


def _definitions(product: Product) -> tuple[Definition, ...]:
    state = {"start": time.DISTANT_PAST, **_attributes(product, _UPDATABLE)}
    found = [_definition(state)]
    for update in sorted(product.updates, key=lambda u: u.starting_at):
        given = {name: _UPDATABLE[name] for name in _UPDATABLE if name in update.model_fields_set}
        state = {**state, **_attributes(update, given), "start": update.starting_at}
        found.append(_definition(state))
    return tuple(found)


def _definition(state: dict[str, Any]) -> Definition:
    pricing, presentation = state["pricing"], state["presentation"]
    groups = (*pricing, *(p for p in presentation if p not in pricing))
    return Definition(**state, groups=groups, tag_set=frozenset(state["tags"]))


def _attributes(source: Any, names: dict[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, mine in names.items():
        value = getattr(source, name)
        if mine in _LISTS:
            value = tuple(value or ())
        elif mine in _FLAGS:
            value = bool(value)
        found[mine] = value
    return found
