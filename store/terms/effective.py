"""The contract in force: a fold of its terms and of everything recorded since, in recorded order (README, §3).

Amendments add terms (none starts before the amendment does), filter updates extend the filter's timeline, edits add,
change and end terms, end-date updates move the end. Nothing is ever overwritten: the same fold, stopped at an earlier
instant, gives the contract as it was known then.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from store.terms.book import Book
from store.terms.contract import Change, Contract
from store.terms.folding import Fold
from store.terms.in_force import CHANGE_KINDS, Effective


def effective(
    contract: Contract,
    *,
    as_of: datetime | None = None,
    before: datetime | None = None,
    renewed: datetime | None = None,
) -> Effective:
    """The contract with what was recorded up to `as_of` (or before `before`); None: all. `renewed`: its renewal."""
    fold = Fold(contract)
    for change, path in changes_of(contract):
        recorded = contract.recorded(change)
        if (as_of is None or recorded <= as_of) and (before is None or recorded < before):
            fold.take(change, path, recorded)
    if renewed is not None and renewed < fold.ends:
        fold.end(renewed)
    archived = contract.archived_at
    late = archived is not None and (
        (as_of is not None and archived > as_of) or (before is not None and archived >= before)
    )
    return fold.done(None if late else archived)


def known_at(contract: Contract, moment: datetime) -> Contract:
    """The contract without what was recorded after an instant."""
    kept: dict[str, Any] = {
        kind: tuple(change for change in getattr(contract, kind) if contract.recorded(change) <= moment)
        for kind in CHANGE_KINDS
    }
    late = contract.archived_at is not None and contract.archived_at > moment
    return contract.model_copy(update=kept | ({"archived_at": None} if late else {}))


def changes_of(contract: Contract) -> Iterator[tuple[Change, str]]:
    """Everything recorded after the contract was created, with its path, in recorded order."""
    found: list[tuple[datetime, Change, str]] = []
    for kind in CHANGE_KINDS:
        for k, change in enumerate(getattr(contract, kind)):
            found.append((contract.recorded(change), change, f"/{kind}/{k}"))
    found.sort(key=lambda item: item[0])
    return ((change, path) for _, change, path in found)


def renewals(book: Book, *, as_of: datetime | None = None) -> dict[str, Contract]:
    """Contract id → the contract that renews it, as known at `as_of`."""
    found: dict[str, Contract] = {}
    for contract in book.contracts:
        known = as_of is None or (contract.recorded_at or contract.starting_at) <= as_of or contract.recorded_at is None
        if contract.transition and known and not contract.archived_at:
            found[contract.transition.from_contract_id] = contract
    return found


def effective_in(book: Book, contract_id: str, *, as_of: datetime | None = None) -> Effective:
    """A contract of the book in force, ended by its renewal if the book has one. Raises KeyError if unknown."""
    renewal = renewals(book, as_of=as_of).get(contract_id)
    return effective(book.contract[contract_id], as_of=as_of, renewed=renewal.starting_at if renewal else None)
