"""Rules of packages that need the catalog: their card and products, and the terms a contract would have of them."""

from __future__ import annotations

from dataclasses import replace

from store.terms.book import Book
from store.terms.contract import ContractTerms
from store.terms.package import ANY_DAY, Package, instantiate, told
from store.terms.review_finding import Findings, Ground, custom_fields, error, missing, warning
from store.terms.review_gated import gated
from store.terms.review_terms import added
from store.terms.time import DISTANT_FUTURE, Span

FIELDS = {
    "commits": "package_commit",
    "credits": "package_credit",
    "subscriptions": "package_subscription",
    "scheduled_charges": "package_scheduled_charge",
}
"""Terms of a package, and the entity whose custom fields they carry."""
SAID_LATER = {"custom_field", "outside_term"}
"""What only a contract's own date, or its own entity, can tell."""


def package(subject: Package, book: Book) -> Findings:
    """A package about to be created: the terms are reviewed as those of a contract of some day."""
    terms = instantiate(subject, ContractTerms(customer_id="any", starting_at=ANY_DAY, package_id=subject.id or "any"))
    card = book.card_of(terms)
    if subject.rate_card_id and card is None:
        yield missing("rate card", "/rate_card_id", subject.rate_card_id)
    elif card is not None and card.archived_at is not None and subject.rate_card_id:
        yield error("archived", "/rate_card_id", f"rate card {card.name} is archived and takes no new contracts")
    named = [c for c in book.rate_cards if any(a.name == subject.rate_card_alias for a in c.aliases)]
    if subject.rate_card_alias and not named:
        yield warning("unused_alias", "/rate_card_alias", f"no rate card has the alias {subject.rate_card_alias} yet")
    card = card or (named[-1] if named else None)
    ground = Ground(book, card, Span(ANY_DAY, terms.ending_before or DISTANT_FUTURE))
    for finding in (*added(terms, ground), *gated(terms, ground)):
        if finding.code not in SAID_LATER:
            yield replace(finding, path=told(finding.path))
    for kind, entity in FIELDS.items():
        for k, term in enumerate(getattr(subject, kind)):
            yield from custom_fields(entity, term.custom_fields, book, f"/{kind}/{k}")
    for other in book.packages if subject.uniqueness_key else ():
        if other.uniqueness_key == subject.uniqueness_key and other.id != subject.id:
            yield error("uniqueness_key", "/uniqueness_key", f"is already used by package {other.id}", 409)
