"""The day a balance runs out, told from the statements that draw it.

A statement draws a balance line by line, not day by day (README, §4.12), so the day inside its period is told by
proportion: of the spend that the balance could have paid in that period, the share that it did pay.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from store.rating.statement import Balance, LedgerEntry, Line, Preview, Statement
from store.terms.money import EXACT, divide

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class RunOut:
    """When nothing was left, in which statement, and whether unused money lapsed instead of being used up."""

    day: datetime
    statement_id: str | None
    lapsed: Decimal = ZERO
    """What expired unused at that instant, in stored units; 0 where the balance was used up."""


def run_out(preview: Preview, balance: Balance) -> RunOut | None:
    """When the balance was used up or its last segment expired; None while something is left or still to come."""
    statements = {s.id: s for s in preview.statements}
    left, seen = ZERO, False
    for entry in balance.ledger:
        left = EXACT.add(left, entry.amount)
        if entry.amount > 0:
            seen = True
        elif seen and left <= 0 and _last(balance, entry.timestamp):
            if "EXPIRATION" in entry.type:
                return RunOut(entry.timestamp, None, -entry.amount)
            statement = statements.get(entry.statement_id or "")
            day = entry.timestamp if statement is None else _day(statement, balance.id)
            return RunOut(day, entry.statement_id)
    return None


def _last(balance: Balance, moment: datetime) -> bool:
    """Whether the balance gets nothing more after that instant."""
    given = [e for e in balance.ledger if e.amount > 0]
    return EXACT.subtract(balance.original, _sum(given)) <= 0 and all(e.timestamp <= moment for e in given)


def _sum(entries: list[LedgerEntry]) -> Decimal:
    total = ZERO
    for entry in entries:
        total = EXACT.add(total, entry.amount)
    return total


def _day(statement: Statement, balance_id: str) -> datetime:
    """The day in the statement's period on which the balance's share of the spend was through."""
    if statement.start is None or statement.end is None:
        return statement.issued_at
    paid, whole = ZERO, ZERO
    mine = {_bucket(line) for line in statement.lines if _pays(line, balance_id)}
    for line in statement.lines:
        if line.quantity is None or line.type not in ("usage", "subscription"):
            continue
        if _pays(line, balance_id):
            paid, whole = EXACT.add(paid, line.total), EXACT.add(whole, line.total)
        elif line.applied is None and _bucket(line) in mine:
            whole = EXACT.add(whole, line.total)
    if not whole or paid >= whole:
        return statement.end
    seconds = Decimal(int((statement.end - statement.start).total_seconds()))
    into = timedelta(seconds=int(EXACT.multiply(seconds, divide(paid, whole))))
    return (statement.start + into).replace(hour=0, minute=0, second=0, microsecond=0)


def _pays(line: Line, balance_id: str) -> bool:
    return line.applied is not None and line.applied.id == balance_id and line.quantity is not None


def _bucket(line: Line) -> Hashable:
    """What the covered and the uncovered part of one product's usage share."""
    groups = (*sorted(line.pricing_group_values.items()), *sorted(line.presentation_group_values.items()))
    return line.product_id, groups
