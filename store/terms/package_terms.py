"""The terms of a package: those of a contract, their dates told from its start (README, §2.19).

Here is only their shape; their rules are those of the terms that they become (`store.terms.package`).
"""

from __future__ import annotations

from pydantic import Field

from store.terms.balances import Applicability, CommitType, CustomFields, RateChoice
from store.terms.base import Flag, Id, Term
from store.terms.charges import BillingCycle, Collection, QuantityMode, SubscriptionProration, SubscriptionRate
from store.terms.money import Amount, Fraction, NonNegative, Positive
from store.terms.override import OverrideSpecifier, OverrideTarget, OverrideTier, OverrideType, OverwriteRate
from store.terms.rates import BillingFrequency
from store.terms.recurring import (
    CommitDuration,
    Proration,
    ProrationRoundings,
    RecurrenceFrequency,
    RecurringAmount,
    SubscriptionLink,
)
from store.terms.relative import Duration, Offset
from store.terms.schedules import Distribution, DrawnBy, RecurringFrequency
from store.terms.statement_schedule import StatementDay
from store.terms.time import HourInstant


class PackageSegment(Term):
    """A segment: from so long after the contract's start, for so long."""

    amount: NonNegative
    starting_at_offset: Offset
    duration: Duration


class PackageAccess(Term):
    """The segments of a balance."""

    access_type: DrawnBy | None = None
    credit_type_id: Id | None = None
    schedule_items: tuple[PackageSegment, ...] = Field(min_length=1)


class PackagePoint(Term):
    """A charge so long after the contract's start."""

    date_offset: Offset
    amount: Amount | None = None
    unit_price: Amount | None = None
    quantity: Amount | None = None


class PackageRecurrence(Term):
    """Charges that recur, from so long after the contract's start, for so long."""

    starting_at_offset: Offset
    duration: Duration
    frequency: RecurringFrequency
    amount_distribution: Distribution
    amount: Amount | None = None
    unit_price: Amount | None = None
    quantity: Amount | None = None


class PackageSchedule(Term):
    """When and how much is charged."""

    credit_type_id: Id | None = None
    schedule_items: tuple[PackagePoint, ...] | None = Field(default=None, min_length=1)
    recurring_schedule: PackageRecurrence | None = None
    do_not_invoice: Flag = False


class PackageCredit(Applicability):
    """A credit."""

    temporary_id: str | None = Field(default=None, min_length=1)
    product_id: Id
    name: str | None = Field(default=None, min_length=1)
    description: str | None = None
    access_schedule: PackageAccess
    priority: Amount | None = None
    rate_type: RateChoice = RateChoice.LIST_RATE
    rollover_fraction: Fraction | None = None
    custom_fields: CustomFields = Field(default_factory=dict)


class PackageCommit(PackageCredit):
    """A commit."""

    type: CommitType
    invoice_schedule: PackageSchedule | None = None


class PackageRecurringCredit(Applicability):
    """A recurring credit."""

    temporary_id: str | None = Field(default=None, min_length=1)
    product_id: Id
    name: str | None = Field(default=None, min_length=1)
    description: str | None = None
    priority: Amount
    starting_at_offset: Offset
    duration: Duration | None = None
    commit_duration: CommitDuration
    access_amount: RecurringAmount
    recurrence_frequency: RecurrenceFrequency | None = None
    proration: Proration = Proration.FIRST_AND_LAST
    proration_rounding: ProrationRoundings | None = None
    subscription_config: SubscriptionLink | None = None
    rate_type: RateChoice = RateChoice.LIST_RATE
    rollover_fraction: Fraction | None = None
    custom_fields: CustomFields = Field(default_factory=dict)


class PackageRecurringCommit(PackageRecurringCredit):
    """A recurring commit."""

    invoice_amount: RecurringAmount | None = None


class PackageCharge(Term):
    """A scheduled charge."""

    temporary_id: str | None = Field(default=None, min_length=1)
    product_id: Id
    name: str | None = Field(default=None, min_length=1)
    description: str | None = None
    schedule: PackageSchedule
    custom_fields: CustomFields = Field(default_factory=dict)


class PackageSeats(Term):
    """Seats by id; who sits in them, a contract says."""

    seat_group_key: str
    initial_unassigned_seats: NonNegative | None = None


class PackageSubscription(Term):
    """A subscription."""

    temporary_id: str | None = Field(default=None, min_length=1)
    name: str | None = None
    description: str | None = None
    subscription_rate: SubscriptionRate
    collection_schedule: Collection
    proration: SubscriptionProration
    initial_quantity: NonNegative | None = None
    quantity_management_mode: QuantityMode = QuantityMode.QUANTITY_ONLY
    seat_config: PackageSeats | None = None
    starting_at_offset: Offset | None = None
    duration: Duration | None = None
    billing_cycle_config: BillingCycle | None = None
    custom_fields: CustomFields = Field(default_factory=dict)


class PackageOverride(Term):
    """An override; its dates are told from the contract's start, or are dates."""

    starting_at_offset: Offset | None = None
    duration: Duration | None = None
    starting_at: HourInstant | None = None
    ending_before: HourInstant | None = None
    entitled: Flag | None = None
    type: OverrideType | None = None
    multiplier: NonNegative | None = None
    overwrite_rate: OverwriteRate | None = None
    tiers: tuple[OverrideTier, ...] | None = Field(default=None, min_length=1)
    priority: Positive | None = None
    product_id: Id | None = None
    applicable_product_tags: tuple[str, ...] | None = Field(default=None, min_length=1)
    override_specifiers: tuple[OverrideSpecifier, ...] | None = Field(default=None, min_length=1)
    is_commit_specific: Flag = False
    target: OverrideTarget | None = None


class PackageStatements(Term):
    """How often usage is stated; no date can anchor it but the contract's own."""

    frequency: BillingFrequency
    day: StatementDay | None = None
    invoice_generation_starting_at_offset: Offset | None = None
