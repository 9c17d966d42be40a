"""Rated usage before anybody pays: runs of units in one window, cut into cells of one price (README, §4.4, §4.8)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from store.rating.accounts import Segment
from store.rating.explain import Notes
from store.rating.matching import Subject
from store.rating.overriding import CompiledOverride, Resolved
from store.rating.prices import PriceTable, Slice, Step
from store.terms.override import Prioritization

USAGE, SUBSCRIPTION, COMPOSITE = 0, 1, 2
"""The order in which balances pay for lines."""
ZERO = Decimal(0)


@dataclass(slots=True, eq=False)
class Part:
    """The part of a cell that one segment paid, at the price under that balance."""

    segment: Segment
    quantity: Decimal
    price: Decimal
    total: Decimal
    step: Step
    tiered: bool
    notes: Notes


@dataclass(slots=True, eq=False)
class Cell:
    """Units of one price: what balances paid (`parts`) and what is left (`rest`); together always the whole."""

    start: Decimal
    quantity: Decimal
    step: Step
    total: Decimal
    rest: Decimal
    rest_total: Decimal
    rest_start: Decimal
    parts: list[Part] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Run:
    """The usage of one bucket in one window (or a subscription's or composite's charge) with all it takes to pay it."""

    rank: int
    name: str
    product_id: str
    product_type: str
    tags: tuple[str, ...]
    subject: Subject
    start: datetime
    end: datetime
    unit: str
    table: PriceTable
    list_table: PriceTable
    commit_table: PriceTable | None
    minimum: Decimal | None
    specific: tuple[CompiledOverride, ...]
    prioritization: Prioritization
    cells: list[Cell]
    notes: Notes
    subscription_id: str | None = None
    is_prorated: bool | None = None
    prices: dict[tuple[str, str], Resolved | None] = field(default_factory=dict)
    """Price per balance, once found; None where it is its own."""

    @property
    def total(self) -> Decimal:
        """What it comes to before any balance pays."""
        return sum((cell.total for cell in self.cells), ZERO)


def cell(part: Slice) -> Cell:
    """A slice of a run's quantity as a cell that nobody has paid yet."""
    total = part.quantity * part.step.price
    return Cell(part.start, part.quantity, part.step, total, part.quantity, total, part.start)


def charge(quantity: Decimal, price: Decimal, total: Decimal) -> Cell:
    """A charge that is not made of priced positions: a subscription, a share of spend."""
    return Cell(ZERO, quantity, Step(ZERO, None, price, 1), total, quantity, total, ZERO)
