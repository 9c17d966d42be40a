"""Terms in plain words, one sentence each, for whoever looks at a contract (money as `store.terms.shown` has it)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import singledispatch
from typing import Any

from store.terms import money, shown
from store.terms.base import Term
from store.terms.billing import BillingProviderConfiguration, RevenueSystemConfiguration
from store.terms.charges import Collection, Discount, ProfessionalService, Subscription
from store.terms.gate import PaymentGate
from store.terms.gated import BalanceThreshold, RechargeDiscount, ResellerRoyalty, SpendThreshold, SpendTracker
from store.terms.hierarchy import Consolidation, Hierarchy, Payer, StatementBehavior
from store.terms.in_force import Effective
from store.terms.recurring import RecurringBalance, RecurringCommit

Names = Mapping[str, str]
"""Product id → name."""
NO_NAMES: Names = {}


@singledispatch
def told(term: Any, names: Names = NO_NAMES, fiat: str = money.USD) -> str:
    """What a term says, as one sentence; raises `TypeError` for one that is not told here.

    `names` gives products their names, `fiat` is the currency of the contract's card.
    """
    raise TypeError(f"{type(term).__name__} is not told in words")


@told.register
def _spend(term: SpendThreshold, names: Names = NO_NAMES, fiat: str = money.USD) -> str:
    limit = shown.amount(term.threshold_amount, fiat)
    text = f"Each time uninvoiced usage spend reaches {limit}, it is charged as the commit {_commit(term, names)}"
    return _off(term.is_enabled, f"{text}{_gate(term.payment_gate_config)}{_discount(term.discount_configuration)}.")


@told.register
def _balance(term: BalanceThreshold, names: Names = NO_NAMES, fiat: str = money.USD) -> str:
    unit = term.custom_credit_type_id or fiat
    limit, target = shown.amount(term.threshold_amount, unit), shown.amount(term.recharge_to_amount, unit)
    text = f"When the balance falls to {limit}, the commit {_commit(term, names)} brings it back to {target}"
    return _off(term.is_enabled, f"{text}{_gate(term.payment_gate_config)}{_discount(term.discount_configuration)}.")


def _commit(term: SpendThreshold | BalanceThreshold, names: Names) -> str:
    return term.commit.name or names.get(term.commit.product_id, term.commit.product_id)


def _off(enabled: bool, text: str) -> str:
    return text if enabled else f"Switched off: {text[0].lower()}{text[1:]}"


def _discount(term: RechargeDiscount | None) -> str:
    if term is None:
        return ""
    text = f", of which the customer pays {shown.percent(term.payment_fraction)}"
    if term.cap is None:
        return text
    return f"{text} until spend tracker {term.cap.spend_tracker_alias} has counted {money.text(term.cap.amount)}"


_GATES = {"NONE": "", "STRIPE": " once Stripe has collected the payment", "EXTERNAL": " once payment is reported"}


def _gate(term: PaymentGate) -> str:
    return _GATES[term.payment_gate_type]


@told.register
def _gated(term: PaymentGate, names: Names = NO_NAMES, fiat: str = money.USD) -> str:
    wait = _gate(term)
    return f"Its balance can be used{wait}." if wait else "Its balance does not wait for payment."


@told.register
def _tracker(term: SpendTracker, names: Names = NO_NAMES, fiat: str = money.USD) -> str:
    sources = {s for specifier in term.applicable_spend_specifiers or () for s in specifier.sources or ()}
    words = {"THRESHOLD_RECHARGE": "by thresholds", "MANUAL": "by hand"}
    how = " and ".join(words[s] for s in sorted(sources, reverse=True))
    return f"{term.alias} counts commits bought{' ' + how if how else ''}, anew every billing period."


@told.register
def _royalty(term: ResellerRoyalty, names: Names = NO_NAMES, fiat: str = money.USD) -> str:
    products = [names.get(p, p) for p in term.applicable_product_ids or ()]
    products += [f"everything tagged {tag}" for tag in term.applicable_product_tags or ()]
    return (
        f"{shown.percent(term.fraction)} of {_listed(products)} goes to {term.reseller_type} reseller "
        f"{term.netsuite_reseller_id}, {shown.span(term.starting_at, term.ending_before)}; no total changes."
    )


@told.register
def _hierarchy(term: Hierarchy, names: Names = NO_NAMES, fiat: str = money.USD) -> str:
    if term.parent is None:
        joins = term.parent_behavior and term.parent_behavior.invoice_consolidation_type is Consolidation.CONCATENATE
        return "A parent: its children's statements " + ("stand on its invoices." if joins else "stay on their own.")
    pays = "the parent pays" if term.payer is Payer.PARENT else "it pays for itself"
    joins = term.usage_statement_behavior is StatementBehavior.CONSOLIDATE
    where = "its statements stand on the parent's invoices" if joins else "its statements stay on their own"
    return f"A child of contract {term.parent.contract_id}: {pays}, and {where}."


@told.register
def _service(term: ProfessionalService, names: Names = NO_NAMES, fiat: str = money.USD) -> str:
    name, price = names.get(term.product_id, term.product_id), shown.price(term.unit_price, fiat)
    most = shown.amount(term.max_amount, fiat)
    return f"{name}: {shown.quantity(term.quantity)} at {price}, at most {most}; billed only when an invoice is made."


@told.register
def _off_price(term: Discount, names: Names = NO_NAMES, fiat: str = money.USD) -> str:
    name = term.name or names.get(term.product_id, term.product_id)
    dates = term.schedule.occurrences()
    total = shown.amount(term.schedule.total, term.schedule.credit_type_id or fiat)
    times = f"on {shown.day(dates[0].timestamp)}" if len(dates) == 1 else f"in {len(dates)} parts"
    return f"{name}: {total} off, {times}."


@told.register
def _recurring(term: RecurringBalance, names: Names = NO_NAMES, fiat: str = money.USD) -> str:
    name = term.name or names.get(term.product_id, term.product_id)
    unit, access = term.access_amount.credit_type_id or fiat, term.access_amount
    every = f"every {_PERIODS[term.recurrence_frequency]}" if term.recurrence_frequency else "every statement period"
    given = f"{shown.amount(access.unit_price, unit)} for each seat"
    if access.quantity is not None:
        given = shown.amount(money.multiply(access.unit_price, access.quantity), unit)
    text = f"{name}: {given} {every}, {shown.span(term.starting_at, term.ending_before)}"
    if term.commit_duration.value > 1:
        text += f", each for {term.commit_duration.value} periods"
    invoiced = term.invoice_amount if isinstance(term, RecurringCommit) else None
    if invoiced is not None:
        price = money.multiply(invoiced.unit_price, invoiced.quantity or Decimal(1))
        text += f", invoiced at {shown.amount(price, invoiced.credit_type_id or fiat)}"
    return text + "."


_PERIODS = {"DAILY": "day", "WEEKLY": "week", "MONTHLY": "month", "QUARTERLY": "quarter", "ANNUAL": "year"}


@told.register
def _subscription(term: Subscription, names: Names = NO_NAMES, fiat: str = money.USD) -> str:
    rate = term.subscription_rate
    name = term.name or names.get(rate.product_id, rate.product_id)
    if term.seat_config is not None:
        seats = len(term.seat_config.initial_seat_ids) + (term.seat_config.initial_unassigned_seats or Decimal(0))
        size = f"{shown.quantity(Decimal(seats))} seats by {term.seat_config.seat_group_key}"
    else:
        size = shown.quantity(term.initial_quantity or Decimal(0))
    when = "in advance" if term.collection_schedule is Collection.ADVANCE else "in arrears"
    prorated = ", prorated" if term.proration.is_prorated else ""
    return f"{name}: {size}, charged every {_PERIODS[rate.billing_frequency]} {when}{prorated}."


@told.register
def _billing(term: BillingProviderConfiguration, names: Names = NO_NAMES, fiat: str = money.USD) -> str:
    if term.billing_provider_configuration_id:
        return f"Billed by the customer's configuration {term.billing_provider_configuration_id}."
    return f"Billed by {_system(term.billing_provider)}, delivered by {_system(term.delivery_method)}."


@told.register
def _revenue(term: RevenueSystemConfiguration, names: Names = NO_NAMES, fiat: str = money.USD) -> str:
    if term.revenue_system_configuration_id:
        return f"Revenue goes to the customer's configuration {term.revenue_system_configuration_id}."
    return f"Revenue goes to {_system(term.provider)}, delivered by {_system(term.delivery_method)}."


def _system(name: str | None) -> str:
    return (name or "").replace("_", " ")


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def settings(held: Effective, names: Names = NO_NAMES, fiat: str = money.USD) -> Iterator[tuple[str, str]]:
    """What a contract in force has one of, beside its lists of terms: a title and a sentence each."""
    titled: tuple[tuple[str, Term | None], ...] = (
        ("Spend threshold", held.spend_threshold_configuration),
        ("Balance threshold", held.prepaid_balance_threshold_configuration),
        *(("Spend tracker", tracker) for tracker in held.spend_trackers),
        ("Hierarchy", held.hierarchy_configuration),
        ("Billing", held.billing_provider_configuration),
        ("Revenue", held.revenue_system_configuration),
    )
    for title, term in titled:
        if term is not None:
            yield title, told(term, names, fiat)
