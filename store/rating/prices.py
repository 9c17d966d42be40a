"""Prices as steps over the period's running quantity: flat, graduated, scaled (README, §4.8, §4.9)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from store.rating.statement import TierPosition
from store.terms.money import EXACT
from store.terms.override import OverrideTier
from store.terms.rates import Price, Rate, RateType, Tier

ZERO = Decimal(0)


class Step(NamedTuple):
    """The units at positions in `(start, end]` cost `price` each; `end` None: without end. `level` counts from 1."""

    start: Decimal
    end: Decimal | None
    price: Decimal
    level: int


class Slice(NamedTuple):
    """Part of a quantity that one step prices; `start` is its lowest position, quantity negative when unwinding."""

    start: Decimal
    quantity: Decimal
    step: Step


@dataclass(frozen=True, slots=True)
class PriceTable:
    """A price for every position; `tiered` tables show their tiers on lines, flat ones have one open step."""

    steps: tuple[Step, ...]
    tiered: bool

    def at(self, position: Decimal) -> Step:
        """The step that prices the next unit after this position."""
        for step in self.steps:
            if step.end is None or position < step.end:
                return step
        return self.steps[-1]

    def slices(self, start: Decimal, end: Decimal) -> Iterator[Slice]:
        """The quantity between two positions, cut at the steps; below zero the first step's price holds."""
        low, high = (start, end) if start <= end else (end, start)
        sign = 1 if start <= end else -1
        for step in self.steps:
            if step.end is not None and step.end <= low:
                continue
            top = high if step.end is None or high < step.end else step.end
            if top > low:
                yield Slice(low, (top - low) * sign, step)
                low = top
            if low >= high:
                return

    def scaled(self, multiplier: Decimal) -> PriceTable:
        """Every price times the multiplier."""
        steps = tuple(s._replace(price=EXACT.multiply(s.price, multiplier)) for s in self.steps)
        return PriceTable(steps, self.tiered)

    def scaled_by_tiers(self, tiers: tuple[OverrideTier, ...]) -> PriceTable:
        """Prices scaled by position: cut at the union of both boundary sets, unscaled past the sized tiers."""
        bounds: list[tuple[Decimal, Decimal | None, Decimal]] = []
        at = ZERO
        for tier in tiers:
            end = None if tier.size is None else EXACT.add(at, tier.size)
            bounds.append((at, end, tier.multiplier))
            at = end if end is not None else at
        if bounds and bounds[-1][1] is not None:
            bounds.append((at, None, Decimal(1)))
        steps: list[Step] = []
        for low, high, multiplier in bounds:
            for step in self.steps:
                start = max(low, step.start)
                ends = [e for e in (high, step.end) if e is not None]
                end = min(ends) if ends else None
                if end is None or start < end:
                    steps.append(Step(start, end, EXACT.multiply(step.price, multiplier), len(steps) + 1))
        return PriceTable(tuple(steps), True)


OPAQUE = PriceTable((), False)
"""The price of a CUSTOM rate: nothing that can be known here, whatever scales it."""


def tier_position(step: Step) -> TierPosition:
    """What a line says about its tier."""
    size = None if step.end is None else EXACT.subtract(step.end, step.start)
    return TierPosition(step.level, step.start, size)


def flat(price: Decimal) -> PriceTable:
    """One price for every unit."""
    return PriceTable((Step(ZERO, None, price, 1),), False)


def graduated(tiers: Iterable[Tier]) -> PriceTable:
    """Each unit at the price of the tier it falls in; sizes are widths."""
    steps: list[Step] = []
    at = ZERO
    for tier in tiers:
        end = None if tier.size is None else EXACT.add(at, tier.size)
        steps.append(Step(at, end, tier.price, len(steps) + 1))
        at = end if end is not None else at
    return PriceTable(tuple(steps), True)


def price_table(price: Price) -> PriceTable:
    """A rate's price as steps; a CUSTOM rate has none."""
    if price.rate_type is RateType.CUSTOM:
        return OPAQUE
    if price.tiers:
        return graduated(price.tiers)
    return flat(price.price if price.price is not None else ZERO)


def commit_table(rate: Rate) -> PriceTable | None:
    """The price while a balance at commit rate pays; a CUSTOM one is none, so that the list rate holds."""
    opaque = rate.commit_rate is None or rate.commit_rate.rate_type is RateType.CUSTOM
    return None if opaque or rate.commit_rate is None else price_table(rate.commit_rate)
