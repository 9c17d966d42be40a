"""Usage events as they arrive (README, §2.2)."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from store.terms import money
from store.terms.base import Term
from store.terms.time import Instant

DEDUPE_WINDOW = timedelta(days=34)
"""A `transaction_id` that was accepted is ignored for this long; the first one wins, whatever its content."""
MAX_PROPERTIES = 2000


def _properties(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    if len(value) > MAX_PROPERTIES:
        raise ValueError(f"must have at most {MAX_PROPERTIES} keys")
    return {key: property_text(item, key) for key, item in value.items() if item is not None}


def property_text(value: Any, name: str = "") -> str:
    """A property as the text it is compared and grouped by: strings as they are, numbers in plain canonical digits.

    Raises ValueError for lists and objects, which no metric can read.
    """
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | Decimal):
        try:
            return money.text(money.amount(value))
        except ValueError as error:
            raise ValueError(f"{name}: {error}") from None
    raise ValueError(f"{name}: must be a string or a number")


def number(text: str) -> Decimal | None:
    """The exact decimal in a property's text, or None where it is not a number (README, *Decisions* 24)."""
    try:
        value = Decimal(text)
        return money.amount(value) if text.strip() == text and "_" not in text else None
    except (ArithmeticError, ValueError):
        return None


Properties = Annotated[dict[str, str], BeforeValidator(_properties)]
"""An event's properties, each as the text it is compared and grouped by."""


class Event(Term):
    """One usage event: `customer_id` is a customer's id or any of its aliases."""

    transaction_id: str = Field(min_length=1, max_length=128)
    customer_id: str = Field(min_length=1)
    event_type: str = Field(min_length=1)
    timestamp: Instant
    properties: Properties = Field(default_factory=dict)
