"""What falls due on dates: commit purchases, scheduled charges, discounts, true-ups (README, §4.13, §4.15, §4.18)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from store.rating.catalog import Catalog
from store.rating.compiled import CompiledContract
from store.rating.explain import Note, day, number, worth
from store.rating.periods import anchor
from store.rating.plan import Planned
from store.rating.statement import Line
from store.terms import money, time
from store.terms.balances import Commit, CommitType, CustomerCommit
from store.terms.charges import Discount, ScheduledCharge
from store.terms.schedules import ChargeSchedule, Occurrence

PURCHASE, CHARGE, DISCOUNT, SERVICE = 0, 1, 2, 3
"""The order of lines on an invoice; a true-up stands where a purchase does."""


@dataclass(frozen=True, slots=True, eq=False)
class Due:
    """One line that falls due at an instant; `known` is when its term was added."""

    timestamp: datetime
    unit: str
    known: datetime
    line: Line
    rank: int


def shared_dues(
    contract: CompiledContract, customer_commits: Iterable[tuple[CustomerCommit, str]], catalog: Catalog
) -> Iterator[Due]:
    """The purchases of the customer's own commits that this contract invoices."""
    for shared, path in customer_commits:
        if shared.invoice_contract_id == contract.id:
            yield from _purchases(shared, path, contract.effective.span.start, None, catalog)


def dues(contract: CompiledContract, catalog: Catalog) -> Iterator[Due]:
    """Every dated charge of a contract's own terms, true-ups and what recurs aside."""
    effective = contract.effective
    for commit in effective.commits:
        key = commit.id or ""
        known = effective.recorded[key]
        path = contract.path + effective.paths[key]
        yield from _purchases(commit, path, known, effective.archived.get(key), catalog)
    yield from _services(contract, catalog)
    for kind in (effective.scheduled_charges, effective.discounts):
        for charge in kind:
            key = charge.id or ""
            path = contract.path + effective.paths[key]
            yield from _charges(charge, path, effective.recorded[key], effective.archived.get(key), catalog)


def _services(contract: CompiledContract, catalog: Catalog) -> Iterator[Due]:
    """What operators had invoiced of professional services; nothing else bills them (README, §2.13)."""
    services = {service.id: service for service in contract.effective.professional_services}
    for invoice, known, path in contract.effective.service_invoices:
        for k, item in enumerate(invoice.line_items):
            service = services[item.professional_service_id]
            where = contract.path + contract.effective.paths[service.id or ""] + "/product_id"
            definition = catalog.product(service.product_id, where).at(invoice.issued_at)
            price, quantity, amount = item.billed(service)
            text = f"{number(quantity)} × {worth(price, contract.fiat)}, invoiced by hand ({path}/line_items/{k})"
            line = Line(
                type="scheduled",
                name=service.description or definition.name,
                total=amount,
                quantity=quantity,
                unit_price=price,
                product_id=service.product_id,
                product_tags=definition.tags,
                credit_type_id=contract.fiat,
                professional_service_id=service.id,
                explanation=(("schedule", text),),
            )
            yield Due(invoice.issued_at, contract.fiat, known, line, SERVICE)


def _purchases(
    commit: Commit, path: str, known: datetime, archived: datetime | None, catalog: Catalog
) -> Iterator[Due]:
    schedule = commit.invoice_schedule
    if schedule is None or schedule.do_not_invoice or commit.type is CommitType.POSTPAID:
        return
    product = catalog.product(commit.product_id, path + "/product_id")
    for o in _until(schedule, archived):
        definition = product.at(o.timestamp)
        line = Line(
            type="commit_purchase",
            name=commit.name or definition.name,
            total=o.amount,
            quantity=o.quantity,
            unit_price=o.unit_price,
            product_id=commit.product_id,
            product_type="FixedProductListItem",
            product_tags=definition.tags,
            credit_type_id=schedule.credit_type_id or money.USD,
            commit_id=commit.id,
            explanation=(_due_note("purchase of the commit", o, schedule),),
        )
        yield Due(o.timestamp, line.credit_type_id, known, line, PURCHASE)


