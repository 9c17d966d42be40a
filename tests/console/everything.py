"""A contract with every kind of term there is."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tests.store import sample
from tests.store.gated_sample import BALANCE, ROYALTY, SPEND
from tests.store.sample import CALLS, CONTRACT, CREDITS, FEE, LATER, START, TERMS, WORK


def months(n: int) -> dict[str, Any]:
    """So many months."""
    return {"value": n, "unit": "MONTHS"}


HALF = {"access": {"rounding_method": "HALF_UP", "decimal_places": 0}}
SEATED = sample.SUBSCRIPTION | {"collection_schedule": "ARREARS", "billing_cycle_config": {}, "starting_at": LATER}
OVERRIDES: list[dict[str, Any]] = [
    sample.MULTIPLIER | {"priority": 1},
    {"starting_at": START, "product_id": CALLS, "type": "TIERED", "priority": 2}
    | {"tiers": [{"size": 10, "multiplier": Decimal("0.5")}, {"multiplier": 1}]},
    {"starting_at": START, "product_id": CALLS, "type": "OVERWRITE"}
    | {"overwrite_rate": {"rate_type": "FLAT", "price": 3}},
    {"starting_at": START, "entitled": True, "override_specifiers": [{"product_tags": ["cloud"]}]},
]  # fmt: skip
EVERYTHING: dict[str, Any] = TERMS | {
    "id": CONTRACT,
    "name": "Everything",
    "net_payment_terms_days": 30,
    "usage_statement_schedule": {"frequency": "QUARTERLY", "day": "CUSTOM_DATE", "billing_anchor_date": START},
    "usage_filter": {"group_key": "region", "group_values": ["US"], "starting_at": START},
    "commits": [sample.COMMIT | {"temporary_id": "c", "rollover_fraction": Decimal("0.5")}, sample.POSTPAID],
    "credits": [sample.CREDIT | {"name": "Welcome", "priority": 3}],
    "recurring_commits": [sample.RECURRING | {"invoice_amount": {"unit_price": 9, "quantity": 1}}],
    "recurring_credits": [sample.RECURRING | {"recurrence_frequency": "MONTHLY", "proration_rounding": HALF}],
    "scheduled_charges": [sample.CHARGE],
    "overrides": OVERRIDES,
    "subscriptions": [sample.SUBSCRIPTION | {"temporary_id": "s"}, SEATED],
    "discounts": [sample.CHARGE | {"name": "Off"}],
    "professional_services": [{"product_id": WORK, "unit_price": 5, "quantity": 2, "max_amount": 10}],
    "reseller_royalties": [ROYALTY],
    "spend_threshold_configuration": SPEND,
    "prepaid_balance_threshold_configuration": BALANCE
    | {"commit": {"product_id": FEE, "duration": months(6), "rate_type": "COMMIT_RATE"}},
    "spend_trackers": [{"alias": "t", "credit_type_id": CREDITS}],
    "multiplier_override_prioritization": "EXPLICIT",
    "amendments": [
        {"starting_at": START, "commits": [sample.COMMIT], "overrides": [sample.MULTIPLIER | {"priority": 9}]}
    ],
    "edits": [
        {
            "add_recurring_credits": [sample.RECURRING],
            "add_subscriptions": [sample.SUBSCRIPTION],
            "add_scheduled_charges": [sample.CHARGE],
            "add_discounts": [sample.CHARGE],
            "update_contract_name": "Renamed",
        }
    ],
}  # fmt: skip
