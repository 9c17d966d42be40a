"""Commits and credits: those of a customer are made here, and all are listed with what is left of them."""

from __future__ import annotations

from typing import Any

from console.api.balances_shown import agreed, balance
from console.api.bodies import BalanceList, LedgerEntry
from console.api.call import Call, about, page, renamed
from console.api.terms_shown import Known
from store import queries
from store.commands import balances as commands
from store.errors import Invalid
from store.rating.statement import Balance
from store.terms.balances import CustomerCommit, CustomerCredit
from store.terms.base import parse
from store.terms.effective import renewals
from store.terms.manual_entry import ManualEntry


def create_commit(call: Call) -> dict[str, Any]:
    """`POST /v1/contracts/customerCommits/create`"""
    request = call.read(CustomerCommit)
    with call.work() as work:
        return {"data": {"id": commands.create_customer_commit(work, request=request)}}


def create_credit(call: Call) -> dict[str, Any]:
    """`POST /v1/contracts/customerCredits/create`"""
    request = call.read(CustomerCredit)
    with call.work() as work:
        return {"data": {"id": commands.create_customer_credit(work, request=request)}}


def add_ledger_entry(call: Call) -> dict[str, Any]:
    """`POST /v1/contracts/addManualBalanceLedgerEntry`"""
    body = call.read(LedgerEntry)
    given = {("balance_id" if name == "id" else name): value for name, value in body.payload().items()}
    with renamed("/balance_id", "/id"), call.work() as work:
        return {"data": {"id": commands.add_ledger_entry(work, request=parse(ManualEntry, given))}}


def listed(call: Call) -> dict[str, Any]:
    """`POST /v1/contracts/customerBalances/list`: the customer's balances, those of its contracts only if asked for."""
    request = call.read(BalanceList)
    with about("/customer_id"):
        queries.customer(call.store, request.customer_id)
    if request.covering_date and request.starting_at:
        raise Invalid("cannot be combined with covering_date", path="/starting_at")
    found = [b for b in held(call, request.customer_id) if _wanted(b, request)]
    book = call.book(request.customer_id)
    owner = book.customer[request.customer_id]
    known = Known(
        names={p.id or "": p.name for p in book.products},
        made=queries.made(call.store, [b.id or "" for b in (*owner.commits, *owner.credits)]),
        renewals={id: renewal.id for id, renewal in renewals(book).items()},
    )
    terms = agreed(book, request.customer_id, known)
    shown = [balance(b, terms.get(b.id), known, ledger=request.include_ledgers) for b in found]
    return page(call.paged(request.limit or call.query.get("limit", 25), request.next_page), shown)


def held(call: Call, customer_id: str) -> tuple[Balance, ...]:
    """Every balance of the customer and of its contracts, as of now."""
    return call.rated(customer_id).balances


def _wanted(found: Balance, request: BalanceList) -> bool:
    if request.id is not None and found.id != request.id:
        return False
    if request.exclude_zero_balances and found.balance == 0:
        return False
    if found.contract_id is not None and not request.include_contract_balances and request.id is None:
        return False
    if request.covering_date and not found.starting_at <= request.covering_date < found.ending_before:
        return False
    if request.starting_at and found.ending_before <= request.starting_at:
        return False
    return request.effective_before is None or found.starting_at < request.effective_before
