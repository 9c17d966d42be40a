"""Products that cost a share of what others cost (README, §4.10)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from store.rating.cards import CompiledRate
from store.rating.compiled import CompiledContract
from store.rating.explain import Note, when, worth
from store.rating.matching import Subject
from store.rating.overriding import CompiledOverride, Resolved, applicable, entitled, resolve
from store.rating.products import CompiledProduct, Definition
from store.rating.runs import COMPOSITE, Run, cell, charge
from store.terms import shown
from store.terms.catalog import CompositeScope, ProductType
from store.terms.time import Span

ZERO = Decimal(0)


def composites(contract: CompiledContract) -> tuple[CompiledProduct, ...]:
    """The composite products of a contract's card: those that others are a share of come first."""
    waiting = list(contract.of_kind(ProductType.COMPOSITE))
    ordered: list[CompiledProduct] = []
    while waiting:
        ready = [p for p in waiting if not any(_is_base(q, p) for q in waiting if q is not p)]
        ordered.extend(ready or waiting)
        waiting = [p for p in waiting if p not in ordered]
    return tuple(ordered)


def _is_base(product: CompiledProduct, of: CompiledProduct) -> bool:
    definition = of.definitions[-1]
    return definition.include_composites and definition.lists(product.id, product.definitions[-1].tags)


def composite_runs(
    contract: CompiledContract, product: CompiledProduct, period: Span, mine: Sequence[Run], others: Sequence[Run]
) -> list[Run]:
    """The composite's charge of a period over the gross spend of `mine` (and `others`, for a customer-wide one)."""
    definition = product.at(period.start)
    priced = _priced(contract, product, period.start)
    if priced is None:
        return []
    rate, price, specific, subject = priced
    wide = product.product.composite_scope is CompositeScope.CUSTOMER
    bases = _bases(definition, product.id, [*mine, *others] if wide else mine)
    if not bases:
        bases = {contract.fiat: ZERO}
    listed = _listed(contract, definition, [*mine, *others], period.start)
    found: list[Run] = []
    for unit, base in bases.items():
        cells = [cell(part) for part in price.table.slices(ZERO, base)] or [
            charge(ZERO, price.table.steps[0].price, ZERO)
        ]
        notes = _notes(base, unit, price, rate, listed)
        total = sum((c.total for c in cells), ZERO)
        if price.minimum is not None and total < price.minimum:
            cells = [charge(base, price.table.steps[0].price, price.minimum)]
            notes += (("minimum", f"raised from {worth(total, unit)} to the minimum {worth(price.minimum, unit)}"),)
        found.append(
            Run(
                rank=COMPOSITE,
                name=definition.name,
                product_id=product.id,
                product_type="CompositeProductListItem",
                tags=definition.tags,
                subject=subject,
                start=period.start,
                end=period.end,
                unit=unit,
                table=price.table,
                list_table=rate.table,
                commit_table=None,
                minimum=price.minimum,
                specific=specific,
                prioritization=contract.effective.prioritization,
                cells=cells,
                notes=notes,
            )
        )
    return found


class _Priced(NamedTuple):
    rate: CompiledRate
    price: Resolved
    specific: tuple[CompiledOverride, ...]
    subject: Subject


def _priced(contract: CompiledContract, product: CompiledProduct, moment: datetime) -> _Priced | None:
    """The share at an instant; None where there is none or it is not entitled."""
    subject = Subject(product.id, frozenset(product.at(moment).tags), {}, {})
    rate = contract.card.at(product.id, (), None, moment) if contract.card else None
    general, specific = applicable(contract.overrides, subject, moment)
    if rate is None or not entitled(rate, general)[0]:
        return None
    price = resolve(rate.table, rate.unit, rate.minimum, general, contract.effective.prioritization)
    return _Priced(rate, price, specific, subject) if price.table.steps else None


def change_within(contract: CompiledContract, product: CompiledProduct, period: Span) -> datetime | None:
    """When, within a period, a composite first gets another rate or base than at its start, which holds for all of it.

    What it is a share of has windows of its own, so the documentation leaves open how such a period is parted.
    """
    moments = {d.start for d in product.definitions}
    moments |= contract.card.moments(product.id) if contract.card else frozenset()
    moments |= {m for o in contract.overrides for m in (o.start, o.end)}
    inside = sorted(m for m in moments if period.start < m < period.end)
    first = _shares(contract, product, period.start) if inside else None
    return next((m for m in inside if _shares(contract, product, m) != first), None)


def _shares(contract: CompiledContract, product: CompiledProduct, moment: datetime) -> object:
    priced, d = _priced(contract, product, moment), product.at(moment)
    base = (d.composite_ids, d.composite_tags, d.exclude_free, d.include_composites)
    return None if priced is None else (priced.price.table, priced.price.minimum, base)


def _bases(definition: Definition, product_id: str, runs: Iterable[Run]) -> dict[str, Decimal]:
    """Per unit, the gross spend of the listed products; a product that is free adds nothing either way."""
    found: dict[str, Decimal] = {}
    for run in runs:
        if run.product_id == product_id or (run.rank == COMPOSITE and not definition.include_composites):
            continue
        if definition.lists(run.product_id, run.tags):
            found[run.unit] = found.get(run.unit, ZERO) + run.total
    return found


def _listed(contract: CompiledContract, definition: Definition, runs: Iterable[Run], moment: datetime) -> str:
    """What it is a share of, by name; a product that neither the card nor a statement has goes by its id."""
    names = {r.product_id: r.name for r in runs}
    names |= {p.id: p.at(moment).name for p in contract.assortment.products}
    return ", ".join(
        (*(names.get(i, i) for i in definition.composite_ids), *(f"tag {t}" for t in definition.composite_tags))
    )


def _notes(base: Decimal, unit: str, price: Resolved, rate: CompiledRate, listed: str) -> tuple[Note, ...]:
    notes: list[Note] = [("base", f"spend of {listed} before balances pay: {worth(base, unit)}")]
    share = "tiers" if rate.table.tiered else shown.percent(rate.table.steps[0].price)
    notes.append(("rate", f"{share} {when(rate.start, rate.end)} ({rate.path})"))
    notes.extend(price.notes)
    return tuple(notes)
