"""Thresholds, trackers, royalties, gates, billing systems: their rules, and what edits make of them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from store.terms import review
from store.terms.base import parse
from store.terms.contract import ContractEdit, ContractTerms
from store.terms.effective import effective
from store.terms.gate import PaymentGate
from store.terms.gated import ResellerRoyalty
from store.terms.hierarchy import Hierarchy
from store.terms.in_force import Effective
from store.terms.review import Finding
from store.terms.service_invoice import ServiceInvoice
from tests.store.gated_sample import BALANCE, CAPPED, GATE, ROYALTY, SPEND, TRACKER
from tests.store.sample import (
    ACME,
    CALLS,
    COMMIT,
    CONTRACT,
    CREDITS,
    FEE,
    LATER,
    RECURRING,
    START,
    TERMS,
    WORK,
    acme_contract,
    book,
    errors,
    refused,
    uid,
    warnings,
)


def found(**more: Any) -> tuple[Finding, ...]:
    """What the review says of a contract with these terms."""
    return review.contract(parse(ContractTerms, TERMS | more), book(contracts=[]))


def edited(held: dict[str, Any], **edit: Any) -> tuple[Finding, ...]:
    """What the review says of an edit of a contract that has these terms."""
    to = acme_contract(**held)
    return review.edit(parse(ContractEdit, edit), to, book(contracts=[]))


def after(held: dict[str, Any], **edit: Any) -> Effective:
    """The contract in force after an edit of April."""
    to = acme_contract(**held)
    return effective(to.model_copy(update={"edits": (parse(ContractEdit, {"recorded_at": LATER} | edit, context={}),)}))


def test_thresholds_have_minimums_in_currency() -> None:
    assert found(spend_threshold_configuration=SPEND, prepaid_balance_threshold_configuration=BALANCE) == ()
    low = found(
        spend_threshold_configuration=SPEND | {"threshold_amount": 499},
        prepaid_balance_threshold_configuration=BALANCE | {"recharge_to_amount": 1499},
    )
    assert errors(low) == {
        "/spend_threshold_configuration/threshold_amount": "must be at least 500",
        "/prepaid_balance_threshold_configuration/recharge_to_amount": (
            "must be at least 1500: threshold_amount and 1000 more"
        ),
    }


def test_custom_units_are_converted_before_the_check() -> None:
    units = BALANCE | {"custom_credit_type_id": CREDITS}  # one is worth 35 cents: 500 cents are 14.28… of them
    fine = units | {"threshold_amount": 15, "recharge_to_amount": 44}
    assert found(prepaid_balance_threshold_configuration=fine) == ()
    low = errors(found(prepaid_balance_threshold_configuration=units | {"threshold_amount": 14}))
    assert list(low) == ["/prepaid_balance_threshold_configuration/threshold_amount"]
    other = errors(found(prepaid_balance_threshold_configuration=units | {"custom_credit_type_id": uid(91)}))
    assert other == {
        "/prepaid_balance_threshold_configuration/custom_credit_type_id": "is not converted by the rate card"
    }


def test_a_discount_is_capped_by_a_tracker_of_the_contract() -> None:
    config = SPEND | {"discount_configuration": CAPPED}
    at = "/spend_threshold_configuration/discount_configuration/cap/spend_tracker_alias"
    assert errors(found(spend_threshold_configuration=config)) == {at: "the contract has no spend tracker recharges"}
    assert found(spend_threshold_configuration=config, spend_trackers=[TRACKER]) == ()
    assert refused(ContractTerms, TERMS | {"spend_trackers": [TRACKER, TRACKER]}) == {
        "/spend_trackers/1/alias": "is used twice"
    }


def test_payment_gates_belong_to_their_systems() -> None:
    assert refused(PaymentGate, GATE) == {}
    assert refused(PaymentGate, GATE | {"stripe_config": {}}) == {
        "/stripe_config": "is only for payment_gate_type STRIPE"
    }
    assert refused(PaymentGate, GATE | {"tax_type": "PRECALCULATED"}) == {
        "/precalculated_tax_config": "is required for tax_type PRECALCULATED"
    }
    assert list(refused(PaymentGate, {"payment_gate_type": "none"})) == ["/payment_gate_type"]
    gated = COMMIT | {"payment_gate_config": GATE}
    assert refused(ContractTerms, TERMS | {"commits": [gated]}) == {
        "/commits/0/payment_gate_config": "is only for commits added to an existing contract"
    }
    assert edited({}, add_commits=[gated]) == ()


def test_royalties_name_products_and_their_own_reseller() -> None:
    assert refused(ResellerRoyalty, ROYALTY) == {}
    bare = {k: v for k, v in ROYALTY.items() if k != "applicable_product_tags"}
    assert refused(ResellerRoyalty, bare) == {"/applicable_product_ids": "or applicable_product_tags is required"}
    assert refused(ResellerRoyalty, ROYALTY | {"gcp_options": {}}) == {"/gcp_options": "is only for GCP resellers"}
    assert warnings(found(reseller_royalties=[ROYALTY | {"applicable_product_tags": ["moon"]}])) == {
        "/reseller_royalties/0/applicable_product_tags/0": "no product on the rate card has the tag moon"
    }
    assert errors(edited({}, add_reseller_royalties=[bare | {"applicable_product_ids": [uid(99)]}])) == {
        "/add_reseller_royalties/0/applicable_product_ids/0": f"there is no product {uid(99)}"
    }


def test_a_child_is_paid_for_where_it_is_consolidated() -> None:
    child = {"parent": {"contract_id": CONTRACT, "customer_id": ACME}}
    assert refused(Hierarchy, child | {"usage_statement_behavior": "CONSOLIDATE", "payer": "PARENT"}) == {}
    assert refused(Hierarchy, child | {"usage_statement_behavior": "CONSOLIDATE"}) == {
        "/payer": "must be PARENT for usage_statement_behavior CONSOLIDATE"
    }
    assert refused(Hierarchy, {"payer": "SELF", "parent_behavior": {}}) == {
        "/payer": "is only for a contract with a parent"
    }


def test_a_contract_names_one_billing_configuration_of_its_customer() -> None:
    stripe = {"billing_provider": "stripe", "delivery_method": "direct_to_billing_provider"}
    people = [
        {"id": ACME, "name": "Acme", "customer_billing_provider_configurations": [stripe | {"id": uid(70)}, stripe]}
    ]

    def named(config: dict[str, str], customers: list[Any]) -> tuple[Finding, ...]:
        terms = parse(ContractTerms, TERMS | {"billing_provider_configuration": config})
        return review.contract(terms, book(contracts=[], customers=customers))

    at = "/billing_provider_configuration"
    assert named({"billing_provider_configuration_id": uid(70)}, people) == ()
    assert list(errors(named(stripe, people))) == [f"{at}/billing_provider_configuration_id"]
    assert list(warnings(named(stripe, [{"id": ACME, "name": "Acme"}]))) == [at]
    assert errors(named({"billing_provider_configuration_id": uid(71)}, people)) == {
        f"{at}/billing_provider_configuration_id": f"there is no billing configuration {uid(71)}"
    }


def test_an_edit_adds_and_changes_thresholds() -> None:
    added = after({}, add_spend_threshold_configuration=SPEND)
    assert added.spend_threshold_configuration is not None
    held = {"spend_threshold_configuration": SPEND}
    change = {"threshold_amount": 60000, "commit": {"name": "Recharge"}, "is_enabled": False}
    changed = after(held, update_spend_threshold_configuration=change).spend_threshold_configuration
    assert changed is not None
    assert (changed.is_enabled, changed.threshold_amount, changed.commit.name) == (False, Decimal(60000), "Recharge")
    assert changed.commit.product_id == FEE


def test_an_edit_of_thresholds_keeps_their_rules() -> None:
    spend, balance = {"spend_threshold_configuration": SPEND}, {"prepaid_balance_threshold_configuration": BALANCE}
    assert errors(edited(spend, add_spend_threshold_configuration=SPEND)) == {
        "/add_spend_threshold_configuration": (
            "the contract has one already; change it by update_spend_threshold_configuration"
        )
    }
    assert errors(edited({}, update_spend_threshold_configuration={"is_enabled": False})) == {
        "/update_spend_threshold_configuration": "the contract has no spend_threshold_configuration"
    }
    assert list(errors(edited(balance, update_prepaid_balance_threshold_configuration={"recharge_to_amount": 9}))) == [
        "/update_prepaid_balance_threshold_configuration/recharge_to_amount"
    ]
    both = {"applicable_product_ids": [CALLS], "specifiers": [{"product_id": CALLS}]}
    assert list(errors(edited(balance, update_prepaid_balance_threshold_configuration={"commit": both}))) == [
        "/update_prepaid_balance_threshold_configuration/commit/specifiers"
    ]


def test_an_edit_adds_and_archives_spend_trackers() -> None:
    held = {"spend_trackers": [TRACKER], "spend_threshold_configuration": SPEND | {"discount_configuration": CAPPED}}
    assert list(errors(edited({"spend_trackers": [TRACKER]}, add_spend_trackers=[TRACKER]))) == [
        "/add_spend_trackers/0/alias"
    ]
    assert errors(edited(held, archive_spend_trackers=["recharges"])) == {
        "/archive_spend_trackers/0": "caps a discount of the contract"
    }
    assert after({"spend_trackers": [TRACKER]}, archive_spend_trackers=["recharges"]).spend_trackers == ()
    assert errors(edited({}, archive_spend_trackers=["nobody"])) == {
        "/archive_spend_trackers/0": "the contract has no spend tracker nobody"
    }


def test_an_edit_changes_what_a_recurring_credit_will_create() -> None:
    held = {"recurring_credits": [RECURRING | {"id": uid(60), "ending_before": LATER}]}
    change = {"recurring_credit_id": uid(60), "access_amount": {"unit_price": 2000}, "ending_before": None}
    now = after(held, update_recurring_credits=[change])
    (term,) = now.recurring_credits
    assert (term.access_amount.unit_price, term.access_amount.quantity, term.ending_before) == (
        Decimal(2000),
        Decimal(1),
        None,
    )
    before = now.recurring_at(term, now.span.start)
    assert before.access_amount.unit_price == 1000
    early = {"recurring_credit_id": uid(60), "ending_before": START}
    assert errors(edited(held, update_recurring_credits=[early])) == {
        "/update_recurring_credits/0/ending_before": "must be after starting_at"
    }
    assert list(errors(edited({}, update_recurring_commits=[{"recurring_commit_id": uid(61)}]))) == [
        "/update_recurring_commits/0/recurring_commit_id"
    ]


def test_an_edit_moves_a_contract_to_another_billing_system() -> None:
    market = {"billing_provider": "aws_marketplace", "delivery_method": "aws_sqs"}
    early = {"billing_provider_configuration": market, "schedule": {"effective_at": "START_OF_CURRENT_PERIOD"}}
    assert refused(ContractEdit, {"add_billing_provider_configuration_update": early}) == {
        "/add_billing_provider_configuration_update/schedule/effective_at": (
            "must be START_OF_NEXT_PERIOD for a marketplace"
        )
    }
    late = early | {"schedule": {"effective_at": "START_OF_NEXT_PERIOD"}}
    config = after({}, add_billing_provider_configuration_update=late).billing_provider_configuration
    assert config is not None and config.billing_provider == "aws_marketplace"


def test_services_are_invoiced_by_hand_up_to_their_most() -> None:
    service = {"id": uid(65), "product_id": WORK, "unit_price": 100, "quantity": 3, "max_amount": 300}
    line: dict[str, Any] = {"professional_service_id": uid(65)}

    def billed(*lines: dict[str, Any], before: tuple[dict[str, Any], ...] = ()) -> tuple[Finding, ...]:
        made = [{"issued_at": LATER, "line_items": [one]} for one in before]
        to = acme_contract(professional_services=[service], professional_service_invoices=made)
        invoice = parse(ServiceInvoice, {"issued_at": LATER, "line_items": list(lines)})
        return review.service_invoice(invoice, to, book(contracts=[]))

    assert billed(line | {"quantity": 1}, line | {"amount": 200}) == ()
    assert errors(billed(line | {"quantity": 1}, before=(line | {"quantity": 2, "unit_price": 101},))) == {
        "/line_items/0/quantity": "goes beyond the service's max_amount, of which $0.98 is left"
    }
    assert list(errors(billed({"professional_service_id": uid(66), "amount": 1}))) == [
        "/line_items/0/professional_service_id"
    ]
    assert refused(ServiceInvoice, {"issued_at": LATER, "line_items": [line, line | {"amount": 1, "quantity": 1}]}) == {
        "/line_items/0/amount": "or quantity is required, not both",
        "/line_items/1/amount": "or quantity is required, not both",
    }


def test_an_edit_lets_children_draw_a_commit() -> None:
    held = {"commits": [COMMIT | {"id": uid(50)}]}
    reach = {"child_access": {"type": "ALL"}}
    (commit,) = after(held, update_commits=[{"commit_id": uid(50), "hierarchy_configuration": reach}]).commits
    assert commit.hierarchy_configuration is not None and commit.hierarchy_configuration.child_access.type == "ALL"
