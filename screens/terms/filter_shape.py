"""Usage filters: the property and the values of the usage that a contract takes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from screens.terms.kinds import WordsField
from screens.terms.offering import Offering
from screens.terms.shape import Payload, Shape, Values, filled, only
from screens.widgets import when
from screens.widgets.fields import ChoiceField, DateField, Field, TextField
from store.terms.base import Term
from store.terms.contract import UsageFilter, UsageFilterUpdate
from store.terms.time import instant


class FilterShape(Shape):
    """The filter a contract is created with."""

    kind, noun = "usage_filter", "usage filter"
    model: ClassVar[type[Term]] = UsageFilter
    MANAGED = frozenset({"group_key", "group_values", "starting_at"})
    DATED: ClassVar[bool] = False
    """Whether the start has to be said."""

    def fields(self, offering: Offering, base: Payload) -> Sequence[Field]:
        """Property, values, start."""
        keys = offering.filter_keys
        return [
            filter_key(offering, required=True),
            filter_values(offering, base.get("group_key") or only(keys), required=True),
            DateField(
                path="starting_at", label="From", required=self.DATED, clock=lambda: offering.now,
                help="such as 2025-01-01, eom" if self.DATED else "blank: from the contract's start",
            ),
        ]  # fmt: skip

    def values(self, payload: Payload) -> dict[str, Any]:
        """As they are."""
        return filled(**{k: payload.get(k) for k in self.MANAGED})

    def visible(self, values: Values) -> frozenset[str]:
        """All."""
        return self.MANAGED

    def payload(self, values: Values, base: Payload) -> Payload:
        """As they are."""
        return filled(**{k: values.get(k) for k in ("group_key", "group_values", "starting_at")}) | self.kept(base)

    def sentences(self, payload: Payload, offering: Offering) -> tuple[str, ...]:
        """Which usage is taken."""
        start = payload.get("starting_at")
        time = f" from {when.shown(instant(start))} on" if start else ""
        return (f"Takes usage whose {payload['group_key']} is {' or '.join(payload['group_values'])}{time}",)


class FilterUpdateShape(FilterShape):
    """The filter from a date on."""

    kind, noun, model = "usage_filter_update", "usage filter", UsageFilterUpdate
    DATED = True


def filter_key(offering: Offering, *, required: bool = False, path: str = "group_key") -> Field:
    """The property: chosen from those that every metric of the card can be filtered by, typed where none is known."""
    keys = offering.filter_keys
    if not keys:
        return TextField(path=path, label="Property", required=required, help="no property suits every metric")
    return ChoiceField(path=path, label="Property", required=required, choices=keys, default=only(keys))


def filter_values(offering: Offering, key: str, *, required: bool = False, path: str = "group_values") -> Field:
    """The values, with commas."""
    known = offering.values_of(key) if key else ()
    return WordsField(path=path, label="Values", required=required, help=", ".join(known[:4]) or "US, EU")
