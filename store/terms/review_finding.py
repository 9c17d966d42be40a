"""What a review says: one finding per broken or doubtful rule, and the ground on which terms are reviewed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import Literal

from store.errors import Conflict, Invalid, NotFound, Problem, TermsheetError
from store.terms import time
from store.terms.base import is_uuid
from store.terms.book import Book
from store.terms.catalog import BillableMetric, Product, ProductType
from store.terms.override import Override, Prioritization
from store.terms.rates import Rate, RateCard
from store.terms.time import Span


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that a request breaks ("error": refused with `status`) or strains ("warning": taken, and said)."""

    severity: Literal["error", "warning"]
    code: str
    path: str
    message: str
    status: int = 400

    def __str__(self) -> str:
        return str(Problem(self.path, self.message))

    def at(self, prefix: str) -> Finding:
        """The same finding, its path below `prefix`."""
        return replace(self, path=prefix + self.path)


Findings = Iterator[Finding]


def error(code: str, path: str, message: str, status: int = 400) -> Finding:
    """A finding that refuses the request."""
    return Finding("error", code, path, message, status)


def missing(what: str, path: str, given: str) -> Finding:
    """A reference to something that does not exist (404)."""
    return Finding("error", "not_found", path, f"there is no {what} {given}", 404)


def unknown_ref(what: str, path: str, given: str) -> Finding:
    """Rule 2: a reference within the contract that leads nowhere: 404 for an id, 400 for a `temporary_id`."""
    if is_uuid(given):
        return missing(what, path, given)
    return error("not_found", path, f"is neither the id of a {what} nor a temporary_id of this payload")


def warning(code: str, path: str, message: str) -> Finding:
    """A finding that does not stop the request."""
    return Finding("warning", code, path, message)


def errors(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Only those that refuse."""
    return tuple(f for f in findings if f.severity == "error")


def refuse(findings: Iterable[Finding]) -> None:
    """Raises Invalid, NotFound or Conflict (as the first error is) with every error found; nothing if there is none."""
    found = errors(findings)
    if found:
        kinds: dict[int, type[TermsheetError]] = {404: NotFound, 409: Conflict}
        raise kinds.get(found[0].status, Invalid)([Problem(f.path, f.message) for f in found])


def custom_fields(entity: str, given: Mapping[str, str], book: Book, at: str) -> Findings:
    """Rule 8: keys are registered for the entity (that a unique value is new is for whoever sees the whole store)."""
    known = {k.key for k in book.custom_field_keys if k.entity == entity}
    for key in given:
        if key not in known:
            yield error("custom_field", f"{at}/custom_fields/{key}", f"is not a registered custom field of {entity}")


def product_at(product: Product, moment: datetime) -> Product:
    """The product with the updates that are in effect at that instant; the last one recorded wins a tie."""
    changes: dict[str, object] = {}
    for update in sorted(product.updates, key=lambda u: u.starting_at):
        if update.starting_at <= moment:
            changes |= {name: getattr(update, name) for name in update.model_fields_set if name != "starting_at"}
    return product.model_copy(update=changes) if changes else product


def product_forms(product: Product) -> tuple[Product, ...]:
    """The product as it is and will be: once as created, and once from each update on."""
    return (product, *(product_at(product, u.starting_at) for u in product.updates))


ALWAYS = Span(time.DISTANT_PAST, time.DISTANT_FUTURE)
"""The span of what belongs to no contract."""


@dataclass(frozen=True)
class Ground:
    """Where terms stand while they are reviewed: the book, the contract's card and span, what it already holds."""

    book: Book
    card: RateCard | None = None
    span: Span = ALWAYS
    prioritization: Prioritization | None = None
    overrides: tuple[Override, ...] = ()
    balance_ids: frozenset[str] = field(default_factory=frozenset)
    recurring_ids: frozenset[str] = field(default_factory=frozenset)
    subscription_ids: frozenset[str] = field(default_factory=frozenset)
    seated_ids: frozenset[str] = field(default_factory=frozenset)
    """Those of the subscriptions that have seats by id."""

    @cached_property
    def rates(self) -> Mapping[str, tuple[Rate, ...]]:
        """The card's rates by product."""
        found: dict[str, list[Rate]] = defaultdict(list)
        for rate in self.card.rates if self.card else ():
            found[rate.product_id].append(rate)
        return {product: tuple(rates) for product, rates in found.items()}

    @cached_property
    def priced(self) -> tuple[Product, ...]:
        """The products that have a rate on the card."""
        return tuple(self.book.product[p] for p in self.rates if p in self.book.product)

    @cached_property
    def priced_tags(self) -> frozenset[str]:
        """Every tag that some product on the card has, or gets by an update."""
        return frozenset(tag for p in self.priced for form in product_forms(p) for tag in form.tags)

    def metrics_of(self, product: Product) -> Iterator[tuple[Product, BillableMetric]]:
        """The product's forms with the metric each is measured by; nothing for products without usage."""
        for form in product_forms(product):
            metric = self.book.metric.get(form.billable_metric_id or "")
            if metric is not None:
                yield form, metric

    def product(self, product_id: str, at: str, *types: ProductType) -> Findings:
        """Rules 3 and 18: the product exists, is not archived, and is of one of these types (any, if none given)."""
        product = self.book.product.get(product_id)
        if product is None:
            yield missing("product", at, product_id)
            return
        if product.archived_at is not None:
            yield error("archived", at, f"product {product.name} is archived")
        if types and product.type not in types:
            wanted = " or ".join(t.value for t in types)
            yield error("product_type", at, f"must be a {wanted} product; {product.name} is {product.type.value}")
