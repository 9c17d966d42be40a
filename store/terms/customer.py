"""Who is billed, and under which names their usage arrives (README, §2.1, §2.20)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from store.errors import Problem
from store.terms.balances import CustomerCommit, CustomerCredit, CustomFields
from store.terms.base import Id, Term
from store.terms.held import Held
from store.terms.time import Instant

MAX_NAME = 160
"""Longer customer names are cut to this many characters, silently (README, §2.1)."""

Alias = Annotated[str, Field(min_length=1, max_length=128)]


def _collapse(value: Any) -> Any:
    return (
        list(dict.fromkeys(value))
        if isinstance(value, list | tuple) and all(isinstance(v, str) for v in value)
        else value
    )


Aliases = Annotated[tuple[Alias, ...], BeforeValidator(_collapse), Field(max_length=2000)]
"""Ingest aliases: at most 2000, each 1–128 characters; duplicates in one list collapse."""


def _cut(value: Any) -> Any:
    return value[:MAX_NAME] if isinstance(value, str) else value


Name = Annotated[str, BeforeValidator(_cut), Field(min_length=1)]


class BillingConfiguration(Term):
    """A system the customer can be billed through; it bills nothing until a contract names it."""

    BUNDLE_ONLY = frozenset({"id"})

    id: Id | None = None
    billing_provider: Literal["aws_marketplace", "azure_marketplace", "gcp_marketplace", "stripe", "netsuite"]
    delivery_method: Literal["direct_to_billing_provider", "aws_sqs", "tackle", "aws_sns"] | None = None
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


class Customer(Term):
    """A customer as created, or as a bundle writes it with its id and customer-level balances."""

    BUNDLE_ONLY = frozenset({"id", "commits", "credits", "archived_at"})

    id: Id | None = None
    name: Name
    ingest_aliases: Aliases = ()
    external_id: Alias | None = None
    custom_fields: CustomFields = Field(default_factory=dict)
    customer_billing_provider_configurations: tuple[BillingConfiguration, ...] = ()
    customer_revenue_system_configurations: tuple[Held, ...] = ()
    commits: tuple[CustomerCommit, ...] = ()
    credits: tuple[CustomerCredit, ...] = ()
    archived_at: Instant | None = None

    @property
    def aliases(self) -> tuple[str, ...]:
        """Every name besides the id under which events find this customer."""
        return tuple(dict.fromkeys((*self.ingest_aliases, *((self.external_id,) if self.external_id else ()))))


class SetIngestAliases(Term):
    """Replaces the whole set of aliases."""

    ingest_aliases: Aliases


class SetName(Term):
    """Renames the customer."""

    name: Name


class Archive(Term):
    """Archives the object with this id."""

    id: Id


ENTITIES = (
    "alert", "billable_metric", "charge", "commit", "contract_credit", "contract_product", "contract", "customer",
    "discount", "invoice", "professional_service", "product", "rate_card", "scheduled_charge", "subscription",
    "package_commit", "package_credit", "package_subscription", "package_scheduled_charge",
)  # fmt: skip
"""What custom fields can be set on."""


class CustomFieldKey(Term):
    """A registered custom-field key of one kind of entity."""

    entity: Literal[ENTITIES]  # type: ignore[valid-type]
    key: str = Field(min_length=1)
    enforce_uniqueness: bool = False
