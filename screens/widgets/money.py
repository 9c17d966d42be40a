"""Money as operators type and read it; in the store it is an exact number of the credit type's unit (USD: cents).

What is typed is dollars; cents carry a `c` or `¢`. What was understood is always echoed in both, so that a factor of a
hundred cannot hide. Nothing typed is ever rounded. How amounts are shown elsewhere is `store.terms.shown`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

from store.terms import money, shown
from store.terms.money import USD

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


def amount(value: Decimal | int, credit_type_id: str | None = None, names: Mapping[str, str] | None = None) -> str:
    """An amount beside where it is typed: USD as `store.terms.shown` has it, others as number and name."""
    if credit_type_id in (None, USD):
        return shown.amount(Decimal(value))
    return f"{grouped(Decimal(value))} {(names or {}).get(credit_type_id or '', credit_type_id or '')}"


def unit_price(value: Decimal | int, credit_type_id: str | None = None) -> str:
    """A unit price beside where it is typed, every digit."""
    return shown.price(Decimal(value)) if credit_type_id in (None, USD) else amount(value, credit_type_id)


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
    """What was understood: `= $10,000.00 (1,000,000 ¢)`, every digit; in another unit `= 1,000 credits`."""
    if credit_type_id in (None, USD):
        return f"= {shown.price(value)} ({grouped(value)} ¢)"
    return f"= {amount(value, credit_type_id, names)}"


def typed(value: Decimal | int, credit_type_id: str | None = None) -> str:
    """A stored amount as an operator would have typed it: 1_000_000 → `10,000.00`."""
    number = Decimal(value)
    plain = shown.price(number).replace("$", "") if credit_type_id in (None, USD) else grouped(number)
    return plain.replace(shown.MINUS, "-")
