"""Terms in the API's words, one per way an editor can show them, and a catalog to edit them with."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from console.demo import TODAY, book_text
from screens.terms.offering import Offering
from store.terms import document
from store.terms.base import PREVIEW, parse
from store.terms.book import Book
from store.terms.money import USD

Payload = dict[str, Any]
COMMIT, CHARGE, CREDIT = (
    "a1f4e40b-f8c4-496b-b687-0a103396b479",
    "06cf3703-3f5e-467c-8ba1-0ee934c740b9",
    "7a0d0c70-0000-4000-8000-000000000009",
)
"""The demo's fixed products."""
SEATS, WORK = "7a0d0c70-0000-4000-8000-0000000000a1", "7a0d0c70-0000-4000-8000-0000000000a2"
"""A subscription product and a professional service, which the demo has none of (`sold`)."""
CLOUD, STORAGE = "7a0d0c70-0000-4000-8000-000000000001", "7a0d0c70-0000-4000-8000-000000000004"
START, END = "2024-11-01T00:00:00Z", "2025-11-01T00:00:00Z"


def offering(**changed: Any) -> Offering:
    """The demo's catalog, seen from the guide's contract."""
    book = parse(Book, sold(document.read(book_text())), context=PREVIEW)
    start = datetime(2024, 11, 1, tzinfo=UTC)
    return Offering(**{"now": TODAY, "starting_at": start, "book": book, "card": book.rate_cards[0], **changed})


def sold(document: dict[str, Any]) -> dict[str, Any]:
    """A bundle's document with a subscription product, its monthly and annual price, and a professional service."""
    products = ({"id": SEATS, "name": "Seats", "type": "SUBSCRIPTION"},
                {"id": WORK, "name": "Onboarding", "type": "PROFESSIONAL_SERVICE"})  # fmt: skip
    rates = [
        {"product_id": SEATS, "starting_at": "2020-01-01T00:00:00Z", "entitled": True, "rate_type": "FLAT",
         "price": price, "billing_frequency": frequency}
        for frequency, price in (("MONTHLY", 1000), ("ANNUAL", 10_000))
    ]  # fmt: skip
    first, *rest = document["rate_cards"]
    cards = [{**first, "rates": [*first["rates"], *rates]}, *rest]
    return {**document, "products": [*document["products"], *products], "rate_cards": cards}


def segment(amount: int, start: str = START, end: str = END) -> Payload:
    """An access segment."""
    return {"amount": amount, "starting_at": start, "ending_before": end}


def item(amount: int, date: str, **more: Any) -> Payload:
    """A dated charge as the editors write it."""
    return {"timestamp": date, "unit_price": amount, "quantity": 1, **more}


def commit(**changed: Any) -> Payload:
    """A prepaid commit, invoiced when it starts."""
    made: Payload = {
        "type": "PREPAID",
        "product_id": COMMIT,
        "access_schedule": {"schedule_items": [segment(1_000_000)]},
        "invoice_schedule": {"schedule_items": [item(1_000_000, START)]},
    }
    return {k: v for k, v in {**made, **changed}.items() if v is not None}


HALVES = [segment(500_000, START, "2025-05-01T00:00:00Z"), segment(600_000, "2025-05-01T00:00:00Z", END)]
RECURRING: Payload = {
    "starting_at": START, "ending_before": END, "frequency": "QUARTERLY", "unit_price": 100_000, "quantity": 1,
    "amount_distribution": "EACH",
}  # fmt: skip

