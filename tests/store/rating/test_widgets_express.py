"""The provisioning guide's running example, worked through in README, §7."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest

from store.rating.statement import Preview
from tests.books import BookStory, amounts, book, entries, left, line_of, only, paid_by, scheduled, usage, windows

COMMIT = {
    "id": "commit",
    "type": "prepaid",
    "name": "Contract Prepaid Commit",
    "product_id": "fixed",
    "access_schedule": {
        "schedule_items": [
            {
                "amount": 1_000_000,
                "starting_at": "2024-11-01T00:00:00.000Z",
                "ending_before": "2025-11-01T00:00:00.000Z",
            }
        ]
    },
    "invoice_schedule": {
        "schedule_items": [{"unit_price": 1_000_000, "quantity": 1, "timestamp": "2024-11-01T00:00:00.000Z"}]
    },
    "applicable_product_tags": ["cloud"],
    "description": "Usage Commit",
}
PLATFORM = {
    "product_id": "fixed",
    "name": "Platform Charge",
    "schedule": {
        "recurring_schedule": {
            "starting_at": "2024-11-01T00:00:00.000Z",
            "ending_before": "2025-11-01T00:00:00.000Z",
            "frequency": "quarterly",
            "unit_price": 100_000,
            "quantity": 1,
            "amount_distribution": "each",
        }
    },
}


def discount(start: str = "2024-11-01", **more: Any) -> dict[str, Any]:
    """The amendment's 5 % off everything tagged `cloud`."""
    return {
        "overrides": [
            {
                "starting_at": f"{start}T00:00:00.000Z",
                "entitled": True,
                "type": "multiplier",
                "multiplier": Decimal("0.95"),
                "applicable_product_tags": ["cloud"],
            }
        ],
        **more,
    }


def widgets_express(*, amended: str | None = "2024-11-01", **amendment: Any) -> BookStory:
    """The contract of the guide, with its amendment."""
    story = book().sells("Cloud Compute", price=200, tags=["cloud"]).sells("Support Tickets", price=500)
    story.payload["rate_cards"][0]["aliases"] = [{"name": "base_usage_products"}]
    story.customer("WidgetsExpress", ingest_aliases=["team@widgetsexpress.com"])
    story.contract(
        "C",
        start="2024-11-01",
        usage_statement_schedule={"frequency": "monthly", "day": "contract_start"},
        commits=[COMMIT],
        scheduled_charges=[PLATFORM],
    )
    contract = story.payload["contracts"][0]
    contract["rate_card_alias"] = "base_usage_products"
    del contract["rate_card_id"]
    return story if amended is None else story.amended(amended, **discount(amended, **amendment))


def scenario_a(story: BookStory) -> BookStory:
    """Cloud hours and tickets of November to February, named by the e-mail address."""
    for month, hours, tickets in (
        ("2024-11", 1_200, 40),
        ("2024-12", 2_500, 0),
        ("2025-01", 2_000, 0),
        ("2025-02", 900, 0),
    ):
        story.uses("Cloud Compute", hours, on=f"{month}-10", who="team@widgetsexpress.com")
        if tickets:
            story.uses("Support Tickets", tickets, on=f"{month}-11", who="team@widgetsexpress.com")
    return story


def test_scheduled_invoices_group_by_date() -> None:
    found = scheduled(widgets_express().preview("2024-12-15"))
    assert [(s.issued_at.strftime("%Y-%m-%d"), s.total) for s in found] == [
        ("2024-11-01", 1_100_000),
        ("2025-02-01", 100_000),
        ("2025-05-01", 100_000),
        ("2025-08-01", 100_000),
    ]
    assert [(line.type, line.name, line.total) for line in found[0].lines] == [
        ("commit_purchase", "Contract Prepaid Commit", 1_000_000),
        ("scheduled", "Platform Charge", 100_000),
    ]
    assert [s.status for s in found] == ["FINALIZED", "DRAFT", "DRAFT", "DRAFT"]


