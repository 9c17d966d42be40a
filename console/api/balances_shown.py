"""Commits and credits as the API lists them: the term that was agreed, what is left of it, and its ledger."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from console.api.terms_shown import Known, product, term
from store.rating.report import balance_json, credit_type
from store.rating.statement import Balance, LedgerEntry
from store.terms import balances, document
from store.terms.book import Book
from store.terms.effective import effective


class Agreed(NamedTuple):
    """A commit or credit as it was agreed, and when it was added."""

    term: balances.Balance
    at: datetime


def agreed(book: Book, customer_id: str, known: Known) -> dict[str, Agreed]:
    """Every commit and credit of a customer and its contracts, by id; those that others generate are not among them."""
    found: dict[str, Agreed] = {}
    owner = book.customer[customer_id]
    for own in (*owner.commits, *owner.credits):
        made = known.made.get(own.id or "")
        starts = [item.starting_at for item in own.access_schedule.schedule_items]
        found[own.id or ""] = Agreed(own, made.at if made else min(starts))
    for contract in book.contracts:
        held = effective(contract)
        for each in (*held.commits, *held.credits):
            found[each.id or ""] = Agreed(each, held.recorded.get(each.id or "", contract.starting_at))
    return found


def balance(held: Balance, origin: Agreed | None, known: Known, *, ledger: bool) -> dict[str, Any]:
    """A balance: with the term it comes from where it was agreed as such, else with what the ledger knows of it."""
    shown = {name: value for name, value in balance_json(held).items() if name != "ledger"}
    if origin is not None:
        shown = term(origin.term, known, origin.at) | {k: v for k, v in shown.items() if v is not None}
    else:
        shown |= {"created_at": held.starting_at, "access_schedule": _segments(held)}
    shown["product"] = product(held.product_id, known)
    shown["contract"] = {"id": held.contract_id} if held.contract_id else None
    own = getattr(origin.term, "invoice_contract_id", None) if origin else None
    if own:
        shown["invoice_contract"] = {"id": own}
    if ledger:
        shown["ledger"] = entries(held, known)
    return shown


def entries(held: Balance, known: Known) -> list[dict[str, Any]]:
    """The ledger; what was rolled over says where to."""
    found: list[dict[str, Any]] = balance_json(held)["ledger"]
    to = known.renewals.get(held.contract_id or "")
    return [entry | {"new_contract_id": to} if entry["type"].endswith("_ROLLOVER") else entry for entry in found]


def _segments(held: Balance) -> dict[str, Any]:
    """The access schedule of a balance that was generated: its segments, as its ledger began them."""
    starts: Iterable[LedgerEntry] = (e for e in held.ledger if e.type.endswith(("_SEGMENT_START", "_INITIAL_BALANCE")))
    ends: Mapping[str, datetime] = {e.segment_id: e.timestamp for e in held.ledger if e.type.endswith("_EXPIRATION")}
    return {
        "credit_type": credit_type(held.credit_type_id),
        "schedule_items": [
            {
                "id": e.segment_id,
                "amount": e.amount,
                "starting_at": document.plain(e.timestamp),
                "ending_before": document.plain(ends.get(e.segment_id, held.ending_before)),
            }
            for e in starts
        ],
    }
