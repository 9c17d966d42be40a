"""Commits and credits created anew every period, each with a ledger of its own (README, §4.14)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from store.rating.accounts import Account, add_segment
from store.rating.catalog import CompiledProduct
from store.rating.compiled import CompiledContract
from store.rating.explain import number
from store.rating.periods import anchor
from store.rating.scheduled import Due
from store.rating.statement import Line
from store.terms import money, time
from store.terms.balances import Proration, ProrationRounding, RateChoice, RecurringBalance, RecurringCommit
from store.terms.money import divide, round_to
from store.terms.time import Frequency, Span

ZERO = Decimal(0)
_SECOND = timedelta(seconds=1)
Seats = Callable[[str, datetime], Decimal]
"""Subscription id and instant → its quantity then."""


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
    seats: Seats,
    order: int,
) -> Iterator[Item]:
    """The balances created before `until`; `known_end` tells which end of the contract was known at an instant."""
    effective = contract.effective
    first = max(term.starting_at, effective.span.start)
    last = min(term.ending_before or time.DISTANT_FUTURE, effective.span.end)
    if term.recurrence_frequency is None:
        base, frequency = anchor(effective.schedule, effective.span.start)
    else:
        base, frequency = term.starting_at, Frequency(term.recurrence_frequency.value)
    k = time.index_at(base, frequency, first)
    while True:
        full = Span(time.step(base, frequency, k), time.step(base, frequency, k + 1))
        created = max(full.start, first)
        if created >= min(last, until):
            return
        ends = min(term.ending_before or time.DISTANT_FUTURE, known_end(created))
        factor = _covered(term.proration, full, created, ends)
        end = time.step(base, frequency, k + term.commit_duration.value)
        yield _item(contract, term, product, created, end, factor, seats, order)
        k += 1


def _covered(proration: Proration, full: Span, created: datetime, ends: datetime) -> tuple[int, int]:
    """The covered part of the creation period and its length, in seconds; equal where nothing is prorated."""
    start, end = full
    if proration in (Proration.FIRST, Proration.FIRST_AND_LAST):
        start = created
    if proration in (Proration.LAST, Proration.FIRST_AND_LAST):
        end = min(end, ends)
    return (end - start) // _SECOND, (full.end - full.start) // _SECOND


def _prorated(amount: Decimal, factor: tuple[int, int], rounding: ProrationRounding | None) -> Decimal:
    covered, length = factor
    if covered == length:
        return amount
    part = divide(amount * covered, Decimal(length))
    return round_to(part, rounding.decimal_places, rounding.rounding_method) if rounding else part


def _item(
    contract: CompiledContract,
    term: RecurringBalance,
    product: CompiledProduct,
    created: datetime,
    end: datetime,
    factor: tuple[int, int],
    seats: Seats,
    order: int,
) -> Item:
    key = f"{term.id}/{time.stamp(created)}"
    path = contract.path + contract.effective.paths[term.id or ""]
    access = term.access_amount
    quantity = access.quantity
    if quantity is None:
        link = term.subscription_config
        quantity = seats(link.subscription_id, created) if link else ZERO
    rounding = term.proration_rounding
    amount = _prorated(access.unit_price * quantity, factor, rounding.access if rounding else None)
    name = term.name or product.at(created).name
    invoiced = term.invoice_amount if isinstance(term, RecurringCommit) else None
    account = Account(
        id=key,
        customer_id=contract.customer_id,
        contract_id=contract.id,
        kind="PREPAID" if isinstance(term, RecurringCommit) else "CREDIT",
        name=name,
        product_id=term.product_id,
        unit=access.credit_type_id or money.USD,
        priority=term.priority,
        at_commit_rate=term.rate_type is RateChoice.COMMIT_RATE,
        paid=invoiced is not None and bool(invoiced.unit_price * (invoiced.quantity or ZERO)),
        term=term,
        contracts=frozenset({contract.id}),
        order=order,
        path=path,
        archived_at=contract.effective.archived_at,
        recurring_id=term.id,
        rollover_fraction=term.rollover_fraction,
    )
    add_segment(account, f"{key}/segments/0", amount, created, end, contract.effective.span, contract.reach)
    due = None
    if invoiced is not None:
        price = invoiced.unit_price * (invoiced.quantity or ZERO)
        total = _prorated(price, factor, rounding.invoice if rounding else None)
        unit = invoiced.credit_type_id or money.USD
        due = Due(
            created,
            unit,
            contract.effective.recorded[term.id or ""],
            _purchase(account, product, total, unit, created),
            0,
        )
    return Item(account, created, due)


def _purchase(account: Account, product: CompiledProduct, total: Decimal, unit: str, created: datetime) -> Line:
    text = f"recurring commit created {time.stamp(created)}, invoiced at {number(total)}"
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
