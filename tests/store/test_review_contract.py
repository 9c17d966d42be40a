"""The rules of a contract and its terms that need a look-up (README, §6)."""

from __future__ import annotations

from typing import Any

import pytest

from store.terms import review
from store.terms.base import parse
from store.terms.contract import ContractTerms
from store.terms.review import Finding
from tests.store.reviewing import of
from tests.store.sample import (
    ACME,
    CALLS,
    CHARGE,
    COMMIT,
    CONTRACT,
    CREDIT,
    CREDITS,
    END,
    FEE,
    LATER,
    MULTIPLIER,
    OTHER,
    POSTPAID,
    RECURRING,
    SEATS,
    START,
    SUBSCRIPTION,
    TERMS,
    UNPRICED,
    WORK,
    book,
    document,
    errors,
    flat,
    uid,
    warnings,
)


def test_a_sound_contract_has_no_findings() -> None:
    assert of() == ()
    assert of(commits=[COMMIT, POSTPAID], credits=[CREDIT], scheduled_charges=[CHARGE], overrides=[MULTIPLIER]) == ()


def test_rule_3_customer_and_card_exist_and_are_not_archived() -> None:
    found = of(customer_id=uid(90), rate_card_id=uid(91))
    assert errors(found) == {
        "/customer_id": f"there is no customer {uid(90)}",
        "/rate_card_id": f"there is no rate card {uid(91)}",
    }
    assert {f.status for f in found} == {404}
    old = {kind: [thing | {"archived_at": START} for thing in document()[kind]] for kind in ("customers", "rate_cards")}
    assert errors(of(old)) == {
        "/customer_id": "customer Acme is archived",
        "/rate_card_id": "rate card List is archived and takes no new contracts",
    }


def test_rule_5_a_uniqueness_key_is_used_once() -> None:
    other = [TERMS | {"id": CONTRACT, "uniqueness_key": "k1"}]
    found = of({"contracts": other}, uniqueness_key="k1")
    assert ("/uniqueness_key", 409) in {(f.path, f.status) for f in found}
    assert "/uniqueness_key" not in errors(of({"contracts": other}, uniqueness_key="k2"))


def test_rule_8_custom_fields_of_the_contract_and_its_terms() -> None:
    assert of(custom_fields={"ref": "a"}, commits=[COMMIT | {"custom_fields": {"ref": "b"}}]) == ()
    found = of(custom_fields={"no": "a"}, credits=[CREDIT | {"custom_fields": {"ref": "b"}}])
    assert list(errors(found)) == ["/custom_fields/no", "/credits/0/custom_fields/ref"]


def test_rule_16_an_alias_is_resolved_at_the_contracts_start() -> None:
    def cards(*windows: dict[str, Any]) -> dict[str, Any]:
        base = document()["rate_cards"][0]
        made = [base | {"id": uid(40 + k), "aliases": [{"name": "base"} | w]} for k, w in enumerate(windows)]
        return {"rate_cards": made}

    named = {"rate_card_id": None, "rate_card_alias": "base"}
    assert of(cards({}), **named) == ()
    early = of(cards({"ending_before": START}), **named)
    assert [(f.path, f.status) for f in early] == [("/rate_card_alias", 404)]
    assert of(cards({"ending_before": START}, {"starting_at": START}), **named) == ()


def test_the_alias_assigned_last_wins() -> None:
    base = document()["rate_cards"][0]
    cards = [base | {"id": uid(40 + k), "aliases": [{"name": "base"}]} for k in range(2)]
    sample = book(rate_cards=cards, contracts=[])
    terms = parse(ContractTerms, TERMS | {"rate_card_id": None, "rate_card_alias": "base"})
    card = sample.card_of(terms)
    assert card is not None
    assert card.id == uid(41)


@pytest.mark.parametrize(
    ("kind", "term"),
    [
        ("commits", COMMIT),
        ("credits", CREDIT),
        ("recurring_commits", RECURRING),
        ("recurring_credits", RECURRING),
        ("scheduled_charges", CHARGE),
        ("discounts", CHARGE),
    ],
)
def test_rule_18_fixed_terms_name_fixed_products(kind: str, term: dict[str, Any]) -> None:
    assert errors(of(None, **{kind: [term]})) == {}
    at = f"/{kind}/0/product_id"
    assert errors(of(None, **{kind: [term | {"product_id": CALLS}]})) == {at: "must be a FIXED product; Calls is USAGE"}
    assert errors(of(None, **{kind: [term | {"product_id": uid(99)}]})) == {at: f"there is no product {uid(99)}"}


