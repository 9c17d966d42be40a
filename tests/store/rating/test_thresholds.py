"""Thresholds are reported, never carried out (README, §2.16)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.books import BookStory, book, segment, usage

GATE = {"payment_gate_type": "NONE"}


def story(used: int, **terms: Any) -> BookStory:
    """A contract with 10,000 prepaid at a price of 100."""
    told = book().sells("Calls", price=100).contract(**terms)
    return told.commit("c", segment(10_000, "2025-01-01", "2026-01-01")).uses("Calls", used)


@pytest.mark.parametrize(("used", "codes"), [(149, []), (150, ["spend_threshold_reached"])])
def test_spend_that_is_not_invoiced_yet(used: int, codes: list[str]) -> None:
    threshold = {"is_enabled": True, "threshold_amount": 5_000, "commit": {"product_id": "fixed"}}
    preview = story(used, spend_threshold_configuration=threshold | {"payment_gate_config": GATE}).preview("2025-01-20")
    assert [w.code for w in preview.warnings] == codes
    assert usage(preview)[0].total == used * 100 - 10_000


@pytest.mark.parametrize(("used", "codes"), [(89, []), (90, ["balance_threshold_reached"])])
def test_a_balance_that_has_fallen(used: int, codes: list[str]) -> None:
    threshold = {"is_enabled": True, "threshold_amount": 1_000, "recharge_to_amount": 9_000}
    more = {"commit": {"product_id": "fixed"}, "payment_gate_config": GATE}
    preview = story(used, prepaid_balance_threshold_configuration=threshold | more).preview("2025-01-20")
    assert [w.code for w in preview.warnings] == codes
    if codes:
        assert "recharge $80.00" in preview.warnings[0].message
