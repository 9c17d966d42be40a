"""Bearer tokens of the server."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Column
from sqlmodel import Field, SQLModel

from store.tables.types import Sequence, Utc


class TokenRow(SQLModel, table=True):
    """A token: what it may do and until when. The token itself is not kept, only the digest it is recognized by."""

    __tablename__ = "api_token"

    seq: int | None = Field(default=None, sa_column=Column(Sequence, primary_key=True))
    id: str = Field(unique=True)
    name: str = Field(index=True)
    digest: str = Field(unique=True)
    scope: str
    created_by: str
    created_at: datetime = Field(sa_type=Utc)
    expires_at: datetime | None = Field(default=None, sa_type=Utc)
    revoked_at: datetime | None = Field(default=None, sa_type=Utc)
