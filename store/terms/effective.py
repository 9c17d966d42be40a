"""The contract in force: a fold of its terms and of everything recorded since, in recorded order (README, §3).

Amendments add terms (none starts before the amendment does), filter updates extend the filter's timeline, edits add,
change and end terms, end-date updates move the end. Nothing is ever overwritten: the same fold, stopped at an earlier
instant, gives the contract as it was known then.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from store.terms import time
from store.terms.balances import Commit, Credit
from store.terms.billing import BillingProviderConfiguration, BillingProviderUpdate, RevenueSystemConfiguration
from store.terms.book import Book
from store.terms.charges import Discount, ProfessionalService, ScheduledCharge, Subscription
from store.terms.contract import Change, Contract, UsageFilter, UsageStatementSchedule
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


def effective(
    contract: Contract,
    *,
    as_of: datetime | None = None,
    before: datetime | None = None,
    renewed: datetime | None = None,
) -> Effective:
    """The contract with what was recorded up to `as_of` (or before `before`); None: all. `renewed`: its renewal."""
    from store.terms.folding import Fold

    fold = Fold(contract)
    for change, path in changes_of(contract):
        recorded = contract.recorded(change)
        if (as_of is None or recorded <= as_of) and (before is None or recorded < before):
            fold.take(change, path, recorded)
    if renewed is not None and renewed < fold.ends:
        fold.end(renewed)
    archived = contract.archived_at
    late = archived is not None and (
        (as_of is not None and archived > as_of) or (before is not None and archived >= before)
    )
    return fold.done(None if late else archived)


def known_at(contract: Contract, moment: datetime) -> Contract:
    """The contract without what was recorded after an instant."""
    kept: dict[str, Any] = {
        kind: tuple(change for change in getattr(contract, kind) if contract.recorded(change) <= moment)
        for kind in CHANGE_KINDS
    }
    late = contract.archived_at is not None and contract.archived_at > moment
    return contract.model_copy(update=kept | ({"archived_at": None} if late else {}))


def changes_of(contract: Contract) -> Iterator[tuple[Change, str]]:
    """Everything recorded after the contract was created, with its path, in recorded order."""
    found: list[tuple[datetime, Change, str]] = []
    for kind in CHANGE_KINDS:
        for k, change in enumerate(getattr(contract, kind)):
            found.append((contract.recorded(change), change, f"/{kind}/{k}"))
    found.sort(key=lambda item: item[0])
    return ((change, path) for _, change, path in found)


def renewals(book: Book, *, as_of: datetime | None = None) -> dict[str, Contract]:
    """Contract id → the contract that renews it, as known at `as_of`."""
    found: dict[str, Contract] = {}
    for contract in book.contracts:
        known = as_of is None or (contract.recorded_at or contract.starting_at) <= as_of or contract.recorded_at is None
        if contract.transition and known and not contract.archived_at:
            found[contract.transition.from_contract_id] = contract
    return found


def effective_in(book: Book, contract_id: str, *, as_of: datetime | None = None) -> Effective:
    """A contract of the book in force, ended by its renewal if the book has one. Raises KeyError if unknown."""
    renewal = renewals(book, as_of=as_of).get(contract_id)
    return effective(book.contract[contract_id], as_of=as_of, renewed=renewal.starting_at if renewal else None)


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