def test_statements_leave_draft_after_a_day_of_grace() -> None:
    before, after = (usage(widgets_express().preview(at)) for at in ("2024-12-01T23:00:00Z", "2024-12-02"))
    assert before[0].status == "DRAFT"
    assert after[0].status == "FINALIZED"
    assert after[0].issued_at.isoformat() == "2024-12-02T00:00:00+00:00"


def test_scenario_a_the_commit_is_exhausted_in_january() -> None:
    preview = scenario_a(widgets_express()).preview("2025-03-01")
    assert [s.total for s in usage(preview)] == [20_000, 0, 83_000, 171_000]
    january = usage(preview)[2]
    assert [(line.name, str(line.quantity)[:18], line.total) for line in january.lines] == [
        ("Cloud Compute", "1563.1578947368421", 297_000),
        ("Contract Prepaid Commit applied", "None", -297_000),
        ("Cloud Compute", "436.84210526315789", 83_000),
        ("Support Tickets", "0", 0),
    ]
    assert january.lines[0].quantity and january.lines[2].quantity
    assert january.lines[0].quantity + january.lines[2].quantity == 2_000
    assert entries(preview, "commit") == [
        ("PREPAID_COMMIT_SEGMENT_START", "2024-11-01", 1_000_000),
        ("PREPAID_COMMIT_AUTOMATED_INVOICE_DEDUCTION", "2024-12-01", -228_000),
        ("PREPAID_COMMIT_AUTOMATED_INVOICE_DEDUCTION", "2025-01-01", -475_000),
        ("PREPAID_COMMIT_AUTOMATED_INVOICE_DEDUCTION", "2025-02-01", -297_000),
    ]
    assert left(preview) == {"commit": 0}


def test_scenario_b_what_is_not_used_expires() -> None:
    story = widgets_express()
    months = [f"2024-{m}" for m in (11, 12)] + [f"2025-{m:02}" for m in range(1, 11)]
    for month in months:
        story.uses("Cloud Compute", 305, on=f"{month}-15")
    preview = story.preview("2025-11-05")
    assert [s.total for s in usage(preview)][:12] == [0] * 12
    assert entries(preview, "commit")[-1] == ("PREPAID_COMMIT_EXPIRATION", "2025-11-01", -304_600)
    assert left(preview) == {"commit": 0}
    assert sum(s.total for s in scheduled(preview)) == 1_400_000


def test_variation_the_amendment_starts_mid_month() -> None:
    story = widgets_express(amended="2024-11-16")
    story.uses("Cloud Compute", 600, on="2024-11-15").uses("Cloud Compute", 600, on="2024-11-16")
    november = only(story.preview("2024-12-01"))
    assert windows(november, "Cloud Compute") == [
        ("2024-11-01", "2024-11-16", 120_000),
        ("2024-11-16", "2024-12-01", 114_000),
    ]


def test_variation_an_amendment_dates_its_overrides() -> None:
    story = widgets_express(amended=None).amended("2024-11-16", **discount("2024-11-01"))
    story.uses("Cloud Compute", 600, on="2024-11-15").uses("Cloud Compute", 600, on="2024-11-16")
    assert amounts(only(story.preview("2024-12-01")), "Cloud Compute") == [120_000, 114_000]


@pytest.mark.parametrize(("recorded", "november"), [("2024-12-01T12", 228_000), ("2024-12-02T12", 240_000)])
def test_variation_an_amendment_recorded_after_the_statement_closed(recorded: str, november: int) -> None:
    story = scenario_a(widgets_express(recorded_at=f"{recorded}:00:00Z"))
    first, second, *_ = usage(story.preview("2025-03-01"))
    assert amounts(first, "Cloud Compute") == [november]
    assert amounts(second, "Cloud Compute") == [475_000]


