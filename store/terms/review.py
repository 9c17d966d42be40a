"""The review of requests against a book: every rule that needs a look-up (README, *Validation*).

Each function takes a request and a `Book` holding at least what the request refers to (the customer with all its
contracts, the rate card, its products with their metrics, the registered custom-field keys) and returns what it found,
errors and warnings, with the path of each field. What the book does not hold counts as not existing. Nothing is raised;
`refuse` turns the errors among findings into the exception that the edges show.

Rules that need nothing but the value itself live in the models and were checked when it was parsed.
"""

from __future__ import annotations

from datetime import datetime

from store.terms import (
    review_bundle,
    review_catalog,
    review_contract,
    review_customer,
    review_edit,
    review_ledger,
    review_package,
    review_service,
)
from store.terms.balances import CustomerCommit, CustomerCredit
from store.terms.book import Book, Bundle
from store.terms.catalog import BillableMetric, Product
from store.terms.contract import Amendment, Contract, ContractEdit, ContractTerms, EndDateUpdate, UsageFilterUpdate
from store.terms.customer import Customer
from store.terms.manual_entry import ManualEntry
from store.terms.package import Package
from store.terms.rates import Rate, RateCard
from store.terms.review_finding import Finding, errors, refuse
from store.terms.service_invoice import ServiceInvoice
from store.terms.trueup import DisabledTrueUp

__all__ = [
    "Finding",
    "amendment",
    "bundle",
    "contract",
    "customer",
    "customer_balance",
    "customer_entry",
    "disabled_true_up",
    "edit",
    "end_date",
    "errors",
    "filter_update",
    "ledger_entry",
    "metric",
    "package",
    "product",
    "rate",
    "rate_card",
    "rates",
    "refuse",
    "service_invoice",
]  # fmt: skip

Found = tuple[Finding, ...]


def customer(subject: Customer, book: Book) -> Found:
    """A customer about to be created (or, with an id the book has, changed): aliases, custom fields, balances."""
    return tuple(review_customer.customer(subject, book))


def customer_balance(subject: CustomerCommit | CustomerCredit, customer_id: str, book: Book) -> Found:
    """A customer-level commit or credit about to be given to this customer of the book."""
    return tuple(review_customer.customer_balance(subject, customer_id, book))


def metric(subject: BillableMetric, book: Book) -> Found:
    """A billable metric about to be created."""
    return tuple(review_catalog.metric(subject, book))


def product(subject: Product, book: Book) -> Found:
    """A product about to be created."""
    return tuple(review_catalog.product(subject, book))


def rate_card(subject: RateCard, book: Book) -> Found:
    """A rate card about to be created, with the rates it brings."""
    return tuple(review_catalog.rate_card(subject, book))


def rate(subject: Rate, card: RateCard, book: Book) -> Found:
    """One rate about to be added to a card that holds its rates so far."""
    return tuple(review_catalog.rate(subject, card, book))


def rates(subject: tuple[Rate, ...], card: RateCard, book: Book) -> Found:
    """Several rates about to be added at once; each also stands beside the ones before it. Paths: `/rates/k/…`."""
    return tuple(review_catalog.rates(subject, card, book, before=card.rates))


def package(subject: Package, book: Book) -> Found:
    """A package about to be created."""
    return tuple(review_package.package(subject, book))


def contract(subject: ContractTerms, book: Book) -> Found:
    """A contract about to be created."""
    return tuple(review_contract.contract(subject, book))


def amendment(subject: Amendment, to: Contract, book: Book) -> Found:
    """An amendment about to be recorded for a contract."""
    return tuple(review_contract.amendment(subject, to, book))


def filter_update(subject: UsageFilterUpdate, to: Contract, book: Book) -> Found:
    """A usage-filter update about to be recorded for a contract."""
    return tuple(review_contract.filter_update(subject, to, book))


def edit(subject: ContractEdit, to: Contract, book: Book, *, now: datetime | None = None) -> Found:
    """An edit about to be recorded for a contract; with `now`, what was invoiced by then is not touched."""
    return tuple(review_edit.edit(subject, to, book, now))


def service_invoice(subject: ServiceInvoice, to: Contract, book: Book) -> Found:
    """An invoice about to be made for professional services of a contract."""
    return tuple(review_service.service_invoice(subject, to, book))


def ledger_entry(subject: ManualEntry, to: Contract, book: Book) -> Found:
    """A manual ledger entry about to be recorded for a balance of a contract."""
    return tuple(review_ledger.ledger_entry(subject, to))


def disabled_true_up(subject: DisabledTrueUp, to: Contract, book: Book) -> Found:
    """A true-up about to be taken away from a postpaid commit of a contract."""
    return tuple(review_ledger.disabled_true_up(subject, to))


def customer_entry(subject: ManualEntry, owner: Customer) -> Found:
    """A manual ledger entry about to be recorded for a balance of a customer."""
    return tuple(review_ledger.customer_entry(subject, owner))


def end_date(subject: EndDateUpdate, to: Contract, book: Book) -> Found:
    """A new end about to be recorded for a contract."""
    return tuple(review_contract.end_date(subject, to, book))


def bundle(subject: Bundle, known: Book | None = None) -> Found:
    """A whole bundle, its objects in the order of dependency, on top of what is known already (an import's store)."""
    return tuple(review_bundle.bundle(subject, known))
