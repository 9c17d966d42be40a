"""Rules of a contract, and of everything that changes one later, against the book they stand in (README, §6)."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from store.errors import NotFound
from store.terms.base import explain
from store.terms.book import Book
from store.terms.changes import Edit, EndDate, Proposal, Refilter, apply, as_contract
from store.terms.contract import (
    Amendment,
    Contract,
    ContractEdit,
    ContractTerms,
    EndDateUpdate,
    UsageFilterUpdate,
)
from store.terms.effective import Effective, effective
from store.terms.review_finding import Findings, Ground, custom_fields, error, missing, warning
from store.terms.review_routing import overlaps, usable
from store.terms.review_terms import added, customer_balances, ground_of
from store.terms.time import DISTANT_FUTURE, Span


def contract(terms: ContractTerms, book: Book) -> Findings:
    """A contract about to be created: its references, its terms, and what it shares with the customer's others."""
    yield from _customer(terms.customer_id, book)
    yield from custom_fields("contract", terms.custom_fields, book, "")
    yield from _card(terms, book)
    if terms.package_id or terms.package_alias:
        name = "package_id" if terms.package_id else "package_alias"
        yield missing("package", f"/{name}", terms.package_id or terms.package_alias or "")
    for other in book.contracts if terms.uniqueness_key else ():
        if other.uniqueness_key == terms.uniqueness_key and other.id != terms.id:
            yield error("uniqueness_key", "/uniqueness_key", "is already used by another contract", 409)
    ground = Ground(
        book,
        book.card_of(terms),
        Span(terms.starting_at, terms.ending_before or DISTANT_FUTURE),
        balance_ids=customer_balances(terms.customer_id, book),
    )
    yield from added(terms, ground)
    if terms.usage_filter:
        yield from usable(terms.usage_filter, ground, "/usage_filter")
    yield from _transition(terms, book)
    yield from _overlaps(as_contract(terms), book)


def amendment(subject: Amendment, to: Contract, book: Book) -> Findings:
    """An amendment of a contract of the book."""
    now = effective(to)
    yield from _belongs(subject, to)
    yield from _alive(now)
    yield from custom_fields("contract", subject.custom_fields, book, "")
    if not now.span.start <= subject.starting_at < now.span.end:
        yield warning("outside_term", "/starting_at", "is outside the contract's term")
    if now.subscriptions:
        yield warning("deprecated", "", "amendments are not made for contracts with subscriptions; edit it instead")
    yield from added(subject, ground_of(now, book))


def filter_update(subject: UsageFilterUpdate, to: Contract, book: Book) -> Findings:
    """A usage filter from a date on: usable for every metric, and what two contracts would then both take."""
    now = effective(to)
    yield from _belongs(subject, to)
    yield from _alive(now)
    if subject.starting_at < now.span.start:
        yield error("outside_term", "/starting_at", "must not be before the contract's starting_at")
    elif subject.starting_at >= now.span.end:
        yield warning("outside_term", "/starting_at", "is past the contract's end, so it has no effect")
    yield from usable(subject, ground_of(now, book), "")
    changed = _changed(book, to, Refilter(subject, to.id))
    yield from _overlaps(changed, book)


def end_date(subject: EndDateUpdate, to: Contract, book: Book) -> Findings:
    """A new end of a contract: after its start; a later end may bring back usage that another contract takes."""
    now = effective(to)
    yield from _belongs(subject, to)
    yield from _alive(now)
    if subject.ending_before is not None and subject.ending_before <= now.span.start:
        yield error("outside_term", "/ending_before", "must be after the contract's starting_at")
        return
    if (subject.ending_before or DISTANT_FUTURE) > now.span.end:
        changed = _changed(book, to, EndDate(subject, to.id))
        yield from _overlaps(changed, book)


