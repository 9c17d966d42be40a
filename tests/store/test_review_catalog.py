"""The catalog's rules that need a look-up: each accepts the good and names the path of the bad (README, §6)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from store.errors import Conflict, Invalid, NotFound
from store.terms import review
from store.terms.base import parse
from store.terms.catalog import BillableMetric, Product
from store.terms.customer import Customer
from store.terms.rates import Rate, RateCard
from tests.store.sample import (
    ACME,
    CALLS,
    CALLS_METRIC,
    CARD,
    CREDITS,
    END,
    FEE,
    LATER,
    SEATS,
    SHARE,
    SQL_METRIC,
    STORAGE,
    STORAGE_METRIC,
    WORK,
    acme_contract,
    book,
    document,
    errors,
    flat,
    uid,
    warnings,
)


def of_product(**payload: Any) -> tuple[review.Finding, ...]:
    """The review of a usage product on the calls metric, with other fields."""
    base = {"name": "New", "type": "USAGE", "billable_metric_id": CALLS_METRIC}
    return review.product(parse(Product, base | payload), book())


def of_rate(**payload: Any) -> tuple[review.Finding, ...]:
    """The review of a rate for the sample's card."""
    sample = book()
    return review.rate(parse(Rate, payload), sample.rate_card[CARD], sample)


def test_rule_3_a_product_names_a_metric_that_exists() -> None:
    assert of_product() == ()
    found = of_product(billable_metric_id=uid(99))
    assert errors(found) == {"/billable_metric_id": f"there is no billable metric {uid(99)}"}
    assert found[0].status == 404


def test_rule_3_a_composite_names_products_that_exist_and_never_itself() -> None:
    base = {"name": "Share", "type": "COMPOSITE", "billable_metric_id": None}
    assert errors(of_product(**base, composite_product_ids=[CALLS])) == {}
    assert list(errors(of_product(**base, composite_product_ids=[CALLS, uid(99)]))) == ["/composite_product_ids/1"]


def test_rule_3_an_archived_metric_takes_no_new_product() -> None:
    metrics = [m | {"archived_at": LATER} for m in document()["billable_metrics"]]
    product = parse(Product, {"name": "New", "type": "USAGE", "billable_metric_id": CALLS_METRIC})
    assert list(errors(review.product(product, book(billable_metrics=metrics)))) == ["/billable_metric_id"]


def test_rule_8_custom_field_keys_are_registered_for_their_entity() -> None:
    assert errors(of_product(custom_fields={"ref": "x"})) == {}
    assert errors(of_product(custom_fields={"nope": "x"})) == {
        "/custom_fields/nope": "is not a registered custom field of product"
    }
    metric = parse(BillableMetric, {"name": "M", "aggregation_type": "COUNT", "custom_fields": {"ref": "x"}})
    assert list(errors(review.metric(metric, book()))) == ["/custom_fields/ref"]


def test_rule_11_one_compound_group_key_covers_both_of_the_products() -> None:
    good = {"billable_metric_id": STORAGE_METRIC, "pricing_group_key": ["class"], "presentation_group_key": ["region"]}
    assert of_product(**good) == ()
    apart = of_product(pricing_group_key=["region"], presentation_group_key=["team"])
    assert errors(apart) == {
        "/pricing_group_key": "no single group key of metric Calls contains all of: region, team",
    }
    by_query = of_product(billable_metric_id=SQL_METRIC, pricing_group_key=["anything"])
    assert errors(by_query) == {"/pricing_group_key": "the query of metric By query has no column anything"}


def test_rule_11_a_granularity_does_nothing_for_a_streaming_metric() -> None:
    assert list(warnings(of_product(sql_breakdown_granularity="HOUR"))) == ["/sql_breakdown_granularity"]
    assert of_product(billable_metric_id=SQL_METRIC, sql_breakdown_granularity="hour") == ()


