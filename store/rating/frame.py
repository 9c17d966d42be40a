"""A window of billed usage, and everything that decides its price (README, §4.4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from store.rating.cards import Combo, CompiledRate
from store.rating.matching import Subject
from store.rating.measure import Combination
from store.rating.overriding import CompiledOverride, Resolved
from store.rating.products import Definition

Wanted = tuple[str, str, tuple[str, ...]]
"""A product, and one metric with the group keys by which it is measured for it."""
Bucket = tuple[Combo, Combo]
"""Pricing and presentation values of what is billed apart from other usage of its product."""


class Context(NamedTuple):
    """Everything that decides the price of a bucket's usage in a window, whoever pays it."""

    start: datetime
    definition: Definition
    subject: Subject
    rate: CompiledRate | None
    entitled: bool
    entitled_by: CompiledOverride | None
    price: Resolved | None
    specific: tuple[CompiledOverride, ...]

    def same_as(self, other: Context) -> bool:
        """Whether usage is priced alike in two neighbouring windows."""
        if self.definition is not other.definition or self.entitled != other.entitled:
            return False
        if not self.entitled:
            return (self.rate is None) == (other.rate is None)
        return self._priced_as() == other._priced_as() and self.specific == other.specific

    def _priced_as(self) -> object:
        if self.rate is None or self.price is None:
            return None
        p = self.price
        return p.table, p.unit, p.minimum, self.rate.table, self.rate.commit_table, self.rate.unit


@dataclass(slots=True, eq=False)
class Frame:
    """A window of a bucket: from the `first` to before the `last` of its period's cuts the same holds."""

    start: datetime
    end: datetime
    context: Context
    first: int
    last: int
    wanted: Wanted
    """What its usage was asked for as."""
    combination: Combination | None
    """Under which its usage was measured; None where the product is grouped otherwise then."""
