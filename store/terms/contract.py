"""A contract and everything that changes it later: amendments, usage-filter updates, edits (README, §2.6, §3)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from store.errors import Problem
from store.terms.balances import Commit, Credit, CustomFields
from store.terms.base import Flag, Id, Spelled, Term
from store.terms.billing import BillingProviderConfiguration, RevenueSystemConfiguration
from store.terms.charges import Discount, ProfessionalService, ScheduledCharge, Subscription
from store.terms.edits import ContractEdit as ContractEdit
from store.terms.gated import (
    BalanceThreshold,
    ResellerRoyalty,
    SpendThreshold,
    SpendTracker,
    tracker_problems,
)
from store.terms.hierarchy import Hierarchy
from store.terms.manual_entry import ManualEntry
from store.terms.money import NonNegative
from store.terms.override import Override, OverrideType, Prioritization
from store.terms.recurring import RecurringCommit, RecurringCredit
from store.terms.service_invoice import ServiceInvoice
from store.terms.statement_schedule import StatementDay as StatementDay
from store.terms.statement_schedule import UsageStatementSchedule as UsageStatementSchedule
from store.terms.time import HourInstant, Instant, in_order
from store.terms.trueup import DisabledTrueUp


class UsageFilter(Term):
    """The usage a contract takes: events whose property `group_key` has one of the values."""

    group_key: str = Field(min_length=1)
    group_values: tuple[str, ...] = Field(min_length=1)
    starting_at: HourInstant | None = None


class TrueUpChoice(Spelled):
    """Whether the old contract's true-up is still due."""

    REMOVE = "REMOVE"
    AS_IS = "AS_IS"


class TrueUp(Term):
    """What becomes of the old contract's true-up."""

    trueup: TrueUpChoice = TrueUpChoice.AS_IS


class TransitionType(Spelled):
    """The only transition there is (README, *Decisions* 43)."""

    RENEWAL = "RENEWAL"


class Transition(Term):
    """A renewal: this contract follows on another of the same customer."""

    type: TransitionType
    from_contract_id: Id
    future_invoice_behavior: TrueUp | None = None


class ContractTerms(Term):
    """Everything a contract says. The body of the create request is this value; a draft is it being completed."""

    BUNDLE_ONLY = frozenset({"id", "made_from_package"})

    id: Id | None = None
    customer_id: Id
    starting_at: HourInstant
    ending_before: HourInstant | None = None
    made_from_package: Id | None = None
    """The package whose terms these are (`store.terms.package`): `package_id`, once it was carried out."""
    name: str | None = Field(default=None, min_length=1)
    rate_card_id: Id | None = None
    rate_card_alias: str | None = Field(default=None, min_length=1)
    package_id: Id | None = None
    package_alias: str | None = Field(default=None, min_length=1)
    uniqueness_key: str | None = Field(default=None, min_length=1, max_length=128)
    usage_statement_schedule: UsageStatementSchedule | None = None
    usage_filter: UsageFilter | None = None
    commits: tuple[Commit, ...] = ()
    credits: tuple[Credit, ...] = ()
    recurring_commits: tuple[RecurringCommit, ...] = ()
    recurring_credits: tuple[RecurringCredit, ...] = ()
    scheduled_charges: tuple[ScheduledCharge, ...] = ()
    scheduled_charges_on_usage_invoices: Literal["ALL"] | None = None
    overrides: tuple[Override, ...] = ()
    multiplier_override_prioritization: Prioritization | None = None
    subscriptions: tuple[Subscription, ...] = ()
    discounts: tuple[Discount, ...] = ()
    professional_services: tuple[ProfessionalService, ...] = ()
    reseller_royalties: tuple[ResellerRoyalty, ...] = ()
    spend_threshold_configuration: SpendThreshold | None = None
    prepaid_balance_threshold_configuration: BalanceThreshold | None = None
    spend_trackers: tuple[SpendTracker, ...] = ()
    hierarchy_configuration: Hierarchy | None = None
    transition: Transition | None = None
    net_payment_terms_days: NonNegative | None = None
    total_contract_value: NonNegative | None = None
    billing_provider_configuration: BillingProviderConfiguration | None = None
    revenue_system_configuration: RevenueSystemConfiguration | None = None
    salesforce_opportunity_id: str | None = None
    netsuite_sales_order_id: str | None = None
    custom_fields: CustomFields = Field(default_factory=dict)

    def problems(self) -> Iterator[Problem]:
        """README, §6 rules 2, 15, 17, 27, 28: the rules that need nothing but the contract itself."""
        yield from in_order(self.starting_at, self.ending_before)
        for name in ("rate_card", "package"):
            if getattr(self, f"{name}_id") and getattr(self, f"{name}_alias"):
                yield Problem(f"/{name}_alias", f"cannot be combined with {name}_id")
        if self.package_id or self.package_alias:
            yield from self._package_problems()
        yield from self._schedule_problems()
        for k, commit in enumerate(self.commits):
            if commit.payment_gate_config is not None:
                text = "is only for commits added to an existing contract"
                yield Problem(f"/commits/{k}/payment_gate_config", text)
        yield from tracker_problems(self.spend_trackers)
        yield from temporary_id_problems(self)
        yield from prioritization_problems(self.overrides, self.multiplier_override_prioritization)
        daily = [t for t in (*self.recurring_commits, *self.recurring_credits) if t.recurrence_frequency == "DAILY"]
        if len(daily) > 1:
            yield Problem("/recurring_commits", "may have at most one DAILY recurring commit or credit per contract")

    def _package_problems(self) -> Iterator[Problem]:
        allowed = {
            "package_id", "package_alias", "id", "customer_id", "starting_at", "uniqueness_key", "transition",
            "custom_fields",
        }  # fmt: skip
        for name in sorted(self.model_fields_set - allowed - self.BUNDLE_ONLY):
            yield Problem(f"/{name}", "cannot accompany a package")

    def _schedule_problems(self) -> Iterator[Problem]:
        schedule = self.usage_statement_schedule
        first = schedule.invoice_generation_starting_at if schedule else None
        if first and (first < self.starting_at or (self.ending_before and first >= self.ending_before)):
            yield Problem("/usage_statement_schedule/invoice_generation_starting_at", "must lie within the contract")

    @property
    def prioritization(self) -> Prioritization:
        """How multipliers compete; any TIERED override makes an omitted choice EXPLICIT."""
        if self.multiplier_override_prioritization:
            return self.multiplier_override_prioritization
        tiered = any(o.type is OverrideType.TIERED for o in self.overrides)
        return Prioritization.EXPLICIT if tiered else Prioritization.LOWEST_MULTIPLIER


