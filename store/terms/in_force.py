"""A contract as it is in force at an instant: every term with its id, the timeline of its usage filter, its end."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from store.terms import time
from store.terms.balances import Commit, Credit
from store.terms.billing import BillingProviderConfiguration, BillingProviderUpdate, RevenueSystemConfiguration
from store.terms.charges import Discount, ProfessionalService, ScheduledCharge, Subscription
from store.terms.contract import Contract, UsageFilter, UsageStatementSchedule
from store.terms.gated import BalanceThreshold, ResellerRoyalty, SpendThreshold, SpendTracker
from store.terms.hierarchy import Hierarchy
from store.terms.manual_entry import ManualEntry
from store.terms.override import Override, OverrideType, Prioritization
from store.terms.recurring import RecurringBalance, RecurringCommit, RecurringCredit
from store.terms.seats import QuantityChange
from store.terms.service_invoice import ServiceInvoice
from store.terms.time import Span

KINDS = (
    "commits", "credits", "recurring_commits", "recurring_credits", "scheduled_charges", "overrides", "subscriptions",
    "discounts", "professional_services", "reseller_royalties",
)  # fmt: skip
"""The kinds of terms that a contract holds lists of."""


CHANGE_KINDS = (
    "amendments", "usage_filter_updates", "edits", "end_date_updates", "professional_service_invoices",
    "ledger_entries", "disabled_true_ups",
)  # fmt: skip
"""The lists of what was recorded since a contract was created, in the order that settles one instant."""


@dataclass(frozen=True, slots=True)
class FilterEntry:
    """The usage a contract takes during `span`: events whose `group_key` has one of the values."""

    span: Span
    group_key: str
    group_values: tuple[str, ...]


class Effective(NamedTuple):
    """A contract as of an instant. Every term has its `id`; `paths` and `recorded` tell where and when it was added."""

    contract: Contract
    name: str | None
    span: Span
    """From its start to its end (`time.DISTANT_FUTURE` while open-ended)."""
    first_end: datetime
    """The end it was created with: what in-advance subscriptions without an own end go to."""
    cut: datetime | None
    """The end that a later change brought forward; charges dated from it on are gone. None: never shortened."""
    archived_at: datetime | None
    filters: tuple[FilterEntry, ...]
    commits: tuple[Commit, ...]
    credits: tuple[Credit, ...]
    recurring_commits: tuple[RecurringCommit, ...]
    recurring_credits: tuple[RecurringCredit, ...]
    scheduled_charges: tuple[ScheduledCharge, ...]
    overrides: tuple[Override, ...]
    """In the order they were added: ties between them go to the last."""
    subscriptions: tuple[Subscription, ...]
    quantities: Mapping[str, tuple[QuantityChange, ...]]
    """Subscription id → what changed its quantity or seats, in the order recorded."""
    discounts: tuple[Discount, ...]
    professional_services: tuple[ProfessionalService, ...]
    service_invoices: tuple[tuple[ServiceInvoice, datetime, str], ...]
    """Invoices made for professional services: each with when it was made, and its path."""
    ledger_entries: tuple[tuple[ManualEntry, datetime], ...]
    """What was added to or taken from its balances by hand, and when that was recorded."""
    disabled_true_ups: Mapping[str, datetime]
    """Postpaid commits that are not trued up, and since when that is so."""
    reseller_royalties: tuple[ResellerRoyalty, ...]
    spend_threshold_configuration: SpendThreshold | None
    prepaid_balance_threshold_configuration: BalanceThreshold | None
    spend_trackers: tuple[SpendTracker, ...]
    """By alias, without archived ones."""
    billing_provider_configuration: BillingProviderConfiguration | None
    """The last one chosen; `billing_provider_updates` say from when."""
    billing_provider_updates: tuple[BillingProviderUpdate, ...]
    revenue_system_configuration: RevenueSystemConfiguration | None
    earlier: Mapping[str, tuple[tuple[datetime, RecurringBalance], ...]]
    """Recurring term → until when it was what, for terms that an edit changed; oldest first."""
    prioritization: Prioritization
    net_payment_terms_days: Any
    custom_fields: Mapping[str, str]
    archived: Mapping[str, datetime]
    """Terms that an edit archived, and when."""
    paths: Mapping[str, str]
    """Term id → its path within the contract, such as `/amendments/0/overrides/1`."""
    recorded: Mapping[str, datetime]
    """Term id → when it was added."""

    @property
    def id(self) -> str:
        """The contract's id."""
        return self.contract.id

    @property
    def ending_before(self) -> datetime | None:
        """The end, or None while open-ended."""
        return None if self.span.end == time.DISTANT_FUTURE else self.span.end

    @property
    def schedule(self) -> UsageStatementSchedule | None:
        """The statement schedule as created; None means monthly on the first."""
        return self.contract.usage_statement_schedule

    @property
    def hierarchy_configuration(self) -> Hierarchy | None:
        """The contract's place among parents and children, which no edit changes."""
        return self.contract.hierarchy_configuration

    def recurring_at(self, term: RecurringBalance, moment: datetime) -> RecurringBalance:
        """A recurring term as it was known at an instant: what it created by then stays as it is (README, §3)."""
        return next((was for until, was in self.earlier.get(term.id or "", ()) if moment < until), term)

    def filter_at(self, moment: datetime) -> FilterEntry | None:
        """The filter in force at an instant, or None where all usage is taken."""
        return next((f for f in self.filters if f.span.holds(moment)), None)


def timeline(span: Span, filters: Iterable[tuple[datetime, UsageFilter]]) -> tuple[FilterEntry, ...]:
    """Filter entries in force, each closed by the next start; of two with one start the later recorded wins."""
    starts: dict[datetime, UsageFilter] = {}
    for start, entry in filters:
        starts[max(start, span.start)] = entry
    ordered = sorted(starts)
    entries: list[FilterEntry] = []
    for k, start in enumerate(ordered):
        end = ordered[k + 1] if k + 1 < len(ordered) else time.DISTANT_FUTURE
        common = Span(start, end).clip(span)
        if common:
            entries.append(FilterEntry(common, starts[start].group_key, starts[start].group_values))
    return tuple(entries)


def prioritization(stated: Prioritization | None, overrides: Iterable[Override]) -> Prioritization:
    """How multipliers compete: as stated; else EXPLICIT where any override is TIERED."""
    if stated:
        return stated
    tiered = any(o.type is OverrideType.TIERED for o in overrides)
    return Prioritization.EXPLICIT if tiered else Prioritization.LOWEST_MULTIPLIER
