"""Who belongs together: contracts by their parents, and the customers whose contracts those are (README, §2.17)."""

from __future__ import annotations

from collections.abc import Mapping

from store.terms.book import Book


def children(book: Book) -> dict[str, tuple[str, ...]]:
    """Contract id → the contracts that name it as their parent, of those the book has."""
    found: dict[str, tuple[str, ...]] = {}
    for contract in book.contracts:
        place = contract.hierarchy_configuration
        if place and place.parent and place.parent.contract_id in book.contract:
            found[place.parent.contract_id] = (*found.get(place.parent.contract_id, ()), contract.id)
    return found


def families(book: Book, below: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """Customer id → all customers, itself included, that parents and children tie together; loners are not here."""
    found: dict[str, set[str]] = {}
    for parent, kids in below.items():
        owners = {book.contract[key].customer_id for key in (parent, *kids)} & book.customer.keys()
        whole = owners.union(*(found[owner] for owner in owners if owner in found))
        found.update(dict.fromkeys(whole, whole))
    return {key: tuple(sorted(whole)) for key, whole in found.items() if len(whole) > 1}
