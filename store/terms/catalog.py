"""What can be sold: billable metrics and products (README, §2.3–2.4)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from store.errors import Problem
from store.terms.balances import CustomFields
from store.terms.base import Flag, Id, Spelled, Term
from store.terms.money import Amount, Rounding
from store.terms.time import HourInstant, Instant


class Aggregation(Spelled):
    """How a streaming metric turns events into a quantity."""

    COUNT = "COUNT"
    SUM = "SUM"
    MAX = "MAX"
    UNIQUE = "UNIQUE"
    LATEST = "LATEST"


def _aggregation(value: Any) -> Any:
    return value.upper() if isinstance(value, str) and value == value.capitalize() else value


class EventTypeFilter(Term):
    """Which event types a metric sees."""

    in_values: tuple[str, ...] | None = Field(default=None, min_length=1)
    not_in_values: tuple[str, ...] | None = Field(default=None, min_length=1)


class PropertyFilter(Term):
    """A condition on one property of an event."""

    name: str = Field(min_length=1)
    exists: Flag | None = None
    in_values: tuple[str, ...] | None = Field(default=None, min_length=1)
    not_in_values: tuple[str, ...] | None = Field(default=None, min_length=1)

    @property
    def ensures_presence(self) -> bool:
        """Whether an event that passes certainly has the property."""
        return self.exists is True or self.in_values is not None


class BillableMetric(Term):
    """A streaming metric (filters and an aggregation) or an SQL one; never both."""

    BUNDLE_ONLY = frozenset({"id", "archived_at"})

    id: Id | None = None
    name: str = Field(min_length=1)
    event_type_filter: EventTypeFilter | None = None
    property_filters: tuple[PropertyFilter, ...] | None = None
    aggregation_type: Annotated[Aggregation, BeforeValidator(_aggregation)] | None = None
    aggregation_key: str | None = None
    group_keys: tuple[Annotated[tuple[str, ...], Field(min_length=1)], ...] | None = None
    sql: str | None = Field(default=None, min_length=1)
    custom_fields: CustomFields = Field(default_factory=dict)
    archived_at: Instant | None = None

    def problems(self) -> Iterator[Problem]:
        """SQL xor structure; the aggregation key and every group key are property filters."""
        structured = ("event_type_filter", "property_filters", "aggregation_type", "aggregation_key", "group_keys")
        if self.sql is not None:
            for name in structured:
                if getattr(self, name) is not None:
                    yield Problem(f"/{name}", "cannot be combined with sql")
            return
        if self.aggregation_type is None:
            yield Problem("/aggregation_type", "is required unless sql is given")
            return
        filters = {f.name: f for f in self.property_filters or ()}
        if self.aggregation_type is not Aggregation.COUNT:
            if not self.aggregation_key:
                yield Problem("/aggregation_key", f"is required for {self.aggregation_type}")
            elif self.aggregation_key not in filters:
                yield Problem(
                    "/aggregation_key", "The specified aggregation key must be one of the property filter names."
                )
        for k, key in enumerate(self.group_keys or ()):
            for name in key:
                if name not in filters:
                    text = f"Group key '{name}' does not match one of the property filter names."
                    yield Problem(f"/group_keys/{k}", text)
                elif not filters[name].ensures_presence:
                    yield Problem(
                        f"/group_keys/{k}", f"Group key '{name}' needs a filter with exists: true or in_values"
                    )

    def covers(self, keys: set[str]) -> bool:
        """Whether one declared (compound) group key contains all these properties; SQL metrics cover any."""
        return not keys or self.sql is not None or any(keys <= set(key) for key in self.group_keys or ())


class ProductType(Spelled):
    """Where a product is priced and invoiced."""

    USAGE = "USAGE"
    SUBSCRIPTION = "SUBSCRIPTION"
    COMPOSITE = "COMPOSITE"
    FIXED = "FIXED"
    PROFESSIONAL_SERVICE = "PROFESSIONAL_SERVICE"


def _product_type(value: Any) -> Any:
    return (
        {"PRO_SERVICE": "PROFESSIONAL_SERVICE", "pro_service": "PROFESSIONAL_SERVICE"}.get(value, value)
        if isinstance(value, str)
        else value
    )


class ConversionOperation(Spelled):
    """Multiply or divide the measured quantity."""

    MULTIPLY = "MULTIPLY"
    DIVIDE = "DIVIDE"


class QuantityConversion(Term):
    """From the metric's unit to the priced unit."""

    conversion_factor: Amount
    operation: ConversionOperation
    name: str | None = None

    def problems(self) -> Iterator[Problem]:
        """The factor is not 0."""
        if not self.conversion_factor:
            yield Problem("/conversion_factor", "must not be 0")


