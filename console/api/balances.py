"""Commits and credits: those of a customer are made here, and all are listed with what is left of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from console.api.bodies import BalanceList, LedgerEntry
from console.api.call import Call, about, page, renamed
from store import queries
from store.commands import balances as commands
from store.errors import Invalid
from store.rating.report import balance_json
from store.rating.statement import Balance
from store.terms.balances import CustomerCommit, CustomerCredit
from store.terms.base import parse
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
    asked = {"limit": str(request.limit or 25)} | ({"next_page": request.next_page} if request.next_page else {})
    asked |= call.query
    found = [b for b in held(call, request.customer_id) if _wanted(b, request)]
    paged = replace(call, query=asked)
    return page(paged, [_shape(b, ledger=request.include_ledgers) for b in found])


def held(call: Call, customer_id: str) -> tuple[Balance, ...]:
    """Every balance of the customer and of its contracts, as of now."""
    return call.rated(customer_id).balances


def _wanted(balance: Balance, request: BalanceList) -> bool:
    if request.id is not None and balance.id != request.id:
        return False
    if balance.contract_id is not None and not request.include_contract_balances and request.id is None:
        return False
    if request.covering_date and not balance.starting_at <= request.covering_date < balance.ending_before:
        return False
    if request.starting_at and balance.ending_before <= request.starting_at:
        return False
    return request.effective_before is None or balance.starting_at < request.effective_before


def _shape(balance: Balance, *, ledger: bool) -> dict[str, Any]:
    shown = balance_json(balance)
    return shown if ledger else {name: value for name, value in shown.items() if name != "ledger"}
