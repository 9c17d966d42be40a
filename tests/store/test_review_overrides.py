"""The rules of overrides that need a look-up: products, tags, group values, commits (README, §6)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.store.reviewing import of
from tests.store.sample import (
    CALLS,
    COMMIT,
    MULTIPLIER,
    RECURRING,
    SEATS,
    START,
    STORAGE,
    UNPRICED,
    document,
    errors,
    uid,
    warnings,
)


@pytest.mark.parametrize("target", [{"product_id": UNPRICED}, {"override_specifiers": [{"product_id": UNPRICED}]}])
def test_rule_29_an_overrides_product_is_on_the_card(target: dict[str, Any]) -> None:
    override = {key: value for key, value in MULTIPLIER.items() if key != "product_id"} | target
    at = "/overrides/0/product_id" if "product_id" in target else "/overrides/0/override_specifiers/0/product_id"
    assert errors(of(overrides=[override])) == {at: "No such product in rate card"}


def test_rule_29_without_a_card_no_product_can_be_overridden() -> None:
    assert errors(of(rate_card_id=None, overrides=[MULTIPLIER])) == {
        "/overrides/0/product_id": "No such product in rate card"
    }


def test_rule_29_a_tag_that_matches_nothing_is_said() -> None:
    by_tag = {"starting_at": START, "type": "MULTIPLIER", "multiplier": 1}
    found = of(overrides=[by_tag | {"applicable_product_tags": ["cloud", "moon"]}])
    assert warnings(found) == {"/overrides/0/applicable_product_tags/1": "no product on the rate card has the tag moon"}
    found = of(overrides=[by_tag | {"override_specifiers": [{"product_tags": ["cloud", "moon"]}]}])
    assert list(warnings(found)) == ["/overrides/0/override_specifiers/0/product_tags"]


OVERWRITE = {"starting_at": START, "type": "OVERWRITE", "overwrite_rate": {"rate_type": "FLAT", "price": 1}}


def test_rule_28_an_overwrite_names_all_pricing_group_values() -> None:
    good = {"product_id": STORAGE, "pricing_group_values": {"class": "hot"}}
    assert of(overrides=[OVERWRITE | {"override_specifiers": [good]}]) == ()
    assert list(errors(of(overrides=[OVERWRITE | {"product_id": STORAGE}]))) == ["/overrides/0/product_id"]
    at = "/overrides/0/override_specifiers/0/pricing_group_values"
    for values in ({"region": "EU"}, {"class": "hot", "region": "EU"}):
        bad = {"product_id": STORAGE, "pricing_group_values": values}
        assert list(errors(of(overrides=[OVERWRITE | {"override_specifiers": [bad]}]))) == [at]
    plain = {"product_id": CALLS, "pricing_group_values": {"region": "EU"}}
    assert list(errors(of(overrides=[OVERWRITE | {"override_specifiers": [plain]}]))) == [at]


def test_rule_28_a_multiplier_may_name_some_group_values() -> None:
    multiplier = {"starting_at": START, "type": "MULTIPLIER", "multiplier": 1}
    assert of(overrides=[multiplier | {"product_id": STORAGE}]) == ()
    odd = {"product_id": STORAGE, "pricing_group_values": {"planet": "Mars"}}
    assert list(warnings(of(overrides=[multiplier | {"override_specifiers": [odd]}]))) == [
        "/overrides/0/override_specifiers/0/pricing_group_values/planet"
    ]


def test_rule_28_a_subscription_is_overridden_by_product_and_frequency() -> None:
    good = OVERWRITE | {"override_specifiers": [{"product_id": SEATS, "billing_frequency": "monthly"}]}
    assert of(overrides=[good]) == ()
    assert list(errors(of(overrides=[OVERWRITE | {"product_id": SEATS}]))) == ["/overrides/0/product_id"]
    yearly = OVERWRITE | {"override_specifiers": [{"product_id": SEATS, "billing_frequency": "ANNUAL"}]}
    assert errors(of(overrides=[yearly])) == {
        "/overrides/0/override_specifiers/0/billing_frequency": "No such product in rate card"
    }


def test_rule_13_an_overwrite_has_a_rate_type_of_its_product_and_a_unit_of_the_card() -> None:
    share = OVERWRITE | {"product_id": CALLS, "overwrite_rate": {"rate_type": "PERCENTAGE", "price": 0}}
    assert list(errors(of(overrides=[share]))) == ["/overrides/0/overwrite_rate/rate_type"]
    unit = {"rate_type": "FLAT", "price": 1, "credit_type_id": uid(98)}
    assert list(errors(of(overrides=[OVERWRITE | {"product_id": CALLS, "overwrite_rate": unit}]))) == [
        "/overrides/0/overwrite_rate/credit_type_id"
    ]


def test_rule_2_an_override_names_commits_of_the_payload() -> None:
    def override(ref: str, name: str = "commit_ids") -> dict[str, Any]:
        specifier = {"product_id": CALLS, name: [ref]}
        base = {"starting_at": START, "type": "MULTIPLIER", "multiplier": 1, "is_commit_specific": True}
        return base | {"override_specifiers": [specifier]}

    commits = [COMMIT | {"temporary_id": "mine"}]
    recurring = [RECURRING | {"temporary_id": "monthly"}]
    assert of(commits=commits, overrides=[override("mine")]) == ()
    assert of(recurring_commits=recurring, overrides=[override("monthly", "recurring_commit_ids")]) == ()
    assert of(recurring_commits=recurring, overrides=[override("monthly", "any_commit_or_credit_ids")]) == ()
    at = "/overrides/0/override_specifiers/0/commit_ids/0"
    found = of(commits=commits, overrides=[override("yours")])
    assert [(f.path, f.status) for f in found] == [(at, 400)]
    found = of(commits=commits, overrides=[override(uid(77))])
    assert [(f.path, f.status) for f in found] == [(at, 404)]


def test_rule_30_a_commit_rate_override_without_commit_rate_is_said() -> None:
    override = MULTIPLIER | {"is_commit_specific": True, "target": "COMMIT_RATE", "multiplier": 1}
    assert list(warnings(of(overrides=[override]))) == ["/overrides/0/target"]
    card = document()["rate_cards"][0]
    card["rates"][0]["commit_rate"] = {"rate_type": "FLAT", "price": 1}
    assert of({"rate_cards": [card]}, overrides=[override]) == ()
