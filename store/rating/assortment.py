"""The products that a card prices, made ready once for every contract on it."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from store.rating.asking import Asked, Moments, asked
from store.rating.cards import RateBook
from store.rating.kept import Kept
from store.rating.measure import Route
from store.rating.products import CompiledProduct
from store.terms.catalog import ProductType
from store.terms.charges import Collection, Subscription, SubscriptionProration, SubscriptionRate
from store.terms.rates import BillingFrequency, RateType
from store.terms.time import Span


class Assortment:
    """A card's products, in its order, by kind, and with what to measure for them in the periods asked for lately."""

    def __init__(self, card: RateBook | None, products: tuple[CompiledProduct, ...]) -> None:
        self.card = card
        self.products = products
        self._kinds = {kind: tuple(p for p in products if p.kind is kind) for kind in ProductType}
        self.usage = self._kinds[ProductType.USAGE]
        self.metric_ids = frozenset(d.metric_id or "" for p in self.usage for d in p.definitions)
        self.reach = tuple((p.id, p.definitions[-1].tag_set) for p in products)
        """The products that balances can be drawn by, with their tags."""
        self.standing = tuple(_standing(card)) if card else ()
        """Subscriptions that the card itself makes, of every contract that has none of its own for the same rate."""
        self._asked: Kept[tuple[Span, Moments, tuple[Route, ...]], tuple[Asked, ...]] = Kept(500)

    def of_kind(self, kind: ProductType) -> tuple[CompiledProduct, ...]:
        """Its products of one type."""
        return self._kinds[kind]

    def asked(self, period: Span, moments: Moments, routes: tuple[Route, ...]) -> tuple[Asked, ...]:
        """What to measure for the usage products in a period of a contract with those routes, changing then."""
        key = (period, moments, routes)
        found = self._asked.get(key)
        if found is None:
            card = self.card
            asks = () if card is None else (asked(card, p, period, moments, routes) for p in self.usage)
            found = self._asked.keep(key, tuple(asks))
        return found


def _standing(card: RateBook) -> Iterator[Subscription]:
    """The card's rates of the deprecated type SUBSCRIPTION, which come with a quantity (README, §2.5)."""
    for product_id, keys in card.rates.items():
        for (_, frequency), rates in keys.items():
            if frequency is not None and any(r.kind is RateType.SUBSCRIPTION and r.rate.quantity for r in rates):
                yield Subscription(
                    subscription_rate=SubscriptionRate(
                        product_id=product_id, billing_frequency=BillingFrequency(frequency)
                    ),
                    collection_schedule=Collection.ARREARS,
                    proration=SubscriptionProration(is_prorated=True),
                    initial_quantity=Decimal(0),
                )
