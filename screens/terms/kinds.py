"""Fields that only terms have: percentages, multipliers, segments, dated amounts, tiers; each echoes what it means."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from screens.terms import reading
from screens.widgets import money as typed
from screens.widgets import when
from screens.widgets.fields import Field
from store.terms import money
from store.terms.money import USD
from store.terms.time import instant, stamp

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
    help: str = "25 %"

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
    help: str = "5% off, +10% or x0.95"

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


def _rows(text: str) -> list[tuple[int, list[str]]]:
    lines = ((k, line.replace("→", " ").replace("–", " ").split()) for k, line in enumerate(text.splitlines(), 1))
    return [(k, words) for k, words in lines if words]


def _joined_dates(words: Sequence[str]) -> list[str]:
    """Words, a date and its hour (`2025-01-01 06:00`) back in one."""
    joined: list[str] = []
    for word in words:
        if ":" in word and joined and "-" in joined[-1] and "T" not in joined[-1]:
            joined[-1] += " " + word
        elif word != "UTC":
            joined.append(word)
    return joined


@dataclass(frozen=True, kw_only=True)
class LineField(Field):
    """One value a line, amounts in `credit_type_id`."""

    lines: int = 4
    echoes: bool = True
    credit_type_id: str | None = None
    now: datetime

    def parse(self, text: str) -> list[dict[str, Any]]:
        """Every line's value; the first line that cannot be read is named."""
        found = []
        rows = _rows(text)
        for number, words in rows:
            try:
                found.append(self.line(words, last=number == rows[-1][0]))
            except ValueError as error:
                raise ValueError(f"line {number} {error}") from None
        return found

    def line(self, words: list[str], *, last: bool) -> dict[str, Any]:
        """One line's value; raises ValueError."""
        raise NotImplementedError

    def text(self, value: Any) -> str:
        """One line each."""
        return "\n".join(self.typed(item) for item in value or ())

    def typed(self, item: Any) -> str:
        """One value as one would have typed it."""
        raise NotImplementedError

    def amount(self, text: str) -> Decimal:
        """An amount of this field."""
        return typed.parse(text, dollars=self.credit_type_id in (None, USD))

    def shown(self, amount: Any) -> str:
        """An amount as one would have typed it."""
        return typed.typed(Decimal(amount), self.credit_type_id)

    def read(self, amount: Any) -> str:
        """An amount for reading."""
        return reading.amount(amount, self.credit_type_id)

    def date(self, text: str, *, end: bool = False, hourly: bool = True) -> str:
        """A date of this field as RFC 3339."""
        return stamp(when.parse(text, now=self.now, end=end, hourly=hourly))


@dataclass(frozen=True, kw_only=True)
class SegmentsField(LineField):
    """Access segments: `10,000 2025-01-01 2026-01-01`, or `10,000 2025-q1` for a whole period."""

    help: str = "10,000 2025-01-01 2026-01-01\n10,000 2026"

    def line(self, words: list[str], *, last: bool) -> dict[str, Any]:
        """Amount, start, end."""
        words = _joined_dates(words)
        if not 2 <= len(words) <= 3:
            raise ValueError("must be amount, start and end, as in 10,000 2025-01-01 2026-01-01")
        return {
            "amount": self.amount(words[0]),
            "starting_at": self.date(words[1]),
            "ending_before": self.date(words[-1], end=True),
        }

    def typed(self, item: Any) -> str:
        """Amount, start, end."""
        start, end = (when.typed(instant(item[k])) for k in ("starting_at", "ending_before"))
        return f"{self.shown(item['amount'])}  {start}  {end}"

    def echo(self, value: Any) -> str:
        """How many, and the total."""
        total = money.add(*(Decimal(item["amount"]) for item in value))
        return f"= {len(value)} segment{'s' * (len(value) != 1)}, {self.read(total)} in all"


