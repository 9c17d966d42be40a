"""Rules of customers and their own balances that need a look at the other customers (README, §6 rules 3, 7, 8, 26)."""

from __future__ import annotations

from store.terms import review_balances
from store.terms.balances import CustomerCommit, CustomerCredit
from store.terms.book import Book
from store.terms.customer import Customer
from store.terms.review_finding import Finding, Findings, custom_fields, error


def customer(subject: Customer, book: Book) -> Findings:
    """Rule 7: no alias is used by another customer, archived ones included (409); rule 8; rule 26 for its balances."""
    yield from custom_fields("customer", subject.custom_fields, book, "")
    taken = {alias: c for c in book.customers if c.id != subject.id for alias in (c.id or "", *c.aliases)}
    for k, alias in enumerate(subject.ingest_aliases):
        if alias in taken:
            yield _taken(alias, taken[alias], f"/ingest_aliases/{k}")
    if subject.external_id and subject.external_id in taken and subject.external_id not in subject.ingest_aliases:
        yield _taken(subject.external_id, taken[subject.external_id], "/external_id")
    for kind in ("commits", "credits"):
        for k, each in enumerate(getattr(subject, kind)):
            found = review_balances.customer_balance(each, book, subject.id or "")
            yield from (f.at(f"/{kind}/{k}") for f in found)


def _taken(alias: str, owner: Customer, at: str) -> Finding:
    return error("alias_taken", at, f"{alias} is already used by customer {owner.name} ({owner.id})", 409)


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
