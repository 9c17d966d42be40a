"""The conformance vectors of the domain reference (README, §10) from the 19th on: terms that make others, scopes."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.books import (
    book,
    drawn,
    entries,
    left,
    line_of,
    only,
    paid_by,
    scheduled,
    segment,
    usage,
    windows,
)

YEAR = ("2025-01-01", "2026-01-01")


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
    least: dict[str, Any] = {} if minimum is None else {"minimum_config": {"minimum": minimum}}
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
