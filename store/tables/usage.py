"""What the store knows of the usage ledger: which files count, which transaction ids are taken, how much came in.

The events themselves are in the files (`store.usage.ledger`).
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary
from sqlmodel import Field, SQLModel

from store.tables.types import Sequence, Utc


class UsageLedgerRow(SQLModel, table=True):
    """The one row that whoever writes to the ledger takes first, so that writers come one after the other."""

    __tablename__ = "usage_ledger"

    id: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    next_seq: int = Field(sa_column=Column(BigInteger, nullable=False))
    """The place of acceptance that the next event gets; places may be left out, none is given twice."""
    state: int = Field(sa_column=Column(BigInteger, nullable=False))
    """Grows with every change of the events or of the files that hold them."""
    mark: str
    """What the names of this ledger's files end with, so that two stores can share a folder."""


class UsageFileRow(SQLModel, table=True):
    """A file whose events count, or (`retired_at`) did until another took its place.

    `path` is relative to the ledger's folder; `digest` is of its bytes (BLAKE2b, 16 bytes, as hexadecimal text).
    """

    __tablename__ = "usage_file"
    __table_args__ = (Index("ix_usage_file_month", "month"),)

    id: int | None = Field(default=None, sa_column=Column(Sequence, primary_key=True))
    path: str = Field(unique=True)
    month: str
    rows: int = Field(sa_column=Column(BigInteger, nullable=False))
    bytes: int = Field(sa_column=Column(BigInteger, nullable=False))
    digest: str
    first_seq: int = Field(sa_column=Column(BigInteger, nullable=False))
    min_timestamp: datetime = Field(sa_type=Utc)
    max_timestamp: datetime = Field(sa_type=Utc)
    created_at: datetime = Field(sa_type=Utc)
    retired_at: datetime | None = Field(default=None, sa_type=Utc)


class UsageSeenRow(SQLModel, table=True):
    """A transaction id that was taken: its hash (BLAKE2b, 16 bytes) and its event's time in microseconds of 1970.

    `bucket` is that time in whole dedupe windows: at most one event of an id is taken in each, and one within a window
    of another is in the same bucket or next to it. Files in order of time touch one end of the table only.
    """

    __tablename__ = "usage_seen"
    __table_args__ = ({"sqlite_with_rowid": False},)

    bucket: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    hash: bytes = Field(sa_column=Column(LargeBinary, primary_key=True))
    moment: int = Field(sa_column=Column(BigInteger, nullable=False))


class UsageMonthRow(SQLModel, table=True):
    """What came in for a month of event time: `2025-03`, events accepted, and events that were known already."""

    __tablename__ = "usage_month"

    month: str = Field(primary_key=True)
    accepted: int = Field(sa_column=Column(BigInteger, nullable=False))
    duplicate: int = Field(sa_column=Column(BigInteger, nullable=False))
