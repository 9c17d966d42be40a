"""Commits and credits that are created anew every period (README, §2.10)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from store.errors import Problem
from store.terms.balances import Applicability, CustomFields, RateChoice
from store.terms.base import Flag, Id, Ref, Spelled, Term
from store.terms.hierarchy import BalanceHierarchy
from store.terms.money import Amount, Fraction, NonNegative, Rounding
from store.terms.schedules import DrawnBy
from store.terms.time import HourInstant, in_order


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

    access_type: DrawnBy | None = None
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
        yield from in_order(self.starting_at, self.ending_before)
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
