"""The catalog: metrics, products, rate cards with their aliases, and rates."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Column, UniqueConstraint
from sqlmodel import Field, SQLModel

from store.tables.types import ExactDecimal, Json, Sequence, Utc


class CatalogRow(SQLModel):
    """What all objects of the catalog have: their place in the order of making, and their payload in `terms`."""

    seq: int | None = Field(default=None, sa_type=Sequence, primary_key=True)
    id: str = Field(unique=True)
    name: str
    created_at: datetime = Field(sa_type=Utc)
    archived_at: datetime | None = Field(default=None, sa_type=Utc)
    terms: Any = Field(sa_type=Json, nullable=False)


class AliasRow(SQLModel):
    """A name that finds an object while it is in force; of several, the one assigned last wins (highest `seq`)."""

    seq: int | None = Field(default=None, sa_type=Sequence, primary_key=True)
    name: str = Field(index=True)
    starting_at: datetime | None = Field(default=None, sa_type=Utc)
    ending_before: datetime | None = Field(default=None, sa_type=Utc)


class BillableMetricRow(CatalogRow, table=True):
    """A billable metric."""

    __tablename__ = "billable_metric"


class ProductRow(CatalogRow, table=True):
    """A product; its effective-dated updates are in `terms`."""

    __tablename__ = "product"

    type: str
    billable_metric_id: str | None = Field(default=None, foreign_key="billable_metric.id", index=True)


class RateCardRow(CatalogRow, table=True):
    """A rate card without its aliases and rates."""

    __tablename__ = "rate_card"


class RateCardAliasRow(AliasRow, table=True):
    """An alias of a rate card."""

    __tablename__ = "rate_card_alias"

    rate_card_id: str = Field(foreign_key="rate_card.id", index=True)


class RateRow(SQLModel, table=True):
    """A rate of a card, never changed: a later one with the same `key` supersedes it from its start.

    `key` is the JSON of pricing group values (sorted) and billing frequency; `price` only where it is a single one.
    """

    __tablename__ = "rate"
    __table_args__ = (
        UniqueConstraint("rate_card_id", "product_id", "key", "starting_at", name="uq_rate_card_product_key_start"),
    )

    seq: int | None = Field(default=None, sa_column=Column(Sequence, primary_key=True))
    rate_card_id: str = Field(foreign_key="rate_card.id")
    product_id: str = Field(foreign_key="product.id", index=True)
    key: str
    starting_at: datetime = Field(sa_type=Utc)
    ending_before: datetime | None = Field(default=None, sa_type=Utc)
    created_at: datetime = Field(sa_type=Utc)
    price: Decimal | None = Field(default=None, sa_type=ExactDecimal)
    terms: Any = Field(sa_column=Column(Json, nullable=False))
