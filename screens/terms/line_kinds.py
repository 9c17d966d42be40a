"""Fields of several lines that only terms have: segments, dated amounts, tiers; each echoes what it means."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from screens.terms import reading
from screens.terms.kinds import effect, multiplier, off
from screens.widgets import money as typed
from screens.widgets import when
from screens.widgets.fields import Field
from store.terms import money
from store.terms.money import USD
from store.terms.time import instant, stamp

ONE = Decimal(1)


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
class LineField(Field, ABC):
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

    @abstractmethod
    def line(self, words: list[str], *, last: bool) -> dict[str, Any]:
        """One line's value; raises ValueError."""

    def text(self, value: Any) -> str:
        """One line each."""
        return "\n".join(self.typed(item) for item in value or ())

    @abstractmethod
    def typed(self, item: Any) -> str:
        """One value as one would have typed it."""

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

    help: str = "amount, start, end on each line, such as\n10,000 2025-01-01 2026-01-01"

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

    help: str = "amount and date on each line, such as\n5,000 2025-01-01 or 2,500 x 2 2025-07-01"

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

    help: str = "how many and price each on each line, such as\n1,000 0.10 and then rest 0.05"

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

    help: str = "how many and discount on each line, such as\n1,000 x1 and then rest 10% off"

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
