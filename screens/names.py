"""What contracts are called where several of one customer stand side by side."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from screens.widgets import when
from store.terms.book import Book
from store.terms.in_force import Effective


def contract_names(contracts: Sequence[Effective], book: Book) -> dict[str, str]:
    """Contract id → what to call it: its name or its card's, told apart by its start (and id) where that is needed."""
    plain = {}
    for contract in contracts:
        card = book.card_of(contract.contract)
        plain[contract.id] = contract.name or (card.name if card else f"Contract {contract.id[:8]}")
    by_start = {c.id: f" ({when.shown(c.span.start)})" for c in contracts}
    by_id = {c.id: f" {c.id[:8]}" for c in contracts}
    for told in (by_start, by_id):
        taken = Counter(plain.values())
        plain = {id: name + told[id] if taken[name] > 1 else name for id, name in plain.items()}
    return plain