def test_rule_12_an_update_is_reviewed_like_the_product() -> None:
    update = {"starting_at": LATER, "pricing_group_key": ["nope"]}
    product = parse(Product, document()["products"][0] | {"updates": [update]}, context={})
    assert list(errors(review.product(product, book()))) == ["/updates/0/pricing_group_key"]


def test_rule_3_a_rate_names_a_product_that_exists() -> None:
    assert of_rate(**flat(CALLS, starting_at=LATER)) == ()
    assert errors(of_rate(**flat(uid(99)))) == {"/product_id": f"there is no product {uid(99)}"}


@pytest.mark.parametrize(
    ("product", "payload", "path"),
    [
        (CALLS, {"rate_type": "PERCENTAGE", "price": 0}, "/rate_type"),
        (SHARE, {}, "/rate_type"),
        (SEATS, {"rate_type": "TIERED", "price": None, "tiers": [{"price": 1}], "billing_frequency": "MONTHLY"}, None),
        (FEE, {}, "/product_id"),
        (WORK, {}, "/product_id"),
    ],
)
def test_rule_13_each_product_type_has_its_rate_types(product: str, payload: dict[str, Any], path: str | None) -> None:
    assert list(errors(of_rate(**flat(product, starting_at=LATER, **payload)))) == [path or "/rate_type"]


@pytest.mark.parametrize(
    ("product", "payload"),
    [
        (CALLS, {"rate_type": "TIERED", "price": None, "tiers": [{"size": 10, "price": 2}, {"price": 1}]}),
        (CALLS, {"rate_type": "CUSTOM", "price": None, "custom_rate": {"x": 1}}),
        (SEATS, {"billing_frequency": "MONTHLY"}),
        (SEATS, {"billing_frequency": "ANNUAL", "rate_type": "SUBSCRIPTION", "quantity": 1, "is_prorated": True}),
        (SHARE, {"rate_type": "PERCENTAGE", "price": Decimal("0.07"), "minimum_config": {"minimum": 100}}),
    ],
)
def test_rule_13_takes_what_the_matrix_allows(product: str, payload: dict[str, Any]) -> None:
    assert errors(of_rate(**flat(product, starting_at=LATER) | payload)) == {}


def test_rule_13_pricing_group_values_are_exactly_the_products_key() -> None:
    good = {"class": "cold"}
    assert of_rate(**flat(STORAGE, pricing_group_values=good)) == ()
    for given in (None, {}, {"region": "EU"}, good | {"region": "EU"}):
        assert list(errors(of_rate(**flat(STORAGE, pricing_group_values=given)))) == ["/pricing_group_values"]
    assert errors(of_rate(**flat(CALLS, starting_at=LATER, pricing_group_values={"region": "EU"}))) == {
        "/pricing_group_values": "product Calls has no pricing group key"
    }


def test_rule_13_a_billing_frequency_is_for_subscriptions() -> None:
    assert list(errors(of_rate(**flat(SEATS, starting_at=LATER)))) == ["/billing_frequency"]
    wrong = flat(CALLS, starting_at=LATER, billing_frequency="MONTHLY")
    assert list(errors(of_rate(**wrong))) == ["/billing_frequency"]


def test_rule_13_a_custom_unit_needs_a_conversion() -> None:
    unpriced = uid(17)
    assert of_rate(**flat(unpriced, credit_type_id=CREDITS)) == ()
    assert list(errors(of_rate(**flat(unpriced, credit_type_id=uid(98))))) == ["/credit_type_id"]


def test_rule_13_the_unit_of_a_product_never_changes() -> None:
    assert errors(of_rate(**flat(CALLS, starting_at=LATER, credit_type_id=CREDITS))) == {
        "/credit_type_id": "the pricing unit of a product cannot change on a card"
    }


