"""A payload's numbers for reading; a unit that is not said is USD."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from store.terms import shown
from store.terms.money import USD


def amount(value: Any, unit: str | None = None) -> str:
    """A total: `$10,000.00` from 1000000 cents."""
    return shown.amount(Decimal(value), unit or USD)


def price(value: Any, unit: str | None = None) -> str:
    """A unit price with all its digits."""
    return shown.price(Decimal(value), unit or USD)
