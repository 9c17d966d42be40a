"""Column types as the migrations write them, on their own so that no later change of the tables rewrites history."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

INSTANT = sa.Text().with_variant(sa.DateTime(timezone=True), "postgresql")
SEQUENCE = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def seq() -> sa.Column[Any]:
    """A growing number as primary key."""
    return sa.Column("seq", SEQUENCE, primary_key=True)


def text(name: str, *, nullable: bool = False, unique: bool = False) -> sa.Column[Any]:
    """A column of short text."""
    return sa.Column(name, sa.String(), nullable=nullable, unique=unique)


def ref(name: str, target: str, *, nullable: bool = False) -> sa.Column[Any]:
    """A reference to another table's id."""
    return sa.Column(name, sa.String(), sa.ForeignKey(target), nullable=nullable)


def instant(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    """A UTC instant."""
    return sa.Column(name, INSTANT, nullable=nullable)


def json(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    """Exact JSON text."""
    return sa.Column(name, sa.Text(), nullable=nullable)
