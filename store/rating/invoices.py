"""Statements out of what is rated: usage statements of periods, and invoices of dates (README, §4.15)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from store.rating.compiled import CompiledContract
from store.rating.lines import lines_of, total
from store.rating.names import uuid_of
from store.rating.plan import Planned
from store.rating.runs import Run
from store.rating.scheduled import Due
from store.rating.statement import Line, Statement
from store.rating.units import conversions
from store.terms import time


@dataclass(slots=True, eq=False)
class Dated:
    """A scheduled invoice in the making: what falls due on one date, subscriptions' charges included."""

    contract: CompiledContract
    timestamp: datetime
    opened: datetime
    unit: str
    dues: list[Due] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)

    @property
    def id(self) -> str:
        """The invoice's id: the same for the same contract, date and currency."""
        key = f"{self.contract.id}:SCHEDULED:{time.stamp(self.timestamp)}:{time.stamp(self.opened)}:{self.unit}"
        return uuid_of(key)

    def statement(self, as_of: datetime) -> Statement:
        """The invoice, final once its date has come."""
        lines: list[Line] = [due.line for due in sorted(self.dues, key=lambda d: d.rank)]
        lines.extend(lines_of(self.runs))
        lines.extend(conversions(lines, self.contract.card, self.unit))
        return Statement(
            id=self.id,
            customer_id=self.contract.customer_id,
            contract_id=self.contract.id,
            type="SCHEDULED",
            status="FINALIZED" if max(self.timestamp, self.opened) <= as_of else "DRAFT",
            issued_at=self.timestamp,
            due_at=due_at(self.contract, self.timestamp),
            lines=tuple(lines),
            total=total(lines, self.unit),
            credit_type_id=self.unit,
        )


def usage_statement(planned: Planned, runs: Sequence[Run], dues: Iterable[Due], as_of: datetime) -> Statement:
    """The statement of a period: usage, subscriptions, composites, unit conversions, then consolidated charges."""
    fiat = planned.contract.fiat
    lines: list[Line] = list(lines_of(sorted(runs, key=lambda run: run.rank)))
    lines.extend(conversions(lines, planned.contract.card, fiat))
    lines.extend(due.line for due in sorted(dues, key=lambda d: d.rank))
    return Statement(
        id=planned.statement_id,
        customer_id=planned.contract.customer_id,
        contract_id=planned.contract.id,
        type="USAGE",
        status="FINALIZED" if planned.issued_at <= as_of else "DRAFT",
        issued_at=planned.issued_at,
        due_at=due_at(planned.contract, planned.issued_at),
        lines=tuple(lines),
        total=total(lines, fiat),
        start=planned.period.start,
        end=planned.period.end,
        credit_type_id=fiat,
    )


def true_up_statement(state: CompiledContract, due: Due, closes: datetime, as_of: datetime) -> Statement:
    """The true-up of a postpaid commit: an invoice of its own, final after the contract's last usage statement."""
    return Statement(
        id=uuid_of(f"{state.id}:TRUEUP:{due.line.postpaid_commit_id}"),
        customer_id=state.customer_id,
        contract_id=state.id,
        type="SCHEDULED",
        status="FINALIZED" if max(due.timestamp, closes) <= as_of else "DRAFT",
        issued_at=due.timestamp,
        due_at=due_at(state, due.timestamp),
        lines=(due.line,),
        total=due.line.total,
        credit_type_id=due.unit,
    )


def due_at(contract: CompiledContract, issued_at: datetime) -> datetime | None:
    """When what is issued then is overdue: so many whole days on; None without such terms, or past year 9999."""
    days = contract.effective.net_payment_terms_days
    if days is None:
        return None
    try:
        return issued_at + timedelta(days=int(days))
    except OverflowError:
        return None


def listing_order(statement: Statement) -> tuple[object, ...]:
    """The promised order of a customer's statements: start, contract, SCHEDULED before USAGE."""
    return (
        statement.start or statement.issued_at,
        statement.contract_id,
        statement.type,
        statement.issued_at,
        statement.id,
    )
