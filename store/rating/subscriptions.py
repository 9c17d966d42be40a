"""A quantity charged per period: in advance or in arrears, prorated, with increases on the way (README, §4.11)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from store.rating.cards import CompiledRate
from store.rating.compiled import CompiledContract
from store.rating.explain import Note, number, when, worth
from store.rating.matching import Subject
from store.rating.overriding import CompiledOverride, Resolved, applicable, entitled, resolve
from store.rating.periods import anchor
from store.rating.prices import flat
from store.rating.products import CompiledProduct
from store.rating.runs import SUBSCRIPTION, Run, charge
from store.terms import time
from store.terms.charges import Collection, Subscription
from store.terms.money import divide, round_to
from store.terms.rates import RateType
from store.terms.seats import QuantityChange, Seats, seats_within
from store.terms.time import Frequency, Span

ZERO = Decimal(0)
_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True, eq=False)
class SubscriptionCharge:
    """One charge: when it is collected, and whether on a scheduled invoice whatever statements end then.

    A charge in arrears that falls due within a statement's period waits for its end; one in advance does not.
    """

    at: datetime
    run: Run
    apart: bool
    arrears: bool
    added: bool = False
    """For an increase within a period."""


def charges(
    contract: CompiledContract, subscription: Subscription, product: CompiledProduct, until: datetime
) -> Iterator[SubscriptionCharge]:
    """The charges of a subscription for the periods that start before `until`."""
    frequency = subscription.subscription_rate.billing_frequency
    span = _span(contract, subscription)
    if span is None:
        return
    cycle = subscription.billing_cycle_config
    base = (
        cycle.anchor_date
        if cycle and cycle.anchor_date
        else anchor(contract.effective.schedule, contract.effective.span.start)[0]
    )
    step = Frequency(frequency.value)
    changes = contract.effective.quantities.get(subscription.id or "", ())
    on_scheduled = cycle is not None and cycle.invoice_placement == "ON_SCHEDULED_INVOICE"
    k = time.index_at(base, step, span.start)
    while True:
        full = Span(time.step(base, step, k), time.step(base, step, k + 1))
        if full.start >= min(span.end, until):
            return
        k += 1
        period = full.clip(span)
        priced = _priced(contract, product, frequency.value, period.start) if period else None
        if period is None or priced is None:
            continue
        billed = _Billed(contract, subscription, product, priced, full, period)
        yield from billed.charges(changes, on_scheduled)


def _span(contract: CompiledContract, subscription: Subscription) -> Span | None:
    """Where it runs: an in-advance subscription without an own end does not follow when the contract is extended."""
    effective = contract.effective
    last = effective.span.end
    if subscription.collection_schedule is Collection.ADVANCE:
        last = min(last, effective.first_end)
    wanted = Span(subscription.starting_at or effective.span.start, subscription.ending_before or last)
    return wanted.clip(effective.span)


@dataclass(frozen=True, slots=True)
class _Priced:
    rate: CompiledRate
    price: Resolved
    specific: tuple[CompiledOverride, ...]
    subject: Subject

    @property
    def quantity(self) -> Decimal:
        """How many a rate of the deprecated type SUBSCRIPTION charges by itself, or an overwrite of it."""
        if self.rate.kind is not RateType.SUBSCRIPTION:
            return ZERO
        overwritten = self.price.winner.override.overwrite_rate if self.price.winner else None
        given = overwritten.quantity if overwritten else None
        return (self.rate.rate.quantity if given is None else given) or ZERO


def _priced(contract: CompiledContract, product: CompiledProduct, frequency: str, moment: datetime) -> _Priced | None:
    """The price at a period's start, which holds for all of it; None where there is none or it is not entitled."""
    rate = contract.card.at(product.id, (), frequency, moment) if contract.card else None
    subject = Subject(product.id, frozenset(product.at(moment).tags), {}, {}, frequency)
    general, specific = applicable(contract.overrides, subject, moment)
    if rate is None or not entitled(rate, general)[0]:
        return None
    price = resolve(rate.table, rate.unit, rate.minimum, general, contract.effective.prioritization)
    if not price.table.steps:
        return None
    return _Priced(rate, price, specific, subject)


