"""What a postpaid commit still owes at its true-up date (README, §4.13)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal

from store.rating.accounts import Account, Segment
from store.rating.catalog import Catalog
from store.rating.compiled import CompiledContract
from store.rating.explain import worth
from store.rating.ledger import Ledger
from store.rating.rollover import Rollover
from store.rating.scheduled import PURCHASE, Due
from store.rating.statement import Line
from store.terms import money
from store.terms.balances import Commit


def true_ups(state: CompiledContract, ledger: Ledger, catalog: Catalog, removed: bool) -> Iterator[tuple[Due, Segment]]:
    """The true-up of each postpaid commit: `max(0, committed − counted)`, due on its invoice date, unless `removed`."""
    commits = {c.id: c for c in state.effective.commits}
    for account in () if removed else state.accounts:
        commit = commits.get(account.id)
        if account.kind != "POSTPAID" or commit is None or commit.invoice_schedule is None or account.archived_at:
            continue
        if commit.invoice_schedule.do_not_invoice:
            continue
        (occurrence,) = commit.invoice_schedule.occurrences()
        segment = account.segments[0]
        counted, moved = ledger.drawn(segment), ledger.moved.get(segment.state)
        amount = max(Decimal(0), ledger.left(segment) - (moved.amount if moved else 0))
        unit = commit.invoice_schedule.credit_type_id or money.USD
        text = f"committed {worth(segment.amount, unit)} − counted {worth(counted, unit)}, at least 0"
        line = _line(account, unit, amount, text, occurrence.timestamp, catalog)
        yield Due(occurrence.timestamp, unit, state.effective.recorded[account.id], line, PURCHASE), segment


def carried_true_ups(rollovers: Iterable[Rollover], ledger: Ledger, catalog: Catalog) -> Iterator[tuple[Due, Segment]]:
    """The true-up of each obligation that a renewal carried over: what is not used of it when its time ends."""
    for rollover in rollovers:
        segment, account = rollover.segment, rollover.segment.account
        schedule = account.term.invoice_schedule if isinstance(account.term, Commit) else None
        amount = ledger.amount(segment)
        if account.kind != "POSTPAID" or not amount or schedule is None or schedule.do_not_invoice:
            continue
        unit = schedule.credit_type_id or money.USD
        counted = ledger.drawn(segment)
        text = f"carried over {worth(amount, unit)} − counted {worth(counted, unit)}, at least 0"
        left = max(Decimal(0), ledger.left(segment))
        line = _line(account, unit, left, text, segment.end, catalog)
        yield Due(segment.end, unit, rollover.at, line, PURCHASE), segment


def _line(account: Account, unit: str, amount: Decimal, text: str, at: datetime, catalog: Catalog) -> Line:
    return Line(
        type="commit_purchase",
        name=account.name,
        total=amount,
        quantity=Decimal(1),
        unit_price=amount,
        product_id=account.product_id,
        product_type="FixedProductListItem",
        product_tags=catalog.product(account.product_id, account.path + "/product_id").at(at).tags,
        credit_type_id=unit,
        postpaid_commit_id=account.id,
        explanation=(("true-up", text),),
    )