def test_a_professional_service_names_a_product_of_its_type() -> None:
    service = {"product_id": WORK, "unit_price": 1, "quantity": 1, "max_amount": 1}
    assert of(professional_services=[service]) == ()
    wrong = of(professional_services=[service | {"product_id": FEE}])
    assert list(errors(wrong)) == ["/professional_services/0/product_id"]


def test_rule_3_what_may_draw_a_balance_exists() -> None:
    found = of(commits=[COMMIT | {"applicable_product_ids": [CALLS, uid(99)]}])
    assert list(errors(found)) == ["/commits/0/applicable_product_ids/1"]
    found = of(credits=[CREDIT | {"specifiers": [{"product_id": uid(99)}]}])
    assert list(errors(found)) == ["/credits/0/specifiers/0/product_id"]
    assert list(warnings(of(commits=[COMMIT | {"applicable_product_tags": ["cloud", "moon"]}]))) == [
        "/commits/0/applicable_product_tags/1"
    ]


def test_rule_22_segments_and_charges_outside_the_term_are_said() -> None:
    def segment(start: str, end: str) -> dict[str, Any]:
        schedule = {"schedule_items": [{"amount": 100000, "starting_at": start, "ending_before": end}]}
        return COMMIT | {"access_schedule": schedule}

    outside = of(commits=[segment(END, "2026-02-01T00:00:00Z")])
    assert list(warnings(outside)) == ["/commits/0/access_schedule/schedule_items/0"]
    beyond = of(commits=[segment(LATER, "2026-02-01T00:00:00Z")])
    assert list(warnings(beyond)) == ["/commits/0/access_schedule/schedule_items/0/ending_before"]
    late = CHARGE | {"schedule": {"schedule_items": [{"timestamp": END, "amount": 5000}]}}
    assert list(warnings(of(scheduled_charges=[late]))) == ["/scheduled_charges/0/schedule/schedule_items/0/timestamp"]
    assert errors(of(scheduled_charges=[late])) == {}


def test_rule_22_a_true_up_is_due_at_the_contracts_end() -> None:
    assert of(commits=[POSTPAID]) == ()


def test_rule_31_a_subscriptions_rate_exists_and_is_entitled() -> None:
    assert of(subscriptions=[SUBSCRIPTION]) == ()
    yearly = SUBSCRIPTION | {"subscription_rate": {"product_id": SEATS, "billing_frequency": "ANNUAL"}}
    assert list(errors(of(subscriptions=[yearly]))) == ["/subscriptions/0/subscription_rate"]
    usage = SUBSCRIPTION | {"subscription_rate": {"product_id": CALLS, "billing_frequency": "MONTHLY"}}
    assert "/subscriptions/0/subscription_rate/product_id" in errors(of(subscriptions=[usage]))
    card = document()["rate_cards"][0]
    card["rates"][2]["entitled"] = False
    assert list(warnings(of({"rate_cards": [card]}, subscriptions=[SUBSCRIPTION]))) == [
        "/subscriptions/0/subscription_rate"
    ]
    specifier = {"product_id": SEATS, "billing_frequency": "MONTHLY"}
    entitling = {"starting_at": START, "entitled": True, "override_specifiers": [specifier]}
    assert of({"rate_cards": [card]}, subscriptions=[SUBSCRIPTION], overrides=[entitling]) == ()


def test_rule_32_an_anchor_is_not_after_the_subscriptions_start() -> None:
    good = SUBSCRIPTION | {"billing_cycle_config": {"anchor_date": START}}
    assert of(subscriptions=[good]) == ()
    late = SUBSCRIPTION | {"billing_cycle_config": {"anchor_date": LATER}}
    assert list(errors(of(subscriptions=[late]))) == ["/subscriptions/0/billing_cycle_config/anchor_date"]


def test_a_recurring_commit_is_sized_by_a_subscription_of_the_contract() -> None:
    link = {"subscription_id": "seats", "apply_seat_increase_config": {"is_prorated": False}}
    recurring = RECURRING | {"subscription_config": link, "access_amount": {"unit_price": 1000}}
    assert of(subscriptions=[SUBSCRIPTION | {"temporary_id": "seats"}], recurring_commits=[recurring]) == ()
    assert list(errors(of(recurring_commits=[recurring]))) == [
        "/recurring_commits/0/subscription_config/subscription_id"
    ]


def test_rule_33_a_filter_is_usable_for_every_metric_on_the_card() -> None:
    assert of(usage_filter={"group_key": "region", "group_values": ["EU"]}) == ()
    assert errors(of(usage_filter={"group_key": "team", "group_values": ["blue"]})) == {
        "/usage_filter/group_key": "metric Gigabytes of product Storage has no group key with team together with class"
    }


