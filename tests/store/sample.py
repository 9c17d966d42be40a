"""A small book for the tests of rules: one of everything, and ways to say what a payload is refused for."""

from __future__ import annotations

from typing import Any

from store.errors import Invalid
from store.terms.base import REQUEST, Term, parse
from store.terms.book import Book
from store.terms.contract import Contract
from store.terms.review import Finding


def uid(n: int) -> str:
    """The n-th id of the sample: a UUID with a readable tail."""
    return f"00000000-0000-4000-8000-{n:012d}"


ACME, OTHER, CARD, CONTRACT = uid(1), uid(2), uid(3), uid(4)
CALLS, STORAGE, SEATS, SHARE, FEE, WORK, UNPRICED = (uid(n) for n in range(11, 18))
CALLS_METRIC, STORAGE_METRIC, SQL_METRIC = uid(21), uid(22), uid(23)
CREDITS = uid(31)
"""A custom pricing unit that the card converts."""
START, LATER, END = "2025-01-01T00:00:00Z", "2025-04-01T00:00:00Z", "2026-01-01T00:00:00Z"

COMMIT: dict[str, Any] = {
    "type": "PREPAID",
    "product_id": FEE,
    "access_schedule": {"schedule_items": [{"amount": 100000, "starting_at": START, "ending_before": END}]},
}
CREDIT = {key: value for key, value in COMMIT.items() if key != "type"}
POSTPAID = COMMIT | {
    "type": "POSTPAID",
    "invoice_schedule": {"schedule_items": [{"timestamp": END, "amount": 100000}]},
}
CHARGE = {"product_id": FEE, "schedule": {"schedule_items": [{"timestamp": START, "amount": 5000}]}}
RECURRING = {
    "product_id": FEE,
    "priority": 1,
    "starting_at": START,
    "commit_duration": {"value": 1},
    "access_amount": {"unit_price": 1000, "quantity": 1},
}
SUBSCRIPTION = {
    "subscription_rate": {"product_id": SEATS, "billing_frequency": "MONTHLY"},
    "collection_schedule": "ADVANCE",
    "proration": {"is_prorated": True},
    "initial_quantity": 3,
}
MULTIPLIER = {"starting_at": START, "type": "MULTIPLIER", "multiplier": 0, "product_id": CALLS}
TERMS: dict[str, Any] = {"customer_id": ACME, "rate_card_id": CARD, "starting_at": START, "ending_before": END}


def flat(product: str, **more: Any) -> dict[str, Any]:
    """A flat rate of the card."""
    return {"product_id": product, "starting_at": START, "entitled": True, "rate_type": "FLAT", "price": 200} | more


def document(**more: Any) -> dict[str, Any]:
    """The sample book as a bundle writes it, some lists exchanged."""
    return {
        "custom_field_keys": [
            {"entity": entity, "key": "ref"} for entity in ("customer", "contract", "commit", "product")
        ],
        "billable_metrics": [
            {
                "id": CALLS_METRIC,
                "name": "Calls",
                "aggregation_type": "COUNT",
                "property_filters": [{"name": "region", "exists": True}, {"name": "team", "exists": True}],
                "group_keys": [["region"], ["team"]],
            },
            {
                "id": STORAGE_METRIC,
                "name": "Gigabytes",
                "aggregation_type": "MAX",
                "aggregation_key": "gb",
                "property_filters": [{"name": n, "exists": True} for n in ("gb", "class", "region")],
                "group_keys": [["class", "region"]],
            },
            {"id": SQL_METRIC, "name": "By query", "sql": "select count(*) from events"},
        ],
        "products": [
            {"id": CALLS, "name": "Calls", "type": "USAGE", "billable_metric_id": CALLS_METRIC, "tags": ["cloud"]},
            {
                "id": STORAGE,
                "name": "Storage",
                "type": "USAGE",
                "billable_metric_id": STORAGE_METRIC,
                "pricing_group_key": ["class"],
            },
            {"id": SEATS, "name": "Seats", "type": "SUBSCRIPTION"},
            {"id": SHARE, "name": "Support", "type": "COMPOSITE", "composite_tags": ["cloud"]},
            {"id": FEE, "name": "Fee", "type": "FIXED"},
            {"id": WORK, "name": "Onboarding", "type": "PRO_SERVICE"},
            {"id": UNPRICED, "name": "Nowhere", "type": "USAGE", "billable_metric_id": SQL_METRIC},
        ],
        "rate_cards": [
            {
                "id": CARD,
                "name": "List",
                "aliases": [{"name": "list"}],
                "credit_type_conversions": [{"custom_credit_type_id": CREDITS, "fiat_per_custom_credit": 35}],
                "rates": [
                    flat(CALLS),
                    flat(STORAGE, pricing_group_values={"class": "hot"}),
                    flat(SEATS, billing_frequency="MONTHLY"),
                    flat(SHARE, rate_type="PERCENTAGE", price=0),
                ],
            }
        ],
        "customers": [
            {"id": ACME, "name": "Acme", "ingest_aliases": ["acme"]},
            {"id": OTHER, "name": "Other", "ingest_aliases": ["other"]},
        ],
        "contracts": [TERMS | {"id": CONTRACT}],
    } | more


def book(**more: Any) -> Book:
    """The sample book, parsed."""
    return parse(Book, document(**more), context={})


def acme_contract(**more: Any) -> Contract:
    """Acme's contract with other terms."""
    return parse(Contract, TERMS | {"id": CONTRACT} | more, context={})


def refused(model: type[Term], payload: Any, context: Any = REQUEST) -> dict[str, str]:
    """Path → sentence of everything the model finds wrong; empty if it takes the payload."""
    try:
        parse(model, payload, context=context)
    except Invalid as error:
        return {p.path: p.message for p in error.problems}
    return {}


def errors(findings: tuple[Finding, ...]) -> dict[str, str]:
    """Path → sentence of the errors."""
    return {f.path: f.message for f in findings if f.severity == "error"}


def warnings(findings: tuple[Finding, ...]) -> dict[str, str]:
    """Path → sentence of the warnings."""
    return {f.path: f.message for f in findings if f.severity == "warning"}
