"""What a form can ask for, as data: each kind of field knows how its text becomes a value and back.

A field's `path` is where its value goes in the payload (`name`, `access_schedule/credit_type_id`), and where the
validator's problems for it come from.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from screens.services import utc_now
from screens.widgets import money, when
from store.terms.money import USD
from store.terms.time import instant, stamp


@dataclass(frozen=True, kw_only=True)
class Field:
    """A line of text."""

    path: str
    label: str
    required: bool = False
    help: str = ""
    """What to type, shown in the empty field."""
    default: str = ""
    """Text (not value) that a new form starts with."""
    max_length: int = 4096
    echoes: bool = False
    """Whether what was understood is shown below the field as it is typed."""
    lines: int = 1
    """Height of the editor."""

    explains: str = ""
    """What F1 says of the field, where `help` is not enough."""

    @property
    def explained(self) -> str:
        """One sentence for F1."""
        return " ".join((self.explains or self.help or "Free text.").split())

    def parse(self, text: str) -> Any:
        """The payload's value of a text that is not blank; raises ValueError with the end of a sentence."""
        return text.strip()

    def text(self, value: Any) -> str:
        """A payload's value as one would have typed it."""
        return "" if value is None else str(value)

    def echo(self, value: Any) -> str:
        """What was understood, for fields that echo."""
        return ""


@dataclass(frozen=True, kw_only=True)
class MoneyField(Field):
    """An amount: typed in dollars, kept in cents; other credit types as they are."""

    echoes: bool = True
    help: str = "an amount, such as 10,000.00 or 10k"
    credit_type_id: str | None = None
    names: Mapping[str, str] = field(default_factory=dict)
    """Credit type id → name, for other types than USD."""

    def parse(self, text: str) -> Decimal:
        """The amount in the stored unit."""
        return money.parse(text, dollars=self.credit_type_id in (None, USD))

    def text(self, value: Any) -> str:
        """Dollars."""
        return "" if value is None else money.typed(value, self.credit_type_id)

    def echo(self, value: Any) -> str:
        """`= $10,000.00 (1,000,000 ¢)`."""
        return money.echo(value, self.credit_type_id, self.names)


@dataclass(frozen=True, kw_only=True)
class NumberField(Field):
    """An exact number: a quantity, a factor, a priority."""

    whole: bool = False
    """Only integers."""

    def parse(self, text: str) -> Decimal | int:
        """The number; thousands separators are taken."""
        number = money.parse(text, dollars=False)
        if not self.whole:
            return number
        if number != number.to_integral_value():
            raise ValueError("must be a whole number")
        return int(number)

    def text(self, value: Any) -> str:
        """Plain digits."""
        return "" if value is None else money.grouped(Decimal(value)).replace(",", "")


@dataclass(frozen=True, kw_only=True)
class DateField(Field):
    """An instant: ISO or shorthand, echoed; the payload has RFC 3339 text."""

    echoes: bool = True
    help: str = "such as 2025-01-31, 2025-01, today, +30d, eom"
    end: bool = False
    """An exclusive end: a month typed here means the first of the next."""
    hourly: bool = True
    clock: Callable[[], datetime] = utc_now

    def parse(self, text: str) -> str:
        """RFC 3339, UTC."""
        return stamp(when.parse(text, now=self.clock(), end=self.end, hourly=self.hourly))

    def text(self, value: Any) -> str:
        """ISO."""
        if value is None:
            return ""
        return when.typed(value.astimezone(UTC) if isinstance(value, datetime) else instant(value))

    def echo(self, value: Any) -> str:
        """`= Wed 2025-01-01 00:00 UTC`."""
        return when.echo(instant(value), end=self.end)


@dataclass(frozen=True, kw_only=True)
class ChoiceField(Field):
    """One of a few values (all shown side by side) or of many (a list that is searched by typing)."""

    choices: Sequence[tuple[str, str]] = ()
    """(value, label); labels may be data."""

    @property
    def explained(self) -> str:
        """The help, and what there is to choose from where that is not much."""
        labels = [label.partition("\t")[0] for _, label in self.choices]
        offered = f"One of: {', '.join(labels)}." if 0 < len(labels) <= 8 else "One of a list; Space opens it."
        return " ".join(
            (self.explains, offered, f"Empty: {self.help}." if self.help and not self.required else "")
        ).strip()

    def parse(self, text: str) -> str:
        """The value itself."""
        return text


@dataclass(frozen=True, kw_only=True)
class ManyField(Field):
    """Any number of the choices, picked from a list that is searched by typing."""

    choices: Sequence[tuple[str, str]] = ()
    free: bool = False
    """Other values can be typed."""

    def parse(self, text: str) -> list[str]:
        """The values, in the order picked."""
        return text.split("\n")

    def text(self, value: Any) -> str:
        """One value a line."""
        return "\n".join(value or ())


@dataclass(frozen=True, kw_only=True)
class LinesField(Field):
    """Several values, one a line."""

    lines: int = 3
    help: str = "one per line"

    def parse(self, text: str) -> list[str]:
        """Each line that is not blank."""
        return [line.strip() for line in text.splitlines() if line.strip()]

    def text(self, value: Any) -> str:
        """One value a line."""
        return "\n".join(value or ())


@dataclass(frozen=True, kw_only=True)
class PairsField(Field):
    """A mapping of text to text: `key = value`, one a line."""

    lines: int = 3
    help: str = "pairs such as key = value, one per line"

    def parse(self, text: str) -> dict[str, str]:
        """The mapping; a line without `=` or a key given twice is refused."""
        found: dict[str, str] = {}
        for line in filter(str.strip, text.splitlines()):
            key, equals, value = (part.strip() for part in line.partition("="))
            if not equals or not key:
                raise ValueError(f"must be key = value on every line; “{line.strip()}” is not")
            if key in found:
                raise ValueError(f"has {key} twice")
            found[key] = value
        return found

    def text(self, value: Any) -> str:
        """One pair a line."""
        return "\n".join(f"{key} = {item}" for key, item in (value or {}).items())


@dataclass(frozen=True, kw_only=True)
class TextField(Field):
    """A line of text (the plain kind, by its own name)."""


def put(payload: dict[str, Any], path: str, value: Any) -> None:
    """Set a value at a path, making the objects on the way."""
    *parents, last = path.split("/")
    for name in parents:
        payload = payload.setdefault(name, {})
    payload[last] = value


def take(payload: Mapping[str, Any], path: str) -> Any:
    """The value at a path, or None."""
    found: Any = payload
    for name in path.split("/"):
        if not isinstance(found, Mapping) or name not in found:
            return None
        found = found[name]
    return found
