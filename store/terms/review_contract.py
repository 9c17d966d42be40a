"""Rules of a contract, and of everything that changes one later, against the book they stand in (README, §6)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from store.errors import Invalid
from store.terms.book import Book
from store.terms.changes import EndDate, Proposal, Refilter, apply, as_contract
from store.terms.contract import (
    Amendment,
    Contract,
    ContractTerms,
    EndDateUpdate,
    UsageFilterUpdate,
)
from store.terms.effective import effective
from store.terms.in_force import Effective
from store.terms.package import instantiate, package_of
from store.terms.review_finding import Findings, Ground, custom_fields, error, missing, warning
from store.terms.review_gated import gated
from store.terms.review_routing import overlaps, usable
from store.terms.review_terms import added, ground_of, lent_balances, lent_recurring
from store.terms.time import DISTANT_FUTURE, Span


def contract(terms: ContractTerms, book: Book) -> Findings:
    """A contract about to be created: its references, its terms, and what it shares with the customer's others."""
    if terms.package_id or terms.package_alias:
        yield from _packaged(terms, book)
        return
    yield from _customer(terms.customer_id, book)
    yield from custom_fields("contract", terms.custom_fields, book, "")
    yield from _card(terms, book)
    if terms.made_from_package and terms.made_from_package not in {p.id for p in book.packages}:
        yield missing("package", "/made_from_package", terms.made_from_package)
    for other in book.contracts if terms.uniqueness_key else ():
        if other.uniqueness_key == terms.uniqueness_key and other.id != terms.id:
            yield error("uniqueness_key", "/uniqueness_key", f"is already used by contract {other.id}", 409)
    ground = Ground(
        book,
        book.card_of(terms),
        Span(terms.starting_at, terms.ending_before or DISTANT_FUTURE),
        balance_ids=lent_balances(terms, book),
        recurring_ids=lent_recurring(terms, book),
    )
    yield from added(terms, ground)
    if terms.usage_filter:
        yield from usable(terms.usage_filter, ground, "/usage_filter")
        first = terms.usage_filter.starting_at
        if first is not None and not ground.span.start <= first < ground.span.end:
            yield warning("outside_term", "/usage_filter/starting_at", "is outside the contract's term")
    yield from gated(terms, ground)
    yield from _transition(terms, book)
    yield from _overlaps(as_contract(terms), book)


OWN = ("customer_id", "starting_at", "uniqueness_key", "transition", "custom_fields", "id")
"""What a contract made from a package says itself."""


def _packaged(terms: ContractTerms, book: Book) -> Findings:
    """A contract made from a package: what is wrong with the package's terms is said of the field that names it."""
    at = "/package_id" if terms.package_id else "/package_alias"
    package = package_of(terms, book.packages)
    if package is None and terms.package_id:
        yield missing("package", at, terms.package_id)
        return
    if package is None:
        text = f"no package has the alias {terms.package_alias} at the contract's start"
        yield error("not_found", at, text, 404)
        return
    if package.archived_at is not None:
        yield error("archived", at, f"package {package.name} is archived and takes no new contracts")
    try:
        whole = instantiate(package, terms)
    except Invalid as refused:
        yield from (error("package", problem.path, problem.message) for problem in refused.problems)
        return
    for finding in contract(whole, book):
        own = not finding.path or finding.path.split("/")[1] in OWN
        told = "" if own else f"{finding.path} of package {package.name} {finding.message}"
        yield finding if own else replace(finding, path=at, message=told)


def amendment(subject: Amendment, to: Contract, book: Book) -> Findings:
    """An amendment of a contract of the book."""
    now = effective(to)
    yield from belongs(subject, to)
    yield from alive(now)
    yield from custom_fields("contract", subject.custom_fields, book, "")
    if not now.span.start <= subject.starting_at < now.span.end:
        yield warning("outside_term", "/starting_at", "is outside the contract's term")
    if now.subscriptions:
        yield warning("deprecated", "", "amendments are not made for contracts with subscriptions; edit it instead")
    yield from added(subject, ground_of(now, book))


