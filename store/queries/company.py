"""Contracts in the company they are shown in: products by name, who made what, renewals and children; at one moment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session
from sqlmodel import col

from store.database import Store
from store.queries.contracts import ContractView, children, missing, views
from store.queries.loading import CHANGES, product_ids
from store.queries.making import Made, made_by
from store.queries.rows import among
from store.tables.catalog import ProductRow
from store.tables.contracts import ContractRow


@dataclass(frozen=True, slots=True)
class Company:
    """Some contracts of a customer, by start, and what they are shown with."""

    contracts: tuple[ContractView, ...]
    names: Mapping[str, str]
    """Product id → name."""
    made: Mapping[str, Made]
    """Contract or change id → who made it, and when."""
    renewals: Mapping[str, str]
    """Contract id → the contract that renews it."""
    children: Mapping[str, Sequence[tuple[str, str]]]
    """Contract id → its children, each with its customer's id."""


def contract_shown(store: Store, contract_id: str, *, customer_id: str) -> Company:
    """One contract of the customer; raises `NotFound`."""
    with store.read() as session:
        every = _rows(session, customer_id)
        wanted = [row for row in every if row.id == contract_id]
        if not wanted:
            raise missing(contract_id, customer_id)
        return _company(session, wanted, every)


def contracts_shown(store: Store, customer_id: str) -> Company:
    """All contracts of the customer, archived ones too; none where there is no such customer."""
    with store.read() as session:
        every = _rows(session, customer_id)
        return _company(session, every, every)


def _rows(session: Session, customer_id: str) -> list[ContractRow]:
    starts = (col(ContractRow.starting_at), col(ContractRow.seq))
    return among(session, ContractRow, col(ContractRow.customer_id), [customer_id], *starts)


def _company(session: Session, wanted: Sequence[ContractRow], every: Sequence[ContractRow]) -> Company:
    found, ids = views(session, wanted), [row.id for row in wanted]
    named = product_ids([row.terms for row in wanted])
    for view in found:
        for kind in CHANGES.values():
            named |= product_ids([change.payload() for change in getattr(view.contract, kind)])
    renewing = [(row.terms.get("transition"), row.id) for row in every if row.archived_at is None]
    return Company(
        contracts=found,
        names={row.id: row.name for row in among(session, ProductRow, col(ProductRow.id), named)},
        made=made_by(session, ids),
        renewals={before["from_contract_id"]: id for before, id in renewing if before},
        children=children(session, ids),
    )
