"""Who is billed, and under which names their usage arrives (README, §2.1, §2.20)."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from store.terms.balances import CustomerCommit, CustomerCredit, CustomFields
from store.terms.base import Flag, Id, Term
from store.terms.billing import BillingConfiguration, RevenueConfiguration
from store.terms.manual_entry import ManualEntry
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


class Customer(Term):
    """A customer as created, or as a bundle writes it with its id and customer-level balances."""

    BUNDLE_ONLY = frozenset({"id", "commits", "credits", "ledger_entries", "archived_at"})

    id: Id | None = None
    name: Name
    ingest_aliases: Aliases = ()
    external_id: Alias | None = None
    custom_fields: CustomFields = Field(default_factory=dict)
    customer_billing_provider_configurations: tuple[BillingConfiguration, ...] = ()
    customer_revenue_system_configurations: tuple[RevenueConfiguration, ...] = ()
    commits: tuple[CustomerCommit, ...] = ()
    credits: tuple[CustomerCredit, ...] = ()
    ledger_entries: tuple[ManualEntry, ...] = ()
    """What was added to or taken from its own balances by hand, in the order recorded."""
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


Entity = Literal[
    "alert", "billable_metric", "charge", "commit", "contract_credit", "contract_product", "contract", "customer",
    "discount", "invoice", "professional_service", "product", "rate_card", "scheduled_charge", "subscription",
    "package_commit", "package_credit", "package_subscription", "package_scheduled_charge",
]  # fmt: skip
"""What custom fields can be set on."""


class CustomFieldKey(Term):
    """A registered custom-field key of one kind of entity."""

    entity: Entity
    key: str = Field(min_length=1)
    enforce_uniqueness: Flag = False
