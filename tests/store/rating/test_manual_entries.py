"""Balances put right by hand, and what that lets statements draw (README, §2.22)."""

from __future__ import annotations

from typing import Any

import pytest

from store.errors import TermsheetError
from store.rating import report
from tests.books import BookStory, at, book, drawn, left, scheduled, segment, usage

SEGMENT = segment(1_000, "2025-01-01", "2026-01-01")


def story(*entries: dict[str, Any], of: str = "contract", kind: str = "PREPAID") -> BookStory:
    """A balance of 1,000 of a contract or of its customer, entries by hand, and 1,500 used in each of two months."""
    told = book().sells("Calls", price=10)
    put = [{"balance_id": "held", "segment_id": "held/segments/0", "reason": "goodwill"} | e for e in entries]
    if of == "customer":
        more: dict[str, Any] = {"commits": [told.balance(kind, "held", SEGMENT, priority=1)], "ledger_entries": put}
        told.customer(**more).contract()
    else:
        told.contract(ledger_entries=put)
        told.postpaid("held", SEGMENT) if kind == "POSTPAID" else told.commit("held", SEGMENT)
    return told.uses("Calls", 150).uses("Calls", 150, on="2025-02-05").seen("2025-02-20")


@pytest.mark.parametrize("of", ["contract", "customer"])
def test_more_pays_more_and_less_pays_less(of: str) -> None:
    """Dated the segment's start where nothing is said, so the first statement already draws on it."""
    more = story({"amount": 700, "recorded_at": at("2025-01-10")}, of=of).preview()
    assert [drawn(s) for s in usage(more)] == [{"held": 1_500}, {"held": 200}]
    less = story({"amount": -400, "recorded_at": at("2025-01-10")}, of=of).preview()
    assert [drawn(s) for s in usage(less)] == [{"held": 600}, {}]
    (balance,) = less.balances
    assert [(e.type, int(e.amount), e.reason) for e in balance.ledger] == [
        ("PREPAID_COMMIT_SEGMENT_START", 1_000, None),
        ("PREPAID_COMMIT_MANUAL", -400, "goodwill"),
        ("PREPAID_COMMIT_AUTOMATED_INVOICE_DEDUCTION", -600, None),
    ]
    assert report.balance_json(balance)["ledger"][1]["reason"] == "goodwill"


@pytest.mark.parametrize("of", ["contract", "customer"])
def test_it_counts_from_its_timestamp_and_leaves_closed_statements_alone(of: str) -> None:
    dated = story({"amount": 700, "timestamp": at("2025-02-03"), "recorded_at": at("2025-01-10")}, of=of).preview()
    assert [drawn(s) for s in usage(dated)] == [{"held": 1_000}, {"held": 700}]
    late = story({"amount": 700, "recorded_at": at("2025-02-10")}, of=of).preview()
    assert [drawn(s) for s in usage(late)] == [{"held": 1_000}, {"held": 700}]


def test_a_balance_is_never_shown_below_nothing() -> None:
    """More was taken by hand than was left: 0, and what statements drew stays drawn."""
    found = story({"amount": -5_000, "recorded_at": at("2025-02-10")}).preview()
    assert [drawn(s) for s in usage(found)] == [{"held": 1_000}, {}]
    assert left(found) == {"held": 0}


def test_one_of_the_future_counts_in_what_is_left_of_an_active_segment() -> None:
    found = story({"amount": 700, "timestamp": at("2025-11-01"), "recorded_at": at("2025-01-10")}).preview()
    assert [drawn(s) for s in usage(found)] == [{"held": 1_000}, {}]
    assert left(found) == {"held": 700}


def test_what_is_taken_off_an_obligation_is_not_trued_up() -> None:
    found = story({"amount": -300, "recorded_at": at("2025-01-10")}, kind="POSTPAID").preview("2025-01-15")
    (true_up,) = scheduled(found)
    assert true_up.total == 0  # 1,000 committed − 300 by hand − 700 of 1,500 counted
    bare = story({"amount": 800, "recorded_at": at("2025-01-10")}, kind="POSTPAID").preview("2025-01-15")
    assert [s.total for s in scheduled(bare)] == [300]  # 1,800 − 1,500


@pytest.mark.parametrize("of", ["contract", "customer"])
@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"balance_id": "other"}, "balance_id"),
        ({"segment_id": "other"}, "segment_id"),
        ({"timestamp": at("2026-01-01")}, "timestamp"),
        ({"amount": 0}, "amount"),
    ],
)
def test_it_is_refused_where_there_is_nothing_to_put_right(of: str, wrong: dict[str, Any], field: str) -> None:
    with pytest.raises(TermsheetError) as refused:
        story({"amount": 1} | wrong, of=of).preview()
    holder = "customers" if of == "customer" else "contracts"
    assert refused.value.path == f"/{holder}/0/ledger_entries/0/{field}"
