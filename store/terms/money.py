"""Amounts: exact decimals in the stored unit of their credit type (USD in cents), never floats (README, §1.1)."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_UP, ROUND_UP, Context, Decimal, localcontext
from typing import Annotated, Any

from pydantic import BeforeValidator

from store.terms.base import Spelled

USD = "2714e483-4ff1-48e4-9e25-ac732e8f24f2"
"""The credit type id of US dollars, stored in cents; what an omitted `credit_type_id` means."""

EXACT = Context(prec=120)
"""Sums and products of amounts never round: wide enough for any two amounts that pass `Amount`."""
DIVISION = Context(prec=28, rounding=ROUND_HALF_UP)
"""A division that does not end keeps 28 significant digits (README, §4.17)."""

MAX_DIGITS, MAX_PLACES = 24, 20


def amount(value: Any) -> Decimal:
    """A JSON number as an exact decimal; raises ValueError for text, floats, booleans, NaN and absurd sizes."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise ValueError("must be a number")
    if isinstance(value, int) and abs(value) >= 10**MAX_DIGITS:
        raise ValueError(f"must have at most {MAX_DIGITS} digits before the point")
    number = Decimal(value)
    if not number.is_finite():
        raise ValueError("must be a finite number")
    if number and number.adjusted() >= MAX_DIGITS:
        raise ValueError(f"must have at most {MAX_DIGITS} digits before the point")
    if number and number.adjusted() < -MAX_PLACES:
        raise ValueError(f"must have at most {MAX_PLACES} digits after the point")
    if -int(number.as_tuple().exponent) > MAX_PLACES:
        number = canonical(number)
        if -int(number.as_tuple().exponent) > MAX_PLACES:
            raise ValueError(f"must have at most {MAX_PLACES} digits after the point")
    return number


def canonical(number: Decimal) -> Decimal:
    """The same value in its one plain form: no exponent, no trailing zeros, no minus zero (`1E+6` → `1000000`)."""
    if not number:
        return Decimal(0)
    plain = number.normalize(EXACT)
    return plain if int(plain.as_tuple().exponent) <= 0 else plain.quantize(Decimal(1), context=EXACT)


def text(number: Decimal) -> str:
    """The value with every digit and no exponent, as stored and as written to JSON."""
    return format(canonical(number), "f")


def divide(a: Decimal, b: Decimal) -> Decimal:
    """a ÷ b: exact where it ends within 28 significant digits, else those 28, half up."""
    return DIVISION.divide(a, b)


def add(*numbers: Decimal) -> Decimal:
    """The exact sum."""
    total = Decimal(0)
    for number in numbers:
        total = EXACT.add(total, number)
    return total


def multiply(a: Decimal, b: Decimal) -> Decimal:
    """The exact product."""
    return EXACT.multiply(a, b)


class Rounding(Spelled):
    """Ways to round a quantity (README, §4.6) or a proration (README, §4.14, §4.17)."""

    ROUND_UP = "ROUND_UP"
    ROUND_DOWN = "ROUND_DOWN"
    ROUND_HALF_UP = "ROUND_HALF_UP"
    HALF_UP = "HALF_UP"
    FLOOR = "FLOOR"
    CEILING = "CEILING"


_MODES = {
    Rounding.ROUND_UP: ROUND_UP,
    Rounding.ROUND_DOWN: ROUND_DOWN,
    Rounding.ROUND_HALF_UP: ROUND_HALF_UP,
    Rounding.HALF_UP: ROUND_HALF_UP,
    Rounding.FLOOR: ROUND_FLOOR,
    Rounding.CEILING: ROUND_CEILING,
}


def round_to(number: Decimal, places: int, method: Rounding) -> Decimal:
    """`number` to `places` decimals (negative: tens, hundreds …); up and half-up go away from zero."""
    with localcontext(EXACT) as context:
        context.rounding = _MODES[method]
        return canonical(number.quantize(Decimal(1).scaleb(-places), rounding=_MODES[method]))


Amount = Annotated[Decimal, BeforeValidator(amount)]
"""An exact amount, price, quantity or factor of either sign."""


def _not_negative(value: Any) -> Decimal:
    number = amount(value)
    if number < 0:
        raise ValueError("must not be negative")
    return number


def _positive(value: Any) -> Decimal:
    number = amount(value)
    if number <= 0:
        raise ValueError("must be greater than 0")
    return number


def _fraction(value: Any) -> Decimal:
    number = amount(value)
    if not 0 <= number <= 1:
        raise ValueError("must be a fraction from 0 to 1" + (", 1 means all" if number == 100 else ""))
    return number


NonNegative = Annotated[Decimal, BeforeValidator(_not_negative)]
Positive = Annotated[Decimal, BeforeValidator(_positive)]
Fraction = Annotated[Decimal, BeforeValidator(_fraction)]
