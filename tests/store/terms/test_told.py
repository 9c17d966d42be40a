"""Terms in plain words."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from store.terms.base import Term, parse
from store.terms.charges import Discount, ProfessionalService, Subscription
from store.terms.effective import effective
from store.terms.gated import BalanceThreshold, ResellerRoyalty, SpendThreshold
from store.terms.hierarchy import Hierarchy
from store.terms.recurring import RecurringCommit, RecurringCredit
from store.terms.told import settings, told
from tests.store.gated_sample import BALANCE, CAPPED, ROYALTY, SPEND, TRACKER
from tests.store.sample import CALLS, FEE, RECURRING, SEATS, SUBSCRIPTION, acme_contract, uid

NAMES = {FEE: "Fee", CALLS: "Calls", SEATS: "Seats"}
USD = {"unit_price": 900, "quantity": 1}


@pytest.mark.parametrize(
    ("model", "payload", "sentence"),
    [
        (
            SpendThreshold,
            SPEND,
            "Each time uninvoiced usage spend reaches $500.00, it is charged as the commit Fee.",
        ),
        (
            SpendThreshold,
            SPEND | {"is_enabled": False, "discount_configuration": CAPPED},
            "Switched off: each time uninvoiced usage spend reaches $500.00, it is charged as the commit Fee, of which "
            "the customer pays 0 % until spend tracker recharges has counted 1.",
        ),
        (
            BalanceThreshold,
            BALANCE | {"payment_gate_config": {"payment_gate_type": "STRIPE"}},
            "When the balance falls to $5.00, the commit Fee brings it back to $15.00 once Stripe has collected the "
            "payment.",
        ),
        (
            ResellerRoyalty,
            ROYALTY | {"fraction": Decimal("0.07"), "applicable_product_ids": [CALLS]},
            "7 % of Calls and everything tagged cloud goes to AWS reseller r1, 2025-01-01 → open; no total changes.",
        ),
        (
            Hierarchy,
            {"parent": {"contract_id": uid(4), "customer_id": uid(1)}, "payer": "PARENT"},
            f"A child of contract {uid(4)}: the parent pays, and its statements stay on their own.",
        ),
        (
            ProfessionalService,
            {"product_id": FEE, "unit_price": 15000, "quantity": 20, "max_amount": 300000},
            "Fee: 20 at $150.00, at most $3,000.00; billed only when an invoice is made.",
        ),
        (
            Discount,
            {"product_id": FEE, "schedule": {"schedule_items": [{"timestamp": "2025-03-01T00:00:00Z", "amount": 500}]}},
            "Fee: $5.00 off, on 2025-03-01.",
        ),
        (RecurringCredit, RECURRING, "Fee: $10.00 every statement period, 2025-01-01 → open."),
        (
            RecurringCommit,
            RECURRING | {"recurrence_frequency": "MONTHLY", "commit_duration": {"value": 2}, "invoice_amount": USD},
            "Fee: $10.00 every month, 2025-01-01 → open, each for 2 periods, invoiced at $9.00.",
        ),
        (Subscription, SUBSCRIPTION, "Seats: 3, charged every month in advance, prorated."),
    ],
)
def test_a_term_is_one_sentence(model: type[Term], payload: dict[str, Any], sentence: str) -> None:
    assert told(parse(model, payload), NAMES) == sentence


def test_what_a_contract_has_one_of() -> None:
    stripe = {"billing_provider": "stripe", "delivery_method": "direct_to_billing_provider"}
    held = acme_contract(
        spend_threshold_configuration=SPEND, spend_trackers=[TRACKER], billing_provider_configuration=stripe
    )
    assert [title for title, _ in settings(effective(held), NAMES)] == ["Spend threshold", "Spend tracker", "Billing"]
    assert dict(settings(effective(held), NAMES))["Spend tracker"] == (
        "recharges counts commits bought by thresholds, anew every billing period."
    )
    assert dict(settings(effective(held)))["Billing"] == "Billed by stripe, delivered by direct to billing provider."


def test_what_is_no_term_is_refused() -> None:
    with pytest.raises(TypeError, match="str is not told"):
        told("a word")
