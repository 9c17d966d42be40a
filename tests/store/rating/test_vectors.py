"""The conformance vectors of the domain reference (README, §10), one test per row."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.books import (
    amounts,
    book,
    drawn,
    entries,
    left,
    line_of,
    only,
    paid_by,
    scheduled,
    segment,
    tiers,
    usage,
    windows,
)

YEAR = ("2025-01-01", "2026-01-01")


def test_vector_01_flat() -> None:
    story = book().sells("Calls", price=7).contract().uses("Calls", 300)
    statement = only(story.preview())
    assert statement.total == 2_100
    line = line_of(statement, "Calls")
    assert (line.quantity, line.unit_price, line.tier) == (300, 7, None)


def test_vector_02_rate_change_mid_period() -> None:
    story = book().sells("Calls", price=7).rate("Calls", 9, start="2025-01-11").contract()
    story.uses("Calls", 100, on="2025-01-10T23:59:59Z").uses("Calls", 200, on="2025-01-11")
    statement = only(story.preview())
    assert windows(statement, "Calls") == [("2025-01-01", "2025-01-11", 700), ("2025-01-11", "2025-02-01", 1_800)]
    assert statement.total == 2_500


def test_vector_03_graduated_tiers() -> None:
    story = book().sells("Calls", price=tiers((20, 50), (80, 40), (None, 25))).contract().uses("Calls", 130)
    statement = only(story.preview())
    assert amounts(statement) == [1_000, 3_200, 750]
    assert statement.total == 4_950
    shown = [(t.level, t.starting_at, t.size) for line in statement.lines if (t := line.tier)]
    assert shown == [(1, 0, 20), (2, 20, 80), (3, 100, None)]


def test_vector_04_tiers_per_presentation_group() -> None:
    story = book().sells("Calls", price=tiers((20, 50), (80, 40), (None, 25)), presentation=("team",)).contract()
    story.uses("Calls", 30, team="x").uses("Calls", 100, team="y")
    statement = only(story.preview())
    found = [(line.presentation_group_values["team"], line.total) for line in statement.lines]
    assert found == [("x", 1_000), ("x", 400), ("y", 1_000), ("y", 3_200)]
    assert statement.total == 5_600


def test_vector_05_tiers_changed_mid_period_go_on_counting() -> None:
    story = book().sells("Calls", price=tiers((20, 50), (80, 40), (None, 25)))
    story.rate("Calls", tiers((20, 60), (None, 45)), start="2025-01-15").contract()
    story.uses("Calls", 15, on="2025-01-10").uses("Calls", 30, on="2025-01-20")
    statement = only(story.preview())
    assert amounts(statement) == [750, 300, 1_125]
    assert statement.total == 2_175


def test_vector_06_pricing_groups_and_a_combination_without_a_rate() -> None:
    story = book().sells("Calls", pricing=("region",)).contract()
    story.rate("Calls", 12, pricing_group_values={"region": "eu"})
    story.rate("Calls", 10, pricing_group_values={"region": "us"})
    story.uses("Calls", 50, region="eu").uses("Calls", 80, region="us").uses("Calls", 5, region="apac")
    preview = story.preview()
    assert amounts(only(preview)) == [600, 800]
    assert [w.code for w in preview.warnings] == ["unpriced"]
    assert [(u.reason, u.events, u.detail["group_values"]) for u in preview.unmatched] == [
        ("unpriced", 1, {"region": "apac"})
    ]


def test_vector_07_latest_moves_by_increments() -> None:
    story = book().sells("Seats", price=10, kind="LATEST").rate("Seats", 12, start="2025-01-15").contract()
    story.uses("Seats", 12, on="2025-01-03").uses("Seats", 20, on="2025-01-09").uses("Seats", 14, on="2025-01-20")
    statement = only(story.preview())
    assert amounts(statement) == [200, -72]
    assert statement.total == 128


def test_vector_08_max() -> None:
    story = book().sells("Seats", price=100, kind="MAX").contract()
    story.uses("Seats", 4, on="2025-01-03").uses("Seats", 9, on="2025-01-09").uses("Seats", 6, on="2025-01-20")
    assert only(story.preview()).total == 900


def test_vector_09_conversion_then_rounding() -> None:
    story = book().sells(
        "Storage",
        price=20,
        quantity_conversion={"conversion_factor": 1000, "operation": "DIVIDE"},
        quantity_rounding={"rounding_method": "ROUND_UP", "decimal_places": 0},
    )
    statement = only(story.contract().uses("Storage", 2_500).preview())
    assert line_of(statement, "Storage").quantity == 3
    assert statement.total == 60


@pytest.mark.parametrize(
    ("scheme", "overwritten", "price"),
    [("LOWEST_MULTIPLIER", False, 90), ("EXPLICIT", False, 108), ("EXPLICIT", True, 100)],
)
def test_vector_10_which_override_wins(scheme: str, overwritten: bool, price: int) -> None:
    story = book().sells("Calls", price=120).contract(multiplier_override_prioritization=scheme)
    story.multiplier("0.90", "Calls", priority=1).multiplier("0.75", "Calls", priority=2)
    if overwritten:
        story.overwrite(100, "Calls")
    assert line_of(only(story.uses("Calls", 1).preview()), "Calls").unit_price == price


def test_vector_11_tiered_override() -> None:
    story = book().sells("Calls", price=8).contract()
    story.override(type="TIERED", product_id="Calls", priority=1, tiers=[{"size": 50, "multiplier": Decimal("0.5")}])
    statement = only(story.uses("Calls", 70).preview())
    assert amounts(statement) == [200, 160]
    assert statement.total == 360


def test_vector_12_rollover_then_priority_then_postpaid() -> None:
    before = book().sells("Calls", price=1).contract("old", start="2024-01-01", end="2025-01-01")
    before.commit("carried", segment(300, "2024-01-01", "2025-01-01"), rollover_fraction=1)
    story = before.contract("new", start="2025-01-01", transition={"type": "RENEWAL", "from_contract_id": "old"})
    story.commit("paid", segment(400, *YEAR), paid=400, priority=50)
    story.credit("credit", segment(500, *YEAR), priority=100)
    story.postpaid("postpaid", segment(1_000, *YEAR))
    preview = story.uses("Calls", 1_500).preview("2025-02-01")
    (statement,) = usage(preview, "new")
    assert list(drawn(statement).values()) == [300, 400, 500, 300]
    assert statement.total == 300


def test_vector_13_complimentary_before_paid_at_equal_priority() -> None:
    story = book().sells("Calls", price=1).contract()
    story.commit("paid", segment(500, *YEAR), paid=500).commit("free", segment(200, *YEAR))
    preview = story.uses("Calls", 600).preview()
    assert drawn(only(preview)) == {"free": 200, "paid": 400}
    assert only(preview).total == 0
    assert left(preview) == {"paid": 100, "free": 0}


def test_vector_14_tagged_credit_first() -> None:
    story = book().sells("A", price=1, tags=["a"]).sells("B", price=1).contract()
    story.credit("credit", segment(100, *YEAR), priority=1, applicable_product_tags=["a"])
    story.commit("commit", segment(500, *YEAR), paid=500, priority=100)
    preview = story.uses("A", 250).uses("B", 300).preview()
    statement = only(preview)
    assert paid_by(statement, "A") == [("credit", 100, 100), ("commit", 150, 150)]
    assert paid_by(statement, "B") == [("commit", 300, 300)]
    assert statement.total == 0
    assert left(preview)["commit"] == 50


def test_vector_15_segments_do_not_lend_to_each_other() -> None:
    story = book().sells("Calls", price=1).contract()
    story.commit(
        "c", segment(100, "2025-01-01", "2025-01-15", id="A"), segment(100, "2025-01-15", "2025-02-15", id="B")
    )
    preview = story.uses("Calls", 40, on="2025-01-05").uses("Calls", 130, on="2025-01-20").preview("2025-02-01")
    statement = only(preview)
    assert statement.total == 30
    assert entries(preview, "c") == [
        ("PREPAID_COMMIT_SEGMENT_START", "2025-01-01", 100),
        ("PREPAID_COMMIT_SEGMENT_START", "2025-01-15", 100),
        ("PREPAID_COMMIT_AUTOMATED_INVOICE_DEDUCTION", "2025-01-15", -40),
        ("PREPAID_COMMIT_EXPIRATION", "2025-01-15", -60),
        ("PREPAID_COMMIT_AUTOMATED_INVOICE_DEDUCTION", "2025-02-01", -100),
    ]


def test_vector_16_commit_specific_multiplier() -> None:
    story = book().sells("Calls", price=10).contract().commit("c", segment(4_000, *YEAR))
    story.multiplier("0.8", "Calls", is_commit_specific=True)
    statement = only(story.uses("Calls", 700).preview())
    assert paid_by(statement, "Calls") == [("c", 500, 4_000), (None, 200, 2_000)]
    assert [line.unit_price for line in statement.lines] == [8, None, 10]
    assert statement.total == 2_000


def test_vector_17_commit_rate() -> None:
    story = book().sells("Calls").rate("Calls", 10, commit_rate={"rate_type": "FLAT", "price": 6}).contract()
    story.commit("c", segment(1_200, *YEAR), rate_type="COMMIT_RATE")
    statement = only(story.uses("Calls", 300).preview())
    assert paid_by(statement, "Calls") == [("c", 200, 1_200), (None, 100, 1_000)]
    assert statement.total == 1_000


def test_vector_18_negative_lines_never_refill() -> None:
    story = book().sells("Calls", price=1).sells("Refunds", price=1).contract()
    story.credit("credit", segment(700, *YEAR))
    preview = story.uses("Calls", 900).uses("Refunds", -500).preview()
    assert drawn(only(preview)) == {"credit": 700}
    assert only(preview).total == -300
    assert left(preview) == {"credit": 0}


def test_vector_19_postpaid_true_up() -> None:
    story = book().sells("Calls", price=1).contract(end="2025-02-01")
    story.postpaid("p", segment(500_000, "2025-01-01", "2025-02-01"))
    preview = story.uses("Calls", 412_300).preview("2025-02-03")
    assert only(preview).total == 412_300
    (invoice,) = scheduled(preview)
    assert invoice.total == 87_700
    assert invoice.lines[0].postpaid_commit_id == "p"
    assert entries(preview, "p") == [
        ("POSTPAID_COMMIT_INITIAL_BALANCE", "2025-01-01", 500_000),
        ("POSTPAID_COMMIT_AUTOMATED_INVOICE_DEDUCTION", "2025-02-01", -412_300),
        ("POSTPAID_COMMIT_TRUEUP", "2025-02-01", -87_700),
    ]
