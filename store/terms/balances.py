"""Commits and credits: money set aside that usage draws down (README, §2.8–2.10)."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, Literal, Protocol

from pydantic import Field

from store.errors import Problem
from store.terms import money
from store.terms.base import Id, Ref, Spelled, Term
from store.terms.gate import PaymentGate, SpendTrackerAttributes
from store.terms.hierarchy import BalanceHierarchy
from store.terms.money import Amount, Fraction
from store.terms.schedules import AccessSchedule, ChargeSchedule

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
    salesforce_opportunity_id: str | None = None
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
    salesforce_opportunity_id: str | None = None
    uniqueness_key: str | None = Field(default=None, min_length=1, max_length=128)

    def problems(self) -> Iterator[Problem]:
        """Priority is required."""
        yield from super().problems()
        if self.priority is None:
            yield Problem("/priority", "is required at customer level")


class Prioritized(Protocol):
    """What is put in order by a priority: balances and what creates them."""

    @property
    def priority(self) -> Decimal | None:
        """The stated one; smaller is drawn earlier."""


def priority(term: Prioritized) -> Decimal:
    """The stated priority, 100 where none is (README, *Decisions* 14)."""
    return Decimal(100) if term.priority is None else term.priority
