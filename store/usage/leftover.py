"""Usage that nobody takes: of unknown customers, outside every contract, missing a filter's property (README, §4.2)."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from store.rating.measure import Claim, Claims, Route
from store.rating.statement import Unmatched
from store.terms import time
from store.terms.event import Event
from store.usage.events import EventIndex

Why = tuple[str, tuple[tuple[str, Any], ...]]
"""Why events are left over, and what they have in common, by name."""


def leftover(index: EventIndex, claims: Claims) -> tuple[Unmatched, ...]:
    """Events that end on no contract, by reason, with what they have in common."""
    found = [
        Unmatched("unknown_customer", count, {"customer_id": ref}, f"no customer has the id or alias {ref}")
        for ref, count in index.unknown.items()
    ]
    for customer_id, mine in claims.by_customer:
        counted: dict[tuple[str, tuple[tuple[str, Any], ...]], int] = {}
        taken_by_any = set[int]().union(*(taken(index, customer_id, claim) for claim in mine))
        for place, event in index.by_customer.get(customer_id, ()):
            if place not in taken_by_any:
                reason, detail = why(event, mine)
                key = (reason, (("customer_id", customer_id), *detail))
                counted[key] = counted.get(key, 0) + 1
        for (reason, common), count in counted.items():
            found.append(Unmatched(reason, count, dict(common), sentence(reason, dict(common))))
    return tuple(found)


def taken(index: EventIndex, customer_id: str, claim: Claim) -> set[int]:
    """Places of the events that a claim takes: routed to it and seen by one of its metrics."""
    found: set[int] = set()
    for metric_id in claim.metric_ids:
        events = index.matched(customer_id, metric_id).events
        times = [event.timestamp for _, event, _ in events]
        for route in claim.routes:
            low, high = bisect_left(times, route.start), bisect_left(times, route.end)
            if route.group_key is None:
                found.update(place for place, _, _ in events[low:high])
            else:
                name, values = route.group_key, route.values
                found.update(place for place, e, _ in events[low:high] if e.properties.get(name) in values)
    return found


def why(event: Event, claims: tuple[Claim, ...]) -> Why:
    """Why an event is left over: the nearest miss counts."""
    refused: list[Route] = []
    for claim in claims:
        for route in claim.routes:
            if route.start <= event.timestamp < route.end:
                if route.group_key is None or event.properties.get(route.group_key) in route.values:
                    return "no_metric", (("event_type", event.event_type),)
                refused.append(route)
    missing = next((r for r in refused if r.group_key not in event.properties), None)
    if missing is not None:
        return "filter_property_missing", (("group_key", missing.group_key),)
    if refused:
        key = refused[0].group_key or ""
        return "no_contract", (("group_key", key), ("group_value", event.properties[key]))
    return no_contract(event.timestamp)


def no_contract(moment: datetime) -> Why:
    """Why an event is left over at a moment at which no contract is in force."""
    return "no_contract", (("month", time.stamp(time.first_of_month(moment))[:7]),)


def sentence(reason: str, detail: Mapping[str, Any]) -> str:
    """A reason and what its events have in common, in words."""
    if reason == "no_metric":
        return f"no metric of a product on the contract's rate card counts events of type {detail['event_type']}"
    if reason == "filter_property_missing":
        return f"the events lack the property {detail['group_key']} that the contracts' usage filters ask for"
    if "group_value" in detail:
        return f"no contract takes usage with {detail['group_key']} {detail['group_value']}"
    return "no contract is in force at the time of the events"
