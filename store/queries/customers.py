"""Customers as screens and the API read them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import Session
from sqlmodel import col

import store.queries.loading as loading
from store.database import Store
from store.errors import Invalid, NotFound
from store.queries.rows import one
from store.tables import batched, table
from store.tables.contracts import ContractRow
from store.tables.customers import CustomerRow, IngestAliasRow
from store.terms.customer import Customer


@dataclass(frozen=True, slots=True)
class CustomerView:
    """A customer; `terms` also has its billing configurations and own balances."""

    id: str
    name: str
    aliases: tuple[str, ...]
    custom_fields: Mapping[str, str]
    created_at: datetime
    archived_at: datetime | None
    version: int
    contracts: int
    """How many contracts it has, archived ones included."""
    terms: Customer

    @property
    def refs(self) -> tuple[str, ...]:
        """Every name under which events find this customer: its id, its aliases, an external id."""
        return (self.id, *self.terms.aliases)


@dataclass(frozen=True, slots=True)
class CustomerPage:
    """Some customers, and what to ask the next page with (None: there is none)."""

    items: tuple[CustomerView, ...]
    next_page: str | None


def customer(store: Store, customer_id: str) -> CustomerView:
    """The customer with this id; raises `NotFound`."""
    with store.read() as session:
        return _one(session, customer_id, customer_id)


def find_customer(store: Store, id_or_alias: str) -> CustomerView:
    """The customer with this id or alias; raises `NotFound`."""
    with store.read() as session:
        alias = one(session, IngestAliasRow, col(IngestAliasRow.alias), id_or_alias)
        return _one(session, alias.customer_id if alias else id_or_alias, id_or_alias)


def alias_holders(store: Store, aliases: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Of these aliases, those that are taken: alias → id and name of the customer that has it (archived ones too)."""
    found: dict[str, tuple[str, str]] = {}
    alias, owner = table(IngestAliasRow).c, table(CustomerRow).c
    with store.read() as session:
        for chunk in batched(dict.fromkeys(aliases)):
            taken = select(alias.alias, owner.id, owner.name).join_from(
                table(IngestAliasRow), table(CustomerRow), alias.customer_id == owner.id
            )
            for name, id, of in session.execute(taken.where(alias.alias.in_(chunk))):
                found[name] = (id, of)
            for id, of in session.execute(select(owner.id, owner.name).where(owner.id.in_(chunk))):
                found[id] = (id, of)
    return found


def list_customers(store: Store, *, limit: int = 100, page: str | None = None) -> CustomerPage:
    """Customers in the order they were made; `page` is the `next_page` of the answer before. Raises `Invalid`."""
    if page is not None and not (page.isascii() and page.isdigit()):
        raise Invalid("is not a next_page that was given out", path="/next_page")
    seq = col(CustomerRow.seq)
    with store.read() as session:
        rows = session.scalars(select(CustomerRow).where(seq > int(page or 0)).order_by(seq).limit(limit + 1)).all()
        shown = rows[:limit]
        return CustomerPage(_views(session, shown), str(shown[-1].seq) if len(rows) > limit else None)


def count_customers(store: Store, *, with_contracts: bool = False) -> int:
    """How many customers there are, or how many have a contract."""
    counted = func.count(col(ContractRow.customer_id).distinct()) if with_contracts else func.count(col(CustomerRow.id))
    with store.read() as session:
        return session.scalar(select(counted)) or 0


def customers_with_contracts(store: Store) -> Iterator[str]:
    """The ids of all customers that have a contract, in order; no transaction stays open while they are used."""
    owner, last = col(ContractRow.customer_id), ""
    while True:
        with store.read() as session:
            ids = session.scalars(select(owner).where(owner > last).group_by(owner).order_by(owner).limit(1000)).all()
        if not ids:
            return
        yield from ids
        last = ids[-1]


def _one(session: Session, customer_id: str, asked: str) -> CustomerView:
    row = one(session, CustomerRow, col(CustomerRow.id), customer_id)
    if row is None:
        raise NotFound(f"there is no customer {asked}")
    return _views(session, [row])[0]


@cache
def _counted() -> Select[Any]:
    owner = table(ContractRow).c.customer_id
    return select(owner, func.count()).where(owner.in_(bindparam("owners", expanding=True))).group_by(owner)


def _views(session: Session, rows: Sequence[CustomerRow]) -> tuple[CustomerView, ...]:
    counts: dict[str, int] = {}
    for chunk in batched(row.id for row in rows):
        counts |= dict(session.execute(_counted(), {"owners": chunk}).all())
    return tuple(
        CustomerView(
            id=row.id,
            name=row.name,
            aliases=terms.ingest_aliases,
            custom_fields=terms.custom_fields,
            created_at=row.created_at,
            archived_at=row.archived_at,
            version=row.version,
            contracts=counts.get(row.id, 0),
            terms=terms,
        )
        for row, terms in zip(rows, loading.customers(session, rows), strict=True)
    )
