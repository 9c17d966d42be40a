"""Before anything is rated: can it be? A book that cannot is refused with the path of the culprit."""

from __future__ import annotations

from collections.abc import Iterator

from store.errors import Invalid, NotFound, NotRated, Problem
from store.rating.cards import RateBook
from store.rating.catalog import Catalog
from store.terms.book import Book
from store.terms.catalog import ProductType
from store.terms.contract import Contract


def check(book: Book, catalog: Catalog, customers: set[str] | None) -> None:
    """Raises `NotFound`, `NotRated` or `Invalid` for what keeps contracts of these customers from being rated.

    What the catalog knows to be sound is not looked at again.
    """
    if None in catalog.sound:
        return
    if customers is None:
        mine = list(enumerate(book.contracts))
    else:
        mine = sorted((k, c) for key in customers - catalog.sound for k, c in catalog.contracts_of.get(key, ()))
    for k, contract in mine:
        path = f"/contracts/{k}"
        if contract.customer_id not in book.customer:
            raise NotFound(f"there is no customer {contract.customer_id}", path=path + "/customer_id")
        for problem in _not_rated(contract, path):
            raise NotRated(problem.message, path=problem.path)
        card = catalog.card(contract, path)
        if card is None or card.path in catalog.sound_cards:
            continue
        for product_id, keys in card.rates.items():
            where = next(iter(keys.values()))[0].path + "/product_id"
            product = catalog.product(product_id, where)
            for definition in product.definitions:
                if product.kind is ProductType.USAGE:
                    _check_metric(book, definition.metric_id, product_id, where)
            if product.kind not in (ProductType.USAGE, ProductType.SUBSCRIPTION, ProductType.COMPOSITE):
                raise Invalid([Problem(where, f"{product.kind} products have no rates")])
        _check_cycles(card, catalog)
        catalog.sound_cards.add(card.path)
    catalog.sound |= {None} if customers is None else customers


def _check_metric(book: Book, metric_id: str | None, product_id: str, path: str) -> None:
    metric = book.metric.get(metric_id or "")
    if metric is None:
        raise NotFound(f"there is no billable metric {metric_id} (of product {product_id})", path=path)


def _check_cycles(card: RateBook, catalog: Catalog) -> None:
    """A composite that includes composites must not, through them, be a share of itself."""
    found = {key: catalog.product(key, card.path) for key in card.rates}
    shares = {
        key: [
            other
            for other, q in found.items()
            if q.kind is ProductType.COMPOSITE
            and any(d.include_composites and d.lists(other, q.definitions[-1].tags) for d in p.definitions)
        ]
        for key, p in found.items()
        if p.kind is ProductType.COMPOSITE
    }
    for start in shares:
        waiting, seen = list(shares[start]), set[str]()
        while waiting:
            key = waiting.pop()
            if key == start:
                path = next(iter(card.rates[start].values()))[0].path + "/product_id"
                raise Invalid(f"the composite product {start} is a share of itself", path=path)
            if key not in seen:
                seen.add(key)
                waiting.extend(shares.get(key, ()))


def _not_rated(contract: Contract, path: str) -> Iterator[Problem]:
    if contract.package_id or contract.package_alias:
        yield Problem(path + "/package_id", "the package's terms are not known")
