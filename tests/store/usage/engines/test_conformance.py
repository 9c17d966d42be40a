"""Every engine against `EventUsage`: whatever the events, metrics, filters and cuts, the answers are the same."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings

from store.bundle import parse_bundle
from store.rating.measure import Claims, MeasuredPeriod, MeasureRequest, Route
from store.usage.engines.backend import NOTHING, Engine, Keeper, Reached, StoredEvent
from store.usage.engines.clickhouse import ClickHouseKeeper
from store.usage.engines.duck import TableEngine
from store.usage.engines.postgresql import TABLE, PostgresKeeper
from store.usage.engines.together import TogetherUsage
from store.usage.engines.usage import EngineUsage
from store.usage.measure import EventUsage
from tests import postgres
from tests.store.usage.engines import clickhouse_front
from tests.store.usage.engines.made import NUMBERS, ODD, REFS, START, Case, cases, digest, event, months, stored

Load = Callable[[Sequence[StoredEvent]], Engine]
COLUMNS = (
    "alias VARCHAR, timestamp TIMESTAMP, event_type VARCHAR, transaction_id VARCHAR, properties VARCHAR, seq BIGINT"
)


class KeptEngine:
    """A copy by itself, without a ledger that it is a copy of."""

    def __init__(self, keeper: Keeper) -> None:
        self.keeper = keeper
        self.rows = keeper.rows

    def states(self, spans: Sequence[tuple[datetime, datetime]]) -> list[Hashable]:
        """Never asked twice."""
        return [None] * len(spans)


@contextmanager
def _duckdb() -> Iterator[Load]:
    with duckdb.connect(":memory:") as connection:
        connection.execute(f"CREATE TABLE usage_event ({COLUMNS})")

        def load(events: Sequence[StoredEvent]) -> Engine:
            connection.execute("DELETE FROM usage_event")
            for each in events:
                values = [*each._replace(timestamp=each.timestamp.replace(tzinfo=None))]
                connection.execute("INSERT INTO usage_event VALUES (?, ?, ?, ?, ?, ?)", values)
            return TableEngine(connection)

        yield load


@contextmanager
def _postgresql() -> Iterator[Load]:
    with postgres.database() as url:
        keeper = PostgresKeeper(url)

        def load(events: Sequence[StoredEvent]) -> Engine:
            with keeper._work() as connection:
                connection.exec_driver_sql(f"TRUNCATE {TABLE}")
            keeper.insert(events)
            return KeptEngine(keeper)

        yield load
        keeper.close()


@contextmanager
def _clickhouse() -> Iterator[Load]:
    with clickhouse_front.serving() as url:
        keeper = ClickHouseKeeper(url)

        def load(events: Sequence[StoredEvent]) -> Engine:
            keeper._client.command("TRUNCATE TABLE usage_event")
            keeper.insert(events)
            keeper.insert(events[:3])  # a batch that was sent again
            return KeptEngine(keeper)

        yield load
        keeper.close()


@pytest.fixture(scope="module", params=[_duckdb, _postgresql, _clickhouse], ids=["duckdb", "postgresql", "clickhouse"])
def load(request: pytest.FixtureRequest) -> Iterator[Load]:
    """An engine that holds some events and no others."""
    with request.param() as found:
        yield found


@given(case=cases())
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
def test_an_engine_answers_as_events_in_memory_do(load: Load, case: Case) -> None:
    plain = EventUsage(case.events, case.book, deduped=True)
    engine = EngineUsage(load(case.stored), case.book, REFS)
    expected = [plain.measure(request) for request in case.requests]
    found = [engine.measure(request) for request in case.requests]
    assert found == expected
    left = [u for u in plain.unmatched(case.claims) if u.reason != "unknown_customer"]
    assert list(engine.unmatched(case.claims)) == left
    assert digest(found, left) == digest(expected, left)


@given(case=cases())
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
def test_customers_asked_about_together_are_answered_as_each_alone(load: Load, case: Case) -> None:
    plain = EventUsage(case.events, case.book, deduped=True)
    together = TogetherUsage(load(case.stored), case.book, REFS)
    for customer in ("acme", "other", "acme"):
        for asked in case.requests:
            request = asked._replace(customer_id=customer)
            assert together.measure(request) == plain.measure(request)
    (_, mine), *_ = case.claims.by_customer
    for customer in ("acme", "other"):
        claims = Claims(((customer, mine),))
        left = [u for u in plain.unmatched(claims) if u.reason != "unknown_customer"]
        assert list(together.unmatched(claims)) == left


def month(metric: str, groups: tuple[str, ...] = ()) -> MeasureRequest:
    """January under a metric."""
    end = months(1)
    period = MeasuredPeriod(START, (end,), (Route(START, end, None, frozenset()),))
    return MeasureRequest("acme", "contract", "product", metric, groups, (period,))


@pytest.mark.parametrize("kind", ["SUM", "MAX", "LATEST", "UNIQUE", "COUNT"])
def test_every_number_that_events_can_hold_is_exact(load: Load, kind: str) -> None:
    """More digits than a DECIMAL(38) or a double has, and sums past what 128 bits hold."""
    keyed = {} if kind == "COUNT" else {"aggregation_key": "v", "property_filters": [{"name": "v", "exists": True}]}
    book = parse_bundle({"billable_metrics": [{"id": "m", "name": "m", "aggregation_type": kind, **keyed}],
                         "customers": [{"id": "acme", "name": "acme"}]})  # fmt: skip
    wide = ["999999999999999999.999999999"] * 50
    events = [event(k, "acme", v=text) for k, text in enumerate([*NUMBERS, *ODD, *wide])]
    plain = EventUsage(events, book, deduped=True).measure(month("m"))
    assert EngineUsage(load(stored(events)), book, REFS).measure(month("m")) == plain


def test_a_copy_takes_a_batch_once(load: Load) -> None:
    events = stored([event(k, "acme", v="1") for k in range(10)])
    engine = load(events)
    if isinstance(engine, KeptEngine):
        engine.keeper.insert(events)
        engine.keeper.insert(events[2:5])
        assert (engine.keeper.count(), engine.keeper.last()) == (10, 9)
        assert engine.keeper.state() == NOTHING
        for state in (3, 7):
            engine.keeper.reached(Reached(state, "m"))
            assert engine.keeper.state() == (state, "m")
