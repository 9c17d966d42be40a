"""Which contracts can receive the same usage, and whether a usage filter can be applied at all (README, §4.2)."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from store.terms.book import Book
from store.terms.catalog import ProductType
from store.terms.contract import UsageFilter
from store.terms.effective import effective
from store.terms.in_force import Effective, FilterEntry
from store.terms.review_finding import Findings, Ground, error, warning
from store.terms.time import Span


def usable(subject: UsageFilter, ground: Ground, at: str) -> Findings:
    """Rule 33: each streaming metric behind the card has one group key with the filter's key and its product's keys."""
    told: set[str] = set()
    for product in ground.priced:
        for form, metric in ground.metrics_of(product):
            wanted = {*form.group_keys, subject.group_key}
            if metric.covers(wanted) or product.name in told:
                continue
            told.add(product.name)
            together = "" if len(wanted) == 1 else f" together with {', '.join(sorted(form.group_keys))}"
            text = f"metric {metric.name} of product {product.name} has no group key with {subject.group_key}{together}"
            yield error("group_key", f"{at}/group_key", text)


def shared_usage(a: Effective, b: Effective) -> Span | None:
    """The first stretch of time in which one event could be taken by both contracts; None if there is none."""
    if a.archived_at or b.archived_at:
        return None
    common = a.span.clip(b.span)
    if common is None:
        return None
    cuts = sorted({common.start, common.end, *(m for f in (*a.filters, *b.filters) for m in f.span)})
    for start, end in pairwise(cuts):
        piece = Span(start, end).clip(common)
        if piece and _compatible(a.filter_at(piece.start), b.filter_at(piece.start)):
            return piece
    return None


def _compatible(a: FilterEntry | None, b: FilterEntry | None) -> bool:
    """Whether an event can pass both filters; filters on different properties never exclude each other."""
    if a is None or b is None or a.group_key != b.group_key:
        return True
    return bool(set(a.group_values) & set(b.group_values))


def shared_products(a: Effective, b: Effective, book: Book) -> tuple[str, ...]:
    """Names of the usage products that both contracts' cards price at some time."""
    sold = [{r.product_id for r in card.rates} for c in (a, b) if (card := book.card_of(c.contract))]
    if len(sold) < 2:
        return ()
    products = (book.product.get(p) for p in sorted(sold[0] & sold[1]))
    return tuple(p.name for p in products if p and p.type is ProductType.USAGE)


def overlaps(subject: Effective, book: Book, others: Iterable[Effective] | None = None) -> Findings:
    """Rule 34: other contracts of the customer that can receive the same usage for a shared product (a warning)."""
    if others is None:
        beside = book.contracts_of.get(subject.contract.customer_id, ())
        others = [effective(c) for c in beside if c.id != subject.id]
    for other in others:
        stretch = shared_usage(subject, other)
        products = shared_products(subject, other, book) if stretch else ()
        if stretch and products:
            named = ", ".join(product_names(products))
            text = (
                f"contract {other.name or other.id} can take the same usage of {named} "
                f"from {stretch.start:%Y-%m-%d} on; both would bill it"
            )
            yield warning("overlapping_usage", "", text)


def product_names(names: tuple[str, ...], most: int = 3) -> tuple[str, ...]:
    """The first few names, and how many more there are."""
    return names if len(names) <= most else (*names[:most], f"{len(names) - most} more")
