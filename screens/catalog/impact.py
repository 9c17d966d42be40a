"""What a change of one price touches: the contracts on the card, and the overrides that would shield them from it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from screens.catalog.prices import price, tiers
from screens.services import Services
from screens.widgets.table import Cell, Column, Row, heading
from store.rating.matching import Subject, targets
from store.terms import money, shown
from store.terms.catalog import Product
from store.terms.contract import Contract
from store.terms.effective import effective
from store.terms.override import Override, OverrideType
from store.terms.rates import Rate

if TYPE_CHECKING:
    from store.queries.catalog import CardContract

MOST = 300
"""Contracts looked at; the card may price more."""

COLUMNS = (
    Column("Customer", flex=2, least=12), Column("Contract", flex=2, least=8), Column("Term", drop_below=72),
    Column("Effect", flex=3, least=16),
)  # fmt: skip


@dataclass(frozen=True)
class Touched:
    """A contract on the card, and what a new price does to it."""

    held: CardContract
    overrides: tuple[Override, ...]
    """Those that target the product and group, and are or will be active."""

    @property
    def shielded(self) -> bool:
        """Whether a price of its own stands in the card's place, so that nothing changes."""
        return any(o.type is OverrideType.OVERWRITE for o in self.overrides)


@dataclass(frozen=True)
class Impact:
    """All contracts looked at, and how many there are in all."""

    touched: tuple[Touched, ...]
    total: int


def load(services: Services, card_id: str, product: Product, rate: Rate, at: datetime) -> Impact:
    """Reads the contracts that still run after an instant; blocks, so only a worker calls it."""
    from store.queries import catalog, contracts

    store = services.store()
    held = catalog.contracts_on(store, card_id, after=at, limit=MOST)
    touched = tuple(
        Touched(one, shields(contracts.contract(store, one.contract_id).contract, product, rate, at)) for one in held
    )
    return Impact(touched, catalog.rate_card(store, card_id).contracts)


def shields(contract: Contract, product: Product, rate: Rate, at: datetime) -> tuple[Override, ...]:
    """The contract's overrides of that product and group that are active at an instant or later."""
    subject = Subject(product.id or "", frozenset(product.tags), rate.pricing_group_values or {}, {})
    return tuple(
        o
        for o in effective(contract).overrides
        if (o.ending_before is None or o.ending_before > at) and not o.is_commit_specific and targets(o, subject)
    )


def rows(impact: Impact) -> Iterator[Row]:
    """Those that would change first, then those with a price of their own."""
    follow = [t for t in impact.touched if not t.shielded]
    own = [t for t in impact.touched if t.shielded]
    for title, group in (("A new price applies to", follow), ("Shielded by a price of their own", own)):
        if group:
            yield heading(f"{title} {len(group):,} contract{'' if len(group) == 1 else 's'}", "strong")
        for one in group:
            h = one.held
            term = shown.span(h.starting_at, h.ending_before)
            effect = "; ".join(_said(o) for o in one.overrides) or "pays the list price"
            tone = "muted" if one.shielded else ""
            cells = (h.customer_name, h.contract_name or "unnamed", Cell(term, "muted"), Cell(effect, tone))
            yield Row(h.contract_id, cells, tone, indent=2, value=h)
    if impact.total > len(impact.touched):
        rest = impact.total - len(impact.touched)
        yield heading(f"  and {rest:,} more that ended before that date, or beyond the first {MOST:,}", "muted")


def _said(o: Override) -> str:
    when = shown.span(o.starting_at, o.ending_before)
    entitled = "" if o.entitled is None else (", entitled" if o.entitled else ", not entitled")
    if o.type is OverrideType.OVERWRITE and o.overwrite_rate is not None:
        own = ", ".join(tiers(o.overwrite_rate)) or price(o.overwrite_rate)
        return f"own price {own}, {when}{entitled}"
    if o.type is OverrideType.MULTIPLIER and o.multiplier is not None:
        return f"× {money.text(o.multiplier)} of it, {when}{entitled}"
    if o.type is OverrideType.TIERED:
        return f"× by tiers, {when}{entitled}"
    return f"{'entitled' if o.entitled else 'not entitled'}, {when}"


def summary(impact: Iterable[Touched]) -> str:
    """`3 contracts follow the list price, 1 has its own.`"""
    known = list(impact)
    own = sum(t.shielded for t in known)
    return f"{len(known) - own:,} follow it, {own:,} have a price of their own"
