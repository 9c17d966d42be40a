"""The usage that a preview rates, as a draft keeps it and as it comes back."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from store.usage.rated import Rated


def kept(usage: Rated | None, customers: Mapping[str, str]) -> dict[str, Any]:
    """As plain data; empty for stored usage. `customers`: names of those whose usage is replayed."""
    from store.usage.rated import Assumed, Projected, Replayed

    if isinstance(usage, Assumed):
        return {
            "assumed": [
                {"product_id": a.product_id, "monthly_quantity": str(a.monthly_quantity), "groups": dict(a.groups)}
                for a in usage.assumptions
            ]
        }
    if isinstance(usage, Replayed):
        return {"replayed": usage.customer_id, "name": customers.get(usage.customer_id, usage.customer_id)}
    if isinstance(usage, Projected):
        return {"projected": usage.projection.method.name, "days": usage.projection.days}
    return {}


def resumed(stored: object) -> tuple[Rated | None, dict[str, str]]:
    """What was kept, and the names of customers in it; None where it is nothing that is understood."""
    from store.usage.assumed import Assumption
    from store.usage.projected import Method, Projection
    from store.usage.rated import Assumed, Projected, Replayed

    if not isinstance(stored, Mapping):
        return None, {}
    try:
        if "assumed" in stored:
            found = tuple(
                Assumption(str(a["product_id"]), Decimal(a["monthly_quantity"]), dict(a.get("groups") or {}))
                for a in stored["assumed"]
            )
            return Assumed(found), {}
        if "replayed" in stored:
            whose = str(stored["replayed"])
            return Replayed(whose), {whose: str(stored.get("name", whose))}
        if "projected" in stored:
            return Projected(Projection(Method[stored["projected"]], int(stored["days"]))), {}
    except (KeyError, TypeError, ValueError, InvalidOperation):
        return None, {}
    return None, {}
