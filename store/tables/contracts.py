"""Contracts, what changed them, customer-level balances, and the ids and keys that may be used only once."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Column, Index
from sqlmodel import Field, SQLModel

from store.tables.types import Json, Sequence, Utc


class ContractRow(SQLModel, table=True):
    """A contract: `terms` as created; name and end as they are now; `version` counts what was done to it."""

    __tablename__ = "contract"
    __table_args__ = (Index("ix_contract_rate_card_id_archived_at", "rate_card_id", "archived_at"),)

    seq: int | None = Field(default=None, sa_column=Column(Sequence, primary_key=True))
    id: str = Field(unique=True)
    customer_id: str = Field(foreign_key="customer.id", index=True)
    rate_card_id: str | None = Field(default=None, foreign_key="rate_card.id")
    package_id: str | None = Field(default=None, index=True)
    """The package it was made from."""
    parent_id: str | None = Field(default=None, index=True)
    """The contract it is a child of."""
    name: str | None = None
    starting_at: datetime = Field(sa_type=Utc)
    ending_before: datetime | None = Field(default=None, sa_type=Utc)
    created_at: datetime = Field(sa_type=Utc)
    archived_at: datetime | None = Field(default=None, sa_type=Utc)
    version: int = 1
    terms: Any = Field(sa_column=Column(Json, nullable=False))


class ContractChangeRow(SQLModel, table=True):
    """An amendment, usage_filter_update, edit or end_date_update, appended and never changed.

    Within a contract, `recorded_at` grows with `seq`: the order survives any sort.
    """

    __tablename__ = "contract_change"
    __table_args__ = (Index("ix_contract_change_contract_id_seq", "contract_id", "seq"),)

    seq: int | None = Field(default=None, sa_column=Column(Sequence, primary_key=True))
    id: str = Field(unique=True)
    contract_id: str = Field(foreign_key="contract.id")
    kind: str
    recorded_at: datetime = Field(sa_type=Utc)
    payload: Any = Field(sa_column=Column(Json, nullable=False))


class CustomerBalanceRow(SQLModel, table=True):
    """A commit or credit (`kind`) of a customer, drawn by any or by the listed contracts."""

    __tablename__ = "customer_balance"

    seq: int | None = Field(default=None, sa_column=Column(Sequence, primary_key=True))
    id: str = Field(unique=True)
    customer_id: str = Field(foreign_key="customer.id", index=True)
    kind: str
    created_at: datetime = Field(sa_type=Utc)
    archived_at: datetime | None = Field(default=None, sa_type=Utc)
    terms: Any = Field(sa_column=Column(Json, nullable=False))


class TermRow(SQLModel, table=True):
    """Every id given to a term or schedule item, and where it belongs: no id is given twice."""

    __tablename__ = "term"

    id: str = Field(primary_key=True)
    kind: str
    customer_id: str = Field(foreign_key="customer.id", index=True)
    contract_id: str | None = Field(default=None, foreign_key="contract.id", index=True)


class UniquenessKeyRow(SQLModel, table=True):
    """A uniqueness key that was used; `scope` is contract, contract_edit or customer_balance."""

    __tablename__ = "uniqueness_key"

    scope: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    entity_id: str
