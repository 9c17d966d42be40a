"""What values usage has, counted by day: by alias, by event type, for properties of any name."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from store.bundle import import_bundle, parse_bundle
from store.database import Actor, Store
from store.queries.usage_values import usage_values
from store.terms.routing import Seen

NOW = datetime(2025, 3, 1, tzinfo=UTC)
MAPS = "13117714-3f05-48e5-a6e9-a66093f13b4d"


def event(k: int, when: str, *, of: str = "maps", type: str = "call", **properties: Any) -> dict[str, Any]:
    """One event."""
    return {
        "transaction_id": f"t{k}", "customer_id": of, "event_type": type, "timestamp": when, "properties": properties,
    }  # fmt: skip


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A customer with an alias and a few events."""
    opened = Store.open(str(tmp_path / "store.db"))
    events = [
        event(1, "2025-01-01T00:00:00Z", region="US"),
        event(2, "2025-01-01T23:59:59Z", region="US"),
        event(3, "2025-01-02T00:00:00Z", region="EU", **{"$odd": "x", "a.b": "1", 'quo"te': "y"}),
        event(4, "2025-01-02T00:00:00Z", of=MAPS, region="EU"),
        event(5, "2025-01-02T01:00:00Z"),
        event(6, "2025-01-02T01:00:00Z", type="noise", region="US"),
        event(7, "2025-01-02T01:00:00Z", of="somebody else", region="US"),
    ]
    bundle = parse_bundle(
        {"customers": [{"id": MAPS, "name": "Maps", "ingest_aliases": ["maps"]}], "events": events}, stored=True
    )
    with opened.work(by=Actor("ann", "test"), now=NOW) as work:
        import_bundle(work, bundle)
    return opened


FIRST, SECOND = datetime(2025, 1, 1, tzinfo=UTC), datetime(2025, 1, 2, tzinfo=UTC)


def test_events_are_counted_by_day_and_value_under_id_and_alias(store: Store) -> None:
    found = usage_values(store, MAPS, ["region"], event_types={"call"})
    assert set(found.seen) == {
        Seen(FIRST, ("US",), 2),
        Seen(SECOND, ("EU",), 2),
        Seen(SECOND, (None,), 1),
    }
    assert found.values_of("region") == (("EU", 2), ("US", 2))


def test_without_types_every_event_counts(store: Store) -> None:
    assert sum(seen.events for seen in usage_values(store, MAPS, ["region"]).seen) == 6


def test_properties_of_any_name_are_found(store: Store) -> None:
    for key, value in (("$odd", "x"), ("a.b", "1"), ('quo"te', "y")):
        assert usage_values(store, MAPS, [key]).values_of(key) == ((value, 1),)


def test_several_properties_are_counted_together_and_none_gives_the_number_of_events(store: Store) -> None:
    both = usage_values(store, MAPS, ["region", "a.b"], event_types={"call"})
    assert Seen(SECOND, ("EU", "1"), 1) in both.seen
    assert Seen(SECOND, ("EU", None), 1) in both.seen
    assert [(seen.values, seen.events) for seen in usage_values(store, MAPS, []).seen] == [((), 2), ((), 4)]
