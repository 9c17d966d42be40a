"""The catalog of a book made ready for rating: products, cards and what cards price, each when first asked for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cached_property

from store.errors import NotFound
from store.rating.assortment import Assortment
from store.rating.cards import RateBook, card_by_alias
from store.rating.kept import Kept
from store.rating.products import CompiledProduct, compile_product
from store.terms import kinship
from store.terms.book import Book
from store.terms.catalog import BillableMetric
from store.terms.contract import Contract
from store.terms.customer import Customer


class Catalog:
    """A book's catalog, compiled once; products and cards are compiled when first asked for."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.sound: set[str | None] = set()
        """The customers whose contracts were found sound (None: everybody's)."""
        self.sound_cards: set[str] = set()
        """The paths of the cards that were."""
        self.customer_terms: Kept[tuple[str, datetime], object] = Kept(32)
        """What `store.rating.customer_terms` made of the last few customers: those of a screen, not of a batch."""
        self._assortments: dict[str, Assortment] = {}
        self._products: dict[str, CompiledProduct] = {}
        self._cards: dict[str, RateBook] = {}

    def over(self, book: Book) -> Catalog:
        """The catalog of a book with the same cards, products and metrics: what is compiled of them is shared."""
        other = Catalog(book)
        other.metrics, other.sound_cards = self.metrics, self.sound_cards
        other._products, other._cards, other._assortments = self._products, self._cards, self._assortments
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
            found = self._products[product_id] = compile_product(product_id, product)
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

    def assortment(self, card: RateBook | None) -> Assortment:
        """What a card prices, made when first asked for; raises `NotFound` for a product that is not there."""
        path = card.path if card else ""
        found = self._assortments.get(path)
        if found is None:
            firsts = ((key, next(iter(keys.values()))[0].path) for key, keys in card.rates.items()) if card else ()
            products = tuple(self.product(key, f"{where}/product_id") for key, where in firsts)
            found = self._assortments[path] = Assortment(card, products)
        return found
