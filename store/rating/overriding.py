"""One price for a unit of usage: overrides never stack, exactly one wins (README, §4.9)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from store.rating.cards import CompiledRate
from store.rating.explain import Notes, day, number, worth
from store.rating.matching import Subject, targets
from store.rating.prices import PriceTable, price_table
from store.rating.told import Told
from store.terms import time
from store.terms.override import Override, OverrideType, Prioritization
from store.terms.rates import RateType


@dataclass(frozen=True, slots=True)
class CompiledOverride:
    """An override of a contract in force, with its place in the order of adding."""

    order: int
    override: Override
    start: datetime
    end: datetime
    path: str

    def active(self, moment: datetime) -> bool:
        """Whether it is in force at that instant."""
        return self.start <= moment < self.end


class Resolved(NamedTuple):
    """The price in force: as a table, in which unit, by which override, with the reasons."""

    table: PriceTable
    unit: str
    minimum: Decimal | None
    winner: CompiledOverride | None
    notes: Notes


def compile_overrides(overrides: Sequence[Override], paths: Mapping[str, str], at: str) -> tuple[CompiledOverride, ...]:
    """The overrides of a contract in the order they were added."""
    return tuple(
        CompiledOverride(
            order=k,
            override=o,
            start=o.starting_at,
            end=o.ending_before or time.DISTANT_FUTURE,
            path=at + paths.get(o.id or "", ""),
        )
        for k, o in enumerate(overrides)
    )


def applicable(
    overrides: Sequence[CompiledOverride], subject: Subject, moment: datetime
) -> tuple[tuple[CompiledOverride, ...], tuple[CompiledOverride, ...]]:
    """The active overrides that target the subject: contract-level ones, and commit-specific ones."""
    if not overrides:
        return (), ()
    general: list[CompiledOverride] = []
    specific: list[CompiledOverride] = []
    for o in overrides:
        if o.start <= moment < o.end and targets(o.override, subject):
            (specific if o.override.is_commit_specific else general).append(o)
    return tuple(general), tuple(specific)


def entitled(rate: CompiledRate, general: Sequence[CompiledOverride]) -> tuple[bool, CompiledOverride | None]:
    """Whether the product is billed: as the last-added active override says, else as the rate says."""
    for o in reversed(general):
        if o.override.entitled is not None:
            return o.override.entitled, o
    return rate.entitled, None


def resolve(
    base: PriceTable,
    unit: str,
    minimum: Decimal | None,
    candidates: Sequence[CompiledOverride],
    prioritization: Prioritization,
) -> Resolved:
    """The price after the one override that wins among the candidates, or the base price where there is none."""
    if not candidates:
        return Resolved(base, unit, minimum, None, ())
    priced = [o for o in candidates if o.override.type is not None]
    if not priced:
        return Resolved(base, unit, minimum, None, ())
    overwrites = [o for o in priced if o.override.type is OverrideType.OVERWRITE]
    if overwrites:
        winner = overwrites[-1]
        rate = winner.override.overwrite_rate
        assert rate is not None  # an OVERWRITE without a rate is not a valid override
        table = price_table(rate)
        least = rate.minimum_config.minimum if rate.minimum_config else None
        rule = "an overwrite comes before multipliers, the last added before others"
        return Resolved(table, rate.credit_type_id or unit, least, winner, _notes(winner, priced, rule, unit))
    winner = min(priced, key=lambda o: _rank(o, prioritization))
    o = winner.override
    table = base.scaled_by_tiers(o.tiers or ()) if o.multiplier is None else base.scaled(o.multiplier)
    return Resolved(table, unit, minimum, winner, _notes(winner, priced, prioritization, unit))


_UNRANKED = Decimal("Infinity")


def _rank(o: CompiledOverride, scheme: Prioritization) -> tuple[object, ...]:
    """What multipliers are compared by, first difference first."""
    if scheme is Prioritization.EXPLICIT:
        return o.override.priority or _UNRANKED, o.override.discount_order, -o.order
    return o.override.discount_order, -o.order


_RULES = {
    Prioritization.EXPLICIT: ("the smallest priority", "of equal priorities the greatest discount", "the last added"),
    Prioritization.LOWEST_MULTIPLIER: ("the smallest multiplier", "of equal multipliers the last added"),
}
"""The words for each part of a rank."""


def _notes(
    winner: CompiledOverride, priced: Sequence[CompiledOverride], rule: str | Prioritization, unit: str
) -> Notes:
    return Told(_said, winner, priced, rule, unit)


def _said(winner: CompiledOverride, priced: Sequence[CompiledOverride], rule: str | Prioritization, unit: str) -> Notes:
    text = f"{describe(winner, unit)} applies"
    if len(priced) > 1:
        if isinstance(rule, Prioritization):
            first, next_ = sorted(_rank(o, rule) for o in priced)[:2]
            at = next(k for k, (one, other) in enumerate(zip(first, next_, strict=True)) if one != other)
            rule = f"{rule}: {_RULES[rule][at]} wins"
        rivals = "; ".join(describe(o, unit) for o in priced if o is not winner)
        text += f"; it competed with {rivals} ({rule})"
    return (("override", text),)


def describe(o: CompiledOverride, unit: str) -> str:
    """An override of a rate in some unit, in a few words: its effect and since when."""
    since = day(o.start)
    override = o.override
    if override.type is OverrideType.OVERWRITE and override.overwrite_rate is not None:
        rate = override.overwrite_rate
        what = (
            "tiers"
            if rate.tiers
            else "a custom rate"
            if rate.rate_type is RateType.CUSTOM
            else worth(rate.price if rate.price is not None else Decimal(0), rate.credit_type_id or unit)
        )
        return f"overwrite to {what} since {since}"
    if override.multiplier is not None:
        ranked = f", priority {number(override.priority)}" if override.priority is not None else ""
        return f"multiplier {number(override.multiplier)} since {since}{ranked}"
    ranked = f", priority {number(override.priority)}" if override.priority is not None else ""
    return f"multiplier by tiers since {since}{ranked}"
