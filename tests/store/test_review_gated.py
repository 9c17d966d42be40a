"""Thresholds, hierarchies and royalties: kept with the contract, under the rules of §6."""

from __future__ import annotations

from typing import Any

from store.terms import review
from store.terms.base import parse
from store.terms.contract import ContractTerms
from tests.store.sample import (
    ACME,
    CALLS,
    CONTRACT,
    CREDITS,
    FEE,
    OTHER,
    START,
    TERMS,
    book,
    document,
    errors,
    refused,
    uid,
)

GATE = {"payment_gate_type": "NONE"}
SPEND = {
    "is_enabled": True,
    "threshold_amount": 500,
    "commit": {"product_id": FEE},
    "payment_gate_config": GATE,
}
BALANCE = SPEND | {"recharge_to_amount": 1500}
ROYALTY = {
    "reseller_type": "AWS",
    "fraction": 0,
    "netsuite_reseller_id": "n",
    "starting_at": START,
    "applicable_product_tags": ["cloud"],
}


def of(catalog: dict[str, Any] | None = None, **terms: Any) -> dict[str, str]:
    """The errors of a contract with these terms."""
    sample = book(**({"contracts": []} | (catalog or {})))
    return errors(review.contract(parse(ContractTerms, TERMS | terms), sample))


def test_rule_36_a_threshold_is_five_units_of_currency_at_least() -> None:
    assert of(spend_threshold_configuration=SPEND) == {}
    assert of(spend_threshold_configuration=SPEND | {"threshold_amount": 499}) == {
        "/spend_threshold_configuration/threshold_amount": "must be at least 500"
    }
    euros = [document()["rate_cards"][0] | {"fiat_credit_type_id": uid(70), "rates": []}]
    assert of({"rate_cards": euros}, spend_threshold_configuration=SPEND | {"threshold_amount": 5}) == {}


def test_rule_36_a_recharge_goes_ten_units_beyond_the_threshold() -> None:
    name = "prepaid_balance_threshold_configuration"
    assert of(**{name: BALANCE}) == {}
    assert of(**{name: BALANCE | {"recharge_to_amount": 1499}}) == {
        f"/{name}/recharge_to_amount": "must be at least 1500: threshold_amount and 1000 more"
    }
    # A custom unit is worth 35 cents on the sample's card: 5 dollars are 14.28… of them, 10 more 28.57….
    custom = BALANCE | {"custom_credit_type_id": CREDITS, "threshold_amount": 15, "recharge_to_amount": 44}
    assert of(**{name: custom}) == {}
    assert list(of(**{name: custom | {"recharge_to_amount": 43}})) == [f"/{name}/recharge_to_amount"]
    assert list(of(**{name: custom | {"custom_credit_type_id": uid(71)}})) == [f"/{name}/custom_credit_type_id"]


def test_rule_36_a_capped_discount_names_a_tracker_of_the_contract() -> None:
    discount = {"payment_fraction": 1, "cap": {"spend_tracker_alias": "t", "amount": 1}}
    spend = SPEND | {"discount_configuration": discount}
    tracker = {"alias": "t", "credit_type_id": uid(72)}
    assert of(spend_threshold_configuration=spend, spend_trackers=[tracker]) == {}
    assert list(of(spend_threshold_configuration=spend)) == [
        "/spend_threshold_configuration/discount_configuration/cap/spend_tracker_alias"
    ]
    assert refused(ContractTerms, TERMS | {"spend_trackers": [tracker, tracker]}) == {
        "/spend_trackers/1/alias": "is used twice"
    }


def test_rule_18_a_threshold_makes_commits_of_a_fixed_product() -> None:
    spend = SPEND | {"commit": {"product_id": CALLS}}
    assert list(of(spend_threshold_configuration=spend)) == ["/spend_threshold_configuration/commit/product_id"]


def test_rule_24_fractions_are_fractions() -> None:
    assert of(reseller_royalties=[ROYALTY]) == {}
    bad = TERMS | {"reseller_royalties": [ROYALTY | {"fraction": 7}]}
    assert refused(ContractTerms, bad) == {"/reseller_royalties/0/fraction": "must be a fraction from 0 to 1"}
    bad = TERMS | {"spend_threshold_configuration": SPEND | {"discount_configuration": {"payment_fraction": 2}}}
    assert list(refused(ContractTerms, bad)) == [
        "/spend_threshold_configuration/discount_configuration/payment_fraction"
    ]
    nothing = TERMS | {"reseller_royalties": [ROYALTY | {"applicable_product_tags": []}]}
    assert list(refused(ContractTerms, nothing)) == ["/reseller_royalties/0/applicable_product_ids"]


def test_rule_37_one_level_ten_contracts_and_the_parent_pays_for_consolidated() -> None:
    place = {"parent": {"contract_id": CONTRACT, "customer_id": ACME}}

    def under(old: dict[str, Any] | None = None, more: int = 0, **given: Any) -> dict[str, str]:
        parent = TERMS | {"id": CONTRACT} | (old or {})
        child = TERMS | {"customer_id": OTHER, "hierarchy_configuration": place}
        contracts = [parent, *(child | {"id": uid(200 + n)} for n in range(more))]
        return of({"contracts": contracts}, customer_id=OTHER, hierarchy_configuration=place | given)

    at = "/hierarchy_configuration/parent"
    assert under() == {}
    assert under(payer="PARENT", usage_statement_behavior="consolidate") == {}
    assert under(more=8) == {}
    assert list(under(more=9)) == [f"{at}/contract_id"]
    assert list(under({"customer_id": OTHER})) == [f"{at}/customer_id"]
    assert list(under({"hierarchy_configuration": {"parent": {"contract_id": uid(9), "customer_id": ACME}}})) == [
        f"{at}/contract_id"
    ]
    assert list(of(hierarchy_configuration=place)) == [f"{at}/contract_id"]
    for bad in (place | {"usage_statement_behavior": "CONSOLIDATE"}, {"payer": "SELF", "parent_behavior": {}}, {}):
        assert refused(ContractTerms, TERMS | {"hierarchy_configuration": bad}) != {}
