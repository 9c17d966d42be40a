"""The catalog as a worker reads it, and the list entries made of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from screens.services import Services
from screens.widgets.table import Cell, Column, Row
from store.terms.catalog import BillableMetric, Product

if TYPE_CHECKING:
    from store.queries.catalog import PricedProduct, RateCardView

CARDS, PRODUCTS, METRICS = 1, 2, 3
TITLES = ("Rate cards", "Products", "Metrics")

COLUMNS = {
    CARDS: (Column("Rate card", flex=1), Column("Rates", align="right"), Column("Contracts", align="right")),
    PRODUCTS: (Column("Product", flex=2), Column("Type"), Column("Tags", flex=1, least=6)),
    METRICS: (Column("Metric", flex=2), Column("Counts", flex=1, least=8)),
}

HOW = {
    CARDS: (
        "No rate cards yet.",
        "A rate card lists what each product costs, from when on. Load one with a bundle:",
        "  termsheet import FILE",
        "or with one request:",
        "  termsheet api POST /v1/contract-pricing/rate-cards/create --data FILE",
    ),
    PRODUCTS: (
        "No products yet.",
        "A product is what appears on a line; a usage product counts by a metric. Load them with a bundle:",
        "  termsheet import FILE",
        "or with one request each:",
        "  termsheet api POST /v1/contract-pricing/products/create --data FILE",
    ),
    METRICS: (
        "No billable metrics yet.",
        "A metric turns usage events into a quantity. Load them with a bundle:",
        "  termsheet import FILE",
        "or with one request each:",
        "  termsheet api POST /v1/billable-metrics/create --data FILE",
    ),
}
"""What an empty part says: what would be here, and how to make the first one."""


@dataclass(frozen=True)
class Contents:
    """Metrics, products and cards, and how they hang together."""

    cards: tuple[RateCardView, ...] = ()
    products: tuple[Product, ...] = ()
    metrics: tuple[BillableMetric, ...] = ()
    measured: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Metric id → names of the products that it measures."""
    rates: Mapping[str, tuple[PricedProduct, ...]] = field(default_factory=dict)
    """Card id → every rate that was ever added, by product, group values and start."""

    def metric(self, metric_id: str | None) -> BillableMetric | None:
        """The metric with that id."""
        return next((m for m in self.metrics if m.id == metric_id), None)


def load(services: Services) -> Contents:
    """Reads all of it; blocks, so only a worker calls it."""
    from store.queries import catalog

    store = services.store()
    cards = catalog.rate_cards(store)
    return Contents(
        cards=cards,
        products=catalog.products(store),
        metrics=catalog.metrics(store),
        measured=catalog.metric_users(store),
        rates={card.id: catalog.rates(store, card.id) for card in cards},
    )


def entries(contents: Contents, view: int, words: str) -> Iterator[Row]:
    """The rows of a part's list that have all the words in their name, tags or id."""
    for row, text in _entries(contents, view):
        if all(word in text.casefold() for word in words.casefold().split()):
            yield row


def _entries(contents: Contents, view: int) -> Iterator[tuple[Row, str]]:
    if view == CARDS:
        for card in contents.cards:
            aliases = " ".join(a.name for a in card.card.aliases)
            tone = "muted" if card.archived_at else ""
            cells = (card.name, f"{card.rates:,}", f"{card.contracts:,}")
            yield Row(card.id, cells, tone, value=card), f"{card.name} {card.id} {aliases}"
    elif view == PRODUCTS:
        for p in contents.products:
            tags = ", ".join(p.tags)
            kind = Cell(p.type.replace("_", " ").lower(), "muted")
            tone = "muted" if p.archived_at else ""
            yield Row(p.id, (p.name, kind, tags), tone, value=p), f"{p.name} {p.id} {tags} {p.type}"
    else:
        for m in contents.metrics:
            tone = "muted" if m.archived_at else ""
            yield Row(m.id, (m.name, Cell(counts(m), "muted")), tone, value=m), f"{m.name} {m.id} {counts(m)}"


def counts(metric: BillableMetric) -> str:
    """`SUM of hours`, `COUNT of events`, `SQL`."""
    if metric.sql is not None:
        return "SQL"
    if not metric.aggregation_key:
        return f"{metric.aggregation_type} of events"
    return f"{metric.aggregation_type} of {metric.aggregation_key}"