def filter_update(subject: UsageFilterUpdate, to: Contract, book: Book) -> Findings:
    """A usage filter from a date on: usable for every metric, and what two contracts would then both take."""
    now = effective(to)
    yield from belongs(subject, to)
    yield from alive(now)
    if subject.starting_at < now.span.start:
        yield warning("outside_term", "/starting_at", "is before the contract's start, from where it will hold")
    elif subject.starting_at >= now.span.end:
        yield warning("outside_term", "/starting_at", "is past the contract's end, so it has no effect")
    yield from usable(subject, ground_of(now, book), "")
    after = changed(book, to, Refilter(subject, to.id))
    yield from _overlaps(after, book)


def end_date(subject: EndDateUpdate, to: Contract, book: Book) -> Findings:
    """A new end of a contract: after its start; a later end may bring back usage that another contract takes."""
    now = effective(to)
    yield from belongs(subject, to)
    yield from alive(now)
    if subject.ending_before is not None and subject.ending_before <= now.span.start:
        yield error("outside_term", "/ending_before", "must be after the contract's starting_at")
        return
    if (subject.ending_before or DISTANT_FUTURE) > now.span.end:
        after = changed(book, to, EndDate(subject, to.id))
        yield from _overlaps(after, book)


def _customer(customer_id: str, book: Book) -> Findings:
    customer = book.customer.get(customer_id)
    if customer is None:
        yield missing("customer", "/customer_id", customer_id)
    elif customer.archived_at is not None:
        yield error("archived", "/customer_id", f"customer {customer.name} is archived")


def _card(terms: ContractTerms, book: Book) -> Findings:
    """Rules 3 and 16: the card exists (an alias as of the contract's start), and is not archived."""
    name = "rate_card_id" if terms.rate_card_id else "rate_card_alias"
    given = terms.rate_card_id or terms.rate_card_alias
    if not given:
        return
    card = book.card_of(terms)
    if card is None and terms.rate_card_id:
        yield missing("rate card", f"/{name}", given)
    elif card is None:
        text = f"no rate card has the alias {given} at the contract's start"
        yield error("not_found", f"/{name}", text, 404)
    elif card.archived_at is not None:
        yield error("archived", f"/{name}", f"rate card {card.name} is archived and takes no new contracts")


def _transition(terms: ContractTerms, book: Book) -> Findings:
    """Rule 35: the contract renewed is the same customer's and not archived; without rollover nothing rolls over."""
    if terms.transition is None:
        return
    at, old = "/transition/from_contract_id", book.contract.get(terms.transition.from_contract_id)
    if old is None:
        yield missing("contract", at, terms.transition.from_contract_id)
        return
    if old.customer_id != terms.customer_id:
        yield error("other_customer", at, "is a contract of another customer")
    if old.archived_at is not None:
        yield error("archived", at, "is an archived contract")
    now = effective(old)
    if terms.starting_at < old.starting_at:
        yield error("outside_term", at, "starts after this contract, so this cannot renew it")
    balances = any(t.rollover_fraction for t in (*now.commits, *now.credits))
    if not balances and not any(t.rollover_fraction for t in (*now.recurring_commits, *now.recurring_credits)):
        yield warning("no_rollover", at, "no commit or credit of it has a rollover_fraction, so nothing rolls over")


def belongs(change: Any, to: Contract) -> Findings:
    """A change is for the contract and customer that it names."""
    if change.contract_id is not None and change.contract_id != to.id:
        yield error("other_contract", "/contract_id", f"is not the contract this is recorded for ({to.id})")
    if change.customer_id is not None and change.customer_id != to.customer_id:
        yield error("other_customer", "/customer_id", "is not the customer of this contract")


def alive(now: Effective) -> Findings:
    """An archived contract is not changed any more."""
    if now.archived_at is not None:
        yield error("archived", "/contract_id", "the contract is archived")


def changed(book: Book, to: Contract, proposal: Proposal) -> Contract:
    """The contract with a change made, whether or not the book already holds it."""
    others = (c for c in book.contracts if c.id != to.id)
    return apply(book.replace(contracts=(*others, to)), [proposal]).contract[to.id]


def _overlaps(contract: Contract, book: Book) -> Findings:
    yield from overlaps(effective(contract), book)
