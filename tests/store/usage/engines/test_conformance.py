"""Every engine against `EventUsage`: whatever the events, metrics, filters and cuts, the answers are the same."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings

from store.usage.engines.backend import Engine, StoredEvent
from store.usage.engines.duck import TableEngine
from store.usage.engines.usage import EngineUsage
from store.usage.measure import EventUsage
from tests.store.usage.engines.made import REFS, Case, cases, digest

Load = Callable[[Sequence[StoredEvent]], Engine]


def _duckdb(events: Sequence[StoredEvent]) -> Engine:
    connection = duckdb.connect(":memory:")
    connection.execute(
        "CREATE TABLE usage_event (alias VARCHAR, timestamp TIMESTAMP, event_type VARCHAR, transaction_id VARCHAR, "
        "properties VARCHAR, seq BIGINT)"
    )
    for event in events:
        moment = event.timestamp.replace(tzinfo=None)
        connection.execute("INSERT INTO usage_event VALUES (?, ?, ?, ?, ?, ?)", [*event._replace(timestamp=moment)])
    return TableEngine(connection)


@pytest.fixture(params=["duckdb"])
def load(request: pytest.FixtureRequest) -> Load:
    """An engine that holds some events and no others."""
    return {"duckdb": _duckdb}[request.param]


@given(case=cases())
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_an_engine_answers_as_events_in_memory_do(load: Load, case: Case) -> None:
    plain = EventUsage(case.events, case.book, deduped=True)
    engine = EngineUsage(load(case.stored), case.book, REFS)
    expected = [plain.measure(request) for request in case.requests]
    found = [engine.measure(request) for request in case.requests]
    assert found == expected
    left = [u for u in plain.unmatched(case.claims) if u.reason != "unknown_customer"]
    assert list(engine.unmatched(case.claims)) == left
    assert digest(found, left) == digest(expected, left)
