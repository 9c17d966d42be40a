"""What a customer's contracts say as of an instant, whatever was used: made once, however often it is rated."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from store.rating.accounts import Account, Segment, enter
from store.rating.catalog import Catalog
from store.rating.chains import Chain, chains
from store.rating.compiled import CompiledContract, customer_accounts, routes
from store.rating.doubts import misses, outside_terms
from store.rating.measure import Claim, Route
from store.rating.plan import History, Planned
from store.rating.recurring import Item
from store.rating.rollover import Rollover
from store.rating.scheduled import Due, dues, shared_dues, visible
from store.rating.statement import Warning
from store.rating.terms_over_time import recurring_items, renewed
from store.rating.windows import moments
from store.terms import time
from store.terms.contract import Transition
from store.terms.time import Span

TICK = timedelta(microseconds=1)
"""The least that one instant is after another."""


class CustomerTerms:
    """Plan, balances, dated charges and what to measure of one customer; nothing in it changes while it is rated."""

    def __init__(self, catalog: Catalog, customer_id: str, as_of: datetime) -> None:
        self.catalog = catalog
        self.customer_id = customer_id
        self.as_of = as_of
        self.place, self.customer = catalog.customers[customer_id]
        self.histories = {h.contract.id: h for h in self._histories()}
        self.planned = sorted((p for h in self.histories.values() for p in h.statements(as_of)), key=lambda p: p.order)
        self.now = {key: h.as_of(as_of) for key, h in self.histories.items()}
        self.planned_of: dict[str, list[Planned]] = {key: [] for key in self.now}
        for planned in self.planned:
            self.planned_of[planned.contract.id].append(planned)
        self.renewals: dict[str, Transition] = {}
        for state in self.now.values():
            if transition := state.effective.contract.transition:
                self.renewals.setdefault(transition.from_contract_id, transition)
        self.shared = customer_accounts(self.customer, self.place, catalog, self.now.values(), as_of)
        self.doubts: list[Warning] = []
        self.items: dict[str, list[Item]] = {}
        self.carried: tuple[Rollover, ...] = ()
        self.ahead = as_of
        """Where the last statement ends: what recurring terms create then is there for a charge of that instant."""

    def grow(self, ahead: datetime) -> None:
        """Makes the balances that recurring terms and renewals create up to `ahead`, where the last charge may draw."""
        self.ahead = ahead
        self.items = self._recurring(ahead)
        self.carried = tuple(renewed(self.now))

    def lent(self) -> Iterator[Account]:
        """The balances that child contracts may draw."""
        own = (account for state in self.now.values() for account in state.accounts)
        carried = (rollover.segment.account for rollover in self.carried)
        return (account for account in (*self.shared, *own, *carried) if account.children)

    def complete(self, lent: Iterable[Account]) -> None:
        """Settles which balances each statement may draw, those of parents among them, and what to measure for it."""
        below = tuple(lent)
        for history in self.histories.values():
            for state in history.states:
                state.segments = self._segments(state, below)
        for planned in self.planned:
            _ask(planned)
        self.chains: tuple[Chain, ...] = chains(self.planned)
        self.dues: dict[str, tuple[Due, ...]] = {}
        """By contract: every dated charge that is previewed."""
        self.due_on: dict[str, dict[datetime, list[Due]]] = {}
        """The same by date."""
        self._dated()
        self.claims = tuple(self._claim(state) for state in self.now.values())

    def horizon(self, state: CompiledContract) -> datetime:
        """How far ahead scheduled invoices are previewed: to the contract's end, or one year if it has none."""
        return state.effective.ending_before or time.months_later(self.as_of, 12) + TICK

    def _histories(self) -> Iterator[History]:
        gone = self.customer.archived_at
        for k, contract in self.catalog.contracts_of.get(self.customer_id, ()):
            if gone is not None and (contract.archived_at is None or contract.archived_at > gone):
                contract = contract.model_copy(update={"archived_at": gone})
            yield History(contract, f"/contracts/{k}", self.catalog, self.catalog.renewals.get(contract.id))

    def _recurring(self, ahead: datetime) -> dict[str, list[Item]]:
        """Of each contract as it is now, what its recurring terms create; its balances go to every state's accounts."""
        found: dict[str, list[Item]] = {}
        for history in self.histories.values():
            for state in history.states:
                if not (state.effective.recurring_commits or state.effective.recurring_credits):
                    continue
                latest = state is self.now[state.id]
                until = max(ahead + TICK, self.horizon(state)) if latest else ahead + TICK
                made = list(recurring_items(state, history, self.catalog, until))
                entries = [e for e in state.effective.ledger_entries if e[0].recurring is not None]
                missed = enter([i.account for i in made], entries)
                state.accounts.extend(i.account for i in made if i.created <= ahead)
                if latest:
                    found[state.id] = made
                    self.doubts.extend(misses(state, missed))
        return found

    def _segments(self, state: CompiledContract, lent: tuple[Account, ...]) -> list[Segment]:
        usable: list[Account] = [*state.accounts]
        usable += (a for a in self.shared if a.contracts is None or state.id in a.contracts)
        usable += (a for a in lent if state.id in a.children and a not in usable)
        usable += (r.segment.account for r in self.carried if r.segment.account.contract_id == state.id)
        found = [
            s
            for a in usable
            if a.archived_at is None
            for s in a.segments
            if s.start < s.end and (s.amount or s.manual or a.rolled_from is not None)
        ]
        found.sort(key=lambda s: s.key)
        return found

    def _dated(self) -> None:
        path = f"/customers/{self.place}"
        commits = [(c, f"{path}/commits/{k}") for k, c in enumerate(self.customer.commits)]
        for key, state in self.now.items():
            own = tuple(dues(state, self.catalog))
            self.doubts.extend(outside_terms(state, own))
            recurring = (i.due for i in self.items.get(key, ()) if i.due)
            every = (*own, *shared_dues(state, commits, self.catalog), *recurring)
            self.dues[key] = tuple(d for d in every if visible(state, d.timestamp, self.as_of))
            dated = self.due_on[key] = {}
            for due in self.dues[key]:
                dated.setdefault(due.timestamp, []).append(due)

    def _claim(self, state: CompiledContract) -> Claim:
        """What a contract takes: in each stated period as known when that closed, elsewhere as it is known now."""
        start, end = state.effective.span
        archived = state.effective.archived_at
        if archived is not None:
            end = min(end, archived)
        found: list[Route] = []
        metrics = state.assortment.metric_ids
        for one in self.planned_of[state.id]:
            if start < one.period.start:
                found.extend(routes(state.effective, Span(start, one.period.start)))
            found.extend(one.routes)
            if one.contract.assortment is not state.assortment:
                metrics |= one.contract.assortment.metric_ids
            start = one.period.end
        if start < end:
            found.extend(routes(state.effective, Span(start, end)))
        return Claim(state.id, tuple(found), metrics)