def test_rule_33_an_sql_metric_takes_any_filter() -> None:
    card = document()["rate_cards"][0] | {"rates": [flat(UNPRICED)]}
    assert of({"rate_cards": [card]}, usage_filter={"group_key": "planet", "group_values": ["Mars"]}) == ()


def test_rule_34_contracts_that_take_the_same_usage_are_said() -> None:
    def beside(first: Any, second: Any, **more: Any) -> dict[str, str]:
        old = TERMS | {"id": CONTRACT, "name": "First", "usage_filter": first} | more
        return warnings(of({"contracts": [old]}, usage_filter=second))

    eu, us = ({"group_key": "region", "group_values": [v]} for v in ("EU", "US"))
    text = "contract First can take the same usage of Calls, Storage from 2025-01-01 on; both would bill it"
    assert beside(None, None) == {"": text}
    assert beside(eu, None) == {"": text}
    assert beside(eu, eu) == {"": text}
    assert beside(eu, us) == {}
    assert beside(None, None, customer_id=OTHER) == {}
    assert beside(None, None, archived_at=LATER) == {}
    assert beside(None, None, ending_before=START.replace("2025", "2026"), starting_at=LATER) != {}
    assert beside(None, None, starting_at=END, ending_before=None) == {}


def test_rule_34_filters_that_meet_only_later_are_said_with_the_date() -> None:
    us = {"group_key": "region", "group_values": ["US"]}
    update = {"group_key": "region", "group_values": ["US", "EU"], "starting_at": LATER}
    old = TERMS | {"id": CONTRACT, "usage_filter": us, "usage_filter_updates": [update]}
    found = of({"contracts": [old]}, usage_filter=us | {"group_values": ["EU"]})
    assert list(warnings(found)) == [""]
    assert "from 2025-04-01 on" in warnings(found)[""]


def test_rule_35_a_renewal_follows_a_contract_of_the_same_customer() -> None:
    def renewal(old: dict[str, Any] | None = None, **more: Any) -> tuple[Finding, ...]:
        contracts = [TERMS | {"id": CONTRACT} | (old or {})]
        transition = {"type": "RENEWAL", "from_contract_id": CONTRACT}
        return of({"contracts": contracts}, starting_at=END, ending_before=None, transition=transition, **more)

    rolling = {"commits": [COMMIT | {"rollover_fraction": 1}]}
    assert renewal(rolling) == ()
    assert list(warnings(renewal())) == ["/transition/from_contract_id"]
    assert errors(renewal(rolling | {"customer_id": OTHER})) == {
        "/transition/from_contract_id": "is a contract of another customer"
    }
    assert errors(renewal(rolling | {"archived_at": LATER})) == {
        "/transition/from_contract_id": "is an archived contract"
    }


def test_rule_41_amounts_that_look_like_dollars_are_said() -> None:
    schedule = {
        "starting_at": START,
        "ending_before": END,
        "frequency": "MONTHLY",
        "amount_distribution": "EACH",
        "amount": 50,
    }
    monthly = CHARGE | {"schedule": {"recurring_schedule": schedule}}
    assert warnings(of(scheduled_charges=[monthly])) == {
        "/scheduled_charges/0/schedule/recurring_schedule/amount": (
            "comes to 50 cents; USD amounts are in cents, not dollars"
        )
    }
    recurring = RECURRING | {"access_amount": {"unit_price": 5, "quantity": 10}}
    assert list(warnings(of(recurring_credits=[recurring]))) == ["/recurring_credits/0/access_amount/unit_price"]


def test_rule_42_a_balance_in_a_unit_that_nothing_is_priced_in_is_said() -> None:
    schedule = COMMIT["access_schedule"] | {"credit_type_id": CREDITS}
    commit = COMMIT | {"access_schedule": schedule}
    assert list(warnings(of(commits=[commit]))) == ["/commits/0/access_schedule/credit_type_id"]
    card = document()["rate_cards"][0] | {"rates": [flat(CALLS, credit_type_id=CREDITS)]}
    assert of({"rate_cards": [card]}, commits=[commit]) == ()


def test_a_package_does_not_exist_here() -> None:
    found = review.contract(
        parse(ContractTerms, {"customer_id": ACME, "starting_at": START, "package_alias": "gold"}), book()
    )
    assert [(f.path, f.status) for f in found if f.severity == "error"] == [("/package_alias", 404)]


def test_every_error_is_found_in_one_go() -> None:
    found = of(customer_id=uid(90), commits=[COMMIT | {"product_id": CALLS}], overrides=[MULTIPLIER | {
        "product_id": UNPRICED
    }])  # fmt: skip
    assert list(errors(found)) == ["/customer_id", "/commits/0/product_id", "/overrides/0/product_id"]
