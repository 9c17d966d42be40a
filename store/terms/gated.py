"""Terms that are kept, and that rating at most mentions: thresholds, hierarchies, royalties (README, §2.13–2.17)."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Literal

from pydantic import Field

from store.errors import Problem
from store.terms.balances import Applicability
from store.terms.base import Id, Spelled, Term
from store.terms.gate import PaymentGate
from store.terms.held import Held
from store.terms.money import Amount, Fraction, NonNegative
from store.terms.time import HourInstant


class ResellerRoyalty(Term):
    """A reseller's share, stamped on the lines it applies to; totals do not change."""

    BUNDLE_ONLY = frozenset({"id"})

    id: Id | None = None
    reseller_type: Literal["AWS", "AWS_PRO_SERVICE", "GCP", "GCP_PRO_SERVICE"]
    fraction: Fraction
    netsuite_reseller_id: str = Field(min_length=1)
    starting_at: HourInstant
    ending_before: HourInstant | None = None
    reseller_contract_value: NonNegative | None = None
    aws_options: Held | None = None
    gcp_options: Held | None = None
    applicable_product_ids: tuple[Id, ...] | None = None
    applicable_product_tags: tuple[str, ...] | None = None

    def problems(self) -> Iterator[Problem]:
        """Start before end; something it applies to."""
        if self.ending_before is not None and self.ending_before <= self.starting_at:
            yield Problem("/ending_before", "must be after starting_at")
        if not (self.applicable_product_ids or self.applicable_product_tags):
            yield Problem("/applicable_product_ids", "or applicable_product_tags is required")


class DiscountCap(Term):
    """The spend tracker whose amount ends a discount."""

    spend_tracker_alias: str = Field(min_length=1)
    amount: NonNegative


class RechargeDiscount(Term):
    """The share of a recharge that the customer pays."""

    payment_fraction: Fraction
    cap: DiscountCap | None = None


class ThresholdCommit(Term):
    """The commit that a spend threshold makes."""

    product_id: Id
    name: str | None = None
    description: str | None = None
    priority: Amount = Decimal(100)


class RechargeCommit(Applicability):
    """The commit that a balance threshold makes; it may be limited to some usage."""

    product_id: Id
    name: str | None = None
    description: str | None = None
    priority: Amount = Decimal(100)


class SpendThreshold(Term):
    """Bills each time that uninvoiced spend reaches `threshold_amount`."""

    is_enabled: bool
    threshold_amount: NonNegative
    commit: ThresholdCommit
    payment_gate_config: PaymentGate
    discount_configuration: RechargeDiscount | None = None


class CustomFieldFilter(Term):
    """A custom field's value."""

    entity: Literal["Commit", "ContractCredit", "ContractCreditOrCommit"]
    key: str
    value: str


class BalanceExclusion(Term):
    """Balances with all these custom-field values do not count."""

    custom_field_filters: tuple[CustomFieldFilter, ...] = Field(min_length=1)


class BalanceThresholdSpecifier(Term):
    """Which balances count for a threshold."""

    exclude: tuple[BalanceExclusion, ...] = ()


class BalanceThreshold(Term):
    """Recharges to `recharge_to_amount` when the balance falls to `threshold_amount`."""

    is_enabled: bool
    threshold_amount: NonNegative
    recharge_to_amount: NonNegative
    commit: RechargeCommit
    payment_gate_config: PaymentGate
    custom_credit_type_id: Id | None = None
    threshold_balance_specifiers: tuple[BalanceThresholdSpecifier, ...] | None = None
    discount_configuration: RechargeDiscount | None = None


class SpendSpecifier(Term):
    """What a spend tracker counts."""

    spend_type: Literal["COMMIT_PURCHASE"]
    sources: tuple[Literal["THRESHOLD_RECHARGE", "MANUAL"], ...] | None = Field(default=None, min_length=1)
    discounted: Literal["ANY", "DISCOUNTED_ONLY", "UNDISCOUNTED_ONLY"] = "ANY"


class SpendTracker(Term):
    """A running sum of spend, found by its alias."""

    BUNDLE_ONLY = frozenset({"id"})

    id: Id | None = None
    alias: str = Field(min_length=1)
    credit_type_id: Id
    reset_frequency: Literal["BILLING_PERIOD"] | None = None
    applicable_spend_specifiers: tuple[SpendSpecifier, ...] | None = None


class ParentRef(Term):
    """The contract a child belongs to."""

    contract_id: Id
    customer_id: Id


class Payer(Spelled):
    """Who pays a child's statements."""

    SELF = "SELF"
    PARENT = "PARENT"


class StatementBehavior(Spelled):
    """Whether a child's statements are part of its parent's."""

    CONSOLIDATE = "CONSOLIDATE"
    SEPARATE = "SEPARATE"


class Consolidation(Spelled):
    """How a parent's invoice shows its children."""

    CONCATENATE = "CONCATENATE"
    NONE = "NONE"


class ParentBehavior(Term):
    """What a parent does with its children's invoices."""

    invoice_consolidation_type: Consolidation | None = None


class Hierarchy(Term):
    """The place of a contract among others: a child with its parent, or a parent."""

    parent: ParentRef | None = None
    payer: Payer | None = None
    usage_statement_behavior: StatementBehavior | None = None
    parent_behavior: ParentBehavior | None = None

    def problems(self) -> Iterator[Problem]:
        """README, §6 rule 37: one level, so a child is no parent; consolidated statements are paid by the parent."""
        if (self.parent is None) == (self.parent_behavior is None):
            yield Problem("", "must have exactly one of parent and parent_behavior")
        for name in ("payer", "usage_statement_behavior"):
            if self.parent is None and getattr(self, name) is not None:
                yield Problem(f"/{name}", "is only for a contract with a parent")
        if self.usage_statement_behavior is StatementBehavior.CONSOLIDATE and self.payer is not Payer.PARENT:
            yield Problem("/payer", "must be PARENT for usage_statement_behavior CONSOLIDATE")


def tracker_problems(trackers: tuple[SpendTracker, ...]) -> Iterator[Problem]:
    """An alias is used once per contract."""
    aliases = [tracker.alias for tracker in trackers]
    for k, alias in enumerate(aliases):
        if alias in aliases[:k]:
            yield Problem(f"/spend_trackers/{k}/alias", "is used twice")
