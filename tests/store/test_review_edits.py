"""The rules of an edit, upon what the contract has by then (README, §6)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from store.terms import review
from store.terms.base import parse
from store.terms.contract import ContractEdit
from tests.store.reviewing import edited
from tests.store.sample import (
    CHARGE,
    COMMIT,
    LATER,
    MULTIPLIER,
    POSTPAID,
    START,
    SUBSCRIPTION,
    UNPRICED,
    acme_contract,
    book,
    errors,
    refused,
    uid,
)


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