def temporary_id_problems(terms: Any) -> Iterator[Problem]:
    """`temporary_id` is unique within one payload."""
    seen: set[str] = set()
    for name in ("commits", "credits", "recurring_commits", "recurring_credits", "subscriptions", "scheduled_charges"):
        for k, term in enumerate(getattr(terms, name, None) or ()):
            temporary = term.temporary_id
            if temporary is not None and temporary in seen:
                yield Problem(f"/{name}/{k}/temporary_id", "is used twice in this payload")
            seen.add(temporary)


def prioritization_problems(
    overrides: tuple[Override, ...], stated: Prioritization | None, at: str = "/overrides"
) -> Iterator[Problem]:
    """TIERED overrides force EXPLICIT, and EXPLICIT needs a priority on every multiplier (README, §2.12)."""
    tiered = any(o.type is OverrideType.TIERED for o in overrides)
    if tiered and stated is Prioritization.LOWEST_MULTIPLIER:
        yield Problem("/multiplier_override_prioritization", "must be EXPLICIT where a TIERED override is present")
    if tiered or stated is Prioritization.EXPLICIT:
        for k, override in enumerate(overrides):
            if override.type is OverrideType.MULTIPLIER and override.priority is None:
                yield Problem(f"{at}/{k}/priority", "is required while multipliers compete by EXPLICIT priority")


class Amendment(Term):
    """Terms added to a contract from a date on; nothing is taken away (v1 amend)."""

    BUNDLE_ONLY = frozenset({"id", "recorded_at"})

    id: Id | None = None
    recorded_at: Instant | None = None
    customer_id: Id | None = None
    contract_id: Id | None = None
    starting_at: HourInstant
    commits: tuple[Commit, ...] = ()
    credits: tuple[Credit, ...] = ()
    overrides: tuple[Override, ...] = ()
    scheduled_charges: tuple[ScheduledCharge, ...] = ()
    discounts: tuple[Discount, ...] = ()
    professional_services: tuple[ProfessionalService, ...] = ()
    reseller_royalties: tuple[ResellerRoyalty, ...] = ()
    total_contract_value: NonNegative | None = None
    salesforce_opportunity_id: str | None = None
    netsuite_sales_order_id: str | None = None
    custom_fields: CustomFields = Field(default_factory=dict)

    def problems(self) -> Iterator[Problem]:
        """`temporary_id` is unique within the amendment."""
        yield from temporary_id_problems(self)


class UsageFilterUpdate(UsageFilter):
    """The filter from `starting_at` on; it closes the one before."""

    BUNDLE_ONLY = frozenset({"id", "recorded_at"})

    id: Id | None = None
    recorded_at: Instant | None = None
    customer_id: Id | None = None
    contract_id: Id | None = None
    starting_at: HourInstant


class EndDateUpdate(Term):
    """A new end of a contract; absent: open-ended."""

    BUNDLE_ONLY = frozenset({"id", "recorded_at"})

    id: Id | None = None
    recorded_at: Instant | None = None
    customer_id: Id | None = None
    contract_id: Id | None = None
    ending_before: HourInstant | None = None
    allow_ending_before_finalized_invoice: Flag | None = None


class Contract(ContractTerms):
    """A contract as a book has it: its terms as created, and what changed it, in the order recorded.

    The effective contract is a fold over these (`store.terms.effective`); nothing is ever overwritten.
    """

    BUNDLE_ONLY = frozenset(
        {
            "id",
            "recorded_at",
            "amendments",
            "usage_filter_updates",
            "edits",
            "end_date_updates",
            "professional_service_invoices",
            "ledger_entries",
            "disabled_true_ups",
            "archived_at",
            "made_from_package",
        }
    )

    id: Id
    recorded_at: Instant | None = None
    amendments: tuple[Amendment, ...] = ()
    usage_filter_updates: tuple[UsageFilterUpdate, ...] = ()
    edits: tuple[ContractEdit, ...] = ()
    end_date_updates: tuple[EndDateUpdate, ...] = ()
    professional_service_invoices: tuple[ServiceInvoice, ...] = ()
    ledger_entries: tuple[ManualEntry, ...] = ()
    disabled_true_ups: tuple[DisabledTrueUp, ...] = ()
    archived_at: Instant | None = None

    def recorded(self, change: Change) -> datetime:
        """When a change was made: its `recorded_at`, else the contract's start."""
        return change.recorded_at or self.starting_at


Change = Amendment | UsageFilterUpdate | ContractEdit | EndDateUpdate | ServiceInvoice | ManualEntry | DisabledTrueUp
"""Anything that changes a contract after it was created."""