@dataclass(frozen=True, kw_only=True)
class InstalmentsField(LineField):
    """Dated charges: `1,000 2025-01-01`, or unit price and quantity: `500 x 3 2025-01-01`."""

    help: str = "5,000 2025-01-01\n2,500 x 2 2025-07-01"

    def line(self, words: list[str], *, last: bool) -> dict[str, Any]:
        """Amount (or price × quantity) and date."""
        words = _joined_dates(words)
        if len(words) == 4 and words[1].lower() in ("x", "×", "*"):
            quantity = typed.parse(words[2], dollars=False)
            day = self.date(words[3], hourly=False)
            return {"timestamp": day, "unit_price": self.amount(words[0]), "quantity": quantity}
        if len(words) != 2:
            raise ValueError("must be amount and date, as in 5,000 2025-01-01 or 2,500 x 2 2025-01-01")
        day = self.date(words[1], hourly=False)
        return {"timestamp": day, "unit_price": self.amount(words[0]), "quantity": ONE}

    def typed(self, item: Any) -> str:
        """Amount or price × quantity, and date."""
        unit, quantity = item.get("unit_price"), item.get("quantity")
        day = when.typed(instant(item["timestamp"]))
        if unit is None or quantity is None:
            return f"{self.shown(item['amount'])}  {day}"
        times = "" if Decimal(quantity) == ONE else f" x {money.text(Decimal(quantity))}"
        return f"{self.shown(unit)}{times}  {day}"

    def echo(self, value: Any) -> str:
        """How many, and the total."""
        total = money.add(*(money.multiply(Decimal(i["unit_price"]), Decimal(i["quantity"])) for i in value))
        return f"= {len(value)} date{'s' * (len(value) != 1)}, {self.read(total)} in all"


_REST = ("rest", "above", "then", "*", "more")


@dataclass(frozen=True, kw_only=True)
class TiersField(LineField):
    """A graduated price, each line the width of a tier and its price: `1,000 0.10`; the last `rest 0.05`."""

    help: str = "1,000 0.10\nrest 0.05"

    def line(self, words: list[str], *, last: bool) -> dict[str, Any]:
        """Width and price."""
        value = self._value(" ".join(words[1:]) if len(words) > 1 else words[0])
        if len(words) == 1 or words[0].lower() in _REST:
            if not last:
                raise ValueError("must say how many units the tier holds, as in 1,000 0.10")
            return value
        return {"size": typed.parse(words[0], dollars=False), **value}

    def _value(self, text: str) -> dict[str, Any]:
        return {"price": self.amount(text.removeprefix("at "))}

    def typed(self, item: Any) -> str:
        """Width and price."""
        return f"{self._width(item)}  {self.shown(item['price'])}"

    @staticmethod
    def _width(item: Any) -> str:
        return "rest" if item.get("size") is None else typed.grouped(Decimal(item["size"]))

    def echo(self, value: Any) -> str:
        """The tiers with their bounds."""
        return "= " + tiers(value, lambda item: reading.price(item["price"], self.credit_type_id))


@dataclass(frozen=True, kw_only=True)
class TierMultipliersField(TiersField):
    """A graduated discount: `1,000 x1`, `rest 10% off`."""

    help: str = "1,000 x1\nrest 10% off"

    def _value(self, text: str) -> dict[str, Any]:
        return {"multiplier": multiplier(text)}

    def typed(self, item: Any) -> str:
        """Width and factor."""
        return f"{self._width(item)}  {off(Decimal(item['multiplier']))}"

    def echo(self, value: Any) -> str:
        """The tiers with their bounds."""
        return "= " + tiers(value, lambda item: effect(Decimal(item["multiplier"])))


def tiers(items: Sequence[Any], say: Any) -> str:
    """`first 1,000: $0.10, next 500: $0.07, rest: $0.05`."""
    parts = []
    for k, item in enumerate(items):
        size = item.get("size")
        width = "rest" if size is None else f"{'next' if k else 'first'} {typed.grouped(Decimal(size))}"
        parts.append(f"{width}: {say(item)}")
    return ", ".join(parts)