def test_rule_13_a_commit_rate_is_for_usage() -> None:
    commit_rate = {"rate_type": "FLAT", "price": 1}
    assert of_rate(**flat(CALLS, starting_at=LATER, commit_rate=commit_rate)) == ()
    assert list(errors(of_rate(**flat(SHARE, rate_type="PERCENTAGE", price=0, starting_at=LATER) | {
        "commit_rate": commit_rate
    }))) == ["/commit_rate"]  # fmt: skip
    odd = flat(CALLS, starting_at=LATER, commit_rate={"rate_type": "PERCENTAGE", "price": 0})
    assert list(errors(of_rate(**odd))) == ["/commit_rate/rate_type"]


def test_rule_14_one_rate_per_key_and_start() -> None:
    assert list(errors(of_rate(**flat(CALLS)))) == ["/starting_at"]
    sample = book()
    two = tuple(parse(Rate, flat(CALLS, starting_at=LATER, price=n)) for n in (1, 2))
    assert list(errors(review.rates(two, sample.rate_card[CARD], sample))) == ["/rates/1/starting_at"]


def test_rule_41_a_price_with_many_decimals_is_doubtful() -> None:
    found = of_rate(**flat(CALLS, starting_at=LATER, price=Decimal("0.0000001")))
    assert list(warnings(found)) == ["/price"]
    assert of_rate(**flat(CALLS, starting_at=LATER, price=Decimal("0.000001"))) == ()


def test_a_card_reviews_its_rates_in_order() -> None:
    card = {"name": "New", "rates": [flat(CALLS), flat(uid(99))]}
    found = review.rate_card(parse(RateCard, card, context={}), book())
    assert list(errors(found)) == ["/rates/1/product_id"]


def test_rule_7_an_alias_is_nobody_elses_even_when_archived() -> None:
    def of(**payload: Any) -> tuple[review.Finding, ...]:
        customers = document()["customers"]
        customers[1]["archived_at"] = LATER
        return review.customer(parse(Customer, {"name": "New"} | payload, context={}), book(customers=customers))

    assert of(ingest_aliases=["new", "new"]) == ()
    found = of(ingest_aliases=["new", "other"], external_id=ACME)
    assert list(errors(found)) == ["/ingest_aliases/1", "/external_id"]
    assert {f.status for f in found} == {409}
    assert of(id=ACME, ingest_aliases=["acme"]) == ()


def test_rule_26_customer_balances_name_contracts_of_the_customer() -> None:
    def of(customer: str = ACME, **payload: Any) -> dict[str, str]:
        base = {
            "product_id": FEE,
            "priority": 1,
            "access_schedule": {"schedule_items": [{"amount": 1000, "starting_at": LATER, "ending_before": END}]},
        }
        subject = parse(Customer, {"name": "Acme", "id": customer, "commits": [base | payload]}, context={})
        return errors(review.customer(subject, book()))

    contract = acme_contract().id
    invoice = {"schedule_items": [{"timestamp": LATER, "amount": 1000}]}
    assert of(type="PREPAID", applicable_contract_ids=[contract]) == {}
    assert of(type="PREPAID", invoice_schedule=invoice, invoice_contract_id=contract) == {}
    assert list(of(type="PREPAID", applicable_contract_ids=[uid(99)])) == ["/commits/0/applicable_contract_ids/0"]
    assert list(of(uid(2), type="PREPAID", invoice_schedule=invoice, invoice_contract_id=contract)) == [
        "/commits/0/invoice_contract_id"
    ]


def test_refuse_raises_the_kind_of_the_first_error_with_all_of_them() -> None:
    review.refuse(warn for warn in of_product(sql_breakdown_granularity="HOUR"))
    with pytest.raises(NotFound) as missing:
        review.refuse(of_product(billable_metric_id=uid(99), custom_fields={}))
    assert missing.value.path == "/billable_metric_id"
    with pytest.raises(Invalid) as invalid:
        review.refuse(of_product(billable_metric_id=uid(99), custom_fields={"nope": "x"}))
    assert [p.path for p in invalid.value.problems] == ["/custom_fields/nope", "/billable_metric_id"]
    with pytest.raises(Conflict):
        review.refuse(review.customer(parse(Customer, {"name": "N", "ingest_aliases": ["acme"]}), book()))
