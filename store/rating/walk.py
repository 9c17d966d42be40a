"""All statements of one customer, in order: measured once, rated, paid by balances that carry on (README, §4, §5)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from store.rating import thresholds
from store.rating.accounts import Account
from store.rating.compiled import CompiledContract
from store.rating.customer_terms import TICK, CustomerTerms
from store.rating.doubts import expired, expiring
from store.rating.drawdown import draw_down
from store.rating.gross import Runs, add_composites, usage_runs
from store.rating.invoices import Dated, listing_order, true_up_statement, usage_statement
from store.rating.ledger import Ledger, Moved, balance
from store.rating.measure import Usage
from store.rating.notices import Notices
from store.rating.rollover import Rollover, happen_before
from store.rating.runs import Run
from store.rating.scheduled import Due, consolidated, ends_statement, invoice_key, on_statement, outlives, visible
from store.rating.statement import Balance, Statement
from store.rating.subscriptions import SubscriptionCharge
from store.rating.terms_over_time import subscription_charges
from store.rating.trueup import carried_true_ups, true_ups
from store.terms import time


class Bill(NamedTuple):
    """What balances pay at once: a usage statement, or a scheduled invoice with subscriptions on it."""

    order: tuple[datetime, datetime, str, int]
    end: datetime
    closes: datetime
    statement_id: str
    runs: list[Run]
    contract: CompiledContract


class CustomerWalk:
    """The rating of one customer's contracts as of an instant."""

    def __init__(self, terms: CustomerTerms, usage: Usage, notices: Notices, ledger: Ledger | None = None) -> None:
        self.terms = terms
        self.catalog = terms.catalog
        self.as_of = terms.as_of
        self.usage = usage
        self.notices = notices
        self.ledger = Ledger() if ledger is None else ledger
        self.stated: tuple[Statement, ...] = ()
        self._runs: Runs = {}
        self._invoices: list[Dated] = []
        self._placed: dict[int, list[Due]] = {}

    def bills(self) -> Iterator[Bill]:
        """What balances are to pay: everything is measured and priced, nobody has paid yet."""
        terms = self.terms
        runs = usage_runs(terms, self.catalog.metrics, self.usage, self.notices)
        self._collect_subscriptions(runs)
        add_composites(terms.planned, runs, self.notices)
        placed = {id(p): on_statement(p, terms.due_on[p.contract.id].get(p.period.end, ())) for p in terms.planned}
        gone = {id(due) for dues in placed.values() for due in dues}
        invoices = [
            invoice
            for key, state in terms.now.items()
            for invoice in self._dated(state, [due for due in terms.dues[key] if id(due) not in gone])
        ]
        self._runs, self._invoices, self._placed = runs, invoices, placed
        for p in terms.planned:
            yield Bill((*p.order, 1), p.period.end, p.closes_at, p.statement_id, runs[id(p)], p.contract)
        for invoice in invoices:
            if invoice.runs:
                state, at = invoice.contract, invoice.timestamp
                order = (at, state.effective.span.start, state.id, 0)
                yield Bill(order, at, max(at, invoice.opened), invoice.id, invoice.runs, state)

    def statements(self) -> tuple[Statement, ...]:
        """Usage statements and scheduled invoices, in the promised order, once what is due is settled."""
        terms, runs, placed = self.terms, self._runs, self._placed
        found = [usage_statement(p, runs[id(p)], placed[id(p)], self.as_of) for p in terms.planned]
        found += [invoice.statement(self.as_of) for invoice in self._invoices]
        found += [s for state in terms.now.values() for s in self._true_ups(state)]
        found.sort(key=listing_order)
        self.stated = tuple(found)
        for doubt in terms.doubts:
            self.notices.warn(doubt.code, doubt.message, doubt.path)
        for statement in found:
            if statement.type == "USAGE":
                thresholds.spend(statement, terms.now[statement.contract_id], self.as_of, self.notices)
        return self.stated

    def balances(self) -> tuple[Balance, ...]:
        """Every balance that exists at the instant the book is seen from."""
        terms = self.terms
        accounts = [*terms.shared, *(a for state in terms.now.values() for a in state.accounts)]
        taken = self.ledger.taken
        carried = (r.segment for r in terms.carried if r.at <= self.as_of or r.segment.state in taken)
        accounts += [segment.account for segment in carried if self.ledger.amount(segment)]
        accounts = self._with_drawn(accounts)
        found = tuple(
            balance(a, self.ledger, self.as_of)
            for a in accounts
            if a.recurring_id is None
            or (a.segments[0].start <= self.as_of and a.segments[0].start < terms.ahead)
            or any(s.state in self.ledger.taken for s in a.segments)
        )
        expired(accounts, found, self.notices)
        open_until = max((p.period.end for p in terms.planned), default=self.as_of)
        expiring(accounts, self.ledger, self.as_of, open_until, self.notices)
        for state in terms.now.values():
            thresholds.balance(state, accounts, found, self.stated, self.as_of, self.notices)
        return found

    def _with_drawn(self, accounts: list[Account]) -> list[Account]:
        """The accounts with what final statements drew and a later change took away: it was there, and stays drawn."""
        gone = self.ledger.taken.keys() - {s.state for a in accounts for s in a.segments}
        if not gone:
            return accounts
        found = {(a.owner, a.id): a for a in accounts}
        told = ((h, was) for h in self.terms.histories.values() for state in h.states for was in state.accounts)
        for history, was in told:
            drawn = [history.until_gone(s, self.as_of) for s in was.segments if s.state in gone]
            if drawn:
                gone -= {s.state for s in drawn}
                known = found.get((was.owner, was.id))
                found[was.owner, was.id] = replace(was, segments=[*known.segments, *drawn] if known else drawn)
        return list(found.values())

    def _collect_subscriptions(self, runs: Runs) -> None:
        """Charges collected by a usage statement: those due when it ends."""
        known: dict[int, list[SubscriptionCharge]] = {}
        for p in self.terms.planned:
            if not p.contract.subscriptions:
                continue
            if id(p.contract) not in known:
                until = max(q.period.end for q in self.terms.planned_of[p.contract.id]) + TICK
                known[id(p.contract)] = list(subscription_charges(p.contract, self.catalog, until))
            start, end = p.period
            runs[id(p)].extend(
                c.run
                for c in known[id(p.contract)]
                if not c.apart and (c.at == end or (c.arrears and start < c.at < end))
            )

    def _dated(self, state: CompiledContract, mine: Sequence[Due]) -> list[Dated]:
        """The scheduled invoices of a contract: what no usage statement collects, grouped by date."""
        ended = {p.period.end for p in self.terms.planned_of[state.id]}
        found: dict[tuple[datetime, datetime, str], Dated] = {}
        for due in mine:
            later = consolidated(state, due.timestamp) and due.timestamp not in ended
            if not (later and due.timestamp > self.as_of):
                key = invoice_key(state, due)
                found.setdefault(key, Dated(state, *key)).dues.append(due)
        if not state.subscriptions:
            return list(found.values())
        horizon = self.terms.horizon(state)
        for charge in self._charges_apart(state, horizon):
            collected = not charge.apart and (charge.arrears or ends_statement(state, charge.at))
            if not collected and charge.at < horizon and visible(state, charge.at, self.as_of):
                key = (charge.at, charge.at, state.fiat)
                found.setdefault(key, Dated(state, *key)).runs.append(charge.run)
        return list(found.values())

    def _charges_apart(self, state: CompiledContract, horizon: datetime) -> Iterator[SubscriptionCharge]:
        """Subscriptions' charges, each as it was known when an invoice of its date became final; increases as now."""
        history = self.terms.histories[state.id]
        for was in dict.fromkeys((*history.known_until(self.as_of), state)):
            for charge in subscription_charges(was, self.catalog, horizon):
                final = max(charge.at, history.created)
                open_ = charge.added or final > self.as_of
                if was is (state if open_ else history.as_of(final)):
                    yield charge

    def _true_ups(self, state: CompiledContract) -> Iterator[Statement]:
        mine = [r for r in self.terms.carried if r.segment.account.contract_id == state.id and not self._removed(r.old)]
        removed = self._removed(state.id)
        owed = () if removed else carried_true_ups(mine, self.ledger, self.catalog)
        off = dict(state.effective.disabled_true_ups)
        for r in mine:
            if since := self.terms.now[r.old].effective.disabled_true_ups.get(r.origin.id):
                off[r.segment.account.id] = since
        for due, segment in (*true_ups(state, self.ledger, self.catalog, removed), *owed):
            if outlives(state, due.timestamp, self.as_of):
                closes = max((p.issued_at for p in self.terms.planned_of[state.id]), default=due.timestamp)
                if off.get(segment.account.id, time.DISTANT_FUTURE) < max(due.timestamp, closes):
                    continue
                self.ledger.trueups[segment.state] = Moved(due.timestamp, due.line.total)
                yield true_up_statement(state, due, closes, self.as_of)

    def _removed(self, contract_id: str) -> bool:
        """Whether a renewal took the contract's true-ups away."""
        mine = self.terms.renewals.get(contract_id)
        behavior = mine.future_invoice_behavior if mine else None
        return behavior is not None and behavior.trueup == "REMOVE"


def settle(walks: Sequence[CustomerWalk], as_of: datetime) -> None:
    """Lets balances pay, the earliest first: subscriptions' own invoices of a date before periods from it on.

    The walks of customers that share balances are settled together, out of their common ledger.
    """
    bills = sorted((bill for walk in walks for bill in walk.bills()), key=lambda b: b.order)
    pending: Iterable[Rollover] = [rollover for walk in walks for rollover in walk.terms.carried]
    ledger = walks[0].ledger
    for bill in bills:
        pending = happen_before(pending, bill.order[0], ledger)
        _settle(bill, ledger)
    happen_before(pending, as_of, ledger)


def _settle(bill: Bill, ledger: Ledger) -> None:
    runs = bill.runs
    if not runs:
        return
    first, last = min(r.start for r in runs), max(r.start for r in runs)
    nearby = [s for s in bill.contract.segments if s.start <= last and s.end > first]
    if not nearby:
        return
    left = {s.state: ledger.open_to(s, bill.end, bill.closes) if s.manual else ledger.left(s) for s in nearby}
    given = draw_down(runs, nearby, left)
    for segment in nearby:
        amount = given.get(segment.state)
        if amount:
            ledger.take(segment, bill.end, amount, bill.statement_id)
