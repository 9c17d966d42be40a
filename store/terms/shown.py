"""Amounts as people read them: half-up to the minor unit, unit prices with every significant digit (README, §4.17).

These texts are for eyes only; nothing is computed from them.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

from store.terms import money
from store.terms.time import DISTANT_FUTURE

MINUS = "−"
ENDLESS = 24
"""As many digits only a division leaves: one that does not end is carried to 28 (README, §4.17)."""


def amount(value: Decimal, credit_type_id: str = money.USD) -> str:
    """A total: `$1,234.50` from 123450 cents; other units as the bare number, to two places where fractional."""
    if credit_type_id == money.USD:
        return _signed("$", _half_up(value.copy_abs().scaleb(-2, context=money.EXACT)), value < 0)
    plain = money.canonical(value.copy_abs())
    return _signed("", plain if plain == plain.to_integral_value() else _half_up(plain), value < 0)


def price(value: Decimal, credit_type_id: str = money.USD) -> str:
    """A unit price with all its digits: `$1.90` from 190 cents, `$0.0025` from a quarter of a cent."""
    if credit_type_id == money.USD:
        dollars = money.canonical(value.copy_abs().scaleb(-2, context=money.EXACT))
        places = max(2, -int(dollars.as_tuple().exponent))
        return _signed("$", dollars.quantize(Decimal(1).scaleb(-places), context=money.EXACT), value < 0)
    return _signed("", money.canonical(value.copy_abs()), value < 0)


def short_price(value: Decimal, credit_type_id: str = money.USD, places: int = 6) -> str:
    """A unit price as `price` has it; of a quotient that never ends `places` digits of the unit, and `…`.

    Its 28 digits are where it was computed, not what anybody agreed on: `$82.258065…` for 15,000 × 17 / 31 cents.
    """
    if len(value.as_tuple().digits) < ENDLESS:
        return price(value, credit_type_id)
    scale = places - 2 if credit_type_id == money.USD else places
    return price(value.quantize(Decimal(1).scaleb(-scale), ROUND_HALF_UP, context=money.EXACT), credit_type_id) + "…"


def quantity(value: Decimal, places: int = 6) -> str:
    """A quantity with thousands separators; a fraction longer than `places` is rounded and marked with `…`."""
    plain = money.canonical(value.copy_abs())
    if -int(plain.as_tuple().exponent) <= places:
        return _signed("", plain, value < 0)
    cut = plain.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP, context=money.EXACT)
    return _signed("", cut, value < 0) + "…"


def percent(fraction: Decimal) -> str:
    """A decimal fraction as a percentage: `7 %` from 0.07."""
    return f"{money.text(fraction.scaleb(2, context=money.EXACT))} %"


def day(moment: datetime | None) -> str:
    """A date, with the hour only where it is not midnight; `open` for no end."""
    if moment is None or moment >= DISTANT_FUTURE:
        return "open"
    return f"{moment:%Y-%m-%d}" if moment.hour == moment.minute == 0 else f"{moment:%Y-%m-%d %H:%M}Z"


def span(start: datetime | None, end: datetime | None) -> str:
    """A half-open range, `2024-11-01 → 2024-12-01` (the end is not in it)."""
    return f"{day(start)} → {day(end)}"


def groups(values: Mapping[str, str]) -> str:
    """Group values as `region=eu, cloud=aws`."""
    return ", ".join(f"{key}={value}" for key, value in values.items())


def _half_up(number: Decimal) -> Decimal:
    return number.quantize(Decimal("0.01"), ROUND_HALF_UP, context=money.EXACT)


def _signed(symbol: str, size: Decimal, negative: bool) -> str:
    return f"{MINUS if negative and size else ''}{symbol}{size:,f}"