@dataclass(frozen=True, slots=True)
class _Billed:
    """One period of a subscription at its price."""

    contract: CompiledContract
    subscription: Subscription
    product: CompiledProduct
    priced: _Priced
    full: Span
    period: Span

    def charges(self, changes: tuple[QuantityChange, ...], on_scheduled: bool) -> Iterator[SubscriptionCharge]:
        if self.subscription.id is None:  # the card's own, whose rate says how many
            if self.priced.quantity:
                yield SubscriptionCharge(self.period.end, self._run(self.priced.quantity, self.period), False, True)
            return
        advance = self.subscription.collection_schedule is Collection.ADVANCE
        at_once = self.subscription.proration.invoice_behavior == "BILL_IMMEDIATELY"
        (_, first), *later = seats_within(self.subscription, changes, self.period)
        quantity = first.quantity
        collected = self.period.start if advance else self.period.end
        yield SubscriptionCharge(collected, self._run(quantity, self.period), on_scheduled, not advance)
        for moment, seats in later:
            now = seats.quantity
            if now > quantity:
                collected = moment if advance and at_once else self.period.end
                run = self._run(now - quantity, Span(moment, self.period.end), added=True)
                yield SubscriptionCharge(collected, run, on_scheduled or (advance and at_once), not advance, True)
                quantity = now

    def _run(self, quantity: Decimal, covered: Span, *, added: bool = False) -> Run:
        definition = self.product.at(self.period.start)
        listed = self.priced.price.table.steps[0].price
        notes: list[Note] = [("quantity", f"{number(quantity)} {'added ' if added else ''}{when(*covered)}")]
        rate = self.priced.rate
        notes.append(
            (
                "rate",
                f"{worth(rate.table.steps[0].price, rate.unit)} a period {when(rate.start, rate.end)} ({rate.path})",
            )
        )
        notes.extend(self.priced.price.notes)
        unit, prorated = listed, False
        table, list_table = self.priced.price.table, rate.table
        if covered != self.full and self.subscription.proration.is_prorated:
            part, whole = (covered.end - covered.start) // _SECOND, (self.full.end - self.full.start) // _SECOND
            unit, prorated = divide(listed * part, Decimal(whole)), True
            rounding = self.subscription.proration.rounding
            if rounding is not None:
                unit = round_to(unit, rounding.decimal_places, rounding.rounding_method)
                total = unit * quantity
            else:
                total = divide(listed * part * quantity, Decimal(whole))
            table = flat(unit)
            list_table = flat(divide(rate.table.steps[0].price * part, Decimal(whole)))
            notes.append(("proration", f"{_share(part, whole)} of the period: {worth(unit, rate.unit)} each"))
        else:
            total = unit * quantity
        return Run(
            rank=SUBSCRIPTION,
            name=definition.name,
            product_id=self.product.id,
            product_type="SubscriptionProductListItem",
            tags=definition.tags,
            subject=self.priced.subject,
            start=covered.start,
            end=covered.end,
            unit=self.priced.price.unit,
            table=table,
            list_table=list_table,
            commit_table=None,
            minimum=None,
            specific=self.priced.specific,
            prioritization=self.contract.effective.prioritization,
            cells=[charge(quantity, unit, total)],
            notes=tuple(notes),
            subscription_id=self.subscription.id,
            is_prorated=prorated,
        )


def seats_in(contract: CompiledContract, subscription_id: str, period: Span) -> list[tuple[datetime, Seats]]:
    """A subscription's seats at the start of a period, and as they become within it; nobody where it does not run."""
    subscription = next((s for s in contract.effective.subscriptions if s.id == subscription_id), None)
    span = _span(contract, subscription) if subscription else None
    common = span.clip(period) if span else None
    if subscription is None or common is None:
        return [(period.start, NOBODY)]
    found = list(seats_within(subscription, contract.effective.quantities.get(subscription_id, ()), common))
    return found if common.start == period.start else [(period.start, NOBODY), *found]


NOBODY = Seats((), ZERO)


def _share(part: int, whole: int) -> str:
    """`22 of 31 days`: seconds in the largest unit that divides both; effective dates are whole hours."""
    name, length = next(
        u for u in (("days", 86_400), ("hours", 3_600), ("seconds", 1)) if not (part % u[1] or whole % u[1])
    )
    return f"{part // length} of {whole // length} {name}"
