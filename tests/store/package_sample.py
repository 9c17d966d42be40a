"""A package for the sample book, as it is sent."""

from __future__ import annotations

from typing import Any

from tests.store.sample import CALLS, CARD, FEE, SEATS, uid

PACKAGE = uid(80)


def months(n: int) -> dict[str, Any]:
    """So many months."""
    return {"value": n, "unit": "MONTHS"}


TERMS: dict[str, Any] = {
    "name": "Starter",
    "aliases": [{"name": "starter"}],
    "contract_name": "Starter plan",
    "duration": {"value": 1, "unit": "YEARS"},
    "rate_card_id": CARD,
    "usage_statement_schedule": {"frequency": "MONTHLY", "day": "CONTRACT_START"},
    "net_payment_terms_days": 30,
    "commits": [
        {
            "type": "PREPAID",
            "temporary_id": "prepaid",
            "product_id": FEE,
            "access_schedule": {
                "schedule_items": [
                    {"amount": 100, "starting_at_offset": months(k), "duration": months(1)} for k in range(3)
                ]
            },
            "invoice_schedule": {"schedule_items": [{"date_offset": months(0), "unit_price": 300, "quantity": 1}]},
        }
    ],
    "overrides": [
        {
            "starting_at_offset": months(0),
            "duration": months(6),
            "type": "MULTIPLIER",
            "multiplier": 0,
            "override_specifiers": [{"product_id": CALLS}],
        }
    ],
    "subscriptions": [
        {
            "subscription_rate": {"product_id": SEATS, "billing_frequency": "MONTHLY"},
            "collection_schedule": "ADVANCE",
            "proration": {"is_prorated": True},
            "initial_quantity": 3,
            "starting_at_offset": {"value": 2, "unit": "WEEKS"},
        }
    ],
}
