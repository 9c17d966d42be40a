"""What is sound beyond doubt, read the short way; anything else raises ValueError and goes the long way.

The long way is the vocabulary's own `Event` (`store.usage.preparing`), which gives the same and alone explains.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from store.terms import money
from store.usage.ledger.batch import microseconds

DIGITS, PLACES = money.MAX_DIGITS, money.MAX_PLACES


def moment(stamp: str) -> int:
    """Microseconds since 1970; raises ValueError for anything but `2025-03-01T00:00:00Z`, with or without fraction."""
    if stamp[4:5] != "-" or stamp[7:8] != "-" or stamp[10:11] != "T" or stamp[-1:] != "Z":
        raise ValueError
    if len(stamp) != 20 and (stamp[19:20] != "." or len(stamp) not in (24, 27)):
        raise ValueError
    return microseconds(datetime.fromisoformat(stamp))


def plain(token: str) -> str:
    """A JSON number with a point or an exponent in its canonical form; raises ValueError for one out of bounds."""
    whole, point, places = token.partition(".")
    if not point or "e" in places or "E" in places or len(places) > PLACES or len(whole) > DIGITS:
        return money.text(money.amount(Decimal(token)))
    places = places.rstrip("0")
    if places:
        return f"{whole}.{places}"
    return whole if whole != "-0" else "0"


def texts(properties: dict[str, Any]) -> dict[str, str]:
    """Properties as the ledger has them; raises ValueError for what is neither text nor a number."""
    found: dict[str, str] = {}
    for name, value in properties.items():
        kind = type(value)
        if kind is str:
            found[name] = value
        elif kind is int and -_BOUND < value < _BOUND:
            found[name] = str(value)
        elif kind is Decimal:
            found[name] = money.text(money.amount(value))
        elif kind is bool:
            found[name] = "true" if value else "false"
        elif value is not None:
            raise ValueError
    return found


_BOUND = 10**DIGITS
