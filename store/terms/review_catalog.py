"""Rules of metrics, products, rate cards and rates that need a look at the rest of the catalog (README, §6)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from store.errors import TermsheetError
from store.terms import money
from store.terms.book import Book
from store.terms.catalog import BillableMetric, Product, ProductType
from store.terms.rates import PERCENTAGE_TYPES, Price, Rate, RateCard, RateType
from store.terms.review_finding import Findings, custom_fields, error, missing, product_at, product_forms, warning

MATRIX = {
    ProductType.USAGE: (RateType.FLAT, RateType.TIERED, RateType.CUSTOM),
    ProductType.SUBSCRIPTION: (RateType.FLAT, RateType.SUBSCRIPTION),
    ProductType.COMPOSITE: (RateType.PERCENTAGE, RateType.TIERED_PERCENTAGE),
    ProductType.FIXED: (),
    ProductType.PROFESSIONAL_SERVICE: (),
}
"""Which rate types a product type can have on a card (README, §2.5)."""


def metric(subject: BillableMetric, book: Book) -> Findings:
    """Rule 10 lives in the model; here the custom fields, and whether a query is one that a metric may be."""
    yield from custom_fields("billable_metric", subject.custom_fields, book, "")
    if subject.sql is not None:
        columns = query_columns(subject.sql)
        if isinstance(columns, TermsheetError):
            yield error("sql", "/sql", columns.message)


def query_columns(sql: str) -> tuple[str, ...] | TermsheetError:
    """The names of the columns that a query yields, or why it cannot be a metric's."""
    from store.usage.sql_metric.writing import written

    try:
        return written(sql).columns
    except TermsheetError as refusal:
        return refusal


def product(subject: Product, book: Book) -> Findings:
    """Rules 3 and 11: the metric exists and has one group key that covers the product's; composites find their base."""
    yield from custom_fields("product", subject.custom_fields, book, "")
    for k, form in enumerate(product_forms(subject)):
        at = "" if k == 0 else f"/updates/{k - 1}"
        yield from _metric_of(form, book, at)
        for i, part in enumerate(form.composite_product_ids or ()):
            if part == subject.id:
                yield error("composite", f"{at}/composite_product_ids/{i}", "cannot be a share of itself")
            elif part not in book.product:
                yield missing("product", f"{at}/composite_product_ids/{i}", part)


def _metric_of(form: Product, book: Book, at: str) -> Findings:
    if not form.billable_metric_id:
        return
    measured = book.metric.get(form.billable_metric_id)
    if measured is None:
        yield missing("billable metric", f"{at}/billable_metric_id", form.billable_metric_id)
        return
    if measured.archived_at is not None:
        yield error("archived", f"{at}/billable_metric_id", f"billable metric {measured.name} is archived")
    if not measured.covers(form.group_keys):
        name = "pricing_group_key" if form.pricing_group_key else "presentation_group_key"
        keys = ", ".join(sorted(form.group_keys))
        yield error(
            "group_keys", f"{at}/{name}", f"no single group key of metric {measured.name} contains all of: {keys}"
        )
    if measured.sql is not None and form.group_keys:
        columns = query_columns(measured.sql)
        absent = sorted(form.group_keys - {*columns}) if isinstance(columns, tuple) else []
        if absent:
            name = "pricing_group_key" if form.pricing_group_key else "presentation_group_key"
            text = f"the query of metric {measured.name} has no column {', '.join(absent)}"
            yield error("group_keys", f"{at}/{name}", text)
    if form.sql_breakdown_granularity and measured.sql is None:
        yield warning("no_effect", f"{at}/sql_breakdown_granularity", "has no effect on a streaming metric")


def rate_card(subject: RateCard, book: Book) -> Findings:
    """The card's own references, and every rate it comes with."""
    yield from custom_fields("rate_card", subject.custom_fields, book, "")
    fiat = subject.fiat_credit_type_id or money.USD
    for k, conversion in enumerate(subject.credit_type_conversions):
        if conversion.custom_credit_type_id == fiat:
            at = f"/credit_type_conversions/{k}/custom_credit_type_id"
            yield error("conversion", at, "is the card's own fiat, which needs no conversion")
    yield from rates(subject.rates, subject, book, before=())


