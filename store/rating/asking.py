"""What to measure for a product in a period: up to which cuts, under which metrics, grouped how (README, §4.4).

A period is cut where the card, the product or the contract changes. What the contract has to do with it is a key of two
values, its routes and the moments at which it changes within the period: contracts that share them share the asking.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from store.rating.cards import RateBook
from store.rating.frame import Bucket, Frame, Wanted
from store.rating.kept import Kept
from store.rating.measure import MeasuredPeriod, Route
from store.rating.products import CompiledProduct, Definition
from store.terms.time import Span

Moments = tuple[tuple[str, datetime], ...]
"""When a contract changes within a period: for a product, or for every one (""); ascending."""


def _frames() -> Kept[Bucket, tuple[Frame, ...]]:
    return Kept(1_000)


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """What to measure for a product in a period."""

    product: CompiledProduct
    period: MeasuredPeriod
    definitions: tuple[Definition, ...]
    """Those in force during the period, one of each that is measured differently or has other group keys."""
    wanted: tuple[Wanted, ...]
    frames: Kept[Bucket, tuple[Frame, ...]] = field(default_factory=_frames)
    """The windows of each bucket under a contract that changes nothing of the card's prices."""


def asked(card: RateBook, product: CompiledProduct, period: Span, moments: Moments, routes: tuple[Route, ...]) -> Asked:
    """The measuring that a product's lines of a period need."""
    start, end = period
    changes = {moment for whose, moment in moments if whose in ("", product.id)}
    changes.update(m for m in card.moments(product.id) if start < m < end)
    changes.update(d.start for d in product.definitions if start < d.start < end)
    cuts = (*sorted(changes), end)
    definitions = product.definitions
    if len(definitions) > 1:
        inside = (product.at(moment) for moment in (start, *cuts[:-1]))
        definitions = tuple({id(d): d for d in inside}.values())
    wanted = tuple(dict.fromkeys((product.id, d.metric_id or "", d.groups) for d in definitions))
    return Asked(product, MeasuredPeriod(start, cuts, routes), definitions, wanted)
