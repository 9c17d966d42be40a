"""Where invoices go: billing and revenue systems of a customer, and which a contract uses (README, §2.1, §2.6)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from store.errors import Problem
from store.terms.base import Id, Term
from store.terms.held import Held

Provider = Literal["aws_marketplace", "azure_marketplace", "gcp_marketplace", "stripe", "netsuite"]
Delivery = Literal["direct_to_billing_provider", "aws_sqs", "tackle", "aws_sns"]


class BillingConfiguration(Term):
    """A system the customer can be billed through; it bills nothing until a contract names it."""

    BUNDLE_ONLY = frozenset({"id"})

    id: Id | None = None
    billing_provider: Provider
    delivery_method: Delivery | None = None
    delivery_method_id: Id | None = None
    configuration: Held = Field(default_factory=dict)
    tax_provider: Literal["anrok", "avalara", "stripe"] | None = None

    def problems(self) -> Iterator[Problem]:
        """README, §6 rule 9: one way of delivery; a tax provider only where Stripe collects by payment intent."""
        if (self.delivery_method is None) == (self.delivery_method_id is None):
            yield Problem("/delivery_method", "or delivery_method_id is required, and only one of them")
        collects = str(self.configuration.get("stripe_collection_method", ""))
        if self.tax_provider and not (self.billing_provider == "stripe" and collects.endswith("payment_intent")):
            yield Problem("/tax_provider", "is only for Stripe with collection by payment intent")


class NetsuiteConfiguration(Term):
    """The customer as NetSuite knows it."""

    netsuite_customer_id: str = Field(min_length=1)


class RevenueConfiguration(Term):
    """A system that recognizes the customer's revenue."""

    BUNDLE_ONLY = frozenset({"id"})

    id: Id | None = None
    provider: Literal["netsuite"]
    delivery_method: Delivery | None = None
    delivery_method_id: Id | None = None
    configuration: NetsuiteConfiguration | None = None

    def problems(self) -> Iterator[Problem]:
        """At most one way of delivery."""
        if self.delivery_method is not None and self.delivery_method_id is not None:
            yield Problem("/delivery_method", "cannot be combined with delivery_method_id")


def _id_or_kind(term: Term, id_name: str, provider: str) -> Iterator[Problem]:
    """A configuration is named by its id, or by provider and delivery method together."""
    held, method = getattr(term, provider), getattr(term, "delivery_method", None)
    by_kind = held is not None or method is not None
    if by_kind == (getattr(term, id_name) is not None):
        yield Problem("", f"must have a {id_name}, or {provider} and delivery_method")
    elif by_kind and (held is None or method is None):
        missing = provider if held is None else "delivery_method"
        yield Problem(f"/{missing}", f"is required: {provider} and delivery_method come together")


class BillingProviderConfiguration(Term):
    """Which billing configuration of the customer bills this contract."""

    billing_provider_configuration_id: Id | None = None
    billing_provider: Provider | None = None
    delivery_method: Delivery | None = None

    def problems(self) -> Iterator[Problem]:
        """The configuration's id, or its provider and delivery method."""
        yield from _id_or_kind(self, "billing_provider_configuration_id", "billing_provider")


class RevenueSystemConfiguration(Term):
    """Which revenue system of the customer this contract's revenue goes to."""

    revenue_system_configuration_id: Id | None = None
    provider: Literal["netsuite"] | None = None
    delivery_method: Delivery | None = None

    def problems(self) -> Iterator[Problem]:
        """The configuration's id, or its provider and delivery method."""
        yield from _id_or_kind(self, "revenue_system_configuration_id", "provider")


class WhenEffective(Term):
    """From which statement on a change of system holds."""

    effective_at: Literal["START_OF_CURRENT_PERIOD", "START_OF_NEXT_PERIOD"]


class BillingProviderUpdate(Term):
    """Another billing system for a contract, from a period on."""

    billing_provider_configuration: BillingProviderConfiguration
    schedule: WhenEffective

    def problems(self) -> Iterator[Problem]:
        """README, §3: a marketplace takes over from the next period only."""
        provider = self.billing_provider_configuration.billing_provider or ""
        if provider.endswith("_marketplace") and self.schedule.effective_at != "START_OF_NEXT_PERIOD":
            yield Problem("/schedule/effective_at", "must be START_OF_NEXT_PERIOD for a marketplace")


class RevenueSystemUpdate(Term):
    """Another revenue system for a contract, from a period on."""

    revenue_system_configuration: RevenueSystemConfiguration
    schedule: WhenEffective