class QuantityRounding(Term):
    """Rounding of the converted quantity, once per bucket and period (README, §4.6)."""

    rounding_method: Rounding
    decimal_places: int = Field(ge=0, le=20, strict=True)

    def problems(self) -> Iterator[Problem]:
        """Only the three quantity roundings."""
        if self.rounding_method not in (Rounding.ROUND_UP, Rounding.ROUND_DOWN, Rounding.ROUND_HALF_UP):
            yield Problem("/rounding_method", "must be one of ROUND_UP, ROUND_DOWN, ROUND_HALF_UP")


class Granularity(Spelled):
    """Where an SQL metric's quantity accrues: hour by hour, or at the period's last instant."""

    HOUR = "HOUR"
    SERVICE_PERIOD = "SERVICE_PERIOD"


class CompositeScope(Spelled):
    """Whose spend a composite is a share of."""

    CONTRACT = "CONTRACT"
    CUSTOMER = "CUSTOMER"


class ProductUpdate(Term):
    """An effective-dated change of a product: absent attributes stay, null clears conversion and rounding."""

    starting_at: HourInstant
    name: str | None = Field(default=None, min_length=1)
    tags: tuple[str, ...] | None = None
    billable_metric_id: Id | None = None
    pricing_group_key: tuple[str, ...] | None = None
    presentation_group_key: tuple[str, ...] | None = None
    quantity_conversion: QuantityConversion | None = None
    quantity_rounding: QuantityRounding | None = None
    composite_product_ids: tuple[Id, ...] | None = None
    composite_tags: tuple[str, ...] | None = None
    exclude_free_usage: Flag | None = None
    include_composite_spend: Flag | None = None
    is_refundable: Flag | None = None


_ONLY_FOR: dict[str, ProductType] = {
    "billable_metric_id": ProductType.USAGE,
    "sql_breakdown_granularity": ProductType.USAGE,
    "pricing_group_key": ProductType.USAGE,
    "presentation_group_key": ProductType.USAGE,
    "quantity_conversion": ProductType.USAGE,
    "quantity_rounding": ProductType.USAGE,
    "composite_product_ids": ProductType.COMPOSITE,
    "composite_tags": ProductType.COMPOSITE,
    "composite_scope": ProductType.COMPOSITE,
    "exclude_free_usage": ProductType.COMPOSITE,
    "include_composite_spend": ProductType.COMPOSITE,
}


class Product(Term):
    """Something that appears on a line; it has no price of its own."""

    BUNDLE_ONLY = frozenset({"id", "updates", "archived_at"})

    id: Id | None = None
    name: str = Field(min_length=1)
    type: Annotated[ProductType, BeforeValidator(_product_type)]
    tags: tuple[str, ...] = ()
    billable_metric_id: Id | None = None
    sql_breakdown_granularity: Granularity | None = None
    pricing_group_key: tuple[str, ...] | None = None
    presentation_group_key: tuple[str, ...] | None = None
    quantity_conversion: QuantityConversion | None = None
    quantity_rounding: QuantityRounding | None = None
    composite_product_ids: tuple[Id, ...] | None = None
    composite_tags: tuple[str, ...] | None = None
    composite_scope: CompositeScope | None = None
    exclude_free_usage: Flag | None = None
    include_composite_spend: Flag | None = None
    is_refundable: Flag = True
    netsuite_internal_item_id: str | None = None
    netsuite_overage_item_id: str | None = None
    custom_fields: CustomFields = Field(default_factory=dict)
    updates: tuple[ProductUpdate, ...] = ()
    archived_at: Instant | None = None

    def problems(self) -> Iterator[Problem]:
        """Fields belong to their type; usage has a metric, a composite has something to be a share of."""
        for name, kind in _ONLY_FOR.items():
            if self.type is not kind and getattr(self, name) is not None:
                yield Problem(f"/{name}", f"is only for {kind} products")
        if self.type is ProductType.USAGE and not self.billable_metric_id:
            yield Problem("/billable_metric_id", "is required for USAGE products")
        if self.type is ProductType.COMPOSITE and not (self.composite_product_ids or self.composite_tags):
            yield Problem("/composite_product_ids", "or composite_tags is required for COMPOSITE products")
        for k, update in enumerate(self.updates):
            for name, kind in _ONLY_FOR.items():
                if self.type is not kind and getattr(update, name, None) is not None:
                    yield Problem(f"/updates/{k}/{name}", f"is only for {kind} products")

    @property
    def group_keys(self) -> set[str]:
        """Every property its lines are grouped by, for pricing or for presentation."""
        return {*(self.pricing_group_key or ()), *(self.presentation_group_key or ())}
