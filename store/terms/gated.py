"""Terms that are kept, and that rating at most mentions: thresholds, trackers, royalties (README, §2.13, §2.16)."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Literal

from pydantic import Field

from store.errors import Problem
from store.terms.balances import Applicability, RateChoice
from store.terms.base import Flag, Id, Term
from store.terms.gate import PaymentGate
from store.terms.money import Amount, Fraction, NonNegative
from store.terms.relative import Duration
from store.terms.time import HourInstant, in_order


class AwsOptions(Term):
    """How AWS knows the sale."""

    aws_account_number: str | None = None
    aws_offer_id: str | None = None
    aws_payer_reference_id: str | None = None


class GcpOptions(Term):
    """How Google Cloud knows the sale."""

    gcp_account_id: str | None = None
    gcp_offer_id: str | None = None


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
    aws_options: AwsOptions | None = None
    gcp_options: GcpOptions | None = None
    applicable_product_ids: tuple[Id, ...] | None = None
    applicable_product_tags: tuple[str, ...] | None = None

    def problems(self) -> Iterator[Problem]:
        """Start before end; something it applies to; the options of its own reseller."""
        yield from in_order(self.starting_at, self.ending_before)
        if not (self.applicable_product_ids or self.applicable_product_tags):
            yield Problem("/applicable_product_ids", "or applicable_product_tags is required")
        for name, maker in (("aws_options", "AWS"), ("gcp_options", "GCP")):
            if getattr(self, name) is not None and not self.reseller_type.startswith(maker):
                yield Problem(f"/{name}", f"is only for {maker} resellers")


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
    duration: Duration | None = None
    """How long it would last; a year where that is not said."""
    rate_type: RateChoice | None = None
    rollover_fraction: Fraction | None = None


class SpendThreshold(Term):
    """Bills each time that uninvoiced spend reaches `threshold_amount`."""

    is_enabled: Flag
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

    is_enabled: Flag
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


def tracker_problems(trackers: tuple[SpendTracker, ...]) -> Iterator[Problem]:
    """An alias is used once per contract."""
    aliases = [tracker.alias for tracker in trackers]
    for k, alias in enumerate(aliases):
        if alias in aliases[:k]:
            yield Problem(f"/spend_trackers/{k}/alias", "is used twice")
