"""Metrics and products in words, as pairs of label and sentence."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from screens.catalog.contents import Contents, counts
from store.terms import document, money, shown
from store.terms.catalog import BillableMetric, ConversionOperation, Product, PropertyFilter

if TYPE_CHECKING:
    from store.queries.catalog import RateCardView


def card(view: RateCardView) -> Iterator[tuple[str, str]]:
    """What a card says besides its prices."""
    if view.card.description:
        yield "about", view.card.description
    for alias in view.card.aliases:
        limited = alias.starting_at or alias.ending_before
        yield "alias", alias.name + (f", {shown.span(alias.starting_at, alias.ending_before)}" if limited else "")
    for unit in view.card.credit_type_conversions:
        yield "conversion", f"1 {unit.custom_credit_type_id} = {money.text(unit.fiat_per_custom_credit)} stored units"
    yield from _tail(view.id, view.card.custom_fields, view.archived_at)


def product(p: Product, contents: Contents) -> Iterator[tuple[str, str]]:
    """What a product is, how it is measured and grouped, and where it is priced."""
    metric = contents.metric(p.billable_metric_id)
    if p.tags:
        yield "tags", ", ".join(p.tags)
    if p.billable_metric_id:
        yield "measured by", f"{metric.name} ({counts(metric)})" if metric else p.billable_metric_id
    if p.pricing_group_key:
        yield "priced by", ", ".join(p.pricing_group_key) + " (each combination has a price of its own)"
    if p.presentation_group_key:
        yield "shown by", ", ".join(p.presentation_group_key) + " (a line each, at the same price)"
    if p.quantity_conversion:
        c = p.quantity_conversion
        sign = "×" if c.operation is ConversionOperation.MULTIPLY else "÷"
        yield (
            "conversion",
            f"measured {sign} {shown.quantity(c.conversion_factor)}" + (f" = {c.name}" if c.name else ""),
        )
    if p.quantity_rounding:
        r = p.quantity_rounding
        yield "rounding", f"{r.rounding_method.replace('_', ' ').lower()} to {r.decimal_places} decimal places"
    if p.composite_product_ids or p.composite_tags:
        names = {q.id: q.name for q in contents.products}
        parts = [names.get(i, i) for i in p.composite_product_ids or ()]
        yield "a share of", ", ".join([*parts, *(f"everything tagged {t}" for t in p.composite_tags or ())])
    if not p.is_refundable:
        yield "refunds", "not refundable"
    for update in p.updates:
        changed = ", ".join(sorted(update.model_fields_set - {"starting_at"})).replace("_", " ")
        yield "changed", f"from {shown.day(update.starting_at)}: {changed}"
    priced = [c.name for c in contents.cards if any(r.product.id == p.id for r in contents.rates.get(c.id, ()))]
    yield "on cards", ", ".join(priced) if priced else "none: it has no price yet"
    yield from _tail(p.id, p.custom_fields, p.archived_at)


def metric(m: BillableMetric, contents: Contents) -> Iterator[tuple[str, str]]:
    """What a metric counts, of which events, by which groups."""
    yield "counts", counts(m)
    if m.sql is not None:
        yield "SQL", m.sql
    if m.event_type_filter is not None:
        if m.event_type_filter.in_values:
            yield "events", "of type " + " or ".join(m.event_type_filter.in_values)
        if m.event_type_filter.not_in_values:
            yield "events", "not of type " + " or ".join(m.event_type_filter.not_in_values)
    for condition in m.property_filters or ():
        yield "only if", _condition(condition)
    for key in m.group_keys or ():
        yield "group key", " + ".join(key)
    if m.sql is None and not m.group_keys:
        yield "group key", "none: products of this metric cannot be grouped, and usage filters cannot route it"
    products = contents.measured.get(m.id or "", ())
    yield "measures", ", ".join(products) if products else "no product yet"
    yield from _tail(m.id, m.custom_fields, m.archived_at)


def _condition(condition: PropertyFilter) -> str:
    parts = []
    if condition.exists is not None:
        parts.append("is there" if condition.exists else "is missing")
    if condition.in_values:
        parts.append("is " + " or ".join(condition.in_values))
    if condition.not_in_values:
        parts.append("is not " + " or ".join(condition.not_in_values))
    return f"{condition.name} {' and '.join(parts) or 'is named'}"


def _tail(identity: str | None, fields: dict[str, str], archived: object) -> Iterator[tuple[str, str]]:
    for key, value in fields.items():
        yield "field", f"{key} = {value}"
    if archived is not None:
        yield "archived", str(document.plain(archived))
    yield "id", identity or ""
