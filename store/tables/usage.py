"""Usage events, in the order they were accepted."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Column, Index, Text
from sqlmodel import Field, SQLModel

from store.tables.types import Sequence, Utc


class UsageEventRow(SQLModel, table=True):
    """An accepted event; `customer_ref` is what it named, a customer's id or an alias, resolved when it is read.

    `properties` is JSON text of property → text, as canonical as `store.terms.event` makes it.
    """

    __tablename__ = "usage_event"
    __table_args__ = (
        Index("ix_usage_event_customer_ref_timestamp", "customer_ref", "timestamp"),
        Index("ix_usage_event_transaction_id", "transaction_id"),
    )

    seq: int | None = Field(default=None, sa_column=Column(Sequence, primary_key=True))
    transaction_id: str
    customer_ref: str
    event_type: str
    timestamp: datetime = Field(sa_type=Utc)
    properties: str = Field(sa_column=Column(Text, nullable=False))
    accepted_at: datetime = Field(sa_type=Utc)
