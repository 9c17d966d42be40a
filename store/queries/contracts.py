"""Contracts as screens and the API read them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlmodel import col

import store.queries.loading as loading
from store.database import Store
from store.errors import NotFound
from store.queries.rows import among, one
from store.tables.catalog import RateCardRow
from store.tables.contracts import ContractRow
from store.terms.contract import Contract
from store.terms.effective import changes_of, effective, known_at


@dataclass(frozen=True, slots=True)
class ContractView:
    """A contract as it is now; `contract` has its terms and everything recorded since."""

    id: str
    customer_id: str
    name: str | None
    rate_card_id: str | None
    rate_card_name: str | None
    starting_at: datetime
    ending_before: datetime | None
    created_at: datetime
    archived_at: datetime | None
    version: int
    contract: Contract

    @property
    def title(self) -> str:
        """What to call it: its name, else its rate card's."""
        return self.name or self.rate_card_name or "Contract without a rate card"

    def as_of(self, moment: datetime) -> ContractView | None:
        """The contract as it was configured at an instant, with no later change; None where it was not made yet."""
        if self.created_at > moment:
            return None
        kept = known_at(self.contract, moment)
        held = effective(kept)
        return replace(
            self,
            name=held.name,
            ending_before=held.ending_before,
            archived_at=kept.archived_at,
            version=self.version - _later(self, moment),
            contract=kept,
        )


def _later(view: ContractView, moment: datetime) -> int:
    later = sum(1 for change, _ in changes_of(view.contract) if view.contract.recorded(change) > moment)
    return later + (view.archived_at is not None and view.archived_at > moment)


def contract(store: Store, contract_id: str, *, customer_id: str | None = None) -> ContractView:
    """The contract with this id (of that customer); raises `NotFound`."""
    with store.read() as session:
        row = one(session, ContractRow, col(ContractRow.id), contract_id)
        if row is None or (customer_id is not None and row.customer_id != customer_id):
            raise missing(contract_id, customer_id)
        return views(session, [row])[0]


def missing(contract_id: str, customer_id: str | None) -> NotFound:
    """What is said where a customer has no such contract."""
    of = f" of customer {customer_id}" if customer_id else ""
    return NotFound(f"there is no contract {contract_id}{of}", path="/contract_id")


def contracts_of(store: Store, customer_id: str, *, archived: bool = True) -> tuple[ContractView, ...]:
    """The customer's contracts by start, then by when they were made; without the archived ones if told so."""
    wanted = select(ContractRow).where(col(ContractRow.customer_id) == customer_id)
    if not archived:
        wanted = wanted.where(col(ContractRow.archived_at).is_(None))
    with store.read() as session:
        rows = session.scalars(wanted.order_by(col(ContractRow.starting_at), col(ContractRow.seq))).all()
        return views(session, rows)


def children_of(store: Store, contract_ids: Sequence[str]) -> dict[str, list[tuple[str, str]]]:
    """Contract id → the contracts that are its children, each with its customer's id."""
    with store.read() as session:
        return children(session, contract_ids)


def children(session: Session, contract_ids: Sequence[str]) -> dict[str, list[tuple[str, str]]]:
    """Contract id → the contracts that are its children, each with its customer's id."""
    found: dict[str, list[tuple[str, str]]] = {}
    for row in among(session, ContractRow, col(ContractRow.parent_id), contract_ids, col(ContractRow.seq)):
        found.setdefault(row.parent_id or "", []).append((row.id, row.customer_id))
    return found


def views(session: Session, rows: Sequence[ContractRow]) -> tuple[ContractView, ...]:
    """The contracts in these rows, with the names of their cards."""
    cards = card_names(session, [row.rate_card_id for row in rows if row.rate_card_id])
    return tuple(
        ContractView(
            id=row.id,
            customer_id=row.customer_id,
            name=row.name,
            rate_card_id=row.rate_card_id,
            rate_card_name=cards.get(row.rate_card_id) if row.rate_card_id else None,
            starting_at=row.starting_at,
            ending_before=row.ending_before,
            created_at=row.created_at,
            archived_at=row.archived_at,
            version=row.version,
            contract=terms,
        )
        for row, terms in zip(rows, loading.contracts(session, rows), strict=True)
    )


def card_names(session: Session, ids: Sequence[str]) -> dict[str, str]:
    """Card id → name."""
    return {row.id: row.name for row in among(session, RateCardRow, col(RateCardRow.id), ids)}
