"""Customers, the names their usage arrives under, and custom fields."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Column, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from store.tables.types import Json, Sequence, Utc


class CustomerRow(SQLModel, table=True):
    """A customer. `name_key` is the casefolded name: lists are pages of (name_key, id)."""

    __tablename__ = "customer"
    __table_args__ = (Index("ix_customer_name_key_id", "name_key", "id"),)

    seq: int | None = Field(default=None, sa_column=Column(Sequence, primary_key=True))
    id: str = Field(unique=True)
    name: str
    name_key: str
    created_at: datetime = Field(sa_type=Utc)
    archived_at: datetime | None = Field(default=None, sa_type=Utc)
    version: int = 1
    terms: Any = Field(sa_column=Column(Json, nullable=False))
    """The rest of the customer's payload: custom fields, external id, billing configurations."""


class IngestAliasRow(SQLModel, table=True):
    """A name under which usage arrives; nobody else's, even when its customer is archived.

    `position` is its place in the customer's list; -1 for an external id, which is an alias too.
    """

    __tablename__ = "ingest_alias"

    alias: str = Field(primary_key=True)
    customer_id: str = Field(foreign_key="customer.id", index=True)
    position: int


class CustomFieldKeyRow(SQLModel, table=True):
    """A registered custom-field key of one kind of entity."""

    __tablename__ = "custom_field_key"
    __table_args__ = (UniqueConstraint("entity", "key", name="uq_custom_field_key"),)

    seq: int | None = Field(default=None, sa_column=Column(Sequence, primary_key=True))
    entity: str
    key: str
    enforce_uniqueness: bool


class CustomFieldValueRow(SQLModel, table=True):
    """A custom-field value of one object. `unique_value` repeats it where the key enforces uniqueness, else is null."""

    __tablename__ = "custom_field_value"
    __table_args__ = (UniqueConstraint("entity", "key", "unique_value", name="uq_custom_field_value"),)

    entity: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    entity_id: str = Field(primary_key=True)
    value: str
    unique_value: str | None = None
