"""Products made ready for rating: each with what defines it over time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from store.terms import time
from store.terms.catalog import Product, ProductType, QuantityConversion, QuantityRounding


@dataclass(frozen=True, slots=True)
class Definition:
    """A product as it is defined from `start` on."""

    start: datetime
    name: str
    tags: tuple[str, ...]
    metric_id: str | None
    pricing: tuple[str, ...]
    presentation: tuple[str, ...]
    conversion: QuantityConversion | None
    rounding: QuantityRounding | None
    composite_ids: tuple[str, ...]
    composite_tags: tuple[str, ...]
    exclude_free: bool
    include_composites: bool
    groups: tuple[str, ...]
    """Every property that its lines are grouped by, pricing first."""
    tag_set: frozenset[str]
    """Its tags, to be looked up."""

    def lists(self, product_id: str, tags: Iterable[str]) -> bool:
        """Whether a composite so defined is a share of a product: it is named, or carries any of the tags."""
        return product_id in self.composite_ids or not set(tags).isdisjoint(self.composite_tags)


@dataclass(frozen=True, slots=True)
class CompiledProduct:
    """A product and its definitions, ascending."""

    id: str
    product: Product
    definitions: tuple[Definition, ...]
    kind: ProductType
    grouped: bool
    """Whether it ever has a line per value of some property."""

    def at(self, moment: datetime) -> Definition:
        """The definition in force."""
        found = self.definitions[0]
        for definition in self.definitions[1:]:
            if definition.start <= moment:
                found = definition
        return found


_UPDATABLE = {
    "name": "name",
    "tags": "tags",
    "billable_metric_id": "metric_id",
    "pricing_group_key": "pricing",
    "presentation_group_key": "presentation",
    "quantity_conversion": "conversion",
    "quantity_rounding": "rounding",
    "composite_product_ids": "composite_ids",
    "composite_tags": "composite_tags",
    "exclude_free_usage": "exclude_free",
    "include_composite_spend": "include_composites",
}
_LISTS = {"tags", "pricing", "presentation", "composite_ids", "composite_tags"}
_FLAGS = {"exclude_free", "include_composites"}


def compile_product(product_id: str, product: Product) -> CompiledProduct:
    """A product with its definitions: as it was created, and as each of its updates left it."""
    definitions = _definitions(product)
    return CompiledProduct(product_id, product, definitions, product.type, any(d.groups for d in definitions))


def _definitions(product: Product) -> tuple[Definition, ...]:
    state = {"start": time.DISTANT_PAST, **_attributes(product, _UPDATABLE)}
    found = [_definition(state)]
    for update in sorted(product.updates, key=lambda u: u.starting_at):
        given = {name: _UPDATABLE[name] for name in _UPDATABLE if name in update.model_fields_set}
        state = {**state, **_attributes(update, given), "start": update.starting_at}
        found.append(_definition(state))
    return tuple(found)


def _definition(state: dict[str, Any]) -> Definition:
    pricing, presentation = state["pricing"], state["presentation"]
    groups = (*pricing, *(p for p in presentation if p not in pricing))
    return Definition(**state, groups=groups, tag_set=frozenset(state["tags"]))


def _attributes(source: Any, names: dict[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, mine in names.items():
        value = getattr(source, name)
        if mine in _LISTS:
            value = tuple(value or ())
        elif mine in _FLAGS:
            value = bool(value)
        found[mine] = value
    return found
