"""Packages, with the names they are found by."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Column
from sqlmodel import Field, SQLModel

from store.tables.types import Json, Sequence, Utc


class PackageRow(SQLModel, table=True):
    """A package without its aliases; its payload is in `terms` and never changes."""

    __tablename__ = "package"

    seq: int | None = Field(default=None, sa_column=Column(Sequence, primary_key=True))
    id: str = Field(unique=True)
    name: str
    created_at: datetime = Field(sa_type=Utc)
    archived_at: datetime | None = Field(default=None, sa_type=Utc)
    terms: Any = Field(sa_column=Column(Json, nullable=False))


class PackageAliasRow(SQLModel, table=True):
    """A name that finds a package while it is in force; of several, the one assigned last wins (highest `seq`)."""

    __tablename__ = "package_alias"

    seq: int | None = Field(default=None, sa_column=Column(Sequence, primary_key=True))
    name: str = Field(index=True)
    package_id: str = Field(foreign_key="package.id", index=True)
    starting_at: datetime | None = Field(default=None, sa_type=Utc)
    ending_before: datetime | None = Field(default=None, sa_type=Utc)
