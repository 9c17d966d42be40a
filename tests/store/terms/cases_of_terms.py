"""What rules 19 to 40 of README, §6 take and refuse: payloads, and the path of what is wrong."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from store.terms.balances import Commit, CustomerCommit, CustomerCredit
from store.terms.base import Term
from store.terms.charges import ScheduledCharge, Subscription
from store.terms.contract import Amendment, ContractTerms
from store.terms.event import Event
from store.terms.override import Override
from store.terms.recurring import RecurringCommit, RecurringCredit
from store.terms.schedules import ChargeSchedule
from tests.store.sample import (
    CALLS,
    CHARGE,
    COMMIT,
    END,
    FEE,
    LATER,
    MULTIPLIER,
    POSTPAID,
    RECURRING,
    START,
    SUBSCRIPTION,
    TERMS,
    uid,
)

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


BAD: list[tuple[str, type[Term], dict[str, Any], str]] = [
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
