"""What changes while time goes on: windows, swaps, ends, archiving, edits, and names that return."""

from __future__ import annotations

from tests.books import (
    amounts,
    at,
    book,
    entries,
    left,
    line_of,
    only,
    scheduled,
    segment,
    tiers,
    usage,
    windows,
)

YEAR = ("2025-01-01", "2026-01-01")
STEPS = tiers((20, 50), (80, 40), (None, 25))


def test_negative_increments_unwind_the_tiers_from_the_top() -> None:
    story = book().sells("Seats", price=tiers((10, 5), (None, 3)), kind="LATEST")
    story.rate("Seats", tiers((10, 5), (None, 2)), start="2025-01-15").contract()
    story.uses("Seats", 15, on="2025-01-05").uses("Seats", 5, on="2025-01-20")
    statement = only(story.preview())
    assert amounts(statement) == [50, 15, -25, -10]
    assert statement.total == 30


def test_readings_do_not_carry_into_the_next_period() -> None:
    story = book().sells("Seats", price=10, kind="LATEST").contract().uses("Seats", 12)
    assert [s.total for s in usage(story.preview("2025-02-20"))] == [120, 0]


def test_a_metric_swapped_mid_period_counts_each_for_its_part() -> None:
    story = book().metric("old").metric("new").product("Calls", metric="old", updates=[
        {"starting_at": at("2025-01-15"), "billable_metric_id": "new"}
    ])  # fmt: skip
    story.rate("Calls", 1).contract()
    for name in ("old", "new"):
        story.uses(name, 10, on="2025-01-05").uses(name, 7, on="2025-01-20")
    assert only(story.preview()).total == 17


def test_consolidated_charges_stand_on_the_statement_that_ends_then() -> None:
    story = book().sells("Calls", price=1).contract(end="2025-03-01", scheduled_charges_on_usage_invoices="ALL")
    every = {"starting_at": at("2025-01-01"), "ending_before": at("2025-03-01"), "frequency": "MONTHLY"}
    story.charge("Fee", recurring_schedule={**every, "amount_distribution": "EACH", "amount": 100})
    preview = story.uses("Calls", 3).preview("2025-02-02")
    assert [(s.issued_at.day, s.total) for s in scheduled(preview)] == [(1, 100)]
    assert [(s.start.month, s.total) for s in usage(preview) if s.start] == [(1, 103), (2, 0)]


def test_an_earlier_end_shrinks_drafts_truncates_balances_and_takes_later_charges_away() -> None:
    story = book().sells("Calls", price=1).contract(end="2025-12-31")
    story.credit("c", segment(100, *YEAR))
    every = {"starting_at": at("2025-01-01"), "ending_before": at("2025-12-31"), "frequency": "MONTHLY"}
    story.charge("Fee", recurring_schedule={**every, "amount_distribution": "EACH", "amount": 100})
    story.ended("2025-02-15", recorded="2025-02-01")
    story.uses("Calls", 30, on="2025-02-10").uses("Calls", 30, on="2025-02-20")
    preview = story.preview("2025-03-01")
    assert [(s.issued_at.month, s.issued_at.day) for s in scheduled(preview)] == [(1, 1), (2, 1)]
    assert [s.end.isoformat()[:10] for s in usage(preview) if s.end] == ["2025-02-01", "2025-02-15"]
    assert entries(preview, "c")[-1] == ("CREDIT_EXPIRATION", "2025-02-15", -70)
    assert [(u.reason, u.events) for u in preview.unmatched] == [("no_contract", 1)]


def test_archiving_cancels_drafts_and_expires_balances() -> None:
    story = book().sells("Calls", price=1).contract(archived_at="2025-02-10T09:30:00Z")
    story.credit("c", segment(100, *YEAR)).charge("Fee", schedule_items=[{"timestamp": at("2025-03-01"), "amount": 9}])
    story.uses("Calls", 30, on="2025-01-10").uses("Calls", 30, on="2025-02-05")
    preview = story.preview("2025-03-01")
    assert [s.start.month for s in usage(preview) if s.start] == [1]
    assert scheduled(preview) == []
    assert entries(preview, "c")[-1] == ("CREDIT_EXPIRATION", "2025-02-10", -70)