def _ask(planned: Planned) -> None:
    """Finds what a statement needs to know of usage, now that all balances are known."""
    contract, (start, end) = planned.contract, planned.period
    planned.nearby = tuple(s for s in contract.segments if s.start < end and s.end > start)
    planned.routes = routes(contract.effective, planned.period)
    changes = moments(contract, planned.period, planned.nearby)
    planned.plain = not (changes or contract.overrides)
    planned.asks = contract.assortment.asked(planned.period, changes, planned.routes)


def customer_terms(catalog: Catalog, customer_id: str, as_of: datetime) -> CustomerTerms:
    """The terms of a customer, as the catalog keeps them for the last few that were asked for."""
    key = (customer_id, as_of)
    found = catalog.customer_terms.get(key)
    if isinstance(found, CustomerTerms):
        return found
    family = [CustomerTerms(catalog, each, as_of) for each in catalog.families.get(customer_id, (customer_id,))]
    ahead = max((p.period.end for terms in family for p in terms.planned), default=as_of)
    for terms in family:
        terms.grow(ahead)
    lent = [account for terms in family for account in terms.lent()]
    for terms in family:
        terms.complete(lent)
    kept = catalog.customer_terms
    if len(kept) + len(family) > kept.limit:
        kept.clear()
    kept.update({(terms.customer_id, as_of): terms for terms in family})
    return next(terms for terms in family if terms.customer_id == customer_id)
