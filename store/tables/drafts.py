"""Unfinished work of an operator."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Column
from sqlmodel import Field, SQLModel

from store.tables.types import Json, Utc


class DraftRow(SQLModel, table=True):
    """A draft; what it is about need not exist any more, so nothing is referenced."""

    __tablename__ = "draft"

    id: str = Field(primary_key=True)
    operator: str = Field(index=True)
    kind: str
    customer_id: str | None = None
    contract_id: str | None = None
    title: str
    payload: Any = Field(sa_column=Column(Json, nullable=False))
    saved_at: datetime = Field(sa_type=Utc)
