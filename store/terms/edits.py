"""Edits: any changes of one contract in one atomic call, each found by the id of what it changes (README, §3)."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import Field

from store.errors import Problem
from store.terms.balances import Commit, Credit, RateChoice
from store.terms.base import Flag, Id, Ref, Term
from store.terms.billing import BillingProviderUpdate, RevenueSystemUpdate
from store.terms.charges import Discount, ProfessionalService, QuantityMode, ScheduledCharge, Subscription
from store.terms.gated import BalanceThreshold, ResellerRoyalty, SpendThreshold, SpendTracker, tracker_problems
from store.terms.hierarchy import BalanceHierarchy
from store.terms.money import Amount, Fraction, NonNegative, Positive
from store.terms.override import Override
from store.terms.recurring import ProrationRounding, ProrationRoundings, RecurringCommit, RecurringCredit
from store.terms.schedules import AccessItem, PointItem
from store.terms.threshold_updates import BalanceThresholdUpdate, SpendThresholdUpdate
from store.terms.time import HourInstant, Instant


class AccessItemUpdate(Term):
    """A change of one segment, found by its id."""

    id: Ref
    amount: NonNegative | None = None
    starting_at: HourInstant | None = None
    ending_before: HourInstant | None = None

    def problems(self) -> Iterator[Problem]:
        """What is not to change is left out."""
        yield from _nulls(self)


class PointItemUpdate(Term):
    """A change of one dated charge, found by its id."""

    id: Ref
    timestamp: Instant | None = None
    amount: Amount | None = None
    unit_price: Amount | None = None
    quantity: Amount | None = None

    def problems(self) -> Iterator[Problem]:
        """What is not to change is left out."""
        yield from _nulls(self)


def _nulls(update: Term) -> Iterator[Problem]:
    for name in type(update).model_fields:
        if name in update.model_fields_set and getattr(update, name) is None:
            yield Problem(f"/{name}", "must not be null; leave it out to keep it")


class ItemRef(Term):
    """A schedule item or term, found by its id."""

    id: Ref


class AccessScheduleUpdate(Term):
    """Segments added, changed and removed."""

    add_schedule_items: tuple[AccessItem, ...] = ()
    update_schedule_items: tuple[AccessItemUpdate, ...] = ()
    remove_schedule_items: tuple[ItemRef, ...] = ()


class ChargeScheduleUpdate(Term):
    """Dated charges added, changed and removed."""

    add_schedule_items: tuple[PointItem, ...] = ()
    update_schedule_items: tuple[PointItemUpdate, ...] = ()
    remove_schedule_items: tuple[ItemRef, ...] = ()


class BalanceUpdate(Term):
    """A change of a commit or credit of the contract."""

    commit_id: Ref | None = None
    credit_id: Ref | None = None
    name: str | None = None
    description: str | None = None
    product_id: Id | None = None
    priority: Amount | None = None
    applicable_product_ids: tuple[Id, ...] | None = None
    applicable_product_tags: tuple[str, ...] | None = None
    rollover_fraction: Fraction | None = None
    rate_type: RateChoice | None = None
    hierarchy_configuration: BalanceHierarchy | None = None
    access_schedule: AccessScheduleUpdate | None = None
    invoice_schedule: ChargeScheduleUpdate | None = None


class AmountUpdate(Term):
    """Another price or quantity for what a recurring term creates from now on."""

    unit_price: NonNegative | None = None
    quantity: NonNegative | None = None

    def problems(self) -> Iterator[Problem]:
        """What is not to change is left out."""
        yield from _nulls(self)


class RecurringCreditUpdate(Term):
    """A change of a recurring credit, for what it creates from now on; null makes it open-ended or not rounded."""

    recurring_credit_id: Ref
    access_amount: AmountUpdate | None = None
    ending_before: HourInstant | None = None
    rate_type: RateChoice | None = None
    proration_rounding: ProrationRoundings | None = None


class RecurringCommitUpdate(Term):
    """A change of a recurring commit, for what it creates from now on; null makes it open-ended or not rounded."""

    recurring_commit_id: Ref
    access_amount: AmountUpdate | None = None
    invoice_amount: AmountUpdate | None = None
    ending_before: HourInstant | None = None
    rate_type: RateChoice | None = None
    proration_rounding: ProrationRoundings | None = None


class ScheduledChargeUpdate(Term):
    """A change of a scheduled charge of the contract."""

    scheduled_charge_id: Ref
    name: str | None = None
    invoice_schedule: ChargeScheduleUpdate | None = None


class QuantityUpdate(Term):
    """From `starting_at` on: a new quantity, or so much more or less."""

    starting_at: HourInstant
    quantity: NonNegative | None = None
    quantity_delta: Amount | None = None

    def problems(self) -> Iterator[Problem]:
        """One of the two; a delta of 0 changes nothing."""
        if (self.quantity is None) == (self.quantity_delta is None):
            yield Problem("/quantity", "or quantity_delta is required, not both")
        elif self.quantity_delta == 0:
            yield Problem("/quantity_delta", "must not be 0")


class SeatIds(Term):
    """Seats assigned, or no longer, from `starting_at` on."""

    starting_at: HourInstant
    seat_ids: tuple[str, ...] = Field(min_length=1)


class UnassignedSeats(Term):
    """So many seats more, or fewer, that nobody has yet, from `starting_at` on."""

    starting_at: HourInstant
    quantity: Positive


class SeatUpdates(Term):
    """Changes of a SEAT_BASED subscription. New ids take unassigned seats first; removing an unknown id is nothing."""

    add_seat_ids: tuple[SeatIds, ...] = ()
    add_unassigned_seats: tuple[UnassignedSeats, ...] = ()
    remove_seat_ids: tuple[SeatIds, ...] = ()
    remove_unassigned_seats: tuple[UnassignedSeats, ...] = ()


class SeatGroup(Term):
    """The property that tells the seats of a subscription apart."""

    seat_group_key: str = Field(min_length=1)


class ModeUpdate(Term):
    """From a bare quantity to seats by id: the quantity becomes seats that are not assigned yet."""

    quantity_management_mode: QuantityMode
    seat_config: SeatGroup

    def problems(self) -> Iterator[Problem]:
        """There is no way back."""
        if self.quantity_management_mode is not QuantityMode.SEAT_BASED:
            yield Problem("/quantity_management_mode", "must be SEAT_BASED")


class SubscriptionUpdate(Term):
    """A change of a subscription of the contract: its end, its quantity or seats from dates on, its rounding."""

    subscription_id: Ref
    name: str | None = None
    ending_before: HourInstant | None = None
    """null: as long as the contract."""
    proration_rounding: ProrationRounding | None = None
    """null: not rounded."""
    quantity_management_mode_update: ModeUpdate | None = None
    quantity_updates: tuple[QuantityUpdate, ...] = ()
    seat_updates: SeatUpdates | None = None


class ContractEdit(Term):
    """Any changes of one contract in one atomic call (v2 edit)."""

    BUNDLE_ONLY = frozenset({"id", "recorded_at"})

    id: Id | None = None
    recorded_at: Instant | None = None
    customer_id: Id | None = None
    contract_id: Id | None = None
    uniqueness_key: str | None = Field(default=None, min_length=1, max_length=128)
    allow_contract_ending_before_finalized_invoice: Flag = True
    add_commits: tuple[Commit, ...] = ()
    add_credits: tuple[Credit, ...] = ()
    add_recurring_commits: tuple[RecurringCommit, ...] = ()
    add_recurring_credits: tuple[RecurringCredit, ...] = ()
    add_overrides: tuple[Override, ...] = ()
    add_scheduled_charges: tuple[ScheduledCharge, ...] = ()
    add_subscriptions: tuple[Subscription, ...] = ()
    add_discounts: tuple[Discount, ...] = ()
    add_professional_services: tuple[ProfessionalService, ...] = ()
    add_reseller_royalties: tuple[ResellerRoyalty, ...] = ()
    add_spend_threshold_configuration: SpendThreshold | None = None
    add_prepaid_balance_threshold_configuration: BalanceThreshold | None = None
    add_spend_trackers: tuple[SpendTracker, ...] = ()
    add_billing_provider_configuration_update: BillingProviderUpdate | None = None
    add_revenue_system_configuration_update: RevenueSystemUpdate | None = None
    update_contract_name: str | None = None
    update_contract_end_date: HourInstant | None = None
    update_net_payment_terms_days: NonNegative | None = None
    update_commits: tuple[BalanceUpdate, ...] = ()
    update_credits: tuple[BalanceUpdate, ...] = ()
    update_recurring_commits: tuple[RecurringCommitUpdate, ...] = ()
    update_recurring_credits: tuple[RecurringCreditUpdate, ...] = ()
    update_spend_threshold_configuration: SpendThresholdUpdate | None = None
    update_prepaid_balance_threshold_configuration: BalanceThresholdUpdate | None = None
    update_scheduled_charges: tuple[ScheduledChargeUpdate, ...] = ()
    update_subscriptions: tuple[SubscriptionUpdate, ...] = ()
    archive_commits: tuple[ItemRef, ...] = ()
    archive_credits: tuple[ItemRef, ...] = ()
    archive_scheduled_charges: tuple[ItemRef, ...] = ()
    archive_spend_trackers: tuple[str, ...] = ()
    remove_overrides: tuple[ItemRef, ...] = ()

    def problems(self) -> Iterator[Problem]:
        """Each spend tracker has an alias of its own."""
        yield from (Problem("/add_" + p.path[1:], p.message) for p in tracker_problems(self.add_spend_trackers))
