"""What is charged on a schedule, without usage (README, §2.11, §2.13, §2.14)."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import Field

from store.errors import Problem
from store.terms.balances import CustomFields
from store.terms.base import Flag, Id, Spelled, Term
from store.terms.money import Amount, NonNegative
from store.terms.rates import BillingFrequency
from store.terms.recurring import ProrationRounding
from store.terms.schedules import ChargeSchedule
from store.terms.time import HourInstant, in_order


class ScheduledCharge(Term):
    """A fixed product billed in advance at each date of its schedule; never covered by balances."""

    BUNDLE_ONLY = frozenset({"id"})

    id: Id | None = None
    temporary_id: str | None = Field(default=None, min_length=1)
    product_id: Id
    name: str | None = Field(default=None, min_length=1)
    description: str | None = None
    schedule: ChargeSchedule
    netsuite_sales_order_id: str | None = None
    custom_fields: CustomFields = Field(default_factory=dict)


class Discount(ScheduledCharge):
    """An amount taken off on a schedule: a negative line on the scheduled invoice of its date."""


class ProfessionalService(Term):
    """Work billed only when an operator schedules an invoice for it."""

    BUNDLE_ONLY = frozenset({"id"})

    id: Id | None = None
    product_id: Id
    unit_price: Amount
    quantity: Amount
    max_amount: Amount
    description: str | None = None
    netsuite_sales_order_id: str | None = None
    custom_fields: CustomFields = Field(default_factory=dict)


class Collection(Spelled):
    """Charged before or after the period."""

    ADVANCE = "ADVANCE"
    ARREARS = "ARREARS"


class QuantityMode(Spelled):
    """A bare number of seats, or seats by id."""

    QUANTITY_ONLY = "QUANTITY_ONLY"
    SEAT_BASED = "SEAT_BASED"


class SubscriptionRate(Term):
    """Which rate of the card a subscription is charged at."""

    product_id: Id
    billing_frequency: BillingFrequency


class InvoiceBehavior(Spelled):
    """When a mid-period increase is billed."""

    BILL_IMMEDIATELY = "BILL_IMMEDIATELY"
    BILL_ON_NEXT_COLLECTION_DATE = "BILL_ON_NEXT_COLLECTION_DATE"


class SubscriptionProration(Term):
    """How partial periods and mid-period increases are charged."""

    is_prorated: Flag
    invoice_behavior: InvoiceBehavior = InvoiceBehavior.BILL_ON_NEXT_COLLECTION_DATE
    rounding: ProrationRounding | None = None


class SeatConfig(Term):
    """Seats by id."""

    seat_group_key: str
    initial_seat_ids: tuple[str, ...]
    initial_unassigned_seats: NonNegative | None = None


class Placement(Spelled):
    """Whether a subscription's charges stand on usage statements or on scheduled invoices."""

    ON_USAGE_INVOICE = "ON_USAGE_INVOICE"
    ON_SCHEDULED_INVOICE = "ON_SCHEDULED_INVOICE"


class BillingCycle(Term):
    """Anchor and placement of a subscription's charges."""

    anchor_date: HourInstant | None = None
    invoice_placement: Placement = Placement.ON_USAGE_INVOICE


class Subscription(Term):
    """A quantity charged per period at a rate of the card."""

    BUNDLE_ONLY = frozenset({"id"})

    id: Id | None = None
    temporary_id: str | None = Field(default=None, min_length=1)
    name: str | None = None
    description: str | None = None
    subscription_rate: SubscriptionRate
    collection_schedule: Collection
    proration: SubscriptionProration
    initial_quantity: NonNegative | None = None
    quantity_management_mode: QuantityMode = QuantityMode.QUANTITY_ONLY
    seat_config: SeatConfig | None = None
    starting_at: HourInstant | None = None
    ending_before: HourInstant | None = None
    billing_cycle_config: BillingCycle | None = None
    custom_fields: CustomFields = Field(default_factory=dict)

    def problems(self) -> Iterator[Problem]:
        """A quantity or seats by mode; immediate billing and an own anchor only in advance."""
        if self.quantity_management_mode is QuantityMode.QUANTITY_ONLY and self.initial_quantity is None:
            yield Problem("/initial_quantity", "is required for QUANTITY_ONLY")
        if self.quantity_management_mode is QuantityMode.SEAT_BASED and self.seat_config is None:
            yield Problem("/seat_config", "is required for SEAT_BASED")
        yield from in_order(self.starting_at, self.ending_before)
        if self.collection_schedule is Collection.ARREARS:
            if self.proration.invoice_behavior is InvoiceBehavior.BILL_IMMEDIATELY:
                yield Problem("/proration/invoice_behavior", "BILL_IMMEDIATELY is only for ADVANCE")
            if self.billing_cycle_config and self.billing_cycle_config.anchor_date:
                yield Problem("/billing_cycle_config/anchor_date", "is only for ADVANCE")
