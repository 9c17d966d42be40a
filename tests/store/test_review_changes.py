"""Amendments, edits, filter updates and new ends are reviewed against the contract as it stands by then."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from store.terms import review
from store.terms.base import parse
from store.terms.book import Bundle
from store.terms.contract import Amendment, ContractEdit, EndDateUpdate, UsageFilterUpdate
from store.terms.review import Finding
from tests.store.sample import (
    ACME,
    CALLS,
    CHARGE,
    COMMIT,
    CONTRACT,
    CREDIT,
    END,
    LATER,
    MULTIPLIER,
    OTHER,
    POSTPAID,
    START,
    SUBSCRIPTION,
    TERMS,
    UNPRICED,
    acme_contract,
    book,
    document,
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


def amended(contract: dict[str, Any] | None = None, **payload: Any) -> tuple[Finding, ...]:
    """The review of an amendment to Acme's contract with other terms."""
    to = acme_contract(**(contract or {}))
    return review.amendment(parse(Amendment, {"starting_at": LATER} | payload), to, book(contracts=[]))


def edited(contract: dict[str, Any] | None = None, **payload: Any) -> tuple[Finding, ...]:
    """The review of an edit of Acme's contract with other terms."""
    to = acme_contract(**(contract or {}))
    return review.edit(parse(ContractEdit, payload), to, book(contracts=[]))


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


def filtered(to: dict[str, Any] | None = None, others: Any = (), **payload: Any) -> tuple[Finding, ...]:
    """The review of a filter update for Acme's contract beside others."""
    base = {"group_key": "region", "group_values": ["EU"], "starting_at": LATER}
    contract = acme_contract(**(to or {}))
    update = parse(UsageFilterUpdate, base | payload)
    return review.filter_update(update, contract, book(contracts=[TERMS | {"id": CONTRACT}, *others]))


