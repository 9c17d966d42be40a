"""Rate cards made ready for rating: their rates by product, pricing group values and billing frequency."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from store.rating.prices import PriceTable, commit_table, price_table
from store.terms import money, time
from store.terms.book import Book
from store.terms.rates import Rate, RateCard, RateType

Combo = tuple[tuple[str, str], ...]
"""Pricing group values as sorted pairs; `()` where a product has no pricing group key."""


@dataclass(frozen=True, slots=True)
class CompiledRate:
    """A rate with its price as a table; `path` finds it in its card."""

    start: datetime
    end: datetime
    entitled: bool
    kind: RateType
    table: PriceTable
    commit_table: PriceTable | None
    minimum: Decimal | None
    unit: str
    path: str
    rate: Rate


class RateBook:
    """The rates of one card: by product, pricing combination and billing frequency, ascending in time."""

    def __init__(self, card: RateCard, path: str) -> None:
        self.card = card
        self.path = path
        self.fiat = card.fiat_credit_type_id or money.USD
        self.conversions = {c.custom_credit_type_id: c.fiat_per_custom_credit for c in card.credit_type_conversions}
        self.rates: dict[str, dict[tuple[Combo, str | None], list[CompiledRate]]] = {}
        self._moments: dict[str, frozenset[datetime]] = {}
        for k, rate in enumerate(card.rates):
            product_id, combo, frequency = rate.key
            found = self.rates.setdefault(product_id, {}).setdefault((combo, frequency), [])
            found.append(self._compiled(rate, f"{path}/rates/{k}"))
        for keys in self.rates.values():
            for found in keys.values():
                found.sort(key=lambda r: r.start)

    def _compiled(self, rate: Rate, path: str) -> CompiledRate:
        return CompiledRate(
            start=rate.starting_at,
            end=rate.ending_before or time.DISTANT_FUTURE,
            entitled=rate.entitled,
            kind=rate.rate_type,
            table=price_table(rate),
            commit_table=commit_table(rate),
            minimum=rate.minimum_config.minimum if rate.minimum_config else None,
            unit=rate.credit_type_id or self.fiat,
            path=path,
            rate=rate,
        )

    def moments(self, product_id: str) -> frozenset[datetime]:
        """Every instant at which a rate of the product starts or ends."""
        found = self._moments.get(product_id)
        if found is None:
            rates = (rate for keys in self.rates.get(product_id, {}).values() for rate in keys)
            found = self._moments[product_id] = frozenset(m for rate in rates for m in (rate.start, rate.end))
        return found

    def at(self, product_id: str, combo: Combo, frequency: str | None, moment: datetime) -> CompiledRate | None:
        """The latest rate of exactly this combination that has started, unless it has ended."""
        found = self.rates.get(product_id, {}).get((combo, frequency))
        if not found:
            return None
        k = bisect_right(found, moment, key=lambda r: r.start)
        return found[k - 1] if k and moment < found[k - 1].end else None


def card_by_alias(book: Book, alias: str, moment: datetime) -> RateCard | None:
    """The card an alias leads to at an instant: of several, the one it was assigned to last (README, §2.5)."""
    best: tuple[datetime, int] | None = None
    found: RateCard | None = None
    for k, card in enumerate(book.rate_cards):
        for entry in card.aliases:
            if entry.name == alias and entry.covers(moment):
                rank = (entry.starting_at or time.DISTANT_PAST, k)
                if best is None or rank >= best:
                    best, found = rank, card
    return found