COMMITS: tuple[Payload, ...] = (
    commit(),
    commit(name="Upfront", description="Usage Commit", applicable_product_tags=["cloud"]),
    commit(type="prepaid", applicable_product_ids=[CLOUD, STORAGE], priority=5, rollover_fraction=Decimal("0.25")),
    commit(access_schedule={"schedule_items": HALVES}, invoice_schedule={"schedule_items": [item(1_100_000, START)]}),
    commit(invoice_schedule=None),
    commit(invoice_schedule={"schedule_items": [item(1_000_000, START)], "do_not_invoice": True}),
    commit(invoice_schedule={"schedule_items": [item(250_000, START, quantity=2), item(400_000, END)]}),
    commit(invoice_schedule={"recurring_schedule": {**RECURRING, "amount_distribution": "DIVIDED"}}),
    commit(rate_type="COMMIT_RATE", specifiers=[{"product_id": STORAGE, "pricing_group_values": {"class": "cold"}}]),
    commit(specifiers=[{"product_tags": ["cloud", "gpu"]}, {"product_id": CLOUD}]),
    commit(type="POSTPAID", invoice_schedule={"schedule_items": [item(1_000_000, END)]}),
    commit(type="POSTPAID", invoice_schedule={"schedule_items": [item(1_000_000, "2025-12-01T00:00:00Z")]}),
    commit(temporary_id="first", custom_fields={"po": "4711"}),
    commit(access_schedule={"schedule_items": [segment(12_345)], "credit_type_id": CREDIT}),
)
CREDITS: tuple[Payload, ...] = (
    {"product_id": CREDIT, "access_schedule": {"schedule_items": [segment(100_050)]}},
    {"product_id": CREDIT, "name": "Launch", "priority": 1, "access_schedule": {"schedule_items": HALVES}},
)
CHARGES: tuple[Payload, ...] = (
    {"product_id": CHARGE, "name": "Platform Charge", "schedule": {"recurring_schedule": RECURRING}},
    {"product_id": CHARGE, "schedule": {"recurring_schedule": {**RECURRING, "frequency": "semi_annual"}}},
    {"product_id": CHARGE, "schedule": {"schedule_items": [item(99, "2025-01-01T06:30:00Z")]}},
    {"product_id": CHARGE, "schedule": {"schedule_items": [item(99, START), item(-50, END, quantity=3)]}},
)
OVERRIDES: tuple[Payload, ...] = (
    {"starting_at": START, "entitled": True, "type": "MULTIPLIER", "multiplier": Decimal("0.95"),
     "applicable_product_tags": ["cloud"]},
    {"starting_at": START, "ending_before": END, "entitled": False, "product_id": CLOUD},
    {"starting_at": START, "type": "MULTIPLIER", "multiplier": Decimal("1.1"), "priority": 3, "product_id": CLOUD},
    {"starting_at": START, "type": "OVERWRITE", "product_id": CLOUD,
     "overwrite_rate": {"rate_type": "FLAT", "price": Decimal("190.25")}},
    {"starting_at": START, "type": "OVERWRITE", "product_id": CLOUD,
     "overwrite_rate": {"rate_type": "TIERED", "tiers": [{"size": 1000, "price": 10}, {"price": Decimal("0.5")}]}},
    {"starting_at": START, "type": "TIERED", "priority": 1, "applicable_product_tags": ["cloud", "gpu"],
     "tiers": [{"size": 100, "multiplier": 1}, {"multiplier": Decimal("0.9")}]},
    {"starting_at": START, "type": "MULTIPLIER", "multiplier": 0, "override_specifiers":
     [{"product_id": STORAGE, "pricing_group_values": {"storage_class": "archive"}}, {"product_tags": ["gpu"]}]},
    {"starting_at": START, "type": "OVERWRITE", "product_id": CLOUD,
     "overwrite_rate": {"rate_type": "PERCENTAGE", "price": Decimal("0.07")}},
    {"starting_at": START, "type": "MULTIPLIER", "multiplier": Decimal("0.5"), "is_commit_specific": True,
     "target": "COMMIT_RATE", "override_specifiers": [{"product_id": CLOUD, "commit_ids": ["first"]}]},
)  # fmt: skip
MONTHLY: Payload = {
    "product_id": COMMIT, "access_amount": {"unit_price": 50_000, "quantity": 1, "credit_type_id": USD},
    "commit_duration": {"value": 1, "unit": "PERIODS"}, "priority": 100, "starting_at": START,
}  # fmt: skip
LINK: Payload = {"subscription_id": "subscription-1", "apply_seat_increase_config": {"is_prorated": True}}
RECURRING_COMMITS: tuple[Payload, ...] = (
    {**MONTHLY, "invoice_amount": MONTHLY["access_amount"]},
    {**MONTHLY, "name": "Monthly", "recurrence_frequency": "MONTHLY", "ending_before": END, "priority": 5},
    {**MONTHLY, "invoice_amount": {"unit_price": 40_000, "quantity": 2, "credit_type_id": USD},
     "commit_duration": {"value": 3}, "applicable_product_tags": ["cloud"]},
    {**MONTHLY, "proration": "NONE", "rate_type": "COMMIT_RATE", "rollover_fraction": Decimal("0.5"),
     "proration_rounding": {"access": {"rounding_method": "HALF_UP", "decimal_places": 0},
                            "invoice": {"rounding_method": "FLOOR", "decimal_places": -2}}},
    {**MONTHLY, "access_amount": {"unit_price": 100, "credit_type_id": USD}, "subscription_config": LINK,
     "invoice_amount": {"unit_price": 10, "quantity": 1}, "temporary_id": "pool"},
    {**MONTHLY, "access_amount": {"unit_price": 12_345, "quantity": 2, "credit_type_id": CREDIT}},
)  # fmt: skip
RECURRING_CREDITS: tuple[Payload, ...] = (
    {**MONTHLY, "product_id": CREDIT},
    {**MONTHLY, "product_id": CREDIT, "access_amount": {"unit_price": 100}, "subscription_config":
     {**LINK, "allocation": "INDIVIDUAL", "apply_seat_increase_config": {"is_prorated": False}}},
)  # fmt: skip
SUBSCRIPTIONS: tuple[Payload, ...] = (
    {"subscription_rate": {"product_id": SEATS, "billing_frequency": "MONTHLY"}, "collection_schedule": "ADVANCE",
     "proration": {"is_prorated": True, "invoice_behavior": "BILL_IMMEDIATELY"}, "initial_quantity": 5,
     "temporary_id": "subscription-1"},
    {"subscription_rate": {"product_id": SEATS, "billing_frequency": "ANNUAL"}, "collection_schedule": "ARREARS",
     "proration": {"is_prorated": False}, "initial_quantity": 0, "name": "Team", "starting_at": START,
     "ending_before": END, "billing_cycle_config": {"invoice_placement": "ON_SCHEDULED_INVOICE"}},
    {"subscription_rate": {"product_id": SEATS, "billing_frequency": "MONTHLY"}, "collection_schedule": "ADVANCE",
     "proration": {"is_prorated": True, "rounding": {"rounding_method": "CEILING", "decimal_places": 2}},
     "quantity_management_mode": "SEAT_BASED", "billing_cycle_config": {"anchor_date": START},
     "seat_config": {"seat_group_key": "region", "initial_seat_ids": ["ann", "bob"], "initial_unassigned_seats": 3}},
    {"subscription_rate": {"product_id": SEATS, "billing_frequency": "WEEKLY"}, "collection_schedule": "ADVANCE",
     "proration": {"is_prorated": True}, "quantity_management_mode": "SEAT_BASED",
     "seat_config": {"seat_group_key": "region", "initial_seat_ids": []}},
)  # fmt: skip
DISCOUNTS: tuple[Payload, ...] = (
    {"product_id": CHARGE, "name": "Thanks", "schedule": {"recurring_schedule": RECURRING}},
    {"product_id": CHARGE, "schedule": {"schedule_items": [item(5_000, START)]}},
)
SERVICES: tuple[Payload, ...] = (
    {"product_id": WORK, "unit_price": 15_000, "quantity": 10, "max_amount": 150_000, "description": "Two days"},
)
ROYALTIES: tuple[Payload, ...] = (
    {"reseller_type": "AWS", "fraction": Decimal("0.03"), "netsuite_reseller_id": "NS-1", "starting_at": START,
     "applicable_product_tags": ["cloud"], "aws_options": {"aws_offer_id": "offer-1"}},
    {"reseller_type": "GCP_PRO_SERVICE", "fraction": 1, "netsuite_reseller_id": "NS-2", "starting_at": START,
     "ending_before": END, "reseller_contract_value": 99_900, "applicable_product_ids": [CLOUD],
     "gcp_options": {"gcp_account_id": "acct"}},
)  # fmt: skip
FILTERS: tuple[Payload, ...] = (
    {"group_key": "region", "group_values": ["US", "EU"]},
    {"group_key": "region", "group_values": ["US"], "starting_at": START},
)
SAMPLES = [
    *(("commits", p) for p in COMMITS),
    *(("credits", p) for p in CREDITS),
    *(("scheduled_charges", p) for p in CHARGES),
    *(("overrides", p) for p in OVERRIDES),
    *(("usage_filter", p) for p in FILTERS),
    *(("recurring_commits", p) for p in RECURRING_COMMITS),
    *(("recurring_credits", p) for p in RECURRING_CREDITS),
    *(("subscriptions", p) for p in SUBSCRIPTIONS),
    *(("discounts", p) for p in DISCOUNTS),
    *(("professional_services", p) for p in SERVICES),
    *(("reseller_royalties", p) for p in ROYALTIES),
]
"""Kind and payload; every one is sound."""
