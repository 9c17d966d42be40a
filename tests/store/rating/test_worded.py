"""Quantities and prices of lines as people read them."""

from __future__ import annotations

from store.rating.worded import quantity, unit_price
from tests.books import book, line_of, usage


def test_a_composite_is_a_percentage_of_an_amount_of_named_products() -> None:
    story = book().sells("Storage", price=1).sells("Compute", price=1)
    story.payload["products"] += [
        {"id": "Support", "name": "Support", "type": "COMPOSITE", "composite_product_ids": ["s-1", "Compute"]},
        {"id": "s-1", "name": "Snapshots", "type": "USAGE", "billable_metric_id": "Storage"},
    ]
    story.rate("s-1", 1).rate("Support", "0.08", rate_type="PERCENTAGE").contract()
    (statement,) = usage(story.uses("Compute", 7_000).preview())
    line = line_of(statement, "Support")
    assert (quantity(line), unit_price(line)) == ("$70.00", "8 %")
    assert dict(line.explanation)["base"] == "spend of Snapshots, Compute before balances pay: $70.00"
    calls = line_of(statement, "Compute")
    assert (quantity(calls), unit_price(calls)) == ("7,000", "$0.01")
