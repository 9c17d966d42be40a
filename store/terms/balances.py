"""Commits and credits: money set aside that usage draws down (README, §2.8–2.10)."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from store.errors import Problem
from store.terms import money
from store.terms.base import Flag, Id, Ref, Spelled, Term
from store.terms.gate import PaymentGate, SpendTrackerAttributes
from store.terms.hierarchy import BalanceHierarchy
from store.terms.money import Amount, Fraction, NonNegative, Rounding
from store.terms.schedules import AccessSchedule, ChargeSchedule
from store.terms.time import HourInstant

GroupValues = dict[str, str]
"""Property → value, as a pricing or presentation group has them."""
CustomFields = dict[str, Annotated[str, Field(max_length=200)]]
"""Custom-field key → value; keys are registered beforehand (README, §2.20)."""


class CommitType(Spelled):
    """Paid before use, or owed after it."""

    PREPAID = "PREPAID"
    POSTPAID = "POSTPAID"


class RateChoice(Spelled):
    """Which rate usage has while it draws a balance; LIST_RATE unless said otherwise."""

    LIST_RATE = "LIST_RATE"
    COMMIT_RATE = "COMMIT_RATE"


class Exclusion(Term):
    """Takes lines that carry all these tags out of a specifier's match."""

    product_tags: tuple[str, ...] = Field(min_length=1)


class BalanceSpecifier(Term):
    """One way for a line to qualify: all given conditions hold (README, §2.8.1)."""

    product_id: Id | None = None
    product_tags: tuple[str, ...] | None = Field(default=None, min_length=1)
    pricing_group_values: GroupValues | None = Field(default=None, min_length=1)
    presentation_group_values: GroupValues | None = Field(default=None, min_length=1)
    exclude: tuple[Exclusion, ...] | None = None

    def problems(self) -> Iterator[Problem]:
        """At least one condition."""
        if not (
            self.product_id
            or self.product_tags
            or self.pricing_group_values
            or self.presentation_group_values
            or self.exclude
        ):
            yield Problem("", "must have at least one condition")


class Applicability(Term):
    """What may draw a balance: products by id or any tag, or specifiers; nothing given means everything eligible."""

    applicable_product_ids: tuple[Id, ...] | None = None
    applicable_product_tags: tuple[str, ...] | None = None
    specifiers: tuple[BalanceSpecifier, ...] | None = None

    def problems(self) -> Iterator[Problem]:
        """Specifiers exclude the two lists."""
        if self.specifiers and (self.applicable_product_ids or self.applicable_product_tags):
            yield Problem("/specifiers", "cannot be combined with applicable_product_ids or applicable_product_tags")


class Balance(Applicability):
    """What commits and credits have in common."""

    BUNDLE_ONLY = frozenset({"id"})

    id: Id | None = None
    temporary_id: str | None = Field(default=None, min_length=1)
    product_id: Id
    name: str | None = Field(default=None, min_length=1)
    description: str | None = None
    access_schedule: AccessSchedule
    priority: Amount | None = None
    rate_type: RateChoice = RateChoice.LIST_RATE
    rollover_fraction: Fraction | None = None
    hierarchy_configuration: BalanceHierarchy | None = None
    netsuite_sales_order_id: str | None = None
    custom_fields: CustomFields = Field(default_factory=dict)

    @property
    def credit_type(self) -> str:
        """The credit type its segments are denominated in."""
        return self.access_schedule.credit_type_id or money.USD


class Commit(Balance):
    """A purchase of future usage; contract-level."""

    type: CommitType
    invoice_schedule: ChargeSchedule | None = None
    amount: Literal[None] = None
    payment_gate_config: PaymentGate | None = None
    spend_tracker_attributes: SpendTrackerAttributes | None = None

    def problems(self) -> Iterator[Problem]:
        """Postpaid: one segment, one invoice item, equal totals, invoiced no earlier than the segment's end."""
        yield from super().problems()
        if self.type is CommitType.PREPAID:
            return
        if len(self.access_schedule.schedule_items) != 1:
            yield Problem("/access_schedule/schedule_items", "must be exactly one segment for a POSTPAID commit")
            return
        if self.invoice_schedule is None:
            yield Problem("/invoice_schedule", "is required for a POSTPAID commit")
            return
        due = self.invoice_schedule.occurrences()
        if len(due) != 1:
            yield Problem("/invoice_schedule", "must be exactly one invoice item for a POSTPAID commit")
        elif due[0].amount != self.access_schedule.total:
            yield Problem("/invoice_schedule", "must total the same as access_schedule for a POSTPAID commit")
        elif due[0].timestamp < self.access_schedule.schedule_items[0].ending_before:
            yield Problem("/invoice_schedule", "must not be dated before the segment's end for a POSTPAID commit")


class Credit(Balance):
    """Usage given away; contract-level. Its cost basis is always 0."""


class CustomerCommit(Commit):
    """A commit of the customer, drawn by any or by the listed contracts."""

    customer_id: Id | None = None
    applicable_contract_ids: tuple[Ref, ...] | None = None
    invoice_contract_id: Ref | None = None
    uniqueness_key: str | None = Field(default=None, min_length=1, max_length=128)

    def problems(self) -> Iterator[Problem]:
        """Priority is required; an invoiced one names the contract that invoices it."""
        yield from super().problems()
        if self.priority is None:
            yield Problem("/priority", "is required at customer level")
        schedule = self.invoice_schedule
        if schedule and not schedule.do_not_invoice and schedule.total and not self.invoice_contract_id:
            yield Problem("/invoice_contract_id", "is required unless the commit is free or do_not_invoice")


