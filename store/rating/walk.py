"""All statements of one customer, in order: measured once, rated, paid by balances that carry on (README, §4, §5)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from dateutil.relativedelta import relativedelta

from store.rating import thresholds
from store.rating.accounts import Account, Segment
from store.rating.catalog import Catalog
from store.rating.compiled import CompiledContract, customer_accounts
from store.rating.doubts import expired, outside_terms
from store.rating.drawdown import draw_down
from store.rating.gross import Runs, add_composites, usage_runs
from store.rating.invoices import (
    Dated,
    listing_order,
    true_up_statement,
    usage_id,
    usage_statement,
)
from store.rating.ledger import Ledger, balance
from store.rating.measure import Usage
from store.rating.notices import Notices
from store.rating.plan import History, Planned
from store.rating.recurring import Item
from store.rating.rollover import happen_before
from store.rating.runs import Run
from store.rating.scheduled import Due, consolidated, dues, ends_statement, invoice_key, outlives, visible
from store.rating.statement import Balance, Statement
from store.rating.subscriptions import SubscriptionCharge
from store.rating.terms_over_time import recurring_items, renewed, subscription_charges
from store.rating.trueup import true_ups
from store.terms.balances import CustomerCommit


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
        self.stated: tuple[Statement, ...] = ()
        self.histories = self._histories()
        self.planned = sorted((p for h in self.histories for p in h.statements(as_of)), key=lambda p: p.order)
        self.now = {h.contract.id: h.as_of(as_of) for h in self.histories}
        self.shared = self._shared_accounts()
        self.items = self._recurring()
        self.carried = list(renewed(self.now))
        for history in self.histories:
            for state in history.states:
                state.segments = self._segments(state)
        for planned in self.planned:
            period = planned.period
            planned.nearby = tuple(
                s for s in planned.contract.segments if s.start < period.end and s.end > period.start
            )

    def _histories(self) -> tuple[History, ...]:
        ends = {
            c.transition.from_contract_id: c.starting_at
            for c in self.book.contracts
            if c.transition and c.archived_at is None
        }
        gone = self.book.customer[self.customer_id].archived_at
        found: list[History] = []
        for k, contract in enumerate(self.book.contracts):
            if contract.customer_id == self.customer_id:
                if gone is not None and (contract.archived_at is None or contract.archived_at > gone):
                    contract = contract.model_copy(update={"archived_at": gone})
                found.append(History(contract, f"/contracts/{k}", self.catalog, ends.get(contract.id)))
        return tuple(found)

    def _shared_accounts(self) -> list[Account]:
        reach = dict(item for state in self.now.values() for item in state.reach)
        return customer_accounts(self.book, self.customer_id, self.catalog, tuple(reach.items()))

    def _recurring(self) -> dict[str, list[Item]]:
        """Of each contract as it is now, what its recurring terms create; its balances go to every state's accounts."""
        ahead = max((p.period.end for p in self.planned), default=self.as_of)
        found: dict[str, list[Item]] = {}
        for history in self.histories:
            for state in history.states:
                if not (state.effective.recurring_commits or state.effective.recurring_credits):
                    continue
                latest = state is self.now[state.id]
                until = max(ahead, self._horizon(state)) if latest else ahead
                made = list(recurring_items(state, history, self.catalog, until))
                state.accounts.extend(i.account for i in made if i.created < ahead)
                if latest:
                    found[state.id] = made
        return found

    def _horizon(self, state: CompiledContract) -> datetime:
        """How far ahead scheduled invoices are previewed: to the contract's end, or one year if it has none."""
        return state.effective.ending_before or self.as_of + relativedelta(years=1, microseconds=1)

    def _segments(self, state: CompiledContract) -> list[Segment]:
        usable = [*state.accounts, *(a for a in self.shared if a.contracts is None or state.id in a.contracts)]
        usable += [r.segment.account for r in self.carried if r.segment.account.contract_id == state.id]
        found = [
            s
            for a in usable
            if a.archived_at is None
            for s in a.segments
            if s.start < s.end and (s.amount or a.rolled_from is not None)
        ]
        return sorted(found, key=lambda s: s.key)

    def statements(self) -> tuple[Statement, ...]:
        """Usage statements and scheduled invoices, in the promised order."""
        runs = usage_runs(self.planned, self.book, self.usage, self.notices)
        self._collect_subscriptions(runs)
        add_composites(self.planned, runs)
        waiting = {key: list(self._dues(state)) for key, state in self.now.items()}
        placed = {id(p): list(self._consolidated(p, waiting[p.contract.id])) for p in self.planned}
        invoices = [i for key, state in self.now.items() for i in self._dated(state, waiting[key])]
        self._settle_all(runs, invoices)
        found = [usage_statement(p, runs[id(p)], placed[id(p)], self.as_of) for p in self.planned]
        found += [invoice.statement(self.as_of) for invoice in invoices]
        found += [s for state in self.now.values() for s in self._true_ups(state)]
        found.sort(key=listing_order)
        self.stated = tuple(found)
        for state in self.now.values():
            outside_terms(state, self.catalog, self.notices)
            for statement in found:
                if statement.contract_id == state.id and statement.type == "USAGE":
                    thresholds.spend(statement, state, self.as_of, self.notices)
        return self.stated

    def balances(self) -> tuple[Balance, ...]:
        """Every balance that exists at the instant the book is seen from."""
        accounts = [*self.shared, *(a for state in self.now.values() for a in state.accounts)]
        accounts += [r.segment.account for r in self.carried if r.at <= self.as_of and r.segment.amount]
        found = tuple(
            balance(a, self.ledger, self.as_of)
            for a in accounts
            if a.recurring_id is None
            or a.segments[0].start <= self.as_of
            or any(s.state in self.ledger.taken for s in a.segments)
        )
        expired(accounts, found, self.notices)
        for state in self.now.values():
            thresholds.balance(state, accounts, found, self.stated, self.as_of, self.notices)
        return found

    def _collect_subscriptions(self, runs: Runs) -> None:
        """Charges collected by a usage statement: those due when it ends."""
        for p in self.planned:
            if p.contract.effective.subscriptions:
                found = subscription_charges(p.contract, self.catalog, p.period.end + relativedelta(microseconds=1))
                runs[id(p)].extend(
                    c.run
                    for c in found
                    if not c.apart and (c.at == p.period.end or (c.arrears and p.period.start < c.at < p.period.end))
                )

    def _dues(self, state: CompiledContract) -> Iterator[Due]:
        customer = self.book.customer[self.customer_id]
        path = f"/customers/{self.book.customers.index(customer)}"
        commits: list[tuple[CustomerCommit, str]] = [(c, f"{path}/commits/{k}") for k, c in enumerate(customer.commits)]
        every = (*dues(state, commits, self.catalog), *(i.due for i in self.items.get(state.id, ()) if i.due))
        return (d for d in every if visible(state, d.timestamp, self.as_of))

    def _consolidated(self, planned: Planned, mine: list[Due]) -> Iterator[Due]:
        """Takes the charges that belong on a usage statement out of those waiting for an invoice."""
        end, fiat = planned.period.end, planned.contract.fiat
        for due in tuple(mine):
            fits = due.timestamp == end and due.unit == fiat and due.known < planned.closes_at
            if fits and consolidated(planned.contract, due.timestamp):
                mine.remove(due)
                yield due

    def _dated(self, state: CompiledContract, mine: Sequence[Due]) -> list[Dated]:
        """The scheduled invoices of a contract: what no usage statement collects, grouped by date."""
        ended = {p.period.end for p in self.planned if p.contract.id == state.id}
        found: dict[tuple[datetime, datetime, str], Dated] = {}
        for due in mine:
            later = consolidated(state, due.timestamp) and due.timestamp not in ended
            if not (later and due.timestamp > self.as_of):
                key = invoice_key(state, due)
                found.setdefault(key, Dated(state, *key)).dues.append(due)
        horizon = self._horizon(state)
        for charge in self._charges_apart(state, horizon):
            collected = not charge.apart and (charge.arrears or ends_statement(state, charge.at))
            if not collected and charge.at < horizon and visible(state, charge.at, self.as_of):
                key = (charge.at, charge.at, state.fiat)
                found.setdefault(key, Dated(state, *key)).runs.append(charge.run)
        return list(found.values())

    def _charges_apart(self, state: CompiledContract, horizon: datetime) -> Iterator[SubscriptionCharge]:
        """Subscriptions' charges, each as it was known when an invoice of its date became final; increases as now."""
        if not state.effective.subscriptions:
            return
        history = next(h for h in self.histories if h.contract.id == state.id)
        for was in dict.fromkeys((*history.known_until(self.as_of), state)):
            for charge in subscription_charges(was, self.catalog, horizon):
                final = max(charge.at, history.created)
                open_ = charge.added or final > self.as_of
                if was is (state if open_ else history.as_of(final)):
                    yield charge

    def _settle_all(self, runs: Runs, invoices: Sequence[Dated]) -> None:
        """Lets balances pay, the earliest first: subscriptions' own invoices of a date before periods from it on."""
        pending = self.carried
        bills = [((*p.order, 1), p.period.end, usage_id(p), runs[id(p)], p.contract) for p in self.planned]
        for invoice in invoices:
            if invoice.runs:
                start = invoice.contract.effective.span.start
                order = (invoice.timestamp, start, invoice.contract.id, 0)
                bills.append((order, invoice.timestamp, invoice.id, invoice.runs, invoice.contract))
        for order, end, statement_id, mine, contract in sorted(bills, key=lambda bill: bill[0]):
            pending = happen_before(pending, order[0], self.ledger)
            self._settle(mine, contract, end, statement_id)
        happen_before(pending, self.as_of, self.ledger)

    def _settle(self, runs: list[Run], contract: CompiledContract, end: datetime, statement_id: str) -> None:
        if not runs:
            return
        first, last = min(r.start for r in runs), max(r.start for r in runs)
        nearby = [s for s in contract.segments if s.start <= last and s.end > first]
        if not nearby:
            return
        given = draw_down(runs, nearby, {s.state: self.ledger.left(s) for s in nearby})
        for segment in nearby:
            amount = given.get(segment.state)
            if amount:
                self.ledger.take(segment, end, amount, statement_id)

    def _true_ups(self, state: CompiledContract) -> Iterator[Statement]:
        for due, segment in true_ups(state, self.ledger, self.catalog, self._removed(state)):
            if outlives(state, due.timestamp, self.as_of):
                closes = max((p.issued_at for p in self.planned if p.contract.id == state.id), default=due.timestamp)
                self.ledger.trueups[segment.state] = (due.timestamp, due.line.total)
                yield true_up_statement(state, due, closes, self.as_of)

    def _removed(self, state: CompiledContract) -> bool:
        """Whether a renewal took the contract's true-ups away."""
        renewals = (s.effective.contract.transition for s in self.now.values())
        mine = next((t for t in renewals if t and t.from_contract_id == state.id), None)
        behavior = mine.future_invoice_behavior if mine else None
        return behavior is not None and behavior.trueup == "REMOVE"
