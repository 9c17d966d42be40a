"""Thresholds, trackers and royalties for the sample book."""

from __future__ import annotations

from typing import Any

from tests.store.sample import (
    FEE,
    START,
    uid,
)

GATE = {"payment_gate_type": "NONE"}
SPEND: dict[str, Any] = {
    "is_enabled": True,
    "threshold_amount": 50000,
    "commit": {"product_id": FEE},
    "payment_gate_config": GATE,
}
BALANCE: dict[str, Any] = SPEND | {"threshold_amount": 500, "recharge_to_amount": 1500}
TRACKER = {
    "alias": "recharges",
    "credit_type_id": uid(90),
    "reset_frequency": "BILLING_PERIOD",
    "applicable_spend_specifiers": [{"spend_type": "COMMIT_PURCHASE", "sources": ["THRESHOLD_RECHARGE"]}],
}
CAPPED = {"payment_fraction": 0, "cap": {"spend_tracker_alias": "recharges", "amount": 1}}
ROYALTY = {
    "reseller_type": "AWS",
    "fraction": 0,
    "netsuite_reseller_id": "r1",
    "starting_at": START,
    "applicable_product_tags": ["cloud"],
}
