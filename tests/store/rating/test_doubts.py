"""Money that would go missing without a word: balances that are about to end, obligations carried over, due dates."""

from __future__ import annotations

from tests.books import BookStory, book, scheduled, segment, usage


def told(story: BookStory, as_of: str, code: str) -> list[tuple[str, str]]:
    """The warnings of one code: sentence and path."""
    return [(w.message, w.path) for w in story.preview(as_of).warnings if w.code == code]


def test_a_balance_about_to_end_with_something_left_is_told() -> None:
    story = book().sells("Calls", price=10).contract().uses("Calls", 30)
    story.commit("short", segment(1_000, "2025-01-01", "2025-04-01"))
    said = [("short: $7.00 will expire unused on 2025-04-01", "/contracts/0/commits/0")]
    assert told(story, "2025-02-20", "balance_expiring") == []
    assert told(story, "2025-03-02", "balance_expiring") == said
    assert told(story, "2025-04-01", "balance_expiring") == []
    assert len(told(story, "2025-04-01", "expired_balance")) == 1


def test_an_obligation_carried_over_stays_postpaid() -> None:
    story = book().sells("Calls", price=10).contract("old", end="2025-03-01")
    story.postpaid("owed", segment(1_000, "2025-01-01", "2025-03-01"), rollover_fraction=1)
    story.contract("new", start="2025-03-01", transition={"type": "RENEWAL", "from_contract_id": "old"})
    story.uses("Calls", 40, on="2025-03-05")
    (first,) = usage(story.preview("2025-03-10"), "new")
    assert first.total == 400  # counted on the obligation, and paid in arrears
    assert [line.total for line in first.lines if line.applied and line.quantity is None] == [-400]


def test_invoices_are_due_so_many_days_after_they_are_issued() -> None:
    story = book().sells("Calls", price=10).contract(net_payment_terms_days=30).uses("Calls", 1)
    story.commit("paid", segment(100, "2025-01-01", "2026-01-01"), paid=100)
    preview = story.preview("2025-01-20")
    (purchase,), (january,) = scheduled(preview), usage(preview)
    assert purchase.due_at is not None and purchase.due_at.isoformat() == "2025-01-31T00:00:00+00:00"
    assert january.due_at is not None and january.due_at.isoformat() == "2025-03-04T00:00:00+00:00"
