"""What tells questions about usage apart, without what it takes to ask them."""

from __future__ import annotations

from collections.abc import Hashable

from store.terms.catalog import BillableMetric


def what(metric: BillableMetric) -> Hashable:
    """What of a metric decides on its quantities."""
    m = metric
    return m.sql, m.aggregation_type, m.aggregation_key, m.event_type_filter, m.property_filters
