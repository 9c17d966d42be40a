"""Where a period is cut, and what holds between two cuts (README, §4.4).

A period is cut at every instant at which a rate, an override, the product's definition, the usage filter or the
availability of a balance changes. What holds in a window is its context; neighbours with the same context are one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from store.rating.accounts import Segment
from store.rating.catalog import CompiledProduct, CompiledRate, Definition
from store.rating.compiled import CompiledContract, boundaries_within
from store.rating.matching import Subject
from store.rating.overriding import CompiledOverride, Resolved, applicable, entitled, resolve
from store.terms.effective import FilterEntry
from store.terms.time import Span


@dataclass(frozen=True, slots=True, eq=False)
class Context:
    """Everything that decides the price of a bucket's usage in a window."""

    start: datetime
    definition: Definition
    subject: Subject
    rate: CompiledRate | None
    entitled: bool
    entitled_by: CompiledOverride | None
    price: Resolved | None
    specific: tuple[CompiledOverride, ...]
    segments: tuple[Segment, ...]
    taken: FilterEntry | None

    def same_as(self, other: Context) -> bool:
        """Whether two neighbouring windows need not be told apart."""
        if self.definition is not other.definition or self.entitled != other.entitled:
            return False
        if not self.entitled:
            return (self.rate is None) == (other.rate is None)
        return (
            self._priced_as() == other._priced_as()
            and self.specific == other.specific
            and self.segments == other.segments
            and _values(self.taken) == _values(other.taken)
        )

    def _priced_as(self) -> object:
        if self.rate is None or self.price is None:
            return None
        p = self.price
        return p.table, p.unit, p.minimum, self.rate.table, self.rate.commit_table, self.rate.unit


def _values(entry: FilterEntry | None) -> object:
    return None if entry is None else (entry.group_key, frozenset(entry.group_values))


def cuts(
    contract: CompiledContract, product: CompiledProduct, period: Span, nearby: tuple[Segment, ...]
) -> tuple[datetime, ...]:
    """The instants within the period where anything about the product's price may change, and the period's end."""
    moments = set(contract.card.moments(product.id)) if contract.card else set()
    for override in contract.overrides:
        if override.override.product_id in (None, product.id):
            moments.add(override.start)
            moments.add(override.end)
    for segment in nearby:
        moments.add(segment.start)
        moments.add(segment.end)
    moments.update(d.start for d in product.definitions)
    for entry in contract.effective.filters:
        moments.add(entry.span.start)
        moments.add(entry.span.end)
    return boundaries_within(moments, period)


def context(
    contract: CompiledContract,
    product: CompiledProduct,
    pricing: Mapping[str, str],
    presentation: Mapping[str, str],
    moment: datetime,
    nearby: tuple[Segment, ...],
) -> Context:
    """What holds for a bucket from an instant on; `nearby` are the segments that overlap the period."""
    definition = product.at(moment)
    subject = Subject(product.id, definition.tag_set, pricing, presentation)
    combo = tuple(sorted(pricing.items())) if pricing else ()
    rate = contract.card.at(product.id, combo, None, moment) if contract.card else None
    general, specific = applicable(contract.overrides, subject, moment)
    billed, by = entitled(rate, general) if rate else (False, None)
    price = None
    if rate and billed:
        price = resolve(rate.table, rate.unit, rate.minimum, general, contract.effective.prioritization)
    usable = tuple(s for s in nearby if s.start <= moment < s.end and s.covers(subject)) if price else ()
    return Context(
        start=moment,
        definition=definition,
        subject=subject,
        rate=rate,
        entitled=billed,
        entitled_by=by,
        price=price,
        specific=specific,
        segments=usable,
        taken=contract.effective.filter_at(moment),
    )
