"""Rules of customers and their own balances that need a look at the other customers (README, §6 rules 3, 7, 8, 26)."""

from __future__ import annotations

from store.terms import review_balances, review_ledger
from store.terms.balances import CustomerCommit, CustomerCredit
from store.terms.book import Book
from store.terms.customer import Customer
from store.terms.review_finding import Findings, custom_fields, error


def customer(subject: Customer, book: Book) -> Findings:
    """Rule 7: no alias is used by another customer, archived ones included (409); rule 8; rule 26 for its balances."""
    yield from custom_fields("customer", subject.custom_fields, book, "")
    for k, alias in enumerate(subject.ingest_aliases):
        yield from _taken(alias, subject, book, f"/ingest_aliases/{k}")
    if subject.external_id and subject.external_id not in subject.ingest_aliases:
        yield from _taken(subject.external_id, subject, book, "/external_id")
    for kind in ("commits", "credits"):
        for k, each in enumerate(getattr(subject, kind)):
            found = review_balances.customer_balance(each, book, subject.id or "")
            yield from (f.at(f"/{kind}/{k}") for f in found)
    for k, entry in enumerate(subject.ledger_entries):
        yield from (f.at(f"/ledger_entries/{k}") for f in review_ledger.customer_entry(entry, subject))


def _taken(alias: str, subject: Customer, book: Book, at: str) -> Findings:
    for owner in book.called.get(alias, ()):
        if owner.id != subject.id:
            yield error("alias_taken", at, f"{alias} is already used by customer {owner.name} ({owner.id})", 409)
            return


def customer_balance(subject: CustomerCommit | CustomerCredit, customer_id: str, book: Book) -> Findings:
    """A balance for a customer that exists and is not archived, and the balance's own rules."""
    owner = book.customer.get(customer_id)
    if owner is None:
        yield error("not_found", "/customer_id", f"there is no customer {customer_id}", 404)
        return
    if owner.archived_at is not None:
        yield error("archived", "/customer_id", f"customer {owner.name} is archived")
    if subject.customer_id is not None and subject.customer_id != customer_id:
        yield error("other_customer", "/customer_id", "is not the customer this is for")
    yield from review_balances.customer_balance(subject, book, customer_id)
