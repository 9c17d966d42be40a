"""Terms that make others as time goes on: recurring balances, subscriptions, renewals (README, §4.11, §4.13, §4.14)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.books import BookStory, at, book, drawn, entries, left, line_of, paid_by, scheduled, segment, tiers, usage


def recurring(**more: Any) -> dict[str, Any]:
    """3,000 a month."""
    return {
        "id": "r",
        "name": "Monthly",
        "product_id": "fixed",
        "priority": 1,
        "starting_at": at("2025-01-01"),
        "commit_duration": {"value": 1},
        "access_amount": {"unit_price": 3_000, "quantity": 1},
        **more,
    }


def with_credit(start: str = "2025-01-01", end: str | None = None, **more: Any) -> BookStory:
    """A contract with a recurring credit."""
    return book().sells("Calls", price=1).contract(start=start, end=end, recurring_credits=[recurring(**more)])


def test_each_period_has_a_balance_of_its_own_that_expires_with_it() -> None:
    story = with_credit().uses("Calls", 1_000, on="2025-01-10").uses("Calls", 4_000, on="2025-02-10")
    preview = story.preview("2025-03-05")
    assert [s.total for s in usage(preview)] == [0, 1_000, 0]
    assert [b.balance for b in preview.balances] == [0, 0, 3_000]
    assert entries(preview, "r/2025-01-01T00:00:00Z") == [
        ("CREDIT_SEGMENT_START", "2025-01-01", 3_000),
        ("CREDIT_AUTOMATED_INVOICE_DEDUCTION", "2025-02-01", -1_000),
        ("CREDIT_EXPIRATION", "2025-02-01", -2_000),
    ]


def test_a_longer_duration_carries_over() -> None:
    story = with_credit(commit_duration={"value": 2}).uses("Calls", 5_000, on="2025-02-10")
    assert usage(story.preview("2025-02-20"))[1].total == 0


@pytest.mark.parametrize(
    ("proration", "amounts"),
    [("NONE", [3_000, 3_000]), ("FIRST", [1_500, 3_000]), ("LAST", [3_000, 1_500]), ("FIRST_AND_LAST", [1_500, 1_500])],
)
def test_partial_periods_are_prorated_as_asked(proration: str, amounts: list[int]) -> None:
    story = with_credit("2025-04-16", "2025-06-16", proration=proration, starting_at=at("2025-04-16"))
    story.payload["contracts"][0]["ending_before"] = at("2025-06-16")
    found = [b.original for b in story.preview("2025-06-20").balances]
    assert [found[0], found[-1]] == amounts
    assert found[1] == 3_000


def test_a_prorated_amount_is_rounded_as_asked() -> None:
    rounding = {"access": {"rounding_method": "FLOOR", "decimal_places": -2}}
    story = with_credit("2025-01-11", starting_at=at("2025-01-11"), proration_rounding=rounding)
    assert [b.original for b in story.preview("2025-01-20").balances] == [2_000]  # 3,000 × 21/31 = 2,032.25…


def test_its_own_recurrence_starts_with_a_full_period() -> None:
    story = with_credit("2025-01-10", recurrence_frequency="WEEKLY", starting_at=at("2025-01-15"))
    preview = story.preview("2025-01-23")
    assert [(b.starting_at.day, b.original) for b in preview.balances] == [(15, 3_000), (22, 3_000)]


def test_a_recurring_commit_is_invoiced_when_it_is_created() -> None:
    story = book().contract(end="2025-04-01", recurring_commits=[
        recurring(invoice_amount={"unit_price": 2_500, "quantity": 1})
    ])  # fmt: skip
    found = scheduled(story.preview("2025-01-10"))
    assert [(s.issued_at.month, s.total, s.lines[0].type) for s in found] == [
        (1, 2_500, "commit_purchase"),
        (2, 2_500, "commit_purchase"),
        (3, 2_500, "commit_purchase"),
    ]
    assert [b.id for b in story.preview("2025-01-10").balances] == ["r/2025-01-01T00:00:00Z"]


def subscription(**more: Any) -> dict[str, Any]:
    """Ten seats a month, in advance."""
    return {
        "id": "seats",
        "subscription_rate": {"product_id": "Seat", "billing_frequency": "MONTHLY"},
        "collection_schedule": "ADVANCE",
        "proration": {"is_prorated": True},
        "initial_quantity": 10,
        **more,
    }


def seats(*changes: dict[str, Any], start: str = "2025-01-01", end: str | None = None, **more: Any) -> BookStory:
    """A contract with a subscription at 300 a seat, its quantity changed later."""
    story = book().contract(start=start, end=end, subscriptions=[subscription(**more)])
    story.payload["products"].append({"id": "Seat", "name": "Seat", "type": "SUBSCRIPTION"})
    story.rate("Seat", 300, billing_frequency="MONTHLY")
    if changes:
        story.edited(update_subscriptions=[{"subscription_id": "seats", "quantity_updates": list(changes)}])
    return story


def test_the_first_charge_in_advance_is_invoiced_at_the_start_and_later_ones_with_usage() -> None:
    preview = seats().preview("2025-03-10")
    assert [(s.issued_at.month, s.issued_at.day, s.total) for s in scheduled(preview)] == [(1, 1, 3_000)]
    first, second, third = usage(preview)
    assert [first.total, second.total, third.total] == [3_000, 3_000, 3_000]
    line = line_of(first, "Seat")
    assert (line.type, line.subscription_id, line.quantity, line.unit_price) == ("subscription", "seats", 10, 300)
    assert line.starting_at and line.starting_at.month == 2


def test_arrears_are_charged_by_the_statement_that_ends_the_period() -> None:
    preview = seats(collection_schedule="ARREARS", end="2025-02-15").preview("2025-03-10")
    assert scheduled(preview) == []
    assert [s.total for s in usage(preview)] == [3_000, 1_500]
    assert [line_of(s, "Seat").is_prorated for s in usage(preview)] == [False, True]


def test_an_increase_is_billed_on_the_next_collection_date_and_a_decrease_never_refunded() -> None:
    more = {"starting_at": at("2025-04-16"), "quantity_delta": 2}
    less = {"starting_at": at("2025-04-20"), "quantity": 5}
    preview = seats(more, less, start="2025-04-01").preview("2025-05-02")
    april = usage(preview)[0]
    assert sorted(line.total for line in april.lines) == [300, 1_500]  # 2 × 300 × 15/30, and 5 seats for May


def test_a_prorated_unit_price_is_rounded_as_asked() -> None:
    rounding = {"rounding_method": "HALF_UP", "decimal_places": 0}
    preview = seats(start="2025-01-11", proration={"is_prorated": True, "rounding": rounding}).preview("2025-01-20")
    assert scheduled(preview)[0].lines[0].unit_price == 203  # 300 × 21/31 = 203.22…
    assert scheduled(preview)[0].total == 2_030


def test_its_price_is_that_of_the_period_s_start() -> None:
    story = seats()
    story.rate("Seat", 400, start="2025-01-15", billing_frequency="MONTHLY")
    preview = story.preview("2025-02-10")
    assert [scheduled(preview)[0].total, *(s.total for s in usage(preview))] == [3_000, 4_000, 4_000]


def test_an_override_of_a_subscription_names_product_and_frequency() -> None:
    story = seats()
    target = {"product_id": "Seat", "billing_frequency": "MONTHLY"}
    story.override(type="MULTIPLIER", multiplier=Decimal("0.5"), override_specifiers=[target])
    assert scheduled(story.preview("2025-01-10"))[0].total == 1_500


def test_balances_pay_subscriptions_even_on_invoices_of_their_own() -> None:
    story = seats().credit("gift", segment(4_000, "2025-01-01", "2026-01-01"))
    preview = story.preview("2025-02-01")
    assert scheduled(preview)[0].total == 0
    assert drawn(scheduled(preview)[0]) == {"gift": 3_000}
    assert usage(preview)[0].total == 2_000
    assert left(preview) == {"gift": 0}


def test_a_recurring_credit_follows_its_subscription_s_seats() -> None:
    more = {"starting_at": at("2025-04-16"), "quantity_delta": 2}
    link = {"subscription_id": "seats", "allocation": "POOLED", "apply_seat_increase_config": {"is_prorated": True}}
    story = seats(more, start="2025-04-01")
    story.payload["contracts"][0]["recurring_credits"] = [
        recurring(
            starting_at=at("2025-04-01"),
            access_amount={"unit_price": 30},
            subscription_config=link,
            applicable_product_tags=["none"],
        )
    ]
    preview = story.preview("2025-05-02")
    assert entries(preview, "r/2025-04-01T00:00:00Z")[:2] == [
        ("CREDIT_SEGMENT_START", "2025-04-01", 300),
        ("CREDIT_SEAT_BASED_ADJUSTMENT", "2025-04-16", 30),
    ]
    assert left(preview)["r/2025-05-01T00:00:00Z"] == 360


def test_tiered_percentages_graduate_over_the_base() -> None:
    story = book().sells("Calls", price=1)
    story.payload["products"].append(
        {"id": "Share", "name": "Share", "type": "COMPOSITE", "composite_product_ids": ["Calls"]}
    )
    story.rate("Share", tiers((1_000, "0.10"), (None, "0.05")), rate_type="TIERED_PERCENTAGE").contract()
    story.credit("gift", segment(3_000, "2025-01-01", "2026-01-01"), applicable_product_ids=["Calls"])
    (statement,) = usage(story.uses("Calls", 3_000).preview())
    assert paid_by(statement, "Share") == [(None, 1_000, 100), (None, 2_000, 100)]
    assert statement.total == 200


def test_a_composite_of_the_whole_customer_is_billed_on_the_contract_that_prices_it() -> None:
    story = book().sells("Calls", price=1, groups=("region",))
    story.payload["products"].append(
        {
            "id": "Share",
            "name": "Share",
            "type": "COMPOSITE",
            "composite_product_ids": ["Calls"],
            "composite_scope": "CUSTOMER",
        }
    )
    for region in ("eu", "us"):
        story.contract(region, usage_filter={"group_key": "region", "group_values": [region]})
        story.uses("Calls", 1_000, region=region)
    share = {"product_id": "Share", "starting_at": at("2020-01-01"), "entitled": True}
    priced = {**share, "rate_type": "PERCENTAGE", "price": Decimal("0.1")}
    card = {"id": "with", "name": "With", "rates": [*story.payload["rate_cards"][0]["rates"], priced]}
    story.payload["rate_cards"].append(card)
    story.payload["contracts"][0]["rate_card_id"] = "with"
    assert {s.contract_id: s.total for s in usage(story.preview())} == {"eu": 1_200, "us": 1_000}


def test_what_is_used_before_the_renewal_does_not_roll_over() -> None:
    story = book().sells("Calls", price=1).contract("old", start="2024-01-01", end="2025-01-01")
    story.commit("c", segment(100, "2024-01-01", "2025-01-01"), rollover_fraction=1)
    story.uses("Calls", 30, on="2024-12-31")
    story.contract("new", start="2025-01-01", transition={"type": "RENEWAL", "from_contract_id": "old"})
    preview = story.uses("Calls", 50, on="2025-01-02").preview("2025-02-01")
    assert left(preview) == {"c": 0, "c/rollover": 20}
    assert drawn(usage(preview, "new")[0]) == {"c/rollover": 50}


def test_an_early_renewal_ends_the_old_contract_and_its_charges() -> None:
    story = book().contract("old", start="2025-01-01", end="2026-01-01")
    every = {"starting_at": at("2025-01-01"), "ending_before": at("2026-01-01"), "frequency": "QUARTERLY"}
    story.charge("Fee", recurring_schedule={**every, "amount_distribution": "EACH", "amount": 100})
    story.contract("new", start="2025-05-15", transition={"type": "RENEWAL", "from_contract_id": "old"})
    preview = story.preview("2025-06-01")
    assert [s.issued_at.month for s in scheduled(preview)] == [1, 4]
    assert usage(preview, "old")[-1].end == usage(preview, "new")[0].start


def test_arrears_that_fall_due_within_a_statement_s_period_wait_for_its_end() -> None:
    preview = seats(collection_schedule="ARREARS", ending_before=at("2025-02-15")).preview("2025-03-10")
    assert scheduled(preview) == []
    assert [s.total for s in usage(preview)] == [3_000, 1_500, 0]


def test_of_recurring_balances_only_those_active_at_the_renewal_roll_over() -> None:
    story = with_credit(end="2025-03-15", rollover_fraction=1, proration="NONE").uses("Calls", 500, on="2025-03-10")
    story.contract("new", start="2025-03-15", transition={"type": "RENEWAL", "from_contract_id": "contract"})
    preview = story.preview("2025-04-01")
    rolled = [b for b in preview.balances if b.contract_id == "new"]
    assert [b.original for b in rolled] == [2_500]
    assert entries(preview, "r/2025-03-01T00:00:00Z")[-1] == ("CREDIT_ROLLOVER", "2025-03-15", -2_500)


def test_an_edit_of_a_recurring_term_reaches_only_what_it_creates_later() -> None:
    story = with_credit()
    update = {"recurring_credit_id": "r", "access_amount": {"unit_price": 5_000}}
    story.edited(update_recurring_credits=[update], recorded_at=at("2025-02-10"))
    assert [b.original for b in story.preview("2025-03-05").balances] == [3_000, 3_000, 5_000]


def test_a_final_invoice_of_a_subscription_stays_as_it_was() -> None:
    story = seats(start="2025-01-01")
    update = {"starting_at": at("2025-01-01"), "quantity": 20}
    change = {"subscription_id": "seats", "quantity_updates": [update]}
    story.edited(update_subscriptions=[change], recorded_at=at("2025-02-15"))
    preview = story.preview("2025-03-10")
    assert [s.total for s in scheduled(preview)] == [3_000]
    assert [s.total for s in usage(preview)] == [3_000, 6_000, 6_000]


def test_a_prorated_charge_is_scaled_for_the_balance_that_pays_it() -> None:
    story = seats(start="2025-04-16").credit("gift", segment(600, "2025-04-16", "2026-01-01"))
    target = {"product_id": "Seat", "billing_frequency": "MONTHLY"}
    story.override(type="MULTIPLIER", multiplier=Decimal("0.5"), is_commit_specific=True, override_specifiers=[target])
    (invoice,) = scheduled(story.preview("2025-04-20"))
    assert paid_by(invoice, "Seat") == [("gift", 8, 600), (None, 2, 300)]  # 10 seats at 150, at 75 from the gift


@pytest.mark.parametrize("seen", ["2025-01-20", "2025-02-20", "2025-03-20"])
def test_a_charge_in_advance_draws_the_balance_that_starts_with_it_whenever_it_is_looked_at(seen: str) -> None:
    story = seats()
    story.payload["contracts"][0]["recurring_credits"] = [recurring()]
    story.credit("large", segment(90_000, "2025-01-01", "2026-01-01"), priority=2)
    january = usage(story.preview(seen))[0]
    assert [line.name for line in january.lines if line.total < 0] == ["Monthly applied"]


@pytest.mark.parametrize(
    ("start", "told"), [("2025-01-10", "22 of 31 days"), ("2025-01-10T12:00:00Z", "516 of 744 hours")]
)
def test_a_part_of_a_period_is_told_in_days_or_hours(start: str, told: str) -> None:
    story = seats(start="2025-01-01", starting_at=start if "T" in start else at(start))
    notes = [dict(n.explanation) for s in story.preview("2025-01-20").statements for n in s.lines]
    assert [n["proration"].split(" of the period")[0] for n in notes if "proration" in n] == [told]
