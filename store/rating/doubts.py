"""Terms that are rated as they stand and still look like a mistake, and balances that ended with something in them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from decimal import Decimal

from store.rating.accounts import Account
from store.rating.compiled import CompiledContract
from store.rating.ledger import Ledger
from store.rating.notices import Notices
from store.rating.scheduled import Due
from store.rating.statement import Balance, Warning
from store.terms import shown
from store.terms.manual_entry import ManualEntry


def outside_terms(state: CompiledContract, dues: Iterable[Due]) -> Iterator[Warning]:
    """Segments that the contract's end cuts off, and charges dated outside the contract (README, *Decisions* 46)."""
    span = state.effective.span
    for account in state.accounts:
        for segment in account.segments if account.recurring_id is None else ():
            if segment.start >= span.end:
                text = f"{account.name}: its segment from {shown.day(segment.start)} starts after the contract's end"
            elif segment.stated_end > span.end:
                text = f"{account.name}: what is left at the contract's end, {shown.day(span.end)}, is lost"
            else:
                continue
            yield Warning("outside_term", text, account.path)
    for due in dues:
        if not span.start <= due.timestamp <= span.end and state.effective.cut is None:
            text = f"{due.line.name} is invoiced on {shown.day(due.timestamp)}, outside the contract"
            yield Warning("outside_term", text, state.path)


def misses(state: CompiledContract, missed: Iterable[tuple[ManualEntry, str]]) -> Iterator[Warning]:
    """Manual entries that change nothing, because the balance that was to be created has no such segment."""
    for entry, why in missed:
        text = f"{shown.amount(entry.amount, state.fiat)} entered by hand ({entry.reason}) changes nothing: {why}"
        yield Warning("ledger_entry_missed", text, state.path)


def expired(accounts: Iterable[Account], balances: Iterable[Balance], notices: Notices) -> None:
    """Balances that ended with something unused in them."""
    paths = {(a.owner, a.id): a.path for a in accounts}
    for balance in balances:
        unused: dict[datetime, Decimal] = {}
        for entry in balance.ledger:
            if entry.type.endswith("_EXPIRATION"):  # of all segments and seats that end then, together
                unused[entry.timestamp] = unused.get(entry.timestamp, Decimal(0)) - entry.amount
        for ended, amount in unused.items():
            path = paths.get((balance.contract_id or balance.customer_id, balance.id), "")
            lost = shown.amount(amount, balance.credit_type_id)
            text = f"{balance.name}: {lost} expired unused on {shown.day(ended)}"
            notices.warn("expired_balance", text, path)


SOON = timedelta(days=30)
"""How far ahead balances are looked at that will end unused, at least; else to the end of the open statement."""


def expiring(
    accounts: Iterable[Account], ledger: Ledger, as_of: datetime, open_until: datetime, notices: Notices
) -> None:
    """Balances with something left in a segment that ends soon; an obligation is trued up instead."""
    until = max(as_of + SOON, open_until)
    for account in accounts:
        if account.kind == "POSTPAID" or account.archived_at is not None:
            continue
        for segment in account.segments:
            if segment.start <= as_of < segment.end <= until and (left := ledger.left(segment)) > 0:
                amount = shown.amount(left, account.unit)
                text = f"{account.name}: {amount} will expire unused on {shown.day(segment.end)}"
                notices.warn("balance_expiring", text, account.path)
