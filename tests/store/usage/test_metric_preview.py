"""A metric over a customer's stored usage: the latest months that have some."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from store.bundle import import_bundle, parse_bundle
from store.database import Store
from store.queries import metrics
from store.usage.metric_preview import metric_months
from tests.store.usage.ledger.feed import BY, NOW, accept, event

ACME = "13117714-3f05-48e5-a6e9-a66093f13b4d"
SUMS: dict[str, Any] = {
    "aggregation_type": "SUM",
    "aggregation_key": "n",
    "property_filters": [{"name": "n"}, {"name": "region", "exists": True}],
    "group_keys": [["region"]],
}
QUERY = {"sql": "SELECT SUM(properties.n) AS value, properties.region FROM events GROUP BY properties.region"}


@pytest.mark.parametrize("metric", [SUMS, QUERY], ids=["streaming", "sql"])
def test_the_latest_months_that_have_usage_are_told(store: Store, metric: dict[str, Any]) -> None:
    customer = {"id": ACME, "name": "Acme", "ingest_aliases": ["acme"]}
    metric = {"id": ACME[:-1] + "e", "name": "n", **metric}
    with store.work(by=BY, now=NOW) as work:
        import_bundle(work, parse_bundle({"customers": [customer], "billable_metrics": [metric]}, stored=True))
    (stored,) = metrics(store)

    def told(now: datetime) -> list[tuple[str, str, Decimal]]:
        found = metric_months(store, stored, ACME, now=now)
        return [(f"{came.month:%Y-%m}", came.groups[0][1], came.quantity) for came in found.came]

    assert told(NOW) == []
    accept(store, [event(k, n=Decimal("0.1"), region="eu") for k in range(3)])
    accept(store, [event(9, n=5, region="us", at=datetime(2024, 11, 30, tzinfo=UTC))])
    expected = [("2025-01", "eu", Decimal("0.3")), ("2024-11", "us", Decimal(5))]
    assert told(datetime(2025, 1, 20, tzinfo=UTC)) == expected
    assert told(datetime(2025, 3, 20, tzinfo=UTC)) == expected[:1]
    assert told(datetime(2026, 11, 20, tzinfo=UTC)) == expected
    assert told(datetime(2024, 12, 31, tzinfo=UTC)) == expected[1:]
    assert told(datetime(2020, 1, 1, tzinfo=UTC)) == []