def test_an_edit_reaches_drafts_and_leaves_final_statements() -> None:
    story = book().sells("Calls", price=1).contract().credit("c", segment(10, *YEAR, id="s"))
    update = {"credit_id": "c", "access_schedule": {"update_schedule_items": [{"id": "s", "amount": 50}]}}
    story.edited(update_credits=[update], recorded_at="2025-02-10T00:00:00Z")
    story.uses("Calls", 30, on="2025-01-10").uses("Calls", 30, on="2025-02-05")
    preview = story.preview("2025-02-20")
    assert [s.total for s in usage(preview)] == [20, 0]
    assert left(preview) == {"c": 10}


def test_a_removed_override_no_longer_prices() -> None:
    story = book().sells("Calls", price=10).contract().multiplier("0.5", "Calls", id="o")
    story.edited(remove_overrides=[{"id": "o"}])
    assert only(story.uses("Calls", 1).preview()).total == 10


def test_the_window_of_a_line_is_not_cut_by_what_does_not_touch_it() -> None:
    story = book().sells("A", price=1).sells("B", price=1).contract()
    story.multiplier("0.5", "A", start="2025-01-10")
    story.uses("A", 1, on="2025-01-05").uses("A", 1, on="2025-01-15").uses("B", 1)
    statement = only(story.preview())
    assert windows(statement, "B") == [("2025-01-01", "2025-02-01", 1)]
    assert len(windows(statement, "A")) == 2


def test_an_entitled_product_shows_a_line_without_usage_unless_it_is_priced_by_group() -> None:
    story = (
        book().sells("Plain", price=1).sells("Shown", price=1, presentation=("team",)).sells("Priced", pricing=("r",))
    )
    story.rate("Priced", 1, pricing_group_values={"r": "eu"})
    statement = only(story.contract().preview("2025-01-20"))
    assert [(line.name, line.quantity) for line in statement.lines] == [("Plain", 0), ("Shown", 0)]


def test_a_bucket_of_negative_usage_is_never_paid() -> None:
    story = book().sells("Calls", price=3).contract().credit("c", segment(100, *YEAR)).uses("Calls", -5)
    preview = story.preview()
    assert line_of(only(preview), "Calls").total == -15
    assert left(preview) == {"c": 100}


def test_segments_and_commits_of_one_name_in_two_places_keep_apart() -> None:
    story = book().sells("Calls", price=1).contract("one").contract("two", start="2025-01-02")
    for contract in story.payload["contracts"]:
        parts = [segment(10, *YEAR, id="s")]
        contract["credits"] = [story.balance("CREDIT", name, *parts) for name in ("a", "b")]
    preview = story.uses("Calls", 25).preview()
    assert [s.total for s in usage(preview)] == [5, 5]


def test_a_temporary_id_may_return_in_a_later_payload() -> None:
    def credit() -> dict[str, object]:
        given = book().balance("CREDIT", "x", segment(10, *YEAR))
        return {k: v for k, v in given.items() if k != "id"} | {"temporary_id": "t"}

    story = book().sells("Calls", price=1).contract(credits=[credit()])
    story.amended("2025-01-01", credits=[credit()])
    preview = story.uses("Calls", 25).preview()
    assert only(preview).total == 5
    assert len(preview.balances) == 2


def test_usage_on_a_closed_statement_stays_matched_whatever_is_recorded_later() -> None:
    story = book().sells("Calls", price=1, groups=("region",)).contract()
    story.refiltered("2025-01-01", "region", "us", recorded_at="2025-02-10T00:00:00Z")
    preview = story.uses("Calls", 5, region="eu").preview("2025-02-20")
    assert [s.total for s in usage(preview)] == [5, 0]
    assert preview.unmatched == ()
