"""What rules 1 to 17 of README, §6 take and refuse: payloads, and the path of what is wrong."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from store.terms.balances import Commit
from store.terms.base import Term
from store.terms.catalog import BillableMetric, Product
from store.terms.charges import Subscription
from store.terms.contract import ContractTerms
from store.terms.customer import Customer, CustomFieldKey
from store.terms.override import Override
from store.terms.rates import Rate, RateCard
from tests.store.sample import (
    CALLS,
    COMMIT,
    CREDITS,
    END,
    MULTIPLIER,
    START,
    SUBSCRIPTION,
    TERMS,
    flat,
    uid,
)

METRIC = {
    "name": "M",
    "aggregation_type": "SUM",
    "aggregation_key": "n",
    "property_filters": [{"name": "n", "exists": True}, {"name": "region", "in_values": ["EU"]}],
    "group_keys": [["region"], ["n", "region"]],
}
PRODUCT = {"name": "P", "type": "USAGE", "billable_metric_id": uid(1)}


def segments(*spans: tuple[str, str]) -> dict[str, Any]:
    """An access schedule with these segments."""
    return {"schedule_items": [{"amount": 1, "starting_at": a, "ending_before": b} for a, b in spans]}


GOOD: list[tuple[str, type[Term], dict[str, Any]]] = [
    ("1 lower-case enums", Commit, COMMIT | {"type": "prepaid", "rate_type": "commit_rate"}),
    ("1 title-case aggregation", BillableMetric, METRIC | {"aggregation_type": "Sum"}),
    ("1 pro service", Product, {"name": "P", "type": "pro_service"}),
    ("1 null is absent", ContractTerms, TERMS | {"name": None, "usage_filter": None}),
    ("4 offsets are UTC", ContractTerms, TERMS | {"starting_at": "2025-01-01T05:00:00.000+05:00"}),
    ("7 duplicates collapse", Customer, {"name": "C", "ingest_aliases": ["a", "a"]}),
    ("8 values", Customer, {"name": "C", "custom_fields": {"k": "v" * 200}}),
    ("10 metric", BillableMetric, METRIC),
    ("10 count", BillableMetric, {"name": "M", "aggregation_type": "COUNT"}),
    ("10 sql", BillableMetric, {"name": "M", "sql": "select count(*) from events"}),
    ("11 product", Product, PRODUCT | {"quantity_rounding": {"rounding_method": "ROUND_UP", "decimal_places": 0}}),
    ("11 composite", Product, {"name": "P", "type": "COMPOSITE", "composite_tags": ["cloud"]}),
    ("13 tiers", Rate, flat(CALLS, rate_type="TIERED", price=None, tiers=[{"size": 1, "price": 0}, {"price": 1}])),
    ("13 whole percentage", Rate, flat(CALLS, rate_type="PERCENTAGE", price=1)),
    ("17 custom date", ContractTerms, TERMS | {"usage_statement_schedule": {
        "frequency": "MONTHLY", "day": "CUSTOM_DATE", "billing_anchor_date": "2024-12-05T00:00:00Z"}}),
]  # fmt: skip


BAD: list[tuple[str, type[Term], dict[str, Any], str]] = [
    ("1 required", ContractTerms, {"starting_at": START}, "/customer_id"),
    ("1 mixed case", Commit, COMMIT | {"type": "Prepaid"}, "/type"),
    ("1 text for a number", Rate, flat(CALLS, price="200"), "/price"),
    ("1 boolean for a number", Rate, flat(CALLS, price=True), "/price"),
    ("1 number for a text", Customer, {"name": 5}, "/name"),
    ("1 list for an object", ContractTerms, TERMS | {"usage_filter": []}, "/usage_filter"),
    ("1 object for a list", ContractTerms, TERMS | {"commits": {}}, "/commits"),
    ("1 unknown field", ContractTerms, TERMS | {"comits": []}, "/comits"),
    ("1 unknown inner field", ContractTerms, TERMS | {"commits": [COMMIT | {"x": 1}]}, "/commits/0/x"),
    ("2 no uuid", ContractTerms, TERMS | {"customer_id": "acme"}, "/customer_id"),
    ("2 twice", ContractTerms, TERMS | {"commits": [COMMIT | {"temporary_id": "a"}] * 2}, "/commits/1/temporary_id"),
    ("2 twice across kinds", ContractTerms, TERMS | {"commits": [COMMIT | {"temporary_id": "a"}],
        "subscriptions": [SUBSCRIPTION | {"temporary_id": "a"}]}, "/subscriptions/0/temporary_id"),
    ("4 no zone", ContractTerms, TERMS | {"starting_at": "2025-01-01T00:00:00"}, "/starting_at"),
    ("4 date only", ContractTerms, TERMS | {"starting_at": "2025-01-01"}, "/starting_at"),
    ("4 no such day", ContractTerms, TERMS | {"starting_at": "2025-02-30T00:00:00Z"}, "/starting_at"),
    ("4 half past", ContractTerms, TERMS | {"starting_at": "2025-01-01T00:30:00Z"}, "/starting_at"),
    ("4 half-hour zone", ContractTerms, TERMS | {"starting_at": "2025-01-01T00:00:00+05:30"}, "/starting_at"),
    ("4 ends before start", ContractTerms, TERMS | {"ending_before": START}, "/ending_before"),
    ("4 override", Override, MULTIPLIER | {"ending_before": START}, "/ending_before"),
    ("4 segment", Commit, COMMIT | {"access_schedule": segments((END, START))},
        "/access_schedule/schedule_items/0/ending_before"),
    ("4 segment on the hour", Commit, COMMIT | {"access_schedule": segments((START, "2025-06-01T00:00:01Z"))},
        "/access_schedule/schedule_items/0/ending_before"),
    ("4 rate", Rate, flat(CALLS, ending_before=START), "/ending_before"),
    ("4 alias window", RateCard, {"name": "R", "aliases": [
        {"name": "a", "starting_at": END, "ending_before": START}]}, "/aliases/0/ending_before"),
    ("4 subscription", Subscription, SUBSCRIPTION | {"starting_at": END, "ending_before": START}, "/ending_before"),
    ("5 too long", ContractTerms, TERMS | {"uniqueness_key": "k" * 129}, "/uniqueness_key"),
    ("5 empty", ContractTerms, TERMS | {"uniqueness_key": ""}, "/uniqueness_key"),
    ("6 no name", Customer, {}, "/name"),
    ("6 empty name", Customer, {"name": ""}, "/name"),
    ("7 too many", Customer, {"name": "C", "ingest_aliases": [str(n) for n in range(2001)]}, "/ingest_aliases"),
    ("7 empty", Customer, {"name": "C", "ingest_aliases": [""]}, "/ingest_aliases/0"),
    ("7 too long", Customer, {"name": "C", "ingest_aliases": ["a" * 129]}, "/ingest_aliases/0"),
    ("8 too long", Customer, {"name": "C", "custom_fields": {"k": "v" * 201}}, "/custom_fields/k"),
    ("8 no text", Customer, {"name": "C", "custom_fields": {"k": 5}}, "/custom_fields/k"),
    ("8 entity", CustomFieldKey, {"entity": "planet", "key": "k"}, "/entity"),
    ("9 both methods", Customer, {"name": "C", "customer_billing_provider_configurations": [{
        "billing_provider": "stripe", "delivery_method": "tackle", "delivery_method_id": uid(1)}]},
        "/customer_billing_provider_configurations/0/delivery_method"),
    ("9 no method", Customer, {"name": "C", "customer_billing_provider_configurations": [{
        "billing_provider": "stripe"}]}, "/customer_billing_provider_configurations/0/delivery_method"),
    ("9 tax elsewhere", Customer, {"name": "C", "customer_billing_provider_configurations": [{
        "billing_provider": "netsuite", "delivery_method": "tackle", "tax_provider": "anrok"}]},
        "/customer_billing_provider_configurations/0/tax_provider"),
    ("9 upper case", Customer, {"name": "C", "customer_billing_provider_configurations": [{
        "billing_provider": "STRIPE", "delivery_method": "tackle"}]},
        "/customer_billing_provider_configurations/0/billing_provider"),
    ("10 neither", BillableMetric, {"name": "M"}, "/aggregation_type"),
    ("10 both", BillableMetric, METRIC | {"sql": "select 1"}, "/aggregation_type"),
    ("10 key needed", BillableMetric, METRIC | {"aggregation_key": None}, "/aggregation_key"),
    ("10 key unknown", BillableMetric, METRIC | {"aggregation_key": "x"}, "/aggregation_key"),
    ("10 empty filter", BillableMetric, METRIC | {"event_type_filter": {"in_values": []}},
        "/event_type_filter/in_values"),
    ("10 group key unknown", BillableMetric, METRIC | {"group_keys": [["x"]]}, "/group_keys/0"),
    ("10 group key not ensured", BillableMetric, METRIC | {"property_filters": [
        {"name": "n"}, {"name": "region", "not_in_values": ["US"]}]}, "/group_keys/0"),
    ("11 metric", Product, {"name": "P", "type": "USAGE"}, "/billable_metric_id"),
    ("11 metric of fixed", Product, PRODUCT | {"type": "FIXED"}, "/billable_metric_id"),
    ("11 composite", Product, {"name": "P", "type": "COMPOSITE"}, "/composite_product_ids"),
    ("11 composite fields", Product, PRODUCT | {"composite_tags": ["a"]}, "/composite_tags"),
    ("11 factor", Product, PRODUCT | {"quantity_conversion": {"conversion_factor": 0, "operation": "DIVIDE"}},
        "/quantity_conversion/conversion_factor"),
    ("11 places", Product, PRODUCT | {"quantity_rounding": {"rounding_method": "ROUND_UP", "decimal_places": -1}},
        "/quantity_rounding/decimal_places"),
    ("11 rounding", Product, PRODUCT | {"quantity_rounding": {"rounding_method": "FLOOR", "decimal_places": 1}},
        "/quantity_rounding/rounding_method"),
    ("13 price", Rate, flat(CALLS, price=None), "/price"),
    ("13 negative", Rate, flat(CALLS, price=-1), "/price"),
    ("13 fraction", Rate, flat(CALLS, rate_type="PERCENTAGE", price=Decimal("1.01")), "/price"),
    ("13 unit of a percentage", Rate, flat(CALLS, rate_type="PERCENTAGE", price=0, credit_type_id=CREDITS),
        "/credit_type_id"),
    ("13 no tiers", Rate, flat(CALLS, rate_type="TIERED", price=None), "/tiers"),
    ("13 tiers of flat", Rate, flat(CALLS, tiers=[{"price": 1}]), "/tiers"),
    ("13 no open tier", Rate, flat(CALLS, rate_type="TIERED", price=None, tiers=[{"size": 1, "price": 1}]),
        "/tiers/0/size"),
    ("13 two open tiers", Rate, flat(CALLS, rate_type="TIERED", price=None, tiers=[{"price": 1}, {"price": 2}]),
        "/tiers/0/size"),
    ("13 empty tier", Rate, flat(CALLS, rate_type="TIERED", price=None, tiers=[{"size": 0, "price": 1}, {"price": 2}]),
        "/tiers/0/size"),
    ("13 minimum of flat", Rate, flat(CALLS, minimum_config={"minimum": 1}), "/minimum_config"),
    ("13 quantity of flat", Rate, flat(CALLS, quantity=1), "/quantity"),
    ("13 conversion 0", RateCard, {"name": "R", "credit_type_conversions": [
        {"custom_credit_type_id": CREDITS, "fiat_per_custom_credit": 0}]},
        "/credit_type_conversions/0/fiat_per_custom_credit"),
    ("13 converted twice", RateCard, {"name": "R", "credit_type_conversions": [
        {"custom_credit_type_id": CREDITS, "fiat_per_custom_credit": 1}] * 2},
        "/credit_type_conversions/1/custom_credit_type_id"),
    ("15 card twice", ContractTerms, TERMS | {"rate_card_alias": "list"}, "/rate_card_alias"),
    ("15 package twice", ContractTerms, {"customer_id": uid(1), "starting_at": START, "package_id": uid(2),
        "package_alias": "p"}, "/package_alias"),
    ("15 beside a package", ContractTerms, TERMS | {"rate_card_id": None, "package_id": uid(2)}, "/ending_before"),
    ("17 no anchor", ContractTerms, TERMS | {"usage_statement_schedule": {
        "frequency": "MONTHLY", "day": "CUSTOM_DATE"}}, "/usage_statement_schedule/billing_anchor_date"),
    ("17 stray anchor", ContractTerms, TERMS | {"usage_statement_schedule": {
        "frequency": "MONTHLY", "billing_anchor_date": START}}, "/usage_statement_schedule/billing_anchor_date"),
    ("17 first invoice outside", ContractTerms, TERMS | {"usage_statement_schedule": {
        "frequency": "MONTHLY", "invoice_generation_starting_at": END}},
        "/usage_statement_schedule/invoice_generation_starting_at"),
    ("17 yearly", ContractTerms, TERMS | {"usage_statement_schedule": {"frequency": "yearly"}},
        "/usage_statement_schedule/frequency"),
]  # fmt: skip
