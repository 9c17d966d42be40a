"""Seats by id: what subscriptions, edits of them and balances for each seat must keep to (README, §2.14, §3)."""

from __future__ import annotations

from typing import Any

import pytest

from store.terms import review
from store.terms.base import parse
from store.terms.contract import ContractEdit
from store.terms.manual_entry import ManualEntry
from tests.store.sample import (
    ACME,
    CONTRACT,
    FEE,
    LATER,
    START,
    SUBSCRIPTION,
    acme_contract,
    book,
    errors,
    refused,
    uid,
)

ID = uid(777)
SEATED = SUBSCRIPTION | {
    "quantity_management_mode": "SEAT_BASED",
    "seat_config": {"seat_group_key": "region", "initial_seat_ids": ["a"]},
}
COME = {"add_seat_ids": [{"seat_ids": ["b"], "starting_at": LATER}]}
MODE = {"quantity_management_mode": "SEAT_BASED", "seat_config": {"seat_group_key": "region"}}


def edited(subscription: dict[str, Any], recurring: dict[str, Any] | None = None, **update: Any) -> list[str]:
    """The paths at which an edit of a contract with that subscription is refused."""
    held = {k: v for k, v in subscription.items() if k != "temporary_id"} | {"id": ID}
    to = acme_contract(subscriptions=[held])
    given: dict[str, Any] = {"update_subscriptions": [{"subscription_id": ID, **update}]} if update else {}
    if recurring is not None:
        given["add_recurring_credits"] = [recurring]
    return list(errors(review.edit(parse(ContractEdit, given), to, book(contracts=[]))))


def credit(**more: Any) -> dict[str, Any]:
    """Something for each seat."""
    link = {
        "subscription_id": ID, "allocation": "INDIVIDUAL", "apply_seat_increase_config": {"is_prorated": True},
    }  # fmt: skip
    return {
        "product_id": FEE, "priority": 1, "starting_at": START, "commit_duration": {"value": 1},
        "access_amount": {"unit_price": 300}, "subscription_config": link, **more,
    }  # fmt: skip


def test_seats_change_as_seats_and_quantities_as_quantities() -> None:
    at = "/update_subscriptions/0"
    assert edited(SEATED, seat_updates=COME) == []
    assert edited(SUBSCRIPTION, seat_updates=COME) == [f"{at}/seat_updates"]
    assert edited(SEATED, quantity_updates=[{"quantity": 2, "starting_at": LATER}]) == [f"{at}/quantity_updates"]


def test_a_bare_quantity_becomes_seats_once() -> None:
    assert edited(SUBSCRIPTION, quantity_management_mode_update=MODE, seat_updates=COME) == []
    refused_at = "/update_subscriptions/0/quantity_management_mode_update"
    assert edited(SEATED, quantity_management_mode_update=MODE) == [refused_at]


@pytest.mark.parametrize(
    ("update", "path"),
    [
        ({"add_seat_ids": [{"seat_ids": [], "starting_at": LATER}]}, "/seat_updates/add_seat_ids/0/seat_ids"),
        (
            {"add_unassigned_seats": [{"quantity": 0, "starting_at": LATER}]},
            "/seat_updates/add_unassigned_seats/0/quantity",
        ),
        (
            {"remove_seat_ids": [{"seat_ids": ["a"], "starting_at": "2025-01-01T00:30:00Z"}]},
            "/seat_updates/remove_seat_ids/0/starting_at",
        ),
    ],
)
def test_what_is_no_seat_update(update: dict[str, Any], path: str) -> None:
    payload = {"update_subscriptions": [{"subscription_id": ID, "seat_updates": update}]}
    assert list(refused(ContractEdit, payload)) == ["/update_subscriptions/0" + path]


def test_a_mode_other_than_seats_is_refused() -> None:
    back = MODE | {"quantity_management_mode": "QUANTITY_ONLY"}
    payload = {"update_subscriptions": [{"subscription_id": ID, "quantity_management_mode_update": back}]}
    where = "/update_subscriptions/0/quantity_management_mode_update/quantity_management_mode"
    assert list(refused(ContractEdit, payload)) == [where]


def test_balances_of_single_seats_need_seats() -> None:
    at = "/add_recurring_credits/0"
    assert edited(SEATED, credit()) == []
    assert edited(SUBSCRIPTION, credit()) == [f"{at}/subscription_config/allocation"]
    assert edited(SUBSCRIPTION, credit(), quantity_management_mode_update=MODE) == []
    pooled = credit()["subscription_config"] | {"allocation": "POOLED"}
    daily = credit(recurrence_frequency="DAILY", subscription_config=pooled)
    assert edited(SEATED, daily) == [f"{at}/recurrence_frequency"]
    assert edited(SUBSCRIPTION, daily) == []


def test_amounts_of_seats_add_up_and_go_to_balances_of_seats() -> None:
    made = f"{uid(778)}/2025-01-01T00:00:00Z"
    entry = {
        "customer_id": ACME, "contract_id": CONTRACT, "balance_id": made, "segment_id": f"{made}/segments/0",
        "amount": 30, "reason": "mended", "per_group_amounts": {"a": 50, "b": -20},
    }  # fmt: skip
    assert list(refused(ManualEntry, entry | {"amount": 31})) == ["/per_group_amounts"]

    def reviewed(recurring: dict[str, Any], **other: Any) -> list[str]:
        seated = {k: v for k, v in SEATED.items() if k != "temporary_id"} | {"id": ID}
        to = acme_contract(subscriptions=[seated], recurring_credits=[recurring | {"id": uid(778)}])
        return list(errors(review.ledger_entry(parse(ManualEntry, entry | other), to, book(contracts=[]))))

    assert reviewed(credit()) == []
    pooled = credit()["subscription_config"] | {"allocation": "POOLED"}
    assert reviewed(credit(subscription_config=pooled)) == ["/per_group_amounts"]
    assert reviewed(credit(), balance_id=f"{uid(779)}/2025-01-01T00:00:00Z") == ["/balance_id"]
    assert reviewed(credit(), segment_id="elsewhere") == ["/segment_id"]
    early = f"{uid(778)}/1999-01-01T00:00:00Z"
    assert reviewed(credit(), balance_id=early, segment_id=f"{early}/segments/0") == ["/balance_id"]


def test_more_seats_with_balances_of_their_own_than_the_cap_are_said() -> None:
    first = {"seat_group_key": "region", "initial_seat_ids": [f"s{k}" for k in range(1000)]}
    held = {k: v for k, v in SEATED.items() if k != "temporary_id"} | {"id": ID, "seat_config": first}

    def caps(more: list[str], allocation: str = "INDIVIDUAL") -> dict[str, str]:
        link = credit()["subscription_config"] | {"allocation": allocation}
        to = acme_contract(subscriptions=[held], recurring_credits=[credit(id=uid(778), subscription_config=link)])
        seats = {"add_seat_ids": [{"seat_ids": more, "starting_at": LATER}]}
        asked = parse(ContractEdit, {"update_subscriptions": [{"subscription_id": ID, "seat_updates": seats}]})
        found = review.edit(asked, to, book(contracts=[]))
        return {f.path: f.message for f in found if f.code == "seat_cap"}

    assert caps(["s1"]) == {}
    assert caps(["one more"], "POOLED") == {}
    assert caps(["one more"]) == {
        "/update_subscriptions/0/seat_updates": "comes to 1001 seats with balances of their own; 1000 is the cap"
    }
