"""Commits and credits created anew every period, each with a ledger of its own (README, §4.14)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from store.rating.accounts import Account, Segment, add_segment
from store.rating.compiled import CompiledContract
from store.rating.explain import day, worth
from store.rating.periods import anchor
from store.rating.products import CompiledProduct
from store.rating.scheduled import PURCHASE, Due
from store.rating.statement import Line
from store.terms import money, time
from store.terms.balances import RateChoice
from store.terms.hierarchy import reached
from store.terms.money import divide, round_to
from store.terms.recurring import Proration, ProrationRounding, RecurringBalance, RecurringCommit
from store.terms.seats import Seats
from store.terms.time import Frequency, Span

ZERO = Decimal(0)
_SECOND = timedelta(seconds=1)
SeatsOf = Callable[[str, Span], list[tuple[datetime, Seats]]]
"""Subscription id and period → its seats at the start, and as they become within it."""


@dataclass(frozen=True, slots=True, eq=False)
class Item:
    """One balance that a recurring term created, and what it is invoiced at."""

    account: Account
    created: datetime
    due: Due | None


def items(
    contract: CompiledContract,
    term: RecurringBalance,
    product: CompiledProduct,
    *,
    until: datetime,
    known_end: Callable[[datetime], datetime],
    seats: SeatsOf,
    order: int,
) -> Iterator[Item]:
    """The balances created before `until`; `known_end` tells which end of the contract was known at an instant."""
    effective = contract.effective
    first = max(term.starting_at, effective.span.start)
    if term.recurrence_frequency is None:
        base, frequency = anchor(effective.schedule, effective.span.start)
    else:
        base, frequency = term.starting_at, Frequency(term.recurrence_frequency.value)
    k = time.index_at(base, frequency, first)
    while True:
        full = Span(time.step(base, frequency, k), time.step(base, frequency, k + 1))
        created = max(full.start, first)
        now = effective.recurring_at(term, created)
        if created >= min(now.ending_before or time.DISTANT_FUTURE, effective.span.end, until):
            return
        known = known_end(created)
        if known <= created:  # it was extended to this time only later
            known = effective.span.end
        ends = min(now.ending_before or time.DISTANT_FUTURE, known)
        end = time.step(base, frequency, k + now.commit_duration.value)
        yield _Period(contract, now, product, full, created, end, ends, order).item(seats)
        k += 1


def _prorated(amount: Decimal, factor: tuple[int, int], rounding: ProrationRounding | None) -> Decimal:
    covered, length = factor
    if covered == length:
        return amount
    part = divide(amount * covered, Decimal(length))
    return round_to(part, rounding.decimal_places, rounding.rounding_method) if rounding else part


@dataclass(frozen=True, slots=True)
class _Period:
    """One creation period of a recurring term."""

    contract: CompiledContract
    term: RecurringBalance
    product: CompiledProduct
    full: Span
    created: datetime
    end: datetime
    known_end: datetime
    order: int

    def _covered(self) -> tuple[int, int]:
        """The covered part of the period and its length, in seconds; equal where nothing is prorated."""
        start, end = self.full
        if self.term.proration in (Proration.FIRST, Proration.FIRST_AND_LAST):
            start = self.created
        if self.term.proration in (Proration.LAST, Proration.FIRST_AND_LAST):
            end = min(end, self.known_end)
        return (end - start) // _SECOND, (self.full.end - self.full.start) // _SECOND

    def item(self, seats: SeatsOf) -> Item:
        """The balance of the period, with what more seats add to it, and what it is invoiced at."""
        term = self.term
        key = f"{term.id}/{time.stamp(self.created)}"
        access, factor, link = term.access_amount, self._covered(), term.subscription_config
        account = self._account(key)
        known = seats(link.subscription_id, Span(self.created, self.full.end)) if link else []
        if link is not None and link.allocation == "INDIVIDUAL":
            self._each_seat(account, known, factor)
        elif link is not None and access.quantity is None:
            self._pooled(account, known, factor)
        else:
            self._segment(account, "0", self._access(access.quantity or ZERO, factor), self.created)
        return Item(account, self.created, self._due(account, factor))

    def _access(self, quantity: Decimal, factor: tuple[int, int]) -> Decimal:
        rounding = self.term.proration_rounding
        return _prorated(self.term.access_amount.unit_price * quantity, factor, rounding.access if rounding else None)

    def _segment(self, account: Account, id: str, amount: Decimal, start: datetime) -> Segment:
        span, reach = self.contract.effective.span, self.contract.reach
        return add_segment(account, f"{account.id}/segments/{id}", amount, start, self.end, span, reach)

    def _pooled(self, account: Account, known: list[tuple[datetime, Seats]], factor: tuple[int, int]) -> None:
        """One balance for all seats: more seats add to it, fewer count from the next period."""
        (_, first), *later = known
        most, k = first.quantity, 0
        self._segment(account, "0", self._access(most, factor), self.created)
        for moment, seats in later:
            if seats.quantity > most:
                k += 1
                added = self._added(seats.quantity - most, moment)
                self._segment(account, f"{k}", added, moment).adjustment = True
                most = seats.quantity

    def _each_seat(self, account: Account, known: list[tuple[datetime, Seats]], factor: tuple[int, int]) -> None:
        """A balance for each seat that somebody has; a seat that is taken away keeps it until the period ends."""
        each = self.term.access_amount.quantity
        quantity, had = Decimal(1) if each is None else each, set[str]()
        for k, (moment, seats) in enumerate(known):
            for seat in seats.ids:
                if seat not in had:
                    had.add(seat)
                    amount = self._added(quantity, moment) if k else self._access(quantity, factor)
                    made = self._segment(account, f"{k}/{seat}", amount, moment)
                    made.seat, made.adjustment = (self.seat_key, seat), k > 0
        if not had:
            self._segment(account, "0", ZERO, self.created)

    def _added(self, quantity: Decimal, moment: datetime) -> Decimal:
        """What more seats add from an instant on."""
        link, length = self.term.subscription_config, (self.full.end - self.full.start) // _SECOND
        if link is None or not link.apply_seat_increase_config.is_prorated:
            return self._access(quantity, (length, length))
        return self._access(quantity, ((self.full.end - moment) // _SECOND, length))

    @property
    def seat_key(self) -> str:
        """The property that tells the seats apart."""
        link = self.term.subscription_config
        wanted = link.subscription_id if link else None
        found = (s.seat_config for s in self.contract.effective.subscriptions if s.id == wanted and s.seat_config)
        return next((config.seat_group_key for config in found), "")

    def _account(self, key: str) -> Account:
        term, contract = self.term, self.contract
        invoiced = term.invoice_amount if isinstance(term, RecurringCommit) else None
        return Account(
            id=key,
            customer_id=contract.customer_id,
            contract_id=contract.id,
            kind="PREPAID" if isinstance(term, RecurringCommit) else "CREDIT",
            name=term.name or self.product.at(self.created).name,
            product_id=term.product_id,
            unit=term.access_amount.credit_type_id or money.USD,
            priority=term.priority,
            at_commit_rate=term.rate_type is RateChoice.COMMIT_RATE,
            paid=invoiced is not None and bool(invoiced.unit_price * (invoiced.quantity or ZERO)),
            term=term,
            contracts=frozenset({contract.id}),
            children=reached(term.hierarchy_configuration, contract.children),
            order=self.order,
            path=contract.path + contract.effective.paths[term.id or ""],
            archived_at=contract.effective.archived_at,
            recurring_id=term.id,
            rollover_fraction=term.rollover_fraction,
        )

    def _due(self, account: Account, factor: tuple[int, int]) -> Due | None:
        term = self.term
        if not isinstance(term, RecurringCommit) or term.invoice_amount is None:
            return None
        invoiced, rounding = term.invoice_amount, term.proration_rounding
        price = invoiced.unit_price * (invoiced.quantity or ZERO)
        total = _prorated(price, factor, rounding.invoice if rounding else None)
        unit = invoiced.credit_type_id or money.USD
        line = _purchase(account, self.product, total, unit, self.created)
        return Due(self.created, unit, self.contract.effective.recorded[term.id or ""], line, PURCHASE)


def _purchase(account: Account, product: CompiledProduct, total: Decimal, unit: str, created: datetime) -> Line:
    text = f"recurring commit created {day(created)}, invoiced at {worth(total, unit)}"
    return Line(
        type="commit_purchase",
        name=account.name,
        total=total,
        quantity=Decimal(1),
        unit_price=total,
        product_id=account.product_id,
        product_type="FixedProductListItem",
        product_tags=product.at(created).tags,
        credit_type_id=unit,
        commit_id=account.id,
        explanation=(("schedule", text),),
    )
