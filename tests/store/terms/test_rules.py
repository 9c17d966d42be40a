"""The rules of §6 that a value can be held to alone: each takes the good and names the path of the bad."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from store.terms.balances import Commit, CustomerCommit, CustomerCredit
from store.terms.base import IMPORT, PREVIEW, Term
from store.terms.catalog import BillableMetric, Product
from store.terms.charges import ScheduledCharge, Subscription
from store.terms.contract import Amendment, ContractTerms
from store.terms.customer import Customer, CustomFieldKey
from store.terms.event import Event
from store.terms.override import Override
from store.terms.rates import Rate, RateCard
from store.terms.recurring import RecurringCommit, RecurringCredit
from store.terms.schedules import ChargeSchedule
from tests.store.sample import (
    CALLS,
    CHARGE,
    COMMIT,
    CREDITS,
    END,
    FEE,
    LATER,
    MULTIPLIER,
    POSTPAID,
    RECURRING,
    START,
    SUBSCRIPTION,
    TERMS,
    flat,
    refused,
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
RECURRING_SCHEDULE: dict[str, Any] = {
    "starting_at": START,
    "ending_before": END,
    "frequency": "QUARTERLY",
    "amount_distribution": "EACH",
    "amount": 100000,
}
SPECIFIER = {"product_id": CALLS}


def overwritten(**more: Any) -> dict[str, Any]:
    """An override that replaces the rate."""
    rate = {"rate_type": "FLAT", "price": 1}
    return {"starting_at": START, "type": "OVERWRITE", "overwrite_rate": rate, "product_id": CALLS} | more


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
    ("19 triple that agrees", ChargeSchedule, {"schedule_items": [
        {"timestamp": START, "amount": 6, "unit_price": 3, "quantity": 2}]}),
    ("20 recurring", ChargeSchedule, {"recurring_schedule": RECURRING_SCHEDULE}),
    ("21 postpaid", Commit, POSTPAID),
    ("21 overlapping prepaid segments", Commit, COMMIT | {"access_schedule": segments((START, END), (START, LATER))}),
    ("23 specifiers", Commit, COMMIT | {"specifiers": [SPECIFIER, {"exclude": [{"product_tags": ["x"]}]}]}),
    ("24 whole rollover", Commit, COMMIT | {"rollover_fraction": 1}),
    ("25 gate on an amendment", Amendment, {"starting_at": START, "commits": [
        COMMIT | {"payment_gate_config": {"payment_gate_type": "NONE"}}]}),
    ("26 customer commit", CustomerCommit, COMMIT | {"priority": 1}),
    ("27 recurring", RecurringCommit, RECURRING | {"proration_rounding": {
        "access": {"rounding_method": "FLOOR", "decimal_places": -5}}}),
    ("28 multiplier 0", Override, MULTIPLIER),
    ("28 entitlement alone", Override, {"starting_at": START, "entitled": True, "product_id": CALLS}),
    ("28 overwrite", Override, overwritten()),
    ("28 tiered", Override, {"starting_at": START, "type": "TIERED", "priority": 1, "product_id": CALLS,
        "tiers": [{"size": 1, "multiplier": 1}, {"multiplier": 0}]}),
    ("32 seats", Subscription, SUBSCRIPTION | {"initial_quantity": None, "quantity_management_mode": "SEAT_BASED",
        "seat_config": {"seat_group_key": "user", "initial_seat_ids": []}}),
    ("40 event", Event, {"transaction_id": "t" * 128, "customer_id": "c", "event_type": "e", "timestamp": START}),
]  # fmt: skip


@pytest.mark.parametrize(("model", "payload"), [case[1:] for case in GOOD], ids=[case[0] for case in GOOD])
def test_takes(model: type[Term], payload: dict[str, Any]) -> None:
    assert refused(model, payload) == {}


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
    ("19 neither", ScheduledCharge, CHARGE | {"schedule": {}}, "/schedule"),
    ("19 both", ScheduledCharge, CHARGE | {"schedule": CHARGE["schedule"] | {  # type: ignore[operator]
        "recurring_schedule": RECURRING_SCHEDULE}}, "/schedule"),
    ("19 nothing to pay", ChargeSchedule, {"schedule_items": [{"timestamp": START}]}, "/schedule_items/0/amount"),
    ("19 price alone", ChargeSchedule, {"schedule_items": [{"timestamp": START, "unit_price": 1}]},
        "/schedule_items/0/quantity"),
    ("19 triple that disagrees", ChargeSchedule, {"schedule_items": [
        {"timestamp": START, "amount": 5, "unit_price": 3, "quantity": 2}]}, "/schedule_items/0/amount"),
    ("19 no items", ChargeSchedule, {"schedule_items": []}, "/schedule_items"),
    ("20 weekly", ChargeSchedule, {"recurring_schedule": RECURRING_SCHEDULE | {"frequency": "WEEKLY"}},
        "/recurring_schedule/frequency"),
    ("20 distribution", ChargeSchedule, {"recurring_schedule": RECURRING_SCHEDULE | {"amount_distribution": "ALL"}},
        "/recurring_schedule/amount_distribution"),
    ("20 no occurrence", ChargeSchedule, {"recurring_schedule": RECURRING_SCHEDULE | {"ending_before": START}},
        "/recurring_schedule/ending_before"),
    ("21 no segment", Commit, COMMIT | {"access_schedule": {"schedule_items": []}}, "/access_schedule/schedule_items"),
    ("21 two segments", Commit, POSTPAID | {"access_schedule": segments((START, LATER), (LATER, END))},
        "/access_schedule/schedule_items"),
    ("21 no invoice", Commit, COMMIT | {"type": "POSTPAID"}, "/invoice_schedule"),
    ("21 two invoices", Commit, POSTPAID | {"invoice_schedule": {"schedule_items": [
        {"timestamp": END, "amount": 50000}] * 2}}, "/invoice_schedule"),
    ("21 other total", Commit, POSTPAID | {"invoice_schedule": {"schedule_items": [
        {"timestamp": END, "amount": 1}]}}, "/invoice_schedule"),
    ("21 early invoice", Commit, POSTPAID | {"invoice_schedule": {"schedule_items": [
        {"timestamp": LATER, "amount": 100000}]}}, "/invoice_schedule"),
    ("21 negative segment", Commit, COMMIT | {"access_schedule": {"schedule_items": [
        {"amount": -1, "starting_at": START, "ending_before": END}]}}, "/access_schedule/schedule_items/0/amount"),
    ("23 both", Commit, COMMIT | {"specifiers": [SPECIFIER], "applicable_product_tags": ["a"]}, "/specifiers"),
    ("23 no condition", Commit, COMMIT | {"specifiers": [{}]}, "/specifiers/0"),
    ("24 rollover 100", Commit, COMMIT | {"rollover_fraction": 100}, "/rollover_fraction"),
    ("24 negative", Commit, COMMIT | {"rollover_fraction": Decimal("-0.1")}, "/rollover_fraction"),
    ("25 gate on create", ContractTerms, TERMS | {"commits": [COMMIT | {
        "payment_gate_config": {"payment_gate_type": "NONE"}}]},
        "/commits/0/payment_gate_config"),
    ("26 no priority", CustomerCommit, COMMIT, "/priority"),
    ("26 no priority of a credit", CustomerCredit, {"product_id": FEE, "access_schedule": segments((START, END))},
        "/priority"),
    ("26 who invoices", CustomerCommit, COMMIT | {"priority": 1, "invoice_schedule": {"schedule_items": [
        {"timestamp": START, "amount": 1}]}}, "/invoice_contract_id"),
    ("27 no quantity", RecurringCommit, RECURRING | {"access_amount": {"unit_price": 1}}, "/access_amount/quantity"),
    ("27 no period", RecurringCommit, RECURRING | {"commit_duration": {"value": 0}}, "/commit_duration/value"),
    ("27 half a period", RecurringCommit, RECURRING | {"commit_duration": {"value": Decimal("1.5")}},
        "/commit_duration/value"),
    ("27 places", RecurringCommit, RECURRING | {"proration_rounding": {
        "access": {"rounding_method": "FLOOR", "decimal_places": 6}}}, "/proration_rounding/access/decimal_places"),
    ("27 method", RecurringCommit, RECURRING | {"proration_rounding": {
        "access": {"rounding_method": "ROUND_UP", "decimal_places": 0}}},
        "/proration_rounding/access/rounding_method"),
    ("27 credits are free", RecurringCredit, RECURRING | {"invoice_amount": {"unit_price": 1, "quantity": 1}},
        "/invoice_amount"),
    ("27 two daily", ContractTerms, TERMS | {
        "recurring_commits": [RECURRING | {"recurrence_frequency": "DAILY"}],
        "recurring_credits": [RECURRING | {"recurrence_frequency": "DAILY"}]}, "/recurring_commits"),
    ("28 no effect", Override, {"starting_at": START, "product_id": CALLS}, "/type"),
    ("28 no target", Override, {"starting_at": START, "entitled": True}, ""),
    ("28 two targets", Override, MULTIPLIER | {"override_specifiers": [SPECIFIER]}, "/override_specifiers"),
    ("28 no multiplier", Override, MULTIPLIER | {"multiplier": None}, "/multiplier"),
    ("28 negative", Override, MULTIPLIER | {"multiplier": -1}, "/multiplier"),
    ("28 stray multiplier", Override, overwritten(multiplier=1), "/multiplier"),
    ("28 no rate", Override, overwritten(overwrite_rate=None), "/overwrite_rate"),
    ("28 rate rules", Override, overwritten(overwrite_rate={"rate_type": "TIERED"}), "/overwrite_rate/tiers"),
    ("28 overwrite by tag", Override, overwritten(product_id=None, applicable_product_tags=["a"]),
        "/applicable_product_tags"),
    ("28 overwrite by tags", Override, overwritten(product_id=None, override_specifiers=[{"product_tags": ["a"]}]),
        "/override_specifiers/0/product_tags"),
    ("28 overwrite by nothing", Override, overwritten(product_id=None, override_specifiers=[
        {"pricing_group_values": {"a": "b"}}]), "/override_specifiers/0/product_id"),
    ("28 shown values", Override, {"starting_at": START, "entitled": True, "override_specifiers": [
        SPECIFIER | {"presentation_group_values": {"a": "b"}}]},
        "/override_specifiers/0/presentation_group_values"),
    ("28 priority 0", Override, MULTIPLIER | {"priority": 0}, "/priority"),
    ("28 tiered without priority", Override, {"starting_at": START, "type": "TIERED", "product_id": CALLS,
        "tiers": [{"multiplier": 1}]}, "/priority"),
    ("28 tiered without tiers", Override, {"starting_at": START, "type": "TIERED", "product_id": CALLS,
        "priority": 1}, "/tiers"),
    ("28 open tier first", Override, {"starting_at": START, "type": "TIERED", "product_id": CALLS, "priority": 1,
        "tiers": [{"multiplier": 1}, {"size": 1, "multiplier": 1}]}, "/tiers/0/size"),
    ("28 explicit", ContractTerms, TERMS | {"multiplier_override_prioritization": "EXPLICIT",
        "overrides": [MULTIPLIER]}, "/overrides/0/priority"),
    ("28 tiered is explicit", ContractTerms, TERMS | {"multiplier_override_prioritization": "LOWEST_MULTIPLIER",
        "overrides": [{"starting_at": START, "type": "TIERED", "product_id": CALLS, "priority": 1,
        "tiers": [{"multiplier": 1}]}]}, "/multiplier_override_prioritization"),
    ("28 commits unsaid", Override, MULTIPLIER | {"product_id": None, "override_specifiers": [
        SPECIFIER | {"commit_ids": ["c"]}]}, "/override_specifiers/0"),
    ("28 commits alone", Override, MULTIPLIER | {"product_id": None, "is_commit_specific": True,
        "override_specifiers": [{"commit_ids": ["c"]}]}, "/override_specifiers/0"),
    ("28 commit lists", Override, MULTIPLIER | {"product_id": None, "is_commit_specific": True,
        "override_specifiers": [SPECIFIER | {"commit_ids": ["c"], "any_commit_or_credit_ids": ["c"]}]},
        "/override_specifiers/0/any_commit_or_credit_ids"),
    ("28 target unsaid", Override, MULTIPLIER | {"target": "COMMIT_RATE"}, "/target"),
    ("28 frequency alone", Override, MULTIPLIER | {"product_id": None, "override_specifiers": [
        {"billing_frequency": "MONTHLY"}]}, "/override_specifiers/0/product_id"),
    ("32 no quantity", Subscription, SUBSCRIPTION | {"initial_quantity": None}, "/initial_quantity"),
    ("32 no seats", Subscription, SUBSCRIPTION | {"quantity_management_mode": "SEAT_BASED"}, "/seat_config"),
    ("32 immediately in arrears", Subscription, SUBSCRIPTION | {"collection_schedule": "ARREARS",
        "proration": {"is_prorated": True, "invoice_behavior": "BILL_IMMEDIATELY"}}, "/proration/invoice_behavior"),
    ("32 anchor in arrears", Subscription, SUBSCRIPTION | {"collection_schedule": "ARREARS",
        "billing_cycle_config": {"anchor_date": START}}, "/billing_cycle_config/anchor_date"),
    ("33 no values", ContractTerms, TERMS | {"usage_filter": {"group_key": "region", "group_values": []}},
        "/usage_filter/group_values"),
    ("35 supersede", ContractTerms, TERMS | {"transition": {"type": "SUPERSEDE", "from_contract_id": uid(1)}},
        "/transition/type"),
    ("39 only ALL", ContractTerms, TERMS | {"scheduled_charges_on_usage_invoices": "SOME"},
        "/scheduled_charges_on_usage_invoices"),
    ("39 only on create", Amendment, {"starting_at": START, "scheduled_charges_on_usage_invoices": "ALL"},
        "/scheduled_charges_on_usage_invoices"),
    ("40 long id", Event, {"transaction_id": "t" * 129, "customer_id": "c", "event_type": "e", "timestamp": START},
        "/transaction_id"),
    ("40 no customer", Event, {"transaction_id": "t", "customer_id": "", "event_type": "e", "timestamp": START},
        "/customer_id"),
]  # fmt: skip


@pytest.mark.parametrize(("model", "payload", "path"), [case[1:] for case in BAD], ids=[case[0] for case in BAD])
def test_refuses(model: type[Term], payload: dict[str, Any], path: str) -> None:
    assert path in refused(model, payload), refused(model, payload)


def test_rule_6_a_long_name_is_cut_silently() -> None:
    assert Customer.model_validate({"name": "n" * 161}).name == "n" * 160


def test_rule_1_ids_are_fields_of_a_bundle_and_not_of_a_request() -> None:
    commit = COMMIT | {"id": "any text"}
    assert refused(Commit, commit) == {"/id": "is not a field of this request"}
    assert refused(Commit, commit, IMPORT) == {"/id": "must be a UUID"}
    assert refused(Commit, COMMIT | {"id": "any text", "product_id": "fee"}, PREVIEW) == {}


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ({"ending_at": END}, "is not a known field; it is called ending_before"),
        ({"rate_target": "LIST_RATE"}, "is not a known field; it is called target"),
        ({"multiplyer": 1}, "is not a known field; did you mean multiplier?"),
    ],
)
def test_an_old_or_misspelt_name_is_told_its_right_one(given: dict[str, Any], wanted: str) -> None:
    (name,) = given
    assert refused(Override, MULTIPLIER | given) == {f"/{name}": wanted}


def test_exact_texts_of_the_reference() -> None:
    wrong = METRIC | {"aggregation_key": "x", "group_keys": [["y"]]}
    assert refused(BillableMetric, wrong) == {
        "/aggregation_key": "The specified aggregation key must be one of the property filter names.",
        "/group_keys/0": "Group key 'y' does not match one of the property filter names.",
    }


@pytest.mark.parametrize("name", ["1e999999", "1e-999999", "NaN", "Infinity", "-1e25", "1." + "1" * 200])
def test_a_number_beyond_all_reason_is_refused(name: str) -> None:
    assert "/price" in refused(Rate, flat(CALLS, price=Decimal(name)))