def test_the_same_usage_arrives_before_its_alias() -> None:
    story = scenario_a(widgets_express())
    story.payload["customers"][0]["ingest_aliases"] = []
    lost = story.preview("2025-03-01")
    assert [s.total for s in usage(lost)] == [0, 0, 0, 0]
    assert [(u.reason, u.events) for u in lost.unmatched] == [("unknown_customer", 5)]
    story.payload["customers"][0]["ingest_aliases"] = ["team@widgetsexpress.com"]
    assert usage(story.preview("2025-03-01"))[0].total == 20_000


def regions(*, eu_ends: str | None) -> Preview:
    """README, §7.5: calls of three regions on three contracts; in 2025 the US contract takes the EU's calls too."""
    story = book().sells("Calls", kind="COUNT", pricing=(), groups=("region",))
    cards = story.payload["rate_cards"]
    for region, price in (("US", 9), ("EU", 12), ("APAC", 20)):
        rate = {"product_id": "Calls", "starting_at": "2020-01-01T00:00:00Z", "entitled": True, "rate_type": "FLAT"}
        cards.append({"id": region, "name": region, "rates": [{**rate, "price": price}]})
        ends = eu_ends if region == "EU" else None
        given = {"group_key": "region", "group_values": [region]}
        story.contract(region, start="2024-10-01", end=ends, usage_filter=given)
        story.payload["contracts"][-1]["rate_card_id"] = region
        if region == "US":
            story.refiltered("2025-01-01", "region", "US", "EU")
    for month, calls in (("2024-12", (10, 4, 2)), ("2025-01", (11, 5, 2))):
        for region, n in zip(("US", "EU", "APAC"), calls, strict=True):
            for k in range(n):
                story.uses("Calls", on=f"{month}-{k + 1:02}", region=region)
    story.uses("Calls", on="2025-01-09").uses("Calls", on="2025-01-09", region="MOON")
    return story.preview("2025-02-01")


def month(preview: Preview, contract: str, start: str) -> Decimal:
    """The total of a contract's statement that starts then."""
    (found,) = [s.total for s in usage(preview, contract) if s.start and s.start.isoformat().startswith(start)]
    return found


def test_filter_switch_with_the_eu_contract_ended() -> None:
    preview = regions(eu_ends="2025-01-01")
    assert (month(preview, "US", "2024-12"), month(preview, "EU", "2024-12")) == (90, 48)
    assert month(preview, "US", "2025-01") == 16 * 9
    assert month(preview, "APAC", "2025-01") == 40
    assert not [w for w in preview.warnings if w.code == "overlapping_usage"]
    lost = {(u.reason, u.events) for u in preview.unmatched}
    assert ("no_contract", 1) in lost
    assert len(lost) == 2


def test_filter_switch_with_the_eu_contract_left_running_bills_twice_and_warns() -> None:
    preview = regions(eu_ends=None)
    assert (month(preview, "US", "2025-01"), month(preview, "EU", "2025-01")) == (144, 60)
    (warning,) = [w for w in preview.warnings if w.code == "overlapping_usage"]
    assert "EU" in warning.message
    assert "2025-01-01" in warning.message


def test_the_explanation_of_a_line_tells_its_whole_story() -> None:
    preview = scenario_a(widgets_express()).preview("2025-03-01")
    told = dict(line_of_first(preview))
    assert "1 event " in told["metric"]
    assert "list rate $2.00" in told["rate"]
    assert "multiplier 0.95" in told["override"]
    assert "of the $2,970.00 left" in told["balance"]


def line_of_first(preview: Preview) -> Sequence[tuple[str, str]]:
    """The explanation of January's covered line."""
    return usage(preview)[2].lines[0].explanation


def test_support_never_draws_the_commit() -> None:
    november = usage(scenario_a(widgets_express()).preview("2025-03-01"))[0]
    assert paid_by(november, "Support Tickets") == [(None, 40, 20_000)]
    assert line_of(november, "Support Tickets").unit_price == 500