def _charges(
    charge: ScheduledCharge, path: str, known: datetime, archived: datetime | None, catalog: Catalog
) -> Iterator[Due]:
    schedule = charge.schedule
    if schedule.do_not_invoice:
        return
    off = isinstance(charge, Discount)
    product = catalog.product(charge.product_id, path + "/product_id")
    for o in _until(schedule, archived):
        definition = product.at(o.timestamp)
        line = Line(
            type="scheduled",
            name=charge.name or definition.name,
            total=-o.amount if off else o.amount,
            quantity=o.quantity,
            unit_price=-o.unit_price if off else o.unit_price,
            product_id=charge.product_id,
            product_type="FixedProductListItem",
            product_tags=definition.tags,
            credit_type_id=schedule.credit_type_id or money.USD,
            scheduled_charge_id=None if off else charge.id,
            discount_id=charge.id if off else None,
            explanation=(_due_note("discount" if off else "scheduled charge", o, schedule),),
        )
        yield Due(o.timestamp, line.credit_type_id, known, line, DISCOUNT if off else CHARGE)


def _until(schedule: ChargeSchedule, archived: datetime | None) -> Iterator[Occurrence]:
    return (o for o in schedule.occurrences() if archived is None or o.timestamp < archived)


def _due_note(what: str, o: Occurrence, schedule: ChargeSchedule) -> Note:
    unit = schedule.credit_type_id or money.USD
    price, amount = worth(o.unit_price, unit), worth(o.amount, unit)
    text = f"{what} due {day(o.timestamp)}: {number(o.quantity)} × {price} = {amount}"
    recurring = schedule.recurring_schedule
    if recurring is not None:
        text += f" ({recurring.frequency.lower()}, {recurring.amount_distribution.lower().replace('_', ' ')})"
    return ("schedule", text)


def visible(contract: CompiledContract, timestamp: datetime, as_of: datetime) -> bool:
    """Whether a charge of that date is previewed: not taken away by an earlier end, not too far ahead."""
    effective = contract.effective
    if effective.cut is not None and timestamp >= effective.cut:
        return False
    if effective.archived_at is not None and timestamp > effective.archived_at:
        return False
    return effective.ending_before is not None or timestamp <= time.months_later(as_of, 12)


def outlives(contract: CompiledContract, timestamp: datetime, as_of: datetime) -> bool:
    """Whether a true-up of that date is previewed: an obligation survives an earlier end of the contract."""
    return contract.effective.cut is not None or visible(contract, timestamp, as_of)


def ends_statement(contract: CompiledContract, timestamp: datetime) -> bool:
    """Whether one of the contract's usage statements ends at that instant."""
    effective = contract.effective
    if timestamp <= effective.span.start or timestamp > effective.span.end:
        return False
    if timestamp == effective.span.end:
        return True
    base, frequency = anchor(effective.schedule, effective.span.start)
    return time.step(base, frequency, time.index_at(base, frequency, timestamp)) == timestamp


def consolidated(contract: CompiledContract, timestamp: datetime) -> bool:
    """Whether a charge of that date belongs on the usage statement that ends then (README, §4.15)."""
    if contract.effective.contract.scheduled_charges_on_usage_invoices != "ALL":
        return False
    return ends_statement(contract, timestamp)


def on_statement(planned: Planned, dated: Iterable[Due]) -> list[Due]:
    """Of the charges dated the end of a usage statement, those that belong on it."""
    if not consolidated(planned.contract, planned.period.end):
        return []
    return [due for due in dated if due.unit == planned.contract.fiat and due.known < planned.closes_at]


def invoice_key(contract: CompiledContract, due: Due) -> tuple[datetime, datetime, str]:
    """What dues on one scheduled invoice share: the date; one already final when a term was added stays closed."""
    created = contract.effective.contract.recorded_at or contract.effective.span.start
    final = max(due.timestamp, created)
    return due.timestamp, due.known if due.known > final else due.timestamp, due.unit
