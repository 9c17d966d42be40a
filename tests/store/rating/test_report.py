"""The JSON and CSV that readers rely on (README, *Formats*)."""

from __future__ import annotations

import csv
import io
import json
from decimal import Decimal
from typing import Any

from store.rating import report
from store.terms import document
from tests.books import BookStory, book, segment, tiers


def mixed() -> BookStory:
    """A tiered product by region that a credit pays in part."""
    story = book().sells("Calls", pricing=("region",))
    story.rate("Calls", tiers((10, 3), (None, 2)), pricing_group_values={"region": "eu"}).contract("C")
    return story.credit("gift", segment(7, "2025-01-01", "2026-01-01", id="s")).uses("Calls", 12, region="eu")


def as_data(story: BookStory) -> Any:
    """The preview as a reader of the JSON gets it, numbers as exact decimals."""
    return json.loads(document.write(report.as_json(story.preview())), parse_float=Decimal, parse_int=Decimal)


def test_the_shape_of_a_statement() -> None:
    (statement,) = as_data(mixed())["statements"]
    assert {k: v for k, v in statement.items() if k not in ("id", "line_items")} == {
        "customer_id": "acme",
        "contract_id": "C",
        "type": "USAGE",
        "status": "DRAFT",
        "start_timestamp": "2025-01-01T00:00:00Z",
        "end_timestamp": "2025-02-01T00:00:00Z",
        "issued_at": "2025-02-02T00:00:00Z",
        "credit_type": {"id": "2714e483-4ff1-48e4-9e25-ac732e8f24f2", "name": "USD (cents)"},
        "total": 27,
    }


def test_the_shape_of_lines() -> None:
    covered, applied, rest, second = as_data(mixed())["statements"][0]["line_items"]
    assert covered["applied_commit_or_credit"] == {"id": "gift", "type": "CREDIT"}
    assert (covered["commit_id"], covered["commit_segment_id"], covered["commit_type"]) == (
        "gift",
        "s",
        "PrepaidCommit",
    )
    assert covered["quantity"] == Decimal("2.333333333333333333333333333")
    assert covered["quantity"] + rest["quantity"] == 10
    assert covered["tier"] == {"level": 1, "starting_at": "0", "size": "10"}
    assert second["tier"] == {"level": 2, "starting_at": "10", "size": None}
    assert (applied["type"], applied["name"], applied["total"]) == ("applied_commit_or_credit", "gift applied", -7)
    assert (applied["quantity"], applied["unit_price"], applied["tier"]) == (None, None, None)
    assert rest["applied_commit_or_credit"] is None
    assert rest["pricing_group_values"] == {"region": "eu"}
    assert rest["presentation_group_values"] == {}
    assert {note["label"] for note in covered["explanation"]} >= {"metric", "rate", "tier", "balance"}


def test_balances_and_notices() -> None:
    told = as_data(mixed().uses("Calls", 1, region="us").uses("Else"))
    (balance,) = told["balances"]
    assert (balance["id"], balance["type"], balance["balance"]) == ("gift", "CREDIT", 0)
    assert balance["ledger"][0]["type"] == "CREDIT_SEGMENT_START"
    assert [(u["reason"], u["events"]) for u in told["unmatched"]] == [("no_metric", 1), ("unpriced", 1)]
    assert [w["code"] for w in told["warnings"]][-1] == "unpriced"


def test_csv_has_a_row_per_line_and_per_total() -> None:
    rows = list(csv.DictReader(io.StringIO(report.as_csv(mixed().preview()))))
    assert [(r["line_type"], r["total"]) for r in rows] == [
        ("usage", "7"),
        ("applied_commit_or_credit", "-7"),
        ("usage", "23"),
        ("usage", "4"),
        ("total", "27"),
    ]


def test_csv_gives_spreadsheets_no_formulas() -> None:
    story = book().sells("=HYPERLINK(1)", price=1).contract().uses("=HYPERLINK(1)", -2)
    rows = list(csv.DictReader(io.StringIO(report.as_csv(story.preview()))))
    assert rows[0]["name"] == "'=HYPERLINK(1)"
    assert rows[0]["total"] == "-2"


def test_lines_tell_the_list_price_beside_an_overridden_one() -> None:
    """Calls at 10 for half, a seat at 300 for two thirds of April at 200: their list prices are 10, and 200 of 300."""
    story = book().sells("Calls", price=10).contract(start="2025-04-11").multiplier(Decimal("0.5"), "Calls")
    story.payload["products"].append({"id": "Seat", "name": "Seat", "type": "SUBSCRIPTION"})
    story.rate("Seat", 300, billing_frequency="MONTHLY")
    story.overwrite(150, "Seat")
    seat = story.payload["contracts"][0]["overrides"][-1]
    del seat["product_id"]
    seat["override_specifiers"] = [{"product_id": "Seat", "billing_frequency": "MONTHLY"}]
    story.payload["contracts"][0]["subscriptions"] = [
        {
            "id": "s",
            "collection_schedule": "ARREARS",
            "proration": {"is_prorated": True},
            "subscription_rate": {"product_id": "Seat", "billing_frequency": "MONTHLY"},
            "initial_quantity": 1,
        }
    ]
    (statement,) = story.uses("Calls", 4, on="2025-04-12").preview("2025-04-30").statements
    found = {line.name: [line.unit_price, line.list_price, line.total] for line in statement.lines}
    assert found == {"Calls": [5, 10, 20], "Seat": [100, 200, 100]}
