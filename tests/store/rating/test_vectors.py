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


@pytest.mark.parametrize(("used", "moved"), [(30_000, 32_000), (68_000, 12_000)])
def test_vector_20_rollover(used: int, moved: int) -> None:
    story = book().sells("Calls", price=1).contract("old", start="2024-01-01", end="2025-01-01")
    story.commit("c", segment(80_000, "2024-01-01", "2025-01-01"), rollover_fraction=Decimal("0.4"))
    story.uses("Calls", used, on="2024-06-01")
    story.contract("new", start="2025-01-01", transition={"type": "RENEWAL", "from_contract_id": "old"})
    preview = story.preview("2025-02-01")
    (rolled,) = [b for b in preview.balances if b.contract_id == "new"]
    assert rolled.balance == moved
    kept = entries(preview, "c")
    assert ("PREPAID_COMMIT_ROLLOVER", "2025-01-01", -moved) in kept
    assert sum(amount for _, _, amount in kept) == 0


def test_vector_21_recurring_credit_prorated_in_its_first_month() -> None:
    story = book().sells("Calls", price=1).contract(start="2025-03-22", recurring_credits=[
        {
            "id": "r",
            "product_id": "fixed",
            "priority": 1,
            "starting_at": "2025-03-22T00:00:00Z",
            "commit_duration": {"value": 1},
            "access_amount": {"unit_price": 31_000, "quantity": 1},
        }
    ])  # fmt: skip
    preview = story.preview("2025-04-10")
    assert [(b.original, b.balance) for b in preview.balances] == [(10_000, 0), (31_000, 31_000)]


@pytest.mark.parametrize(
    ("distribution", "parts"),
    [
        ("EACH", ["100000", "100000", "100000"]),
        (
            "DIVIDED",
            ["33333.33333333333333333333333", "33333.33333333333333333333333", "33333.33333333333333333333334"],
        ),
        ("DIVIDED_ROUNDED", ["33333", "33333", "33334"]),
    ],
)
def test_vector_22_charge_distribution(distribution: str, parts: list[str]) -> None:
    story = (
        book()
        .contract(end="2025-04-01")
        .charge(
            "Fee",
            recurring_schedule={
                "starting_at": "2025-01-01T00:00:00Z",
                "ending_before": "2025-04-01T00:00:00Z",
                "frequency": "MONTHLY",
                "amount_distribution": distribution,
                "amount": 100_000,
            },
        )
    )
    found = [s.total for s in scheduled(story.preview("2025-01-02"))]
    assert found == [Decimal(p) for p in parts]
    if distribution != "EACH":
        assert sum(found) == 100_000


def test_vector_23_quarterly_from_the_31st() -> None:
    story = (
        book()
        .contract(start="2025-01-31", end="2026-01-31")
        .charge(
            "Fee",
            recurring_schedule={
                "starting_at": "2025-01-31T00:00:00Z",
                "ending_before": "2026-01-31T00:00:00Z",
                "frequency": "QUARTERLY",
                "amount_distribution": "EACH",
                "amount": 5,
            },
        )
    )
    dates = [s.issued_at.strftime("%m-%d") for s in scheduled(story.preview("2025-02-01"))]
    assert dates == ["01-31", "04-30", "07-31", "10-31"]


def test_vector_27_disabled_from_the_10th() -> None:
    story = book().sells("Calls", price=2).contract()
    story.override(start="2025-01-10", entitled=False, product_id="Calls")
    preview = story.uses("Calls", 50, on="2025-01-05").uses("Calls", 80, on="2025-01-15").preview()
    assert only(preview).total == 100
    assert windows(only(preview), "Calls") == [("2025-01-01", "2025-01-10", 100)]
    assert [(u.reason, u.events) for u in preview.unmatched] == [("not_entitled", 1)]


def test_vector_28_customer_credit_scoped_to_another_contract() -> None:
    story = book().sells("Calls", price=1, groups=("region",))
    credit = story.balance("CREDIT", "k", segment(1_000, *YEAR), priority=1, applicable_contract_ids=["X"])
    story.customer(credits=[credit]).contract("X", usage_filter={"group_key": "region", "group_values": ["x"]})
    preview = story.contract("Y").uses("Calls", 400, region="y").preview()
    (statement,) = usage(preview, "Y")
    assert statement.total == 400
    assert left(preview) == {"k": 1_000}


def test_vector_29_commit_with_group_specifier() -> None:
    story = book().sells("Calls", pricing=("region",)).contract()
    for region in ("eu", "us"):
        story.rate("Calls", 1, pricing_group_values={"region": region}).uses("Calls", 300, region=region)
    story.commit("c", segment(500, *YEAR), specifiers=[{"pricing_group_values": {"region": "eu"}}])
    preview = story.preview()
    assert paid_by(only(preview), "Calls") == [("c", 300, 300), (None, 300, 300)]
    assert only(preview).total == 300
    assert left(preview) == {"c": 200}


def seats(**more: object) -> dict[str, object]:
    """Six seats a month, in advance."""
    return {
        "id": "seats",
        "subscription_rate": {"product_id": "Seat", "billing_frequency": "MONTHLY"},
        "collection_schedule": "ADVANCE",
        "proration": {"is_prorated": True, "invoice_behavior": "BILL_IMMEDIATELY"},
        "initial_quantity": 6,
        **more,
    }


def test_vector_24_seats_in_advance_with_an_increase() -> None:
    story = book().contract(start="2025-04-01", subscriptions=[seats()])
    story.payload["products"].append({"id": "Seat", "name": "Seat", "type": "SUBSCRIPTION"})
    story.rate("Seat", 1_500, billing_frequency="MONTHLY")
    change = {"starting_at": "2025-04-16T00:00:00Z", "quantity_delta": 2}
    story.edited(update_subscriptions=[{"subscription_id": "seats", "quantity_updates": [change]}])
    preview = story.preview("2025-04-20")
    assert [(s.issued_at.day, s.total) for s in scheduled(preview)][:2] == [(1, 9_000), (16, 1_500)]


@pytest.mark.parametrize(("minimum", "total"), [(None, 800), (1_000, 1_000)])
def test_vector_25_composite(minimum: int | None, total: int) -> None:
    story = book().sells("Storage", price=1).sells("Compute", price=1)
    story.payload["products"].append(
        {"id": "Support", "name": "Support", "type": "COMPOSITE", "composite_product_ids": ["Storage", "Compute"]}
    )
    least = {} if minimum is None else {"minimum_config": {"minimum": minimum}}
    story.rate("Support", "0.08", rate_type="PERCENTAGE", **least)
    story.contract().uses("Storage", 3_000).uses("Compute", 7_000)
    line = line_of(only(story.preview()), "Support")
    assert (line.quantity, line.unit_price, line.total) == (10_000, Decimal("0.08"), total)


def test_vector_26_custom_units() -> None:
    story = book().sells("Calls").rate("Calls", 4, credit_type_id="tokens")
    story.payload["rate_cards"][0]["credit_type_conversions"] = [
        {"custom_credit_type_id": "tokens", "fiat_per_custom_credit": 25}
    ]
    story.contract().commit("c", segment(600, *YEAR))
    story.payload["contracts"][0]["commits"][0]["access_schedule"]["credit_type_id"] = "tokens"
    statement = only(story.uses("Calls", 250).preview())
    assert drawn(statement) == {"c": 600}
    conversion = statement.lines[-1]
    assert (conversion.type, conversion.quantity, conversion.unit_price, conversion.total) == (
        "cpu_conversion", 400, 25, 10_000,
    )  # fmt: skip
    assert statement.total == 10_000
