"""The prices of a card in force at an instant, each with the next change that is scheduled."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from screens.widgets.table import Cell, Column, Row
from store.terms import money, shown
from store.terms.catalog import Product
from store.terms.rates import PERCENTAGE_TYPES, Price, Rate, RateType

if TYPE_CHECKING:
    from store.queries.catalog import PricedProduct

COLUMNS = (
    Column("Product", flex=3, least=12), Column("Group", drop_below=56),
    Column("Price", align="right"), Column("Entitled", width=8),
    Column("Since", width=10, drop_below=64), Column("Until or next change", flex=2, least=10, drop_below=84),
)  # fmt: skip


@dataclass(frozen=True)
class InForce:
    """What one product and group costs at an instant: the rate in force (None before the first) and the next one."""

    product: Product
    rate: Rate | None
    next: Rate | None

    @property
    def any(self) -> Rate:
        """The rate in force, else the next."""
        found = self.rate or self.next
        assert found is not None  # only then there is a row
        return found


def in_force(rates: Iterable[PricedProduct], at: datetime) -> Iterator[InForce]:
    """One row a product and group; a rate is in force from its start until its end or the next one's start."""
    keyed: dict[object, list[PricedProduct]] = {}
    for priced in rates:
        keyed.setdefault(priced.rate.key, []).append(priced)
    for group in keyed.values():
        now: Rate | None = None
        later: Rate | None = None
        for priced in sorted(group, key=lambda p: p.rate.starting_at):
            if priced.rate.starting_at <= at:
                now = priced.rate
            elif later is None:
                later = priced.rate
        if now is not None and now.ending_before is not None and now.ending_before <= at:
            now = None
        if now is not None or later is not None:
            yield InForce(group[0].product, now, later)


def changes(rates: Iterable[PricedProduct]) -> list[datetime]:
    """Every instant at which a price of the card begins or ends, in order."""
    found = {p.rate.starting_at for p in rates} | {p.rate.ending_before for p in rates if p.rate.ending_before}
    return sorted(found)


def rows(found: Sequence[InForce], at: datetime) -> Iterator[Row]:
    """A row a price; below a tiered one, a row a tier."""
    for one in found:
        rate = one.rate
        name = one.product.name
        group = shown.groups(one.any.pricing_group_values or {})
        if one.any.billing_frequency:
            group = ", ".join(filter(None, (group, one.any.billing_frequency.lower())))
        if rate is None:
            cells = (name, group, Cell("no price", "muted"), "", "", Cell(_next(one), "accent"))
            yield Row(one.any.key, cells, "muted", value=one)
            continue
        entitled = Cell("✓ yes", "good") if rate.entitled else Cell("✗ no", "muted")
        until = Cell(_next(one), "accent" if one.next else "muted")
        since = Cell(shown.day(rate.starting_at), "muted")
        yield Row(rate.key, (name, group, Cell(price(rate), "strong"), entitled, since, until), value=one)
        for text in tiers(rate):
            yield Row(None, ("    " + text,), "muted", selectable=False)
        if rate.commit_rate is not None:
            text = f"    while a commit pays at its own rate: {price(rate.commit_rate)}"
            yield Row(None, (text,), "muted", selectable=False)


def price(rate: Price) -> str:
    """A price in one word: `$2.00`, `3 tiers`, `7 %`, `custom`."""
    unit = getattr(rate, "credit_type", None) or money.USD
    if rate.tiers:
        return f"{len(rate.tiers)} tiers"
    if rate.rate_type is RateType.CUSTOM or rate.price is None:
        return "custom"
    if rate.rate_type in PERCENTAGE_TYPES:
        return shown.percent(rate.price)
    return shown.price(rate.price, unit) + (f" × {shown.quantity(rate.quantity)}" if rate.quantity else "")


def tiers(rate: Price) -> Iterator[str]:
    """`first 100 at $0.09`, `next 150 at $0.07`, `all above 250 at $0.05`."""
    unit = getattr(rate, "credit_type", None) or money.USD
    start = money.add()
    for k, tier in enumerate(rate.tiers or ()):
        each = shown.percent(tier.price) if rate.rate_type in PERCENTAGE_TYPES else shown.price(tier.price, unit)
        if tier.size is None:
            yield f"all above {shown.quantity(start)} at {each}" if start else f"all at {each}"
        else:
            yield f"{'first' if k == 0 else 'next'} {shown.quantity(tier.size)} at {each}"
            start = money.add(start, tier.size)


def _next(one: InForce) -> str:
    ends = one.rate.ending_before if one.rate else None
    if one.next is not None and (ends is None or one.next.starting_at <= ends):
        return f"{price(one.next)} from {shown.day(one.next.starting_at)}"
    return f"ends {shown.day(ends)}" if ends else "open"
