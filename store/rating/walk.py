"""All statements of one customer, in order: measured once, rated, paid by balances that carry on (README, §4, §5)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from uuid import NAMESPACE_URL, uuid5

from store.rating.accounts import Account, Segment
from store.rating.catalog import Catalog
from store.rating.compiled import CompiledContract, customer_accounts
from store.rating.drawdown import draw_down
from store.rating.ledger import Ledger, balance
from store.rating.lines import lines_of, total
from store.rating.measure import Combination, Measured, MeasureRequest, Usage
from store.rating.notices import Notices
from store.rating.plan import History, Planned
from store.rating.runs import Run
from store.rating.scheduled import Due, consolidated, dues, invoice_key, visible
from store.rating.statement import Balance, Line, Statement
from store.rating.usage_runs import Asked, Unbilled, asked, product_runs, usage_products
from store.terms import time
from store.terms.balances import CustomerCommit

Answered = dict[tuple[str, tuple[str, ...]], Mapping[Combination, Measured]]


class CustomerWalk:
    """The rating of one customer's contracts as of an instant."""

    def __init__(self, catalog: Catalog, customer_id: str, usage: Usage, as_of: datetime, notices: Notices) -> None:
        self.catalog = catalog
        self.book = catalog.book
        self.customer_id = customer_id
        self.usage = usage
        self.as_of = as_of
        self.notices = notices
        self.ledger = Ledger()
        self.histories = self._histories()
        self.planned = sorted((p for h in self.histories for p in h.statements(as_of)), key=lambda p: p.order)
        self.now = {h.contract.id: h.as_of(as_of) for h in self.histories}
        self.shared = self._shared_accounts()
        for history in self.histories:
            for state in history.states:
                state.segments = self._segments(state)

    def _histories(self) -> tuple[History, ...]:
        ends = {
            c.transition.from_contract_id: c.starting_at
            for c in self.book.contracts
            if c.transition and c.archived_at is None
        }
        return tuple(
            History(contract, f"/contracts/{k}", self.catalog, ends.get(contract.id))
            for k, contract in enumerate(self.book.contracts)
            if contract.customer_id == self.customer_id
        )

    def _shared_accounts(self) -> list[Account]:
        reach = dict(item for state in self.now.values() for item in state.reach)
        return customer_accounts(self.book, self.customer_id, self.catalog, tuple(reach.items()))

    def _segments(self, state: CompiledContract) -> list[Segment]:
        usable = [
            *state.accounts,
            *(a for a in self.shared if a.contracts is None or state.id in a.contracts),
        ]
        found = [s for a in usable if a.archived_at is None for s in a.segments if s.start < s.end]
        return sorted(found, key=lambda s: s.key)

    def statements(self) -> tuple[Statement, ...]:
        """Usage statements and scheduled invoices, in the promised order."""
        runs = self._usage_runs()
        waiting = self._dues()
        found: list[Statement] = []
        for planned in self.planned:
            drawn = self._settle(planned, runs[id(planned)])
            found.append(self._usage_statement(planned, drawn, waiting))
        found.extend(self._scheduled(waiting))
        found.sort(key=_listing)
        return tuple(found)

    def balances(self) -> tuple[Balance, ...]:
        """Every balance that exists at the instant the book is seen from."""
        accounts = [*self.shared, *(a for state in self.now.values() for a in state.accounts)]
        return tuple(balance(a, self.ledger, self.as_of) for a in accounts)

    def _usage_runs(self) -> dict[int, list[Run]]:
        asks: dict[int, list[Asked]] = {
            id(p): [asked(p.contract, product, p.period) for product in usage_products(p.contract)]
            for p in self.planned
        }
        answers = self._measure(asks)
        runs: dict[int, list[Run]] = {}
        for planned in self.planned:
            nearby = _nearby(planned)
            mine = runs[id(planned)] = []
            for ask in asks[id(planned)]:
                for found in product_runs(planned.contract, ask, answers[id(ask)], self.book.metric, nearby):
                    if isinstance(found, Unbilled):
                        self.notices.unbilled(planned, found)
                    else:
                        mine.append(found)
        return runs

    def _measure(self, asks: Mapping[int, Iterable[Asked]]) -> dict[int, Answered]:
        """Everything the statements need to know of usage: one request per contract, product, metric and grouping."""
        chains: dict[tuple[str, str, str, tuple[str, ...]], list[Asked]] = {}
        answers: dict[int, Answered] = {}
        for planned in self.planned:
            for ask in asks[id(planned)]:
                answers[id(ask)] = {}
                for metric, groups in ask.metrics:
                    chains.setdefault((planned.contract.id, ask.product.id, metric, groups), []).append(ask)
        for (contract_id, product_id, metric, groups), chain in chains.items():
            periods = tuple(ask.period for ask in chain)
            request = MeasureRequest(self.customer_id, contract_id, product_id, metric, groups, periods)
            measured = self.usage.measure(request)
            if measured.not_numeric:
                self.notices.not_numeric(request, measured.not_numeric)
            for ask, found in zip(chain, measured.periods, strict=True):
                answers[id(ask)][metric, groups] = found
        return answers

    def _settle(self, planned: Planned, runs: list[Run]) -> list[Run]:
        nearby = _nearby(planned)
        left = {s.state: self.ledger.left(s) for s in nearby}
        given = draw_down(runs, nearby, left)
        for segment in nearby:
            amount = given.get(segment.state)
            if amount:
                self.ledger.take(segment, planned.period.end, amount, _usage_id(planned))
        return runs

    def _usage_statement(self, planned: Planned, runs: list[Run], waiting: dict[str, list[Due]]) -> Statement:
        fiat = planned.contract.fiat
        lines: list[Line] = list(lines_of(runs))
        mine = waiting[planned.contract.id]
        for due in sorted(mine, key=lambda d: d.rank):
            if (
                due.timestamp == planned.period.end
                and due.unit == fiat
                and due.known < planned.closes_at
                and consolidated(planned.contract, due.timestamp)
            ):
                lines.append(due.line)
                mine.remove(due)
        return Statement(
            id=_usage_id(planned),
            customer_id=self.customer_id,
            contract_id=planned.contract.id,
            type="USAGE",
            status="FINALIZED" if planned.issued_at <= self.as_of else "DRAFT",
            issued_at=planned.issued_at,
            lines=tuple(lines),
            total=total(lines, fiat),
            start=planned.period.start,
            end=planned.period.end,
            credit_type_id=fiat,
        )

    def _dues(self) -> dict[str, list[Due]]:
        customer = self.book.customer[self.customer_id]
        path = f"/customers/{self.book.customers.index(customer)}"
        commits: list[tuple[CustomerCommit, str]] = [
            (commit, f"{path}/commits/{k}") for k, commit in enumerate(customer.commits)
        ]
        return {
            key: [d for d in dues(state, commits, self.catalog, self.as_of) if visible(state, d.timestamp, self.as_of)]
            for key, state in self.now.items()
        }

    def _scheduled(self, waiting: Mapping[str, list[Due]]) -> Iterable[Statement]:
        started = {(p.contract.id, p.period.end) for p in self.planned}
        for contract_id, mine in waiting.items():
            state = self.now[contract_id]
            invoices: dict[tuple[datetime, datetime, str], list[Due]] = {}
            for due in mine:
                later = consolidated(state, due.timestamp) and (contract_id, due.timestamp) not in started
                if not (later and due.timestamp > self.as_of):
                    invoices.setdefault(invoice_key(state, due), []).append(due)
            for (timestamp, opened, unit), grouped in invoices.items():
                lines = tuple(d.line for d in sorted(grouped, key=lambda d: d.rank))
                yield self._invoice(contract_id, timestamp, opened, unit, lines)
            yield from self._true_ups(state)

    def _true_ups(self, state: CompiledContract) -> Iterable[Statement]:
        from store.rating.trueup import true_ups

        for due, segment, amount in true_ups(state, self.ledger, self.catalog):
            if visible_true_up(state, due.timestamp, self.as_of):
                closes = max((p.issued_at for p in self.planned if p.contract.id == state.id), default=due.timestamp)
                self.ledger.trueups[segment.state] = (due.timestamp, amount)
                final = max(due.timestamp, closes) <= self.as_of
                key = f"{state.id}:TRUEUP:{segment.id}"
                yield Statement(
                    id=str(uuid5(NAMESPACE_URL, key)),
                    customer_id=self.customer_id,
                    contract_id=state.id,
                    type="SCHEDULED",
                    status="FINALIZED" if final else "DRAFT",
                    issued_at=due.timestamp,
                    lines=(due.line,),
                    total=amount,
                    credit_type_id=due.unit,
                )

    def _invoice(
        self, contract_id: str, timestamp: datetime, opened: datetime, unit: str, lines: tuple[Line, ...]
    ) -> Statement:
        key = f"{contract_id}:SCHEDULED:{time.stamp(timestamp)}:{time.stamp(opened)}:{unit}"
        return Statement(
            id=str(uuid5(NAMESPACE_URL, key)),
            customer_id=self.customer_id,
            contract_id=contract_id,
            type="SCHEDULED",
            status="FINALIZED" if max(timestamp, opened) <= self.as_of else "DRAFT",
            issued_at=timestamp,
            lines=lines,
            total=sum((line.total for line in lines), Decimal(0)),
            credit_type_id=unit,
        )


def visible_true_up(state: CompiledContract, timestamp: datetime, as_of: datetime) -> bool:
    """True-ups survive an earlier end of the contract: the obligation does."""
    return visible(state, min(timestamp, state.effective.cut or timestamp), as_of) or state.effective.cut is not None


def _nearby(planned: Planned) -> tuple[Segment, ...]:
    period = planned.period
    return tuple(s for s in planned.contract.segments if s.start < period.end and s.end > period.start)


def _usage_id(planned: Planned) -> str:
    return str(uuid5(NAMESPACE_URL, f"{planned.contract.id}:USAGE:{time.stamp(planned.period.start)}"))


def _listing(statement: Statement) -> tuple[object, ...]:
    return (
        statement.start or statement.issued_at,
        statement.contract_id,
        statement.type,
        statement.issued_at,
        statement.id,
    )
