"""What the term editors can offer: the products, tags and properties of a rate card, and the contract's dates."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from dateutil.relativedelta import relativedelta

from store.terms.book import Book
from store.terms.catalog import Product, ProductType
from store.terms.rates import Rate, RateCard
from store.terms.time import DISTANT_FUTURE, Span

Choices = tuple[tuple[str, str], ...]
"""Value and label."""


@dataclass(frozen=True)
class Offering:
    """The catalog as seen from one contract; with an empty one every editor still opens."""

    now: datetime
    starting_at: datetime | None = None
    """When the contract (or the amendment) starts: what new terms start with."""
    ending_before: datetime | None = None
    book: Book = field(default_factory=Book)
    """Metrics, products and custom-field keys; all of the catalog, so that nothing shown has to be a bare id."""
    card: RateCard | None = None
    """The contract's rate card with its rates, once it is chosen."""
    subscriptions: Choices = ()
    """The contract's subscriptions, stored and drafted: what a recurring balance can be sized by."""

    @property
    def until(self) -> datetime | None:
        """The end that new balances and charges have: the contract's, or one year after the start."""
        end, start = self.ending_before, self.starting_at
        if start is None or (end is not None and end > start):
            return end
        try:
            return start + relativedelta(years=1)
        except (OverflowError, ValueError):
            return None

    @cached_property
    def fixed(self) -> Choices:
        """The products that commits, credits and charges can be of."""
        return self._of_type(ProductType.FIXED)

    @cached_property
    def services(self) -> Choices:
        """The products that professional services can be of."""
        return self._of_type(ProductType.PROFESSIONAL_SERVICE)

    def _of_type(self, wanted: ProductType) -> Choices:
        found = (p for p in self.book.products if p.type is wanted and p.archived_at is None)
        return tuple((p.id or "", p.name) for p in found)

    @cached_property
    def subscribable(self) -> Choices:
        """The products that subscriptions can be of, each with how often it can be charged (after a tab)."""
        found = [p for p in self.priced if p.type is ProductType.SUBSCRIPTION]
        return tuple((p.id or "", f"{p.name}\t{', '.join(self.frequencies(p.id or ''))}") for p in found)

    def frequencies(self, product_id: str) -> tuple[str, ...]:
        """How often the card can charge a subscription product: `monthly`, `annual`."""
        rates = self.card.rates if self.card else ()
        found = (r.billing_frequency for r in rates if r.product_id == product_id and r.billing_frequency)
        return tuple(dict.fromkeys(f.value.lower() for f in found))

    def subscription_rate(self, product_id: str, frequency: str, moment: datetime | None) -> Rate | None:
        """The card's price of a subscription at an instant (else its first), None where it has none."""
        rates = self.card.rates if self.card else ()
        found = sorted(
            (r for r in rates if r.product_id == product_id and r.billing_frequency == frequency),
            key=lambda r: r.starting_at,
        )
        begun = [r for r in found if moment is not None and r.starting_at <= moment]
        return begun[-1] if begun else found[0] if found else None

    def subscription_name(self, reference: Any) -> str:
        """What a subscription that is referred to is called."""
        return next((label for value, label in self.subscriptions if value == reference), str(reference or ""))

    @cached_property
    def priced(self) -> tuple[Product, ...]:
        """The products with a rate on the card; without a card, every product that could have one."""
        if self.card is None:
            kinds = (ProductType.FIXED, ProductType.PROFESSIONAL_SERVICE)
            return tuple(p for p in self.book.products if p.type not in kinds and p.archived_at is None)
        ids = dict.fromkeys(rate.product_id for rate in self.card.rates)
        return tuple(self.book.product[i] for i in ids if i in self.book.product)

    @cached_property
    def products(self) -> Choices:
        """The priced products."""
        return tuple((p.id or "", p.name) for p in self.priced)

    @cached_property
    def tags(self) -> Choices:
        """The tags of the priced products, each with the products that carry it."""
        carried: dict[str, list[str]] = {}
        for product in self.priced:
            for tag in product.tags:
                carried.setdefault(tag, []).append(product.name)
        return tuple((tag, f"{tag} ({_few(names)})") for tag, names in sorted(carried.items()))

    @cached_property
    def filter_keys(self) -> Choices:
        """The properties that usage of every priced product can be filtered by, each with the values known for it."""
        metrics = [m for p in self.priced if (m := self.book.metric.get(p.billable_metric_id or ""))]
        names = dict.fromkeys(key for m in metrics for keys in m.group_keys or () for key in keys)
        usable = (n for n in names if all(m.covers({n} | p.group_keys) for m, p in self._measured()))
        return tuple((name, name) for name in usable)

    def values_of(self, key: str) -> tuple[str, ...]:
        """The values of a property that some metric names."""
        found: dict[str, None] = {}
        for metric in self.book.billable_metrics:
            for each in metric.property_filters or ():
                if each.name == key:
                    found |= dict.fromkeys(each.in_values or ())
        return tuple(found)

    def _measured(self) -> Iterator[tuple[Any, Product]]:
        for product in self.priced:
            metric = self.book.metric.get(product.billable_metric_id or "")
            if metric is not None:
                yield metric, product

    def group_keys(self, product_ids: tuple[str, ...] = ()) -> Mapping[str, tuple[str, ...]]:
        """`pricing` and `presentation` properties of these products (of all priced ones, if none are given)."""
        chosen = [p for p in self.priced if not product_ids or p.id in product_ids]
        pricing = dict.fromkeys(k for p in chosen for k in p.pricing_group_key or ())
        presentation = dict.fromkeys(k for p in chosen for k in p.presentation_group_key or ())
        return {"pricing": tuple(pricing), "presentation": tuple(presentation)}

    def field_keys(self, entity: str) -> tuple[str, ...]:
        """The registered custom-field keys of a kind of entity."""
        return tuple(k.key for k in self.book.custom_field_keys if k.entity == entity)

    def product_name(self, product_id: Any) -> str:
        """A product's name, or the id where it is not known."""
        product = self.book.product.get(str(product_id or ""))
        return product.name if product else str(product_id or "")

    def with_tags(self, tags: tuple[str, ...], *, every: bool = False) -> str:
        """Which priced products carry any (or every) of the tags, by name."""
        wanted = set(tags)
        found = [p.name for p in self.priced if (wanted <= set(p.tags) if every else wanted & set(p.tags))]
        return _few(found) if found else "no product on the card"

    @property
    def span(self) -> Span | None:
        """The contract's term, once its start is known."""
        return Span(self.starting_at, self.ending_before or DISTANT_FUTURE) if self.starting_at else None


def _few(names: list[str], most: int = 3) -> str:
    more = len(names) - most
    return ", ".join(names[:most]) + (f" and {more} more" if more > 0 else "")
