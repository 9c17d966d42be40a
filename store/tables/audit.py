"""Who did what, when, and how things were before and after."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Column, Index, Integer
from sqlmodel import Field, SQLModel

from store.tables.types import Json, Sequence, Utc


class AuditEntry(SQLModel, table=True):
    """One thing that was done by a command; appended and never changed. `hash` chains it to the one before."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index("ix_audit_entry_customer_id_seq", "customer_id", "seq"),
        Index("ix_audit_entry_entity_id_seq", "entity_id", "seq"),
    )

    seq: int | None = Field(default=None, sa_column=Column(Sequence, primary_key=True))
    at: datetime = Field(sa_type=Utc)
    who: str
    origin: str
    action: str
    entity: str
    entity_id: str
    customer_id: str | None = None
    source: str | None = None
    """Where the operator sat, and under which login, where that is not plain from `who`."""
    reason: str | None = None
    hash: str = Field(default="", sa_column_kwargs={"server_default": ""})
    before: Any = Field(default=None, sa_column=Column(Json, nullable=True))
    after: Any = Field(default=None, sa_column=Column(Json, nullable=True))


class AuditHead(SQLModel, table=True):
    """The end of the chain, in one row: how many entries there are, and the last one's hash."""

    __tablename__ = "audit_head"

    id: int = Field(default=1, sa_column=Column(Integer, primary_key=True, autoincrement=False))
    entries: int = Field(sa_type=BigInteger)
    hash: str
