"""Explanations and warnings say one thing once: one price per unit, one sum of what expired, roundings that add up."""

from __future__ import annotations

from typing import Any

from store.bundle import parse_bundle
from store.preview import preview_bundle
from store.terms import document
from tests.store.conformance import shorthand


def _rated(case: dict[str, Any]) -> Any:
    book = {"as_of": "2025-02-01", "products": {"calls": None}, "rates": [{"product_id": "calls", "price": 10}], **case}
    return preview_bundle(parse_bundle(document.read(document.write(shorthand.bundle(book)))))


def _told(preview: Any, label: str) -> list[list[str]]:
    lines = [line for statement in preview.statements for line in statement.lines if line.type == "usage"]
    return [[text for found, text in line.explanation if found == label] for line in lines]


def test_a_price_for_a_commit_and_the_contracts_own_do_not_both_apply() -> None:
    multiplier = {"type": "MULTIPLIER", "product_id": "calls", "multiplier": 0.9}
    special = {
        "type": "MULTIPLIER",
        "multiplier": 0.5,
        "is_commit_specific": True,
        "override_specifiers": [{"product_id": "calls", "commit_ids": ["pre"]}],
    }
    commits = [{"id": "pre", "segments": [[50, "2025-01-01", "2026-01-01"]]}]
    contract = {"commits": commits, "overrides": [multiplier, special]}
    covered, rest = _told(_rated({"contract": contract, "usage": ["2025-01-05 calls 20"]}), "override")
    assert covered == [
        "outside this balance: multiplier 0.9 since 2025-01-01 applies",
        "while this balance pays, before the contract's own: multiplier 0.5 since 2025-01-01 applies",
    ]
    assert rest == ["multiplier 0.9 since 2025-01-01 applies"]
    alone = _rated({"contract": {**contract, "overrides": [special]}, "usage": ["2025-01-05 calls 20"]})
    assert _told(alone, "override") == [["while this balance pays: multiplier 0.5 since 2025-01-01 applies"], []]


def test_a_later_windows_rounding_says_what_it_takes_the_difference_of() -> None:
    tenths: dict[str, Any] = {"quantity_rounding": {"rounding_method": "ROUND_HALF_UP", "decimal_places": 0}}
    rates = [{"product_id": "calls", "price": 1}, {"product_id": "calls", "price": 2, "starting_at": "2025-01-11"}]
    usage = ["2025-01-05 calls 2.4", "2025-01-12 calls 0.1"]
    (first,), (second,) = _told(_rated({"products": {"calls": tenths}, "rates": rates, "usage": usage}), "rounding")
    assert first == "round half up to 0 places, once over the period: 2"
    assert second == "round half up to 0 places, once over the period: 2.5 so far is 3, less 2 of earlier windows: 1"


def test_what_the_seats_of_one_balance_leave_is_told_as_one_sum() -> None:
    subscription = {
        "id": "s",
        "subscription_rate": {"product_id": "seat", "billing_frequency": "MONTHLY"},
        "collection_schedule": "ARREARS",
        "proration": {"is_prorated": True},
        "quantity_management_mode": "SEAT_BASED",
        "seat_config": {"seat_group_key": "user", "initial_seat_ids": ["a", "b", "c"], "initial_unassigned_seats": 0},
    }
    grant = {
        "id": "g",
        "priority": 1,
        "starting_at": "2025-01-01",
        "commit_duration": {"value": 1},
        "access_amount": {"unit_price": 300},
        "subscription_config": {
            "subscription_id": "s",
            "allocation": "INDIVIDUAL",
            "apply_seat_increase_config": {"is_prorated": True},
        },
    }
    calls = {"measure": "SUM units by user", "presentation_group_key": ["user"]}
    seat = {"product_id": "seat", "price": 1500, "billing_frequency": "MONTHLY"}
    preview = _rated(
        {
            "products": {"calls": calls, "seat": {"type": "SUBSCRIPTION"}},
            "rates": [{"product_id": "calls", "price": 1}, seat],
            "contract": {"subscriptions": [subscription], "recurring_credits": [grant]},
        }
    )
    assert [w.message for w in preview.warnings if w.code == "expired_balance"] == [
        "g: $9.00 expired unused on 2025-02-01"
    ]


def test_the_rule_that_is_told_is_the_one_that_decided() -> None:
    def told(scheme: str | None, *multipliers: tuple[float, int]) -> str:
        overrides = [
            {"type": "MULTIPLIER", "product_id": "calls", "multiplier": by, "priority": rank}
            for by, rank in multipliers
        ]
        given = {"multiplier_override_prioritization": scheme} if scheme else {}
        contract = {"overrides": overrides, **given}
        ((text,),) = _told(_rated({"contract": contract, "usage": ["2025-01-05 calls 20"]}), "override")
        return text.rpartition("(")[2].rstrip(")")

    assert told("EXPLICIT", (0.9, 1), (0.5, 2)) == "EXPLICIT: the smallest priority wins"
    assert told("EXPLICIT", (0.9, 1), (0.5, 1), (0.1, 2)) == "EXPLICIT: of equal priorities the greatest discount wins"
    assert told("EXPLICIT", (0.9, 1), (0.9, 1)) == "EXPLICIT: the last added wins"
    assert told(None, (0.9, 1), (0.5, 2)) == "LOWEST_MULTIPLIER: the smallest multiplier wins"
    assert told(None, (0.5, 1), (0.5, 2)) == "LOWEST_MULTIPLIER: of equal multipliers the last added wins"