def rates(subject: Iterable[Rate], card: RateCard, book: Book, *, before: Iterable[Rate]) -> Findings:
    """Each rate beside those `before` it and the ones before it in its own list. Paths: `/rates/k/…`."""
    beside = Beside(before)
    for k, each in enumerate(subject):
        yield from (f.at(f"/rates/{k}") for f in rate(each, card, book, beside=beside))
        beside.add(each)


class Beside:
    """The rates that a rate stands beside: which keys start when, and in which units each product is priced."""

    def __init__(self, rates: Iterable[Rate]) -> None:
        self.starts: set[tuple[object, datetime]] = set()
        self.units: dict[str, set[str]] = {}
        for each in rates:
            self.add(each)

    def add(self, rate: Rate) -> None:
        """One more."""
        self.starts.add((rate.key, rate.starting_at))
        self.units.setdefault(rate.product_id, set()).add(rate.credit_type)


def rate(subject: Rate, card: RateCard, book: Book, *, beside: Beside | None = None) -> Findings:
    """Rules 3, 13 and 14 for one rate beside those already on the card (`beside`; default: all the card has)."""
    others = beside or Beside(card.rates)
    sold = book.product.get(subject.product_id)
    if sold is None:
        yield missing("product", "/product_id", subject.product_id)
        return
    if sold.archived_at is not None:
        yield error("archived", "/product_id", f"product {sold.name} is archived and takes no new rates")
    yield from priced_as(subject, sold, "")
    yield from _frequency(subject, sold)
    yield from _combination(subject, product_at(sold, subject.starting_at))
    yield from unit(subject.credit_type_id, card, "/credit_type_id")
    if (subject.key, subject.starting_at) in others.starts:
        text = "this product (and group values) already has a rate from that instant on"
        yield error("duplicate_rate", "/starting_at", text)
    if subject.rate_type not in PERCENTAGE_TYPES and others.units.get(subject.product_id, set()) - {
        subject.credit_type
    }:
        yield error("unit_change", "/credit_type_id", "the pricing unit of a product cannot change on a card")
    if subject.commit_rate and sold.type is not ProductType.USAGE:
        yield error("commit_rate", "/commit_rate", "is only for USAGE products")
    elif subject.commit_rate:
        yield from priced_as(subject.commit_rate, sold, "/commit_rate")
    if subject.price is not None and _places(subject) > 6:
        yield warning("tiny_price", "/price", "has more than 6 decimals; USD prices are in cents")


def _places(subject: Rate) -> int:
    exponent = money.canonical(subject.price or Decimal(0)).as_tuple().exponent
    return -int(exponent)


def priced_as(price: Price, sold: Product, at: str) -> Findings:
    """Rule 13: the rate type is one that the product's type can have."""
    allowed = MATRIX[sold.type]
    if not allowed:
        yield error("rate_type", f"{at}/product_id", f"{sold.type.value} products have no rates")
    elif price.rate_type not in allowed:
        names = ", ".join(t.value for t in allowed)
        yield error("rate_type", f"{at}/rate_type", f"must be one of {names} for a {sold.type.value} product")


def unit(credit_type_id: str | None, card: RateCard, at: str) -> Findings:
    """Rule 13: the card's fiat, or a custom pricing unit that the card converts."""
    fiat = card.fiat_credit_type_id or money.USD
    convertible = {c.custom_credit_type_id for c in card.credit_type_conversions}
    if credit_type_id and credit_type_id != fiat and credit_type_id not in convertible:
        yield error("conversion", at, "is neither the card's fiat nor converted by its credit_type_conversions")


def _frequency(subject: Rate, sold: Product) -> Findings:
    if sold.type is ProductType.SUBSCRIPTION and subject.billing_frequency is None:
        yield error("billing_frequency", "/billing_frequency", "is required for SUBSCRIPTION products")
    if sold.type is not ProductType.SUBSCRIPTION and subject.billing_frequency is not None:
        yield error("billing_frequency", "/billing_frequency", "is only for SUBSCRIPTION products")


def _combination(subject: Rate, sold: Product) -> Findings:
    keys, given = set(sold.pricing_group_key or ()), set(subject.pricing_group_values or ())
    at = "/pricing_group_values"
    if given and not keys:
        yield error("group_values", at, f"product {sold.name} has no pricing group key")
    elif given != keys:
        yield error("group_values", at, f"must name exactly {', '.join(sorted(keys))}, the product's pricing group key")
