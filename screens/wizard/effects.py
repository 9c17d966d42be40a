"""What creating the contract does, in sentences; and the book in which its draft stands."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from screens.terms.offering import Offering
from screens.wizard import draft as drafting
from screens.wizard.known import Known, Look
from store.rating.statement import Statement
from store.terms import money, shown
from store.terms.book import Book
from store.terms.changes import as_contract
from store.terms.contract import ContractTerms


def book_of(draft: Mapping[str, Any], known: Known | None, offering: Offering) -> Book | None:
    """The catalog with the draft's card and the draft as its only contract; None while nothing can be rated."""
    terms = drafting.ratable(draft)
    if terms is None or known is None:
        return None
    cards = tuple(offering.card if offering.card and c.id == offering.card.id else c for c in known.book.rate_cards)
    return known.book.replace(rate_cards=cards, customers=(known.customer,), contracts=(as_contract(terms),))


def called(draft: Mapping[str, Any], offering: Offering) -> str:
    """The contract's name, or the rate card's, or when it starts."""
    if draft.get("name"):
        return str(draft["name"])
    if offering.card is not None:
        return f"on {offering.card.name}"
    return f"from {str(draft.get('starting_at', ''))[:10]}"


def sentences(terms: ContractTerms, look: Look, customer: str, now: datetime) -> tuple[str, str]:
    """What is created, and what it does to money: invoices to come, and those that are final at once."""
    name = f"“{terms.name}” " if terms.name else ""
    text = f"Contract {name}of {customer}, {shown.span(terms.starting_at, terms.ending_before)}."
    invoices = look.invoices
    if not invoices:
        return text, "It raises no scheduled invoices; usage is stated as it comes."
    past = tuple(i for i in invoices if i.issued_at <= now)
    effect = f"It raises {_count(invoices)}, {_sum(invoices)} in all"
    if past:
        effect += f"; {_count(past)} dated before now ({_sum(past)}) {'is' if len(past) == 1 else 'are'} final at once"
    doubts = len(look.doubts) + len(look.warnings)
    if doubts:
        text += f"\n{doubts} warning{'s' * (doubts != 1)} on the review."
    return text, effect + "."


def _count(invoices: tuple[Statement, ...]) -> str:
    return f"{len(invoices)} scheduled invoice{'s' * (len(invoices) != 1)}"


def _sum(invoices: tuple[Statement, ...]) -> str:
    units = dict.fromkeys(i.credit_type_id for i in invoices)
    return " + ".join(shown.amount(money.add(*(i.total for i in invoices if i.credit_type_id == u)), u) for u in units)
