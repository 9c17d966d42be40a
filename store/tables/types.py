"""Column types that lose nothing: exact decimals, UTC instants that sort, JSON with every digit."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, DateTime, Dialect, Integer, Text
from sqlalchemy.types import TypeDecorator, TypeEngine

from store.terms import document, money

Sequence = BigInteger().with_variant(Integer, "sqlite")
"""A growing number: SQLite counts by itself only in a column declared INTEGER."""


class ExactDecimal(TypeDecorator[Decimal]):
    """A decimal kept as its plain text, since SQLite's numbers are binary and lose digits."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> str | None:
        """The decimal as text with every digit."""
        return None if value is None else money.text(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Decimal | None:
        """The text as the decimal it was."""
        return None if value is None else Decimal(value)


class Utc(TypeDecorator[datetime]):
    """A UTC instant: fixed-width ISO text on SQLite, so that it sorts as time does; timestamptz on PostgreSQL."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Text, or PostgreSQL's own instants."""
        return dialect.type_descriptor(DateTime(timezone=True) if dialect.name == "postgresql" else Text())

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """The instant as the database keeps it; raises ValueError for one without a zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant must carry a time zone")
        return value.astimezone(UTC) if dialect.name == "postgresql" else instant_text(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """The instant, in UTC."""
        if value is None:
            return None
        moment = value if isinstance(value, datetime) else datetime.fromisoformat(value)
        return moment.astimezone(UTC)


def instant_text(moment: datetime) -> str:
    """`2024-11-01T00:00:00.000000Z`: always 27 characters, so text order is time order."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


class Written(str):
    """A JSON value that is written as its text already."""


class Json(TypeDecorator[Any]):
    """A JSON value as text, decimals with every digit both ways; terms are written as their payload."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """The value as JSON text."""
        if isinstance(value, Written):
            return str(value)
        return None if value is None else document.write(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        """The text as a value, numbers as integers and exact decimals."""
        return None if value is None else document.read(value, repeats="last")