class CustomerCredit(Credit):
    """A credit of the customer, drawn by any or by the listed contracts."""

    customer_id: Id | None = None
    applicable_contract_ids: tuple[Ref, ...] | None = None
    uniqueness_key: str | None = Field(default=None, min_length=1, max_length=128)

    def problems(self) -> Iterator[Problem]:
        """Priority is required."""
        yield from super().problems()
        if self.priority is None:
            yield Problem("/priority", "is required at customer level")


class RecurrenceFrequency(Spelled):
    """How often a recurring balance is created; unset means once per statement period."""

    DAILY = "DAILY"
    WEEKLY = "WEEKLY"
    MONTHLY = "MONTHLY"
    QUARTERLY = "QUARTERLY"
    ANNUAL = "ANNUAL"


class Proration(Spelled):
    """Which partial periods of a recurring balance are prorated."""

    NONE = "NONE"
    FIRST = "FIRST"
    LAST = "LAST"
    FIRST_AND_LAST = "FIRST_AND_LAST"


class DurationUnit(Spelled):
    """What a duration counts; statement or recurrence periods."""

    PERIODS = "PERIODS"


class CommitDuration(Term):
    """How many periods each generated balance lasts."""

    value: int = Field(ge=1, strict=True)
    unit: DurationUnit = DurationUnit.PERIODS


class RecurringAmount(Term):
    """Unit price × quantity of each generated balance (or invoice), in stored units."""

    unit_price: NonNegative
    quantity: NonNegative | None = None
    credit_type_id: Id | None = None


PRORATION_ROUNDINGS = (Rounding.HALF_UP, Rounding.FLOOR, Rounding.CEILING)


class ProrationRounding(Term):
    """How a prorated amount is rounded, in the stored unit; negative places round to tens, hundreds …"""

    rounding_method: Rounding
    decimal_places: int = Field(ge=-5, le=5, strict=True)

    def problems(self) -> Iterator[Problem]:
        """Only the three proration roundings."""
        if self.rounding_method not in PRORATION_ROUNDINGS:
            yield Problem("/rounding_method", "must be one of HALF_UP, FLOOR, CEILING")


class ProrationRoundings(Term):
    """Rounding of the access and of the invoice amount."""

    access: ProrationRounding | None = None
    invoice: ProrationRounding | None = None


class SeatIncrease(Term):
    """Whether balance added by more seats is prorated."""

    is_prorated: Flag


class SubscriptionLink(Term):
    """A recurring balance sized by a subscription's seats."""

    subscription_id: Ref
    allocation: Annotated[str, Field(pattern=r"^(POOLED|INDIVIDUAL)$")] = "POOLED"
    apply_seat_increase_config: SeatIncrease


class RecurringBalance(Applicability):
    """A commit or credit created anew every period (README, §2.10)."""

    BUNDLE_ONLY = frozenset({"id"})

    id: Id | None = None
    temporary_id: str | None = Field(default=None, min_length=1)
    product_id: Id
    name: str | None = Field(default=None, min_length=1)
    description: str | None = None
    priority: Amount
    starting_at: HourInstant
    ending_before: HourInstant | None = None
    commit_duration: CommitDuration
    access_amount: RecurringAmount
    recurrence_frequency: RecurrenceFrequency | None = None
    proration: Proration = Proration.FIRST_AND_LAST
    proration_rounding: ProrationRoundings | None = None
    subscription_config: SubscriptionLink | None = None
    rate_type: RateChoice = RateChoice.LIST_RATE
    rollover_fraction: Fraction | None = None
    hierarchy_configuration: BalanceHierarchy | None = None
    netsuite_sales_order_id: str | None = None
    custom_fields: CustomFields = Field(default_factory=dict)

    def problems(self) -> Iterator[Problem]:
        """Quantity unless linked to a subscription; start before end."""
        yield from super().problems()
        if self.access_amount.quantity is None and self.subscription_config is None:
            yield Problem("/access_amount/quantity", "is required unless linked to a subscription")
        if self.ending_before is not None and self.ending_before <= self.starting_at:
            yield Problem("/ending_before", "must be after starting_at")
        if self.subscription_config and self.subscription_config.allocation == "INDIVIDUAL":
            yield from self._individual()

    def _individual(self) -> Iterator[Problem]:
        if self.recurrence_frequency is RecurrenceFrequency.DAILY:
            yield Problem("/recurrence_frequency", "cannot be DAILY for balances of single seats")


class RecurringCommit(RecurringBalance):
    """A recurring commit; with `invoice_amount` each generated one is charged at its start."""

    invoice_amount: RecurringAmount | None = None

    def problems(self) -> Iterator[Problem]:
        """An invoice amount has a quantity."""
        yield from super().problems()
        if self.invoice_amount is not None and self.invoice_amount.quantity is None:
            yield Problem("/invoice_amount/quantity", "is required")


class RecurringCredit(RecurringBalance):
    """A recurring credit."""


def priority(term: Balance | RecurringBalance) -> Decimal:
    """The stated priority, 100 where none is (README, *Decisions* 14)."""
    return Decimal(100) if term.priority is None else term.priority
