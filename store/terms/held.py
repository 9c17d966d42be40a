"""What is kept and shown as it was sent, and not rated by this version."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any

from pydantic import BeforeValidator

from store.terms import money

DEEPEST = 32
"""No documented object is nested deeper than a handful of levels."""


def _keepable(value: Any, depth: int = 0) -> Any:
    if depth > DEEPEST:
        raise ValueError("is nested too deeply")
    if isinstance(value, Decimal | int) and not isinstance(value, bool):
        money.amount(value)
    elif isinstance(value, dict):
        for item in value.values():
            _keepable(item, depth + 1)
    elif isinstance(value, list | tuple):
        for item in value:
            _keepable(item, depth + 1)
    return value


Held = Annotated[dict[str, Any], BeforeValidator(_keepable)]
"""An object of any shape that can be written again: not too deep, with numbers of a sane size."""
