"""Amendments, edits, filter updates and new ends are reviewed against the contract as it stands by then."""

from __future__ import annotations

from typing import Any

from store.terms import review
from store.terms.base import parse
from store.terms.contract import EndDateUpdate, UsageFilterUpdate
from store.terms.review import Finding
from tests.store.reviewing import amended, edited, filtered
from tests.store.sample import (
    ACME,
    CALLS,
    COMMIT,
    CONTRACT,
    END,
    LATER,
    MULTIPLIER,
    OTHER,
    START,
    TERMS,
    UNPRICED,
    acme_contract,
    book,
    errors,
    refused,
    uid,
    warnings,
)

TIERED = {
    "starting_at": START,
    "type": "TIERED",
    "priority": 1,
    "tiers": [{"multiplier": 1}],
    "product_id": CALLS,
}


def test_an_amendment_is_reviewed_like_a_contract() -> None:
    assert amended(overrides=[MULTIPLIER], commits=[COMMIT]) == ()
    assert errors(amended(overrides=[MULTIPLIER | {"product_id": UNPRICED}])) == {
        "/overrides/0/product_id": "No such product in rate card"
    }
    assert list(errors(amended(commits=[COMMIT | {"product_id": CALLS}]))) == ["/commits/0/product_id"]
    assert list(errors(amended(custom_fields={"no": "x"}))) == ["/custom_fields/no"]


def test_a_change_names_the_contract_and_customer_it_is_for() -> None:
    assert amended(contract_id=CONTRACT, customer_id=ACME) == ()
    assert list(errors(amended(contract_id=uid(9), customer_id=OTHER))) == ["/contract_id", "/customer_id"]


def test_an_archived_contract_is_not_changed() -> None:
    gone = {"archived_at": LATER}
    assert errors(amended(gone)) == {"/contract_id": "the contract is archived"}
    assert errors(edited(gone, update_contract_name="New")) == {"/contract_id": "the contract is archived"}


def test_rule_22_an_amendment_outside_the_term_is_said() -> None:
    assert list(warnings(amended(starting_at=END))) == ["/starting_at"]


def test_rule_28_new_multipliers_compete_with_those_of_the_contract() -> None:
    explicit = {"multiplier_override_prioritization": "EXPLICIT"}
    assert errors(amended(explicit, overrides=[MULTIPLIER])).keys() == {"/overrides/0/priority"}
    assert amended(explicit, overrides=[MULTIPLIER | {"priority": 1}]) == ()
    assert errors(amended({"overrides": [TIERED]}, overrides=[MULTIPLIER])).keys() == {"/overrides/0/priority"}


def test_rule_28_a_tiered_override_needs_priorities_everywhere() -> None:
    assert amended(overrides=[TIERED]) == ()
    assert errors(amended({"overrides": [MULTIPLIER]}, overrides=[TIERED])).keys() == {"/overrides"}
    lowest = {"multiplier_override_prioritization": "LOWEST_MULTIPLIER"}
    assert errors(amended(lowest, overrides=[TIERED])).keys() == {"/multiplier_override_prioritization"}


def test_rule_2_an_amendment_may_name_commits_that_are_there_already() -> None:
    base = {"starting_at": LATER, "type": "MULTIPLIER", "multiplier": 1, "is_commit_specific": True}
    override = base | {"override_specifiers": [{"product_id": CALLS, "commit_ids": [uid(50)]}]}
    assert amended({"commits": [COMMIT | {"id": uid(50)}]}, overrides=[override]) == ()
    assert list(errors(amended(overrides=[override]))) == ["/overrides/0/override_specifiers/0/commit_ids/0"]


def test_rule_25_a_payment_gate_comes_only_with_an_added_commit() -> None:
    gated = COMMIT | {"payment_gate_config": {"payment_gate_type": "NONE"}}
    assert amended(commits=[gated]) == ()
    assert edited(add_commits=[gated]) == ()


def test_rule_33_a_filter_update_is_usable_for_every_metric() -> None:
    assert filtered() == ()
    assert list(errors(filtered(group_key="team"))) == ["/group_key"]
    assert refused(UsageFilterUpdate, {"group_key": "region", "group_values": [], "starting_at": LATER}) == {
        "/group_values": "must have at least 1 item"
    }
    assert refused(UsageFilterUpdate, {"group_key": "region", "group_values": ["EU"]}) == {
        "/starting_at": "is required"
    }


def test_a_filter_update_outside_the_contract_is_said() -> None:
    assert list(warnings(filtered(starting_at="2024-12-01T00:00:00Z"))) == ["/starting_at"]
    assert list(warnings(filtered(starting_at=END))) == ["/starting_at"]


def test_rule_34_a_value_moved_to_one_contract_stays_with_the_other() -> None:
    us, eu = ({"usage_filter": {"group_key": "region", "group_values": [v]}} for v in ("US", "EU"))
    other = TERMS | {"id": uid(60), "name": "Europe"} | eu
    assert filtered(us, [other], group_values=["US"]) == ()
    found = warnings(filtered(us, [other], group_values=["US", "EU"]))
    assert list(found) == [""]
    assert "contract Europe can take the same usage of Calls, Storage from 2025-04-01 on" in found[""]


def test_a_new_end_is_after_the_start() -> None:
    def moved(**payload: Any) -> tuple[Finding, ...]:
        other = TERMS | {"id": uid(60), "starting_at": END, "ending_before": None}
        return review.end_date(parse(EndDateUpdate, payload), acme_contract(), book(contracts=[other]))

    assert moved(ending_before=LATER) == ()
    assert list(errors(moved(ending_before=START))) == ["/ending_before"]
    assert [f.code for f in moved()] == ["overlapping_usage"]
