"""Fields that only terms have: words, percentages, factors on a price; each echoes what it means."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from screens.widgets import money as typed
from screens.widgets.fields import Field
from store.terms import money

ONE, HUNDRED = Decimal(1), Decimal(100)


@dataclass(frozen=True, kw_only=True)
class WordsField(Field):
    """Several words or phrases, separated by commas: `US, EU`."""

    def parse(self, text: str) -> list[str]:
        """The words, each once."""
        return list(dict.fromkeys(word.strip() for word in text.split(",") if word.strip()))

    def text(self, value: Any) -> str:
        """With commas."""
        return ", ".join(value or ())


@dataclass(frozen=True, kw_only=True)
class PercentField(Field):
    """A fraction, typed as a percentage: `25` or `25 %` is 0.25."""

    echoes: bool = True
    help: str = "such as 25 %"

    def parse(self, text: str) -> Decimal:
        """The fraction."""
        number = typed.parse(text.strip().removesuffix("%"), dollars=False)
        return money.canonical(money.EXACT.scaleb(number, -2))

    def text(self, value: Any) -> str:
        """As a percentage."""
        return "" if value is None else f"{percent(Decimal(value))} %"

    def echo(self, value: Any) -> str:
        """Both."""
        return f"= {percent(value)} % (a fraction of {money.text(value)})"


def percent(fraction: Decimal) -> str:
    """A fraction as the digits of a percentage: 0.05 → `5`."""
    return money.text(money.EXACT.multiply(fraction, HUNDRED))


_OFF = re.compile(r"(?P<sign>[-−+]?)\s*(?P<number>[\d.,]+)\s*%\s*(?P<word>off|less|more|up|on top)?", re.IGNORECASE)
_TIMES = re.compile(r"(?P<mark>[x×*])?\s*(?P<number>\d*\.?\d+)")


@dataclass(frozen=True, kw_only=True)
class MultiplierField(Field):
    """A factor on the list price, typed as `5% off`, `+10%` or `x0.95`."""

    echoes: bool = True
    help: str = "such as 5% off, +10% or x0.95"

    def parse(self, text: str) -> Decimal:
        """The factor."""
        return multiplier(text)

    def text(self, value: Any) -> str:
        """As a discount or surcharge."""
        return "" if value is None else off(Decimal(value))

    def echo(self, value: Any) -> str:
        """Factor and percentage."""
        return f"= ×{money.text(value)}: {effect(value)}"


def multiplier(text: str) -> Decimal:
    """`5% off` → 0.95, `+10%` → 1.1, `x0.95` → 0.95, `free` → 0; raises ValueError with the end of a sentence."""
    text = text.strip()
    if text.lower() == "free":
        return Decimal(0)
    if match := _OFF.fullmatch(text):
        part = money.EXACT.scaleb(typed.parse(match["number"], dollars=False), -2)
        more = match["sign"] == "+" or (match["word"] or "").lower() in ("more", "up", "on top")
        factor = money.canonical(ONE + part if more else ONE - part)
        if factor < 0:
            raise ValueError("must not take off more than 100 %")
        return factor
    if match := _TIMES.fullmatch(text):
        factor = money.amount(Decimal(match["number"]))
        if not match["mark"] and factor >= 2:
            raise ValueError(f"must say {match['number']}% off or x{match['number']}")
        return factor
    raise ValueError("must be a discount or factor such as 5% off, +10% or x0.95")


def off(factor: Decimal) -> str:
    """A factor as one would type it: `5% off`, `10% more`, `x1`."""
    if factor == ONE:
        return "x1"
    return f"{percent(ONE - factor)}% off" if factor < ONE else f"{percent(factor - ONE)}% more"


def effect(factor: Decimal) -> str:
    """A factor in words: `5 % off`, `10 % more`, `free`, `no change`."""
    if not factor:
        return "free"
    if factor == ONE:
        return "no change"
    return f"{percent(ONE - factor)} % off" if factor < ONE else f"{percent(factor - ONE)} % more"
