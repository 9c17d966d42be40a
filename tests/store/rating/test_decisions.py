"""What we decided where the documentation is silent (README, *Decisions*): one test per row that rating decides."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.books import (
    amounts,
    at,
    book,
    drawn,
    left,
    only,
    paid_by,
    scheduled,
    segment,
    tiers,
    usage,
)

YEAR = ("2025-01-01", "2026-01-01")
STEPS = tiers((20, 50), (80, 40), (None, 25))


def test_08_an_unfiltered_contract_takes_all_and_warns() -> None:
    story = book().sells("Calls", price=1, groups=("region",)).contract("all")
    story.contract("eu", usage_filter={"group_key": "region", "group_values": ["eu"]})
    preview = story.uses("Calls", 10, region="eu").uses("Calls", 5, region="us").preview()
    assert [(s.contract_id, s.total) for s in usage(preview)] == [("all", 15), ("eu", 10)]
    assert [w.code for w in preview.warnings] == ["overlapping_usage"]


def test_09_a_filter_change_does_not_reset_the_tier_counter() -> None:
    story = book().sells("Calls", price=STEPS, groups=("region",))
    story.contract(usage_filter={"group_key": "region", "group_values": ["eu"]})
    story.refiltered("2025-01-15", "region", "eu", "us")
    story.uses("Calls", 15, on="2025-01-05", region="eu").uses("Calls", 10, on="2025-01-20", region="us")
    assert amounts(only(story.preview())) == [750, 250, 200]


def test_09_a_filter_change_to_the_same_values_splits_nothing() -> None:
    story = book().sells("Calls", price=1, groups=("region",))
    story.contract(usage_filter={"group_key": "region", "group_values": ["eu", "us"]})
    story.refiltered("2025-01-15", "region", "us", "eu")
    story.uses("Calls", 15, on="2025-01-05", region="eu").uses("Calls", 10, on="2025-01-20", region="us")
    assert amounts(only(story.preview())) == [25]


def test_10_tiers_count_per_pricing_combination() -> None:
    story = book().sells("Calls", pricing=("region",)).contract()
    for region in ("eu", "us"):
        story.rate("Calls", STEPS, pricing_group_values={"region": region}).uses("Calls", 20, region=region)
    assert amounts(only(story.preview())) == [1_000, 1_000]


@pytest.mark.parametrize(("kind", "parts"), [("MAX", [90, 24]), ("UNIQUE", [20, 12])])
def test_12_windows_of_max_and_unique_are_increments(kind: str, parts: list[int]) -> None:
    story = book().sells("Seats", price=10, kind=kind).rate("Seats", 12, start="2025-01-15").contract()
    for day, value in (("03", 4), ("09", 9), ("20", 11), ("21", 4)):
        story.uses("Seats", value, on=f"2025-01-{day}")
    assert amounts(only(story.preview())) == parts


def test_13_a_bucket_is_rounded_once_over_its_windows() -> None:
    rounding = {"rounding_method": "ROUND_UP", "decimal_places": 0}
    story = book().sells("Calls", price=10, quantity_rounding=rounding).rate("Calls", 20, start="2025-01-15").contract()
    story.uses("Calls", "1.2", on="2025-01-05").uses("Calls", "1.2", on="2025-01-20")
    assert amounts(only(story.preview())) == [20, 20]  # 2 then 3 − 2: three units in all, not four


def test_13_corrections_round_away_from_zero() -> None:
    rounding = {"rounding_method": "ROUND_UP", "decimal_places": 0}
    story = book().sells("Calls", price=10, quantity_rounding=rounding).contract().uses("Calls", "-1.2")
    assert only(story.preview()).total == -20


def test_14_priority_is_100_where_none_is_given() -> None:
    story = book().sells("Calls", price=1).contract()
    story.credit("unranked", segment(10, *YEAR)).credit("later", segment(10, *YEAR), priority=101)
    story.credit("first", segment(10, *YEAR), priority=99)
    assert list(drawn(only(story.uses("Calls", 25).preview()))) == ["first", "unranked", "later"]


def test_15_credits_do_not_come_before_commits_by_themselves() -> None:
    story = book().sells("Calls", price=1).contract()
    story.credit("credit", segment(10, *YEAR), priority=2).commit("commit", segment(10, *YEAR), paid=10, priority=1)
    assert list(drawn(only(story.uses("Calls", 15).preview()))) == ["commit", "credit"]


def test_16_a_commit_that_is_not_invoiced_counts_as_paid() -> None:
    story = book().sells("Calls", price=1).contract()
    due = {"do_not_invoice": True, "schedule_items": [{"timestamp": at("2025-01-01"), "amount": 10}]}
    story.commit("recorded", segment(10, *YEAR), invoice_schedule=due).commit("free", segment(10, *YEAR))
    preview = story.uses("Calls", 15).preview()
    assert list(drawn(only(preview))) == ["free", "recorded"]
    assert scheduled(preview) == []


def test_17_fewer_applicable_products_first_and_no_product_counts_as_all() -> None:
    story = book().sells("A", price=1, tags=["x"]).sells("B", price=1, tags=["x"]).contract()
    story.credit("all", segment(10, *YEAR))
    story.credit("two", segment(10, *YEAR), applicable_product_tags=["x"])
    story.credit("one", segment(10, *YEAR), applicable_product_ids=["A"])
    assert list(drawn(only(story.uses("A", 25).preview()))) == ["one", "two", "all"]


def test_18_postpaid_commits_are_ordered_by_reach_too() -> None:
    story = book().sells("A", price=1).contract()
    story.postpaid("all", segment(10, *YEAR)).postpaid("one", segment(10, *YEAR), applicable_product_ids=["A"])
    assert list(drawn(only(story.uses("A", 15).preview()))) == ["one", "all"]


def test_19_a_list_priced_balance_pays_the_dearer_tier_first() -> None:
    story = book().sells("Calls", price=tiers((10, 1), (None, 5))).contract().credit("c", segment(50, *YEAR))
    statement = only(story.uses("Calls", 20).preview())
    assert paid_by(statement, "Calls") == [(None, 10, 10), ("c", 10, 50)]


def test_19_a_differently_priced_balance_pays_the_lowest_positions() -> None:
    story = book().sells("Calls", price=tiers((10, 10), (None, 4))).contract().credit("c", segment(50, *YEAR))
    story.multiplier("0.5", "Calls", is_commit_specific=True)
    statement = only(story.uses("Calls", 20).preview())
    assert paid_by(statement, "Calls") == [("c", 10, 50), (None, 10, 40)]
    assert statement.lines[0].unit_price == 5


def test_20_free_usage_draws_nothing() -> None:
    story = book().sells("Calls", price=0).contract().credit("c", segment(10, *YEAR))
    preview = story.uses("Calls", 10).preview()
    assert paid_by(only(preview), "Calls") == [(None, 10, 0)]
    assert left(preview) == {"c": 10}


def test_20_a_free_list_price_is_still_drawn_at_a_commit_rate() -> None:
    story = book().sells("Calls").rate("Calls", 0, commit_rate={"rate_type": "FLAT", "price": 2}).contract()
    story.commit("c", segment(10, *YEAR), rate_type="COMMIT_RATE")
    statement = only(story.uses("Calls", 8).preview())
    assert paid_by(statement, "Calls") == [("c", 5, 10), (None, 3, 0)]


def test_22_what_rolls_over_lasts_as_long_as_it_did() -> None:
    story = book().sells("Calls", price=1).contract("old", start="2024-01-01", end="2025-01-01")
    story.credit("c", segment(100, "2024-07-01", "2025-01-01"), rollover_fraction=1)
    story.contract("new", start="2025-01-01", transition={"type": "RENEWAL", "from_contract_id": "old"})
    (rolled,) = [b for b in story.preview("2025-02-01").balances if b.contract_id == "new"]
    assert (rolled.ending_before - rolled.starting_at).days == 184


def test_24_values_that_are_no_numbers_are_ignored_with_a_warning() -> None:
    story = book().sells("Calls", price=1).contract().uses("Calls", 5).uses("Calls", "many").uses("Calls", "1.50")
    preview = story.preview()
    assert only(preview).total == Decimal("6.5")
    assert [w.code for w in preview.warnings] == ["non_numeric_value"]


@pytest.mark.parametrize(("second", "total"), [("2025-02-08", 10), ("2025-02-09", 30)])
def test_25_a_transaction_id_is_taken_for_34_days(second: str, total: int) -> None:
    story = book().sells("Calls", price=1).contract()
    story.uses("Calls", 10, on="2025-01-05", id="x").uses("Calls", 20, on=second, id="x")
    assert sum(s.total for s in usage(story.preview("2025-03-01"))) == total


def test_33_a_discount_is_a_negative_line_that_no_balance_touches() -> None:
    items = {"schedule_items": [{"timestamp": at("2025-01-01"), "amount": 100}]}
    story = book().contract(discounts=[{"id": "d", "name": "Welcome", "product_id": "fixed", "schedule": items}])
    story.charge("Fee", schedule_items=[{"timestamp": at("2025-01-01"), "amount": 250}])
    (invoice,) = scheduled(story.credit("c", segment(500, *YEAR)).preview("2025-01-02"))
    assert [(line.name, line.total) for line in invoice.lines] == [("Fee", 250), ("Welcome", -100)]
    assert invoice.total == 150


def test_35_a_balance_in_currency_does_not_pay_converted_units() -> None:
    story = book().sells("Calls").rate("Calls", 4, credit_type_id="tokens")
    story.payload["rate_cards"][0]["credit_type_conversions"] = [
        {"custom_credit_type_id": "tokens", "fiat_per_custom_credit": 25}
    ]
    preview = story.contract().credit("c", segment(5_000, *YEAR)).uses("Calls", 10).preview()
    assert only(preview).total == 1_000
    assert left(preview) == {"c": 5_000}


def test_36_equal_multipliers_go_to_the_last_added_and_amendments_append() -> None:
    story = book().sells("Calls", price=100).contract().overwrite(70, "Calls")
    rate = {"rate_type": "FLAT", "price": 60}
    later = {"type": "OVERWRITE", "overwrite_rate": rate, "product_id": "Calls", "starting_at": at("2025-01-01")}
    story.amended("2025-01-01", overrides=[later])
    assert only(story.uses("Calls", 1).preview()).total == 60


def test_37_entitlement_goes_to_the_last_added_whatever_prices_do() -> None:
    story = book().sells("Calls").rate("Calls", 10, entitled=False).contract()
    story.override(entitled=True, product_id="Calls").multiplier("0.5", "Calls")
    assert only(story.uses("Calls", 2).preview()).total == 10
    story.override(entitled=False, product_id="Calls")
    assert only(story.preview()).lines == ()


def test_39_contract_level_overrides_leave_the_commit_rate_alone() -> None:
    story = book().sells("Calls").rate("Calls", 10, commit_rate={"rate_type": "FLAT", "price": 6}).contract()
    story.commit("c", segment(60, *YEAR), rate_type="COMMIT_RATE").multiplier("0.5", "Calls")
    statement = only(story.uses("Calls", 20).preview())
    assert paid_by(statement, "Calls") == [("c", 10, 60), (None, 10, 50)]


def test_39_a_commit_specific_override_may_target_the_commit_rate() -> None:
    story = book().sells("Calls").rate("Calls", 10, commit_rate={"rate_type": "FLAT", "price": 6}).contract()
    story.commit("c", segment(60, *YEAR), rate_type="COMMIT_RATE")
    story.multiplier("0.5", "Calls", is_commit_specific=True, target="COMMIT_RATE")
    assert paid_by(only(story.uses("Calls", 20).preview()), "Calls") == [("c", 20, 60)]


def test_45_shared_balances_go_to_the_contract_that_began_first() -> None:
    story = book().sells("Calls", price=1, groups=("region",))
    shared = story.balance("CREDIT", "shared", segment(100, *YEAR), priority=1)
    story.customer(credits=[shared])
    for name, start in (("second", "2025-01-10"), ("first", "2025-01-02")):
        story.contract(name, start=start, usage_filter={"group_key": "region", "group_values": [name]})
        story.uses("Calls", 80, on="2025-01-15", region=name)
    preview = story.preview()
    assert [(s.contract_id, s.total) for s in usage(preview)] == [("first", 0), ("second", 60)]


def test_46_charges_outside_the_contract_are_invoiced_and_warned_about() -> None:
    story = book().contract(end="2025-03-01")
    story.charge("Fee", schedule_items=[{"timestamp": at("2025-06-01"), "amount": 5}])
    preview = story.preview("2025-02-01")
    assert [s.total for s in scheduled(preview)] == [5]
    assert "outside_term" in [w.code for w in preview.warnings]


def test_47_usage_that_is_not_entitled_does_not_move_the_tiers() -> None:
    story = book().sells("Calls", price=STEPS).contract()
    story.override(start="2025-01-10", ending_before=at("2025-01-20"), entitled=False, product_id="Calls")
    story.uses("Calls", 15, on="2025-01-05").uses("Calls", 50, on="2025-01-15").uses("Calls", 5, on="2025-01-25")
    assert amounts(only(story.preview())) == [750, 250]
