"""Usage as it was measured: customer by customer, metric by metric, window by window."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import islice
from typing import Any

from console.api.bodies import GroupBy, MeteredBy, UsageAsked, WindowSize
from console.api.call import MOST, Call, about
from store import queries
from store.errors import Invalid
from store.queries import CustomerView
from store.terms.catalog import BillableMetric
from store.usage.totals import CustomerUsage, Total, windows

STEPS = {WindowSize.HOUR: timedelta(hours=1), WindowSize.DAY: timedelta(days=1), WindowSize.NONE: None}
Metered = list[tuple[BillableMetric, GroupBy | None]]


def usage(call: Call) -> dict[str, Any]:
    """`POST /v1/usage`: pages of totals, every window of every metric of every customer asked for."""
    request = call.read(UsageAsked)
    metrics = _metrics(call, request.billable_metrics)
    begun, shown = _where(call)
    found: list[dict[str, Any]] = []
    for after, customer in _customers(call, request.customer_ids, begun) if metrics else ():
        for row in islice(_rows(call, customer, metrics, request), shown, None):
            if len(found) == MOST:
                return {"data": found, "next_page": f"{begun}.{shown}"}
            found.append(row)
            shown += 1
        begun, shown = after, 0
    return {"data": found, "next_page": None}


def _where(call: Call) -> tuple[int, int]:
    """Where a page begins: after which customer, and after how many of the next one's totals."""
    given = call.query.get("next_page", "0.0")
    begun, _, shown = given.partition(".")
    if not all(part.isascii() and part.isdigit() and len(part) < 16 for part in (begun, shown)):
        raise Invalid("is not a next_page that was given out", path="/next_page")
    return int(begun), int(shown)


def _metrics(call: Call, named: tuple[MeteredBy, ...] | None) -> Metered:
    if named is None:
        return [(metric, None) for metric in queries.metrics(call.store) if metric.archived_at is None]
    found: Metered = []
    for k, wanted in enumerate(named):
        with about(f"/billable_metrics/{k}/id"):
            metric = queries.metric(call.store, wanted.id)
        keys = {key for compound in metric.group_keys or () for key in compound}
        if wanted.group_by is not None and metric.sql is None and wanted.group_by.key not in keys:
            raise Invalid("is not a group key of the metric", path=f"/billable_metrics/{k}/group_by/key")
        found.append((metric, wanted.group_by))
    return found


def _customers(call: Call, named: tuple[str, ...] | None, begun: int) -> Iterator[tuple[int, CustomerView]]:
    """The customers asked for from a place on, each with the place that is after it."""
    if named is not None:
        for k, id in enumerate(named[begun:], start=begun):
            with about(f"/customer_ids/{k}"):
                yield k + 1, queries.customer(call.store, id)
        return
    place: str | None = str(begun)
    while place is not None:
        page = queries.list_customers(call.store, limit=1, page=place)
        place = page.next_page
        for customer in page.items:
            yield int(place or 0), customer


def _rows(call: Call, customer: CustomerView, metrics: Metered, request: UsageAsked) -> Iterator[dict[str, Any]]:
    used = CustomerUsage(call.store, customer, [metric for metric, _ in metrics])
    over = windows(request.starting_on, request.ending_before, STEPS[request.window_size])
    for metric, by in metrics:
        totals = used.totals(metric, over, group_key=by.key if by else None, values=by.values if by else None)
        yield from (_row(customer, metric, total, grouped=by is not None) for total in totals)


def _row(customer: CustomerView, metric: BillableMetric, total: Total, *, grouped: bool) -> dict[str, Any]:
    return {
        "customer_id": customer.id,
        "billable_metric_id": metric.id,
        "billable_metric_name": metric.name,
        "start_timestamp": total.start,
        "end_timestamp": total.end,
        "value": total.value,
    } | ({"groups": total.groups} if grouped else {})
