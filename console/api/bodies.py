"""Request bodies that only the API has; all others are terms of `store.terms`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from store.errors import Problem
from store.terms.balances import CustomFields, GroupValues
from store.terms.base import Flag, Id, Ref, Spelled, Term
from store.terms.customer import Entity
from store.terms.event import Properties
from store.terms.money import Amount
from store.terms.rates import BillingFrequency
from store.terms.schedules import DrawnBy
from store.terms.time import Instant


class ContractList(Term):
    """Which contracts of a customer to list."""

    customer_id: Id
    covering_date: Instant | None = None
    starting_at: Instant | None = None
    as_of_date: Instant | None = None
    include_archived: Flag = False
    include_balance: Flag = False
    include_ledgers: Flag = False
    limit: int | None = Field(default=None, ge=1, le=100, strict=True)
    cursor: str | None = None


class ContractGet(Term):
    """Which contract to show: as it is, or as it was configured at an instant."""

    customer_id: Id
    contract_id: Id
    as_of_date: Instant | None = None
    include_balance: Flag = False
    include_ledgers: Flag = False


class EditHistory(Term):
    """Of which contract to show the edits."""

    customer_id: Id
    contract_id: Id


class ContractArchive(Term):
    """Which contract to archive; finalized invoices are not kept here, so there are none to void."""

    customer_id: Id
    contract_id: Id
    void_invoices: Flag = False


class PackageGet(Term):
    """Which package to show or archive."""

    package_id: Id


class PackageContracts(Term):
    """Which contracts made from a package to list."""

    package_id: Id
    covering_date: Instant | None = None
    starting_at: Instant | None = None
    include_archived: Flag = False


def _upper(value: object) -> object:
    return value.upper() if isinstance(value, str) and value == value.lower() else value


class ProductList(Term):
    """Which products to list."""

    archive_filter: Annotated[Literal["ARCHIVED", "NOT_ARCHIVED", "ALL"], BeforeValidator(_upper)] = "NOT_ARCHIVED"


class ById(Term):
    """The id of what to show."""

    id: Id


class RateSelector(Term):
    """Rates that fit all that is given."""

    product_id: Id | None = None
    product_tags: tuple[str, ...] | None = None
    pricing_group_values: GroupValues | None = None
    partial_pricing_group_values: GroupValues | None = None
    billing_frequency: BillingFrequency | None = None


class RatesGet(Term):
    """Which rates of a card to show, as in force at an instant."""

    rate_card_id: Id
    at: Instant
    selectors: tuple[RateSelector, ...] = ()


class Nothing(Term):
    """A body without fields."""


class ListKeys(Term):
    """Of which entities to list custom-field keys; all, if none is named."""

    entities: tuple[Entity, ...] | None = None


class SetValues(Term):
    """Custom-field values of one object."""

    entity: Entity
    entity_id: Id
    custom_fields: CustomFields


class PreviewEvent(Term):
    """An event as it might come: of the customer asked about, now unless it says when."""

    transaction_id: str | None = Field(default=None, min_length=1, max_length=128)
    event_type: str = Field(min_length=1)
    timestamp: Instant | None = None
    properties: Properties = Field(default_factory=dict)


class PreviewEvents(Term):
    """Which events to preview: `replace` counts only these, `merge` these beside the stored ones."""

    events: tuple[PreviewEvent, ...] = Field(min_length=1, max_length=100)
    mode: Literal["replace", "merge"] = "replace"
    skip_zero_qty_line_items: Flag = False


class WindowSize(Spelled):
    """How long each total of usage is."""

    HOUR = "HOUR"
    DAY = "DAY"
    NONE = "NONE"


class GroupBy(Term):
    """By which group key, and which of its values (all, if none is named)."""

    key: str = Field(min_length=1)
    values: tuple[str, ...] | None = Field(default=None, min_length=1, max_length=200)


class MeteredBy(Term):
    """A metric to show usage under."""

    id: Id
    group_by: GroupBy | None = None


class UsageAsked(Term):
    """Which usage to show: of which customers (all), under which metrics (all but archived ones), in which windows."""

    starting_on: Instant
    ending_before: Instant
    window_size: WindowSize
    billable_metrics: tuple[MeteredBy, ...] | None = Field(default=None, max_length=100)
    customer_ids: tuple[Id, ...] | None = Field(default=None, max_length=1000)

    def problems(self) -> Iterator[Problem]:
        """Whole UTC days, in order, and not more windows than can be shown."""
        for name in ("starting_on", "ending_before"):
            moment = getattr(self, name)
            if moment != moment.replace(hour=0, minute=0, second=0, microsecond=0):
                yield Problem(f"/{name}", "must be midnight (UTC)")
        if self.ending_before <= self.starting_on:
            yield Problem("/ending_before", "must be at least a day after starting_on")
        elif self.window_size is not WindowSize.NONE:
            days = (self.ending_before - self.starting_on).days
            if days * (24 if self.window_size is WindowSize.HOUR else 1) > MOST_WINDOWS:
                yield Problem("/window_size", f"would give more than {MOST_WINDOWS} windows")


MOST_WINDOWS = 10_000


class LedgerEntry(Term):
    """So much more or less in a segment of the commit or credit `id`; without a contract, of one of the customer's."""

    id: Ref
    customer_id: Id
    contract_id: Id | None = None
    segment_id: Ref
    amount: Amount
    reason: str = Field(min_length=1)
    per_group_amounts: dict[str, Amount] | None = None
    timestamp: Instant | None = None
    uniqueness_key: str | None = Field(default=None, min_length=1, max_length=128)


class BalanceList(Term):
    """Which commits and credits of a customer to list."""

    customer_id: Id
    id: Id | None = None
    access_type: DrawnBy | None = None
    covering_date: Instant | None = None
    starting_at: Instant | None = None
    effective_before: Instant | None = None
    include_archived: Flag = False
    include_balance: Flag = False
    include_contract_balances: Flag = False
    include_ledgers: Flag = False
    exclude_zero_balances: Flag = False
    limit: int | None = Field(default=None, ge=1, le=25, strict=True)
    next_page: str | None = None
