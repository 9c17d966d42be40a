"""How a term is shown as a form: pure functions between its payload (API words) and a flat set of field values."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any, ClassVar

from screens.terms import reading
from screens.terms.offering import Offering
from screens.widgets import when
from screens.widgets.fields import ChoiceField, DateField, Field, MoneyField, NumberField, PairsField
from store.errors import Invalid, Problem
from store.terms import money
from store.terms.base import Term, parse
from store.terms.schedules import Occurrence

Payload = dict[str, Any]
Values = Mapping[str, Any]


class Shape(ABC):
    """One kind of term. Whatever of a payload has no field is kept as it came."""

    kind: ClassVar[str]
    """The list it belongs to in a request: `commits`."""
    noun: ClassVar[str]
    """What operators call one: `commit`."""
    model: ClassVar[type[Term]]
    MANAGED: ClassVar[frozenset[str]]
    """The payload's keys that the fields stand for; all others are kept."""
    MORE: ClassVar[frozenset[str]] = frozenset()
    """Fields that stay out of sight until asked for, or until they hold something."""
    ENTITY: ClassVar[str] = ""
    """The kind of custom-field keys it takes."""

    @abstractmethod
    def fields(self, offering: Offering, base: Payload) -> Sequence[Field]:
        """Every field, with the defaults of a new term."""

    @abstractmethod
    def values(self, payload: Payload) -> dict[str, Any]:
        """The fields' values of a payload; absent where the payload says nothing."""

    @abstractmethod
    def visible(self, values: Values) -> frozenset[str]:
        """The fields that matter with these values (those of `MORE` included)."""

    @abstractmethod
    def payload(self, values: Values, base: Payload) -> Payload:
        """The payload these values make, on top of what `base` has beyond them; complete only if they are."""

    def place(self, path: str, values: Values) -> str:
        """The field that a problem of the payload belongs to; empty if none."""
        return path.strip("/").partition("/")[0]

    @abstractmethod
    def sentences(self, payload: Payload, offering: Offering) -> tuple[str, ...]:
        """What a sound term does, in a few plain sentences."""

    def check(self, payload: Payload, values: Values) -> tuple[Problem, ...]:
        """Every rule the payload breaks by itself, each at its field (`/amount`), else at the whole (``)."""
        try:
            parse(self.model, payload)
        except Invalid as refused:
            return tuple(self._placed(p, values) for p in refused.problems)
        return ()

    def _placed(self, problem: Problem, values: Values) -> Problem:
        name = self.place(problem.path, values)
        return Problem(f"/{name}", problem.message) if name else Problem("", str(problem))

    def kept(self, base: Payload) -> Payload:
        """What of a payload the fields do not stand for."""
        return {key: value for key, value in base.items() if key not in self.MANAGED}

    def custom_fields(self, offering: Offering) -> list[Field]:
        """A field for the custom fields of this kind of entity, where keys are registered."""
        keys = offering.field_keys(self.ENTITY) if self.ENTITY else ()
        if not keys:
            return []
        return [PairsField(path="custom_fields", label="Custom fields", help=f"such as {keys[0]} = value", lines=2)]


def undefaulted(fields: Sequence[Field]) -> tuple[Field, ...]:
    """The fields without the defaults of a new term (choices keep theirs: they always stand somewhere)."""
    return tuple(f if isinstance(f, ChoiceField) and f.required else replace(f, default="") for f in fields)


def stand_ins(fields: Sequence[Field], paths: Collection[str]) -> dict[str, Any]:
    """Harmless values for fields that have none yet, so that the rules between the others are checked all the same."""
    found: dict[str, Any] = {}
    for field in fields:
        if f"/{field.path}" not in paths:
            continue
        if isinstance(field, DateField):
            found[field.path] = "2999-01-01T00:00:00Z" if field.end else "1000-01-01T00:00:00Z"
        elif isinstance(field, MoneyField | NumberField):
            found[field.path] = Decimal(1)
        elif isinstance(field, ChoiceField):
            found[field.path] = NOBODY
    return found


NOBODY = "00000000-0000-4000-8000-000000000000"
"""An id of nothing."""


def only(choices: tuple[tuple[str, str], ...], word: str = "") -> str:
    """The one value there is to choose, or the one whose label has the word in it; else none."""
    likely = [value for value, label in choices if word in label.casefold()] if word else []
    if len(likely) == 1:
        return likely[0]
    return choices[0][0] if len(choices) == 1 else ""


def filled(**values: Any) -> Payload:
    """Those of the values that are there."""
    return {key: value for key, value in values.items() if value not in (None, "", [], {})}


def dates(occurrences: Sequence[Occurrence], unit: str | None = None, most: int = 4) -> str:
    """Dated amounts for reading: `2024-11-01 $1,000.00 · 2025-02-01 $1,000.00 · … 4 in all, $4,000.00`."""
    if len(occurrences) > most + 1:
        shown = [*occurrences[:most], None, occurrences[-1]]
    else:
        shown = list(occurrences)
    parts = ["…" if o is None else f"{when.shown(o.timestamp)} {reading.amount(o.amount, unit)}" for o in shown]
    if len(occurrences) > 1:
        total = money.add(*(o.amount for o in occurrences))
        parts.append(f"{len(occurrences)} in all, {reading.amount(total, unit)}")
    return " · ".join(parts)


def number(value: Any) -> Decimal:
    """A payload's number."""
    return Decimal(value)