def test_rule_33_a_filter_update_is_usable_for_every_metric() -> None:
    assert filtered() == ()
    assert list(errors(filtered(group_key="team"))) == ["/group_key"]
    assert refused(UsageFilterUpdate, {"group_key": "region", "group_values": [], "starting_at": LATER}) == {
        "/group_values": "must have at least 1 item(s)"
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


def test_an_edit_adds_terms_under_the_same_rules() -> None:
    assert edited(add_overrides=[MULTIPLIER], add_commits=[COMMIT], update_contract_name="Renamed") == ()
    found = edited(add_overrides=[MULTIPLIER | {"product_id": UNPRICED}])
    assert errors(found) == {"/add_overrides/0/product_id": "No such product in rate card"}
    assert list(errors(edited(update_contract_end_date=START))) == ["/update_contract_end_date"]


def test_an_edit_names_what_the_contract_has() -> None:
    held = {"commits": [COMMIT | {"id": uid(50)}], "overrides": [MULTIPLIER | {"id": uid(51)}]}
    good = {"update_commits": [{"commit_id": uid(50), "name": "New"}], "remove_overrides": [{"id": uid(51)}]}
    assert edited(held, **good) == ()
    for name, payload in (
        ("/update_commits/0/commit_id", {"update_commits": [{"commit_id": uid(99), "name": "New"}]}),
        ("/archive_credits/0/id", {"archive_credits": [{"id": uid(99)}]}),
        ("/remove_overrides/0/id", {"remove_overrides": [{"id": uid(99)}]}),
    ):
        found = edited(held, **payload)
        assert [(f.path, f.status) for f in found] == [(name, 404)]


def test_an_edited_schedule_keeps_the_rules_of_its_kind() -> None:
    item = COMMIT["access_schedule"]["schedule_items"][0] | {"id": uid(52)}
    held = {"commits": [COMMIT | {"id": uid(50), "access_schedule": {"schedule_items": [item]}}]}

    def access(**changes: Any) -> dict[str, str]:
        update = {"commit_id": uid(50), "access_schedule": changes}
        return errors(edited(held, update_commits=[update]))

    assert access(update_schedule_items=[{"id": uid(52), "amount": 5000}]) == {}
    backwards = access(update_schedule_items=[{"id": uid(52), "ending_before": START}])
    assert list(backwards.values()) == ["must be after starting_at"]
    assert list(access(update_schedule_items=[{"id": uid(53), "amount": 1}]).values()) == [
        f"there is no schedule item {uid(53)}"
    ]
    assert access(remove_schedule_items=[{"id": uid(52)}]) != {}


def test_rule_38_what_is_on_a_finalized_invoice_stays() -> None:
    items = [{"id": uid(54 + k), "timestamp": at, "amount": 5} for k, at in enumerate((START, LATER))]
    held = {
        "commits": [COMMIT | {"id": uid(50), "invoice_schedule": {"schedule_items": items}}],
        "scheduled_charges": [CHARGE | {"id": uid(51), "schedule": {"schedule_items": items}}],
    }
    march = datetime(2025, 3, 1, tzinfo=UTC)

    def of(now: datetime | None, item: str, kind: str = "update_schedule_items") -> dict[str, str]:
        schedule = {kind: [{"id": item} | ({"amount": 1} if kind.startswith("update") else {})]}
        payload = {
            "update_commits": [{"commit_id": uid(50), "invoice_schedule": schedule}],
            "update_scheduled_charges": [{"scheduled_charge_id": uid(51), "invoice_schedule": schedule}],
        }
        to = acme_contract(**held)
        return errors(review.edit(parse(ContractEdit, payload), to, book(contracts=[]), now=now))

    assert of(march, uid(55)) == {}
    assert of(None, uid(54)) == {}
    for kind in ("update_schedule_items", "remove_schedule_items"):
        assert of(march, uid(54), kind) == {
            f"/update_{what}/0/invoice_schedule/{kind}/0/id": (
                "was invoiced on 2025-01-01; a finalized invoice does not change"
            )
            for what in ("commits", "scheduled_charges")
        }


def test_taking_away_what_final_statements_may_have_used_is_said() -> None:
    access = {"schedule_items": [{"id": uid(56), "amount": 5, "starting_at": START, "ending_before": LATER}]}
    held = {
        "commits": [COMMIT | {"id": uid(50), "access_schedule": access}],
        "scheduled_charges": [
            CHARGE | {"id": uid(51), "schedule": {"schedule_items": [{"timestamp": START, "amount": 5}]}}
        ],
    }
    to = acme_contract(**held)

    def of(now: datetime, **payload: Any) -> dict[str, str]:
        found = review.edit(parse(ContractEdit, payload), to, book(contracts=[]), now=now)
        return {finding.path: finding.message for finding in found if finding.code == "finalized"}

    removal = {"commit_id": uid(50), "access_schedule": {"remove_schedule_items": [{"id": uid(56)}]}}
    payload = {"archive_scheduled_charges": [{"id": uid(51)}], "update_commits": [removal]}
    began = "has begun; statements that are final keep what they drew, and what is left expires"
    march, before = datetime(2025, 3, 1, tzinfo=UTC), datetime(2024, 12, 1, tzinfo=UTC)
    assert of(before, **payload) == {}
    assert of(march, **payload) == {
        "/update_commits/0/access_schedule/remove_schedule_items/0/id": began,
        "/archive_scheduled_charges/0/id": "was invoiced on 2025-01-01; that invoice stays as it is",
    }
    assert of(march, archive_commits=[{"id": uid(50)}]) == {"/archive_commits/0/id": began}


def test_rule_38_a_quantity_never_falls_below_zero() -> None:
    held = {"subscriptions": [SUBSCRIPTION | {"id": uid(50)}]}

    def of(*updates: dict[str, Any], **more: Any) -> dict[str, str]:
        update = {"subscription_id": uid(50), "quantity_updates": list(updates)} | more
        return errors(edited(held, update_subscriptions=[update]))

    assert of({"starting_at": LATER, "quantity_delta": -3}) == {}
    assert of({"starting_at": LATER, "quantity": 5}, {"starting_at": LATER, "quantity_delta": -5}) == {}
    assert of({"starting_at": LATER, "quantity_delta": -4}) == {
        "/update_subscriptions/0/quantity_updates": "would make the quantity -1 from 2025-04-01 on"
    }
    assert list(of(ending_before=START)) == ["/update_subscriptions/0/ending_before"]
    nothing = {"subscription_id": uid(50), "quantity_updates": [{"starting_at": LATER, "quantity_delta": 0}]}
    assert list(refused(ContractEdit, {"update_subscriptions": [nothing]})) == [
        "/update_subscriptions/0/quantity_updates/0/quantity_delta"
    ]
    unknown = {"update_subscriptions": [{"subscription_id": uid(99), "ending_before": LATER}]}
    assert list(errors(edited(held, **unknown))) == ["/update_subscriptions/0/subscription_id"]


def test_an_update_that_cannot_be_is_told_with_its_place() -> None:
    held = {"commits": [COMMIT | {"id": uid(n)} for n in (50, 51)]}
    updates = [{"commit_id": uid(50), "name": "Fine"}, {"commit_id": uid(51), "product_id": None}]
    assert list(errors(edited(held, update_commits=updates))) == ["/update_commits/1/product_id"]


def test_rule_21_an_edit_cannot_leave_a_postpaid_commit_unequal() -> None:
    item = POSTPAID["access_schedule"]["schedule_items"][0] | {"id": uid(52)}
    held = {"commits": [POSTPAID | {"id": uid(50), "access_schedule": {"schedule_items": [item]}}]}
    update = {
        "commit_id": uid(50),
        "access_schedule": {"update_schedule_items": [{"id": uid(52), "amount": 1}]},
    }
    assert (
        "must total the same as access_schedule for a POSTPAID commit"
        in errors(edited(held, update_commits=[update])).values()
    )


def test_a_bundle_is_reviewed_object_by_object_with_whole_paths() -> None:
    def of(**more: Any) -> tuple[Finding, ...]:
        return review.bundle(parse(Bundle, document(**more), context={}))

    assert of() == ()
    amendment = {"starting_at": LATER, "overrides": [MULTIPLIER | {"product_id": UNPRICED}]}
    bad = TERMS | {"id": CONTRACT, "amendments": [{"starting_at": LATER}, amendment]}
    assert errors(of(contracts=[bad])) == {
        "/contracts/0/amendments/1/overrides/0/product_id": "No such product in rate card"
    }
    clash = [{"id": uid(n), "name": "N", "ingest_aliases": ["same"]} for n in (1, 2)]
    assert set(errors(of(customers=clash))) == {"/customers/0/ingest_aliases/0", "/customers/1/ingest_aliases/0"}


def test_a_bundle_sees_each_change_on_top_of_those_before() -> None:
    first = {"starting_at": LATER, "commits": [CREDIT | {"type": "PREPAID", "temporary_id": "extra"}]}
    specifier = {"product_id": CALLS, "commit_ids": ["extra"]}
    override = {"starting_at": LATER, "type": "MULTIPLIER", "multiplier": 1, "is_commit_specific": True}
    second = {"starting_at": LATER, "overrides": [override | {"override_specifiers": [specifier]}]}

    def of(*amendments: dict[str, Any]) -> dict[str, str]:
        contract = TERMS | {"id": CONTRACT, "amendments": list(amendments)}
        return errors(review.bundle(parse(Bundle, document(contracts=[contract]), context={})))

    assert of(first, second) == {}
    assert list(of(second, first)) == [
        "/contracts/0/amendments/0/overrides/0/override_specifiers/0/commit_ids/0",
    ]


@pytest.mark.parametrize("kind", ["customers", "contracts"])
def test_rule_8_a_unique_value_is_used_once_in_a_bundle(kind: str) -> None:
    entity = kind[:-1]
    keys = [{"entity": entity, "key": "ref", "enforce_uniqueness": True}]
    sample = document()
    base = sample["customers"] if kind == "customers" else [TERMS | {"id": uid(60)}, TERMS | {"id": uid(61)}]
    things = [thing | {"custom_fields": {"ref": "same"}} for thing in base]
    found = review.bundle(parse(Bundle, document(custom_field_keys=keys, **{kind: things}), context={}))
    assert [(f.path, f.status) for f in found if f.severity == "error"] == [(f"/{kind}/1/custom_fields/ref", 409)]
