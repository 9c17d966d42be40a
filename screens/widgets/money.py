"""Money as operators type and read it; in the store it is an exact number of the credit type's unit (USD: cents).

What is typed is dollars; cents carry a `c` or `¢`. What was understood is always echoed in both, so that a factor of a
hundred cannot hide. Nothing typed is ever rounded; what is shown rounded is shown half up to the cent.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal

from store.terms import money
from store.terms.money import USD

_CENT = Decimal("0.01")
_NUMBER = re.compile(
    r"(?P<sign>[-−]?)\s*\$?\s*(?P<whole>\d{1,3}(?:[,_ ]\d{3})+|\d*)(?:\.(?P<part>\d*))?\s*(?P<mark>[kKmM]|c|¢)?"
)
_SCALE = {"k": Decimal(1000), "m": Decimal(1_000_000)}


def grouped(number: Decimal) -> str:
    """Every digit of a number, thousands separated: `1,234,567.891`."""
    number = money.canonical(number)
    text = format(abs(number), "f")
    whole, _, part = text.partition(".")
    return ("-" if number < 0 else "") + f"{int(whole):,}" + (f".{part}" if part else "")


def dollars(cents: Decimal | int) -> str:
    """An amount of USD for reading, half up to the cent: 1_000_000 → `$10,000.00`, -5 → `-$0.05`."""
    exact = money.EXACT.scaleb(Decimal(cents), -2)
    shown = abs(exact).quantize(_CENT, rounding=ROUND_HALF_UP, context=money.EXACT)
    return ("-" if exact < 0 and shown else "") + f"${shown:,.2f}"


def price(cents: Decimal | int) -> str:
    """A unit price in USD with every significant digit, two places at least: 0.123 → `$0.00123`, 200 → `$2.00`."""
    exact = money.canonical(money.EXACT.scaleb(Decimal(cents), -2))
    places = max(2, -int(exact.as_tuple().exponent))
    return ("-" if exact < 0 else "") + f"${abs(exact):,.{places}f}"


def amount(value: Decimal | int, credit_type_id: str | None = None, names: Mapping[str, str] | None = None) -> str:
    """An amount of any credit type for reading: USD as dollars, others as number and name (`1,000 credits`)."""
    if credit_type_id in (None, USD):
        return dollars(value)
    name = (names or {}).get(credit_type_id or "", credit_type_id or "")
    return f"{grouped(Decimal(value))} {name}"


def unit_price(value: Decimal | int, credit_type_id: str | None = None, names: Mapping[str, str] | None = None) -> str:
    """A unit price of any credit type, every digit."""
    return price(value) if credit_type_id in (None, USD) else amount(value, credit_type_id, names)


def parse(text: str, *, dollars: bool = True) -> Decimal:
    """What was typed, in the stored unit: `10,000.00`, `$10k`, `1000000c` → 1000000 cents.

    With `dollars=False` (other credit types) the number itself. Raises ValueError with the end of a sentence.
    """
    text = text.strip()
    match = _NUMBER.fullmatch(text)
    if not match or not (match["whole"] or match["part"]):
        raise ValueError("must be an amount such as 10,000.00" if dollars else "must be a number such as 10,000")
    whole = re.sub(r"[,_ ]", "", match["whole"]) or "0"
    number = Decimal(f"{whole}.{match['part'] or '0'}")
    mark = (match["mark"] or "").lower()
    if mark in _SCALE:
        number = money.multiply(number, _SCALE[mark])
    elif dollars and mark in ("c", "¢"):
        return money.amount(_signed(number, match["sign"]))
    elif mark:
        raise ValueError("must be a number such as 10,000")
    if dollars:
        number = money.EXACT.scaleb(number, 2)
    return money.amount(money.canonical(_signed(number, match["sign"])))


def _signed(number: Decimal, sign: str) -> Decimal:
    return -number if sign and number else number


def echo(value: Decimal, credit_type_id: str | None = None, names: Mapping[str, str] | None = None) -> str:
    """What was understood: `= $10,000.00 (1,000,000 ¢)`, every digit."""
    if credit_type_id in (None, USD):
        return f"= {price(value)} ({grouped(value)} ¢)"
    return f"= {amount(value, credit_type_id, names)}"


def typed(value: Decimal | int, credit_type_id: str | None = None) -> str:
    """A stored amount as an operator would have typed it: 1_000_000 → `10,000.00`."""
    return price(value).replace("$", "") if credit_type_id in (None, USD) else grouped(Decimal(value))
