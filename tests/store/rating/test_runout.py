"""The day a balance runs out."""

from __future__ import annotations

from decimal import Decimal

from store.rating.runout import run_out
from store.terms import time
from tests.books import at, book, segment


def test_a_balance_used_up_in_the_middle_of_a_period_runs_out_on_the_day_its_share_is_through() -> None:
    story = book().sells("calls", price=10).contract(start="2025-01-01")
    story.commit("prepaid", segment(4000, "2025-01-01", "2026-01-01"))
    story.uses("calls", 300, on="2025-01-10").uses("calls", 310, on="2025-02-10")
    preview = story.preview("2025-03-01")
    found = run_out(preview, preview.balances[0])
    assert found is not None
    assert found.day == time.instant(at("2025-02-10"))  # 1,000 of February's 3,100: 9.03 of its 28 days
    assert found.lapsed == 0


def test_a_balance_that_lapses_says_when_and_how_much() -> None:
    story = book().sells("calls", price=10).contract(start="2025-01-01")
    story.commit("prepaid", segment(4000, "2025-01-01", "2025-02-01")).uses("calls", 300, on="2025-01-10")
    preview = story.preview("2025-03-01")
    found = run_out(preview, preview.balances[0])
    assert found is not None
    assert (found.day, found.lapsed) == (time.instant(at("2025-02-01")), Decimal(1000))


def test_a_balance_with_something_left_has_not_run_out() -> None:
    story = book().sells("calls", price=10).contract(start="2025-01-01")
    story.commit("prepaid", segment(4000, "2025-01-01", "2026-01-01")).uses("calls", 300, on="2025-01-10")
    preview = story.preview("2025-03-01")
    assert run_out(preview, preview.balances[0]) is None


def test_a_balance_with_a_segment_to_come_has_not_run_out_when_the_first_is_used_up() -> None:
    story = book().sells("calls", price=10).contract(start="2025-01-01")
    story.commit("prepaid", segment(1000, "2025-01-01", "2025-02-01"), segment(1000, "2025-03-01", "2025-04-01"))
    story.uses("calls", 300, on="2025-01-10").uses("calls", 300, on="2025-03-10")
    early, late = story.preview("2025-02-15"), story.preview("2025-04-15")
    assert run_out(early, early.balances[0]) is None
    found = run_out(late, late.balances[0])
    assert found is not None
    assert found.day == time.instant(at("2025-03-11"))
