"""Commits and credits of a customer rather than of one contract."""

from __future__ import annotations

from typing import TypeVar

import store.commands.contract_changes as contract_changes
import store.commands.lookups as lookups
from store.commands.ids import every, identified, new_id
from store.database import Work
from store.errors import Invalid
from store.queries import loading
from store.queries.book import around
from store.tables.contracts import CustomerBalanceRow
from store.terms import review
from store.terms.balances import CustomerCommit, CustomerCredit
from store.terms.manual_entry import ManualEntry

B = TypeVar("B", CustomerCommit, CustomerCredit)


def create_customer_commit(work: Work, *, request: CustomerCommit) -> str:
    """Gives a customer a commit and returns its id; a used uniqueness key is a Conflict and creates nothing."""
    return _create(work, "commit", request)


def create_customer_credit(work: Work, *, request: CustomerCredit) -> str:
    """Gives a customer a credit and returns its id; a used uniqueness key is a Conflict and creates nothing."""
    return _create(work, "credit", request)


def _create(work: Work, kind: str, request: CustomerCommit | CustomerCredit) -> str:
    if request.customer_id is None:
        raise Invalid("is required", path="/customer_id")
    row = lookups.customer(work, request.customer_id)
    lookups.free_key(work, "customer_balance", request.uniqueness_key)
    book = around(work.session, customer_ids=[row.id], product_ids=loading.product_ids(request.payload()))
    review.refuse(review.customer_balance(request, row.id, book))
    term = identified(request)
    id = write_balance(work, kind, row.id, term)
    row.version += 1
    work.audit(action=f"create_{kind}", entity=kind, entity_id=id, customer_id=row.id, before=None, after=term)
    return id


def write_balance(work: Work, kind: str, customer_id: str, term: CustomerCommit | CustomerCredit) -> str:
    """Writes a balance that was reviewed and has its ids, without an audit entry of its own; returns its id."""
    id = term.id or new_id()
    lookups.claim_key(work, "customer_balance", term.uniqueness_key, id)
    lookups.claim_terms(work, every(term), customer_id=customer_id)
    lookups.claim_fields(work, "commit" if kind == "commit" else "contract_credit", id, term.custom_fields)
    payload = {**term.payload(), "customer_id": customer_id}
    values = {"id": id, "customer_id": customer_id, "kind": kind, "created_at": work.now, "terms": payload}
    work.insert(CustomerBalanceRow, values)
    return id


def add_ledger_entry(work: Work, *, request: ManualEntry) -> str:
    """Adds to or takes from a balance by hand, one of the contract named or else of the customer; returns its id."""
    if request.contract_id is not None:
        return contract_changes.add_ledger_entry(work, request=request)
    if request.customer_id is None:
        raise Invalid("is required", path="/customer_id")
    row = lookups.customer(work, request.customer_id)
    lookups.free_key(work, "ledger_entry", request.uniqueness_key)
    (owner,) = loading.customers(work.session, [row])
    review.refuse(review.customer_entry(request, owner))
    entry = request.model_copy(update={"id": new_id(), "recorded_at": work.now})
    id = write_entry(work, row.id, entry)
    row.version += 1
    work.audit(
        action="add_ledger_entry", entity="customer", entity_id=row.id, customer_id=row.id, before=None, after=entry
    )
    return id


def write_entry(work: Work, customer_id: str, entry: ManualEntry) -> str:
    """Writes an entry of a customer's balance that was reviewed, without an audit entry of its own; returns its id."""
    id = entry.id or new_id()
    lookups.claim_key(work, "ledger_entry", entry.uniqueness_key, id)
    payload = {**entry.payload(), "id": id, "customer_id": customer_id}
    payload["recorded_at"] = entry.recorded_at or work.now
    values = {
        "id": id, "customer_id": customer_id, "kind": "ledger_entry", "created_at": work.now, "terms": payload,
    }  # fmt: skip
    work.insert(CustomerBalanceRow, values)
    return id