def edit(subject: ContractEdit, to: Contract, book: Book) -> Findings:
    """An edit: what it adds, and what the terms it changes come to; refused as a whole if any of it is unsound."""
    now = effective(to)
    yield from _belongs(subject, to)
    yield from _alive(now)
    ground = ground_of(now, book)
    yield from added(subject, ground, "add_")
    end = subject.update_contract_end_date
    if end is not None and end <= now.span.start:
        yield error("outside_term", "/update_contract_end_date", "must be after the contract's starting_at")
    yield from _updates(subject, now, ground)
    key = f"/edits/{len(to.edits)}"
    try:
        after = effective(_changed(book, to, Edit(subject, to.id)))
    except NotFound as refused:
        yield error("not_found", refused.path.removeprefix(key), refused.message, 404)
        return
    except ValidationError as refused:
        for problem in explain(refused):
            yield error("edit", problem.path, problem.message)
        return
    yield from _sound(subject, after)


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


def _belongs(change: Any, to: Contract) -> Findings:
    if change.contract_id is not None and change.contract_id != to.id:
        yield error("other_contract", "/contract_id", f"is not the contract this is recorded for ({to.id})")
    if change.customer_id is not None and change.customer_id != to.customer_id:
        yield error("other_customer", "/customer_id", "is not the customer of this contract")


def _alive(now: Effective) -> Findings:
    if now.archived_at is not None:
        yield error("archived", "/contract_id", "the contract is archived")


def _updates(subject: ContractEdit, now: Effective, ground: Ground) -> Findings:
    """What an edit names: products that exist, terms that are not archived."""
    for kind, name in (("commits", "commit_id"), ("credits", "credit_id")):
        for k, update in enumerate(getattr(subject, f"update_{kind}")):
            at = f"/update_{kind}/{k}"
            if update.product_id:
                yield from ground.product(update.product_id, f"{at}/product_id")
            for i, product_id in enumerate(update.applicable_product_ids or ()):
                yield from ground.product(product_id, f"{at}/applicable_product_ids/{i}")
            if getattr(update, name) in now.archived:
                yield error("archived", f"{at}/{name}", "is archived")
    for k, update in enumerate(subject.update_scheduled_charges):
        if update.scheduled_charge_id in now.archived:
            yield error("archived", f"/update_scheduled_charges/{k}/scheduled_charge_id", "is archived")


_NAMED = {"commits": "commit_id", "credits": "credit_id", "scheduled_charges": "scheduled_charge_id"}


def _sound(subject: ContractEdit, after: Effective) -> Findings:
    """The terms that an edit changed still keep their own rules (README, §6 rules 4, 19, 21)."""
    for kind, name in (
        ("commits", "commit_id"),
        ("credits", "credit_id"),
        ("scheduled_charges", "scheduled_charge_id"),
    ):
        terms = {term.id: term for term in getattr(after, kind)}
        for k, update in enumerate(getattr(subject, f"update_{kind}")):
            term = terms[getattr(update, name)]
            yield from (f.at(f"/update_{kind}/{k}") for f in _broken(term))


def _broken(term: Any) -> Findings:
    """What is wrong with a term after an edit: its schedules' items one by one, then the term as a whole."""
    empty = False
    for name in ("access_schedule", "invoice_schedule", "schedule"):
        schedule = getattr(term, name, None)
        if schedule is None or getattr(schedule, "recurring_schedule", None) is not None:
            continue
        if not schedule.schedule_items:
            empty = True
            yield error("edit", f"/{name}", "must keep at least one schedule item")
        for item in schedule.schedule_items or ():
            for problem in item.problems():
                yield error("edit", f"/{name}{problem.path}", problem.message)
    for problem in () if empty else term.problems():
        yield error("edit", problem.path, problem.message)


def _changed(book: Book, to: Contract, proposal: Proposal) -> Contract:
    """The contract with a change made, whether or not the book already holds it."""
    others = (c for c in book.contracts if c.id != to.id)
    return apply(book.replace(contracts=(*others, to)), [proposal]).contract[to.id]


def _overlaps(changed: Contract, book: Book) -> Findings:
    yield from overlaps(effective(changed), book)
