"""A book whose every name is a hostile text: catalog, customer, alias, contract, commit, charge, usage."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import cycle
from typing import Any
from uuid import uuid4

from screens.services import Services
from store.bundle import import_bundle, parse_bundle
from tests.screens.reading import HOSTILE

STORABLE = tuple(name for name in HOSTILE if name != "\ud800")
"""Those that a store can keep."""


def few(offset: int) -> list[tuple[str, ...]]:
    """Four orders of the hostile names, so that each is the name of something and most are of several things."""
    return [tuple(STORABLE[(offset + start + k) % len(STORABLE)] for k in range(9)) for start in (0, 4, 8, 13)]


def hostile_customer(services: Services, names: Sequence[str]) -> str:
    """Import such a book, with some usage; the customer's id. The clock should stand in 2026-03."""
    given = cycle(names)
    metric, usage, fixed, key, tag, card, customer, contract, commit = (next(given) for _ in range(9))
    ids = {k: str(uuid4()) for k in ("metric", "usage", "fixed", "card", "customer", "contract", "commit", "charge")}
    start, end = "2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z"
    book: dict[str, Any] = {
        "billable_metrics": [
            {
                "id": ids["metric"], "name": metric, "aggregation_type": "SUM", "aggregation_key": "n",
                "event_type_filter": {"in_values": ["e"]}, "group_keys": [[key]],
                "property_filters": [{"name": "n", "exists": True}, {"name": key, "exists": True}],
            }
        ],
        "products": [
            {
                "id": ids["usage"], "name": usage, "type": "USAGE", "billable_metric_id": ids["metric"],
                "tags": [tag], "presentation_group_key": [key],
            },
            {"id": ids["fixed"], "name": fixed, "type": "FIXED"},
        ],
        "rate_cards": [
            {
                "id": ids["card"], "name": card,
                "rates": [
                    {
                        "product_id": ids["usage"], "starting_at": start, "entitled": True, "rate_type": "FLAT",
                        "price": 5,
                    }
                ],
            }
        ],
        "customers": [{"id": ids["customer"], "name": customer, "ingest_aliases": [str(uuid4()) + tag[:80]]}],
        "contracts": [
            {
                "id": ids["contract"], "customer_id": ids["customer"], "name": contract, "rate_card_id": ids["card"],
                "starting_at": start,
                "commits": [
                    {
                        "id": ids["commit"], "type": "PREPAID", "name": commit, "product_id": ids["fixed"],
                        "access_schedule": {
                            "schedule_items": [{"amount": Decimal(40), "starting_at": start, "ending_before": end}]
                        },
                    }
                ],
                "scheduled_charges": [
                    {
                        "id": ids["charge"], "name": fixed, "product_id": ids["fixed"],
                        "schedule": {"schedule_items": [{"timestamp": start, "amount": Decimal(9)}]},
                    }
                ],
            }
        ],
        "events": [
            {
                "transaction_id": str(uuid4()), "customer_id": ids["customer"], "event_type": "e",
                "timestamp": f"2026-03-01T0{hour}:00:00Z", "properties": {"n": 7, **({key: metric} if hour else {})},
            }
            for hour in range(3)
        ],
    }  # fmt: skip
    with services.work() as work:
        import_bundle(work, parse_bundle(book, stored=True))
    return ids["customer"]
