"""Thresholds are reported, never carried out (README, §2.16)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from store.rating.statement import Preview
from tests.books import BookStory, book, segment, usage

GATE = {"payment_gate_type": "NONE"}


def story(used: int, **terms: Any) -> BookStory:
    """A contract with 10,000 prepaid at a price of 100."""
    told = book().sells("Calls", price=100).contract(**terms)
    return told.commit("c", segment(10_000, "2025-01-01", "2026-01-01")).uses("Calls", used)


@pytest.mark.parametrize(("used", "codes"), [(149, []), (150, ["spend_threshold_would_fire"])])
def test_spend_that_is_not_invoiced_yet(used: int, codes: list[str]) -> None:
    threshold = {"is_enabled": True, "threshold_amount": 5_000, "commit": {"product_id": "fixed"}}
    preview = story(used, spend_threshold_configuration=threshold | {"payment_gate_config": GATE}).preview("2025-01-20")
    assert [w.code for w in preview.warnings] == codes
    assert usage(preview)[0].total == used * 100 - 10_000


@pytest.mark.parametrize(("used", "codes"), [(89, []), (90, ["prepaid_balance_threshold_would_fire"])])
def test_a_balance_that_has_fallen(used: int, codes: list[str]) -> None:
    threshold = {"is_enabled": True, "threshold_amount": 1_000, "recharge_to_amount": 9_000}
    more = {"commit": {"product_id": "fixed"}, "payment_gate_config": GATE}
    preview = story(used, prepaid_balance_threshold_configuration=threshold | more).preview("2025-01-20")
    assert [w.code for w in preview.warnings] == codes
    if codes:
        assert "a commit of $80.00 would be charged" in preview.warnings[0].message


SPEND = {"is_enabled": True, "threshold_amount": 5_000, "commit": {"product_id": "fixed"}, "payment_gate_config": GATE}
BALANCE = SPEND | {"threshold_amount": 1_000, "recharge_to_amount": 9_000}


def told(preview: Preview, code: str) -> list[str]:
    """The sentences of one kind of warning."""
    return [w.message for w in preview.warnings if w.code == code]


def test_spend_is_told_by_the_window_and_by_the_statement() -> None:
    story = book().sells("Calls", price=100).contract(spend_threshold_configuration=SPEND)
    story.rate("Calls", 200, start="2025-01-10").uses("Calls", 60, on="2025-01-03").uses("Calls", 50, on="2025-01-12")
    story.uses("Calls", 20, on="2025-02-12")
    assert told(story.preview("2025-03-01"), "spend_threshold_would_fire") == [
        "uninvoiced usage spend reaches $50.00 on or before 2025-01-10, in the statement 2025-01-01 → 2025-02-01: "
        "a commit of $50.00 would be charged, 3 times in all"
    ]


def test_a_discount_on_the_charge_is_said() -> None:
    config = SPEND | {"discount_configuration": {"payment_fraction": Decimal("0.85")}}
    story = book().sells("Calls", price=100).contract(spend_threshold_configuration=config).uses("Calls", 50)
    (text,) = told(story.preview("2025-02-01"), "spend_threshold_would_fire")
    assert text.endswith("would be charged; the customer pays 85 % of it")


def test_a_balance_falls_before_the_next_segment_comes() -> None:
    story = book().sells("Calls", price=100).contract(prepaid_balance_threshold_configuration=BALANCE)
    story.commit("c", segment(5_000, "2025-01-01", "2025-02-01"), segment(5_000, "2025-02-01", "2025-03-01"))
    story.uses("Calls", 42)
    assert told(story.preview("2025-02-10"), "prepaid_balance_threshold_would_fire") == [
        "the balance comes to $8.00 on or before 2025-02-01, in the statement 2025-01-01 → 2025-02-01, "
        "with a threshold of $10.00: a commit of $82.00 would be charged to bring it to $90.00"
    ]


def test_a_contract_without_balances_recharges_at_once() -> None:
    story = book().sells("Calls", price=100).contract(prepaid_balance_threshold_configuration=BALANCE)
    (text,) = told(story.preview("2025-01-20"), "prepaid_balance_threshold_would_fire")
    assert text.startswith("the balance comes to $0.00 on 2025-01-01, ")


def test_excluded_balances_do_not_count() -> None:
    trial = {"entity": "ContractCreditOrCommit", "key": "kind", "value": "trial"}
    config = BALANCE | {"threshold_balance_specifiers": [{"exclude": [{"custom_field_filters": [trial]}]}]}
    for kind, fires in (("trial", 1), ("paid", 0)):
        story = book().sells("Calls", price=100).contract(prepaid_balance_threshold_configuration=config)
        story.credit("c", segment(5_000, "2025-01-01", "2026-01-01"), custom_fields={"kind": kind})
        assert len(told(story.preview("2025-01-20"), "prepaid_balance_threshold_would_fire")) == fires


def test_a_threshold_that_is_off_says_nothing() -> None:
    off = {"is_enabled": False}
    terms: dict[str, Any] = {
        "spend_threshold_configuration": SPEND | off,
        "prepaid_balance_threshold_configuration": BALANCE | off,
    }
    assert book().sells("Calls", price=100).contract(**terms).uses("Calls", 90).preview("2025-01-20").warnings == ()
