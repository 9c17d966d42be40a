"""Previewed events beside what is stored: the same whether the stored ones are held in memory or asked for."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from store import bundle
from store.database import Actor, Store
from store.rating.statement import Statement
from store.terms.event import Event
from store.usage.given import preview_events
from tests.store.sample import uid

NOW = datetime(2025, 3, 10, tzinfo=UTC)
BY = Actor("tests", "cli")
ACME, CARD, CONTRACT = uid(1), uid(2), uid(3)
KINDS = ("COUNT", "SUM", "MAX", "UNIQUE", "LATEST", "SQL")


def _metric(k: int, kind: str) -> dict[str, Any]:
    base = {"id": uid(20 + k), "name": kind}
    if kind == "SQL":
        return base | {"sql": "SELECT SUM(properties.n) AS value FROM events WHERE event_type = 'call'"}
    more = {} if kind == "COUNT" else {"aggregation_key": "n"}
    filters = [{"name": name, "exists": True} for name in ("n", "region")]
    shape = {"aggregation_type": kind, "property_filters": filters, "group_keys": [["region"]]}
    return base | shape | {"event_type_filter": {"in_values": ["call"]}} | more


def _event(n: int, day: str, value: object, region: str = "EU") -> dict[str, Any]:
    properties = {"n": value, "region": region}
    who = {"customer_id": "acme", "transaction_id": f"t{n}"}
    return who | {"event_type": "call", "timestamp": f"2025-{day}T01:00:00Z", "properties": properties}


BOOK = {
    "billable_metrics": [_metric(k, kind) for k, kind in enumerate(KINDS)],
    "products": [
        {"id": uid(40 + k), "name": kind, "type": "USAGE", "billable_metric_id": uid(20 + k)}
        | ({} if kind == "SQL" else {"presentation_group_key": ["region"]})
        for k, kind in enumerate(KINDS)
    ],
    "rate_cards": [
        {
            "id": CARD,
            "name": "Card",
            "rates": [
                {"product_id": uid(40 + k), "starting_at": "2025-01-01T00:00:00Z", "entitled": True}
                | {"rate_type": "FLAT", "price": 10**k}
                for k in range(len(KINDS))
            ],
        }
    ],
    "customers": [{"id": ACME, "name": "Acme", "ingest_aliases": ["acme"]}],
    "contracts": [
        {"id": CONTRACT, "customer_id": ACME, "rate_card_id": CARD, "starting_at": "2025-01-01T00:00:00Z"},
    ],
    "events": [
        _event(1, "02-03", 5), _event(2, "03-01", 7), _event(3, "03-02", 3, "US"), _event(4, "03-03", -2),
        _event(5, "03-04", 7, "US"),
    ],
}  # fmt: skip
GIVEN = [_event(n, day, value, region) for n, day, value, region in (
    (6, "03-01", 9, "EU"), (7, "03-05", 3, "US"), (8, "03-06", 4, "ASIA"), (9, "03-09", -7, "EU"),
    (1, "03-01", 100, "EU"), (2, "03-05", 100, "EU"),
)]  # fmt: skip


@pytest.fixture
def store(tmp_path: Path) -> Any:
    """One product for each way to count, and a few events."""
    made = Store.open(str(tmp_path / "store.db"))
    with made.work(by=BY, now=NOW) as work:
        bundle.import_bundle(work, bundle.parse_bundle(BOOK, stored=True))
    yield made
    made.close()


def _preview(store: Store, *, merge: bool, few: int) -> tuple[Statement, ...]:
    events = [Event.model_validate(event | {"customer_id": ACME}) for event in GIVEN]
    return preview_events(store, ACME, events, merge=merge, now=NOW, few=few)


@pytest.mark.parametrize("merge", [True, False], ids=["merge", "replace"])
def test_it_is_the_same_wherever_the_stored_events_are_measured(store: Store, merge: bool) -> None:
    assert _preview(store, merge=merge, few=0) == _preview(store, merge=merge, few=1000)


def test_each_way_of_counting_joins_stored_and_given(store: Store) -> None:
    (march,) = _preview(store, merge=True, few=0)
    found: dict[str, int] = {}
    for line in march.lines:
        found[line.name] = found.get(line.name, 0) + int(line.quantity or 0)
    # EU: 7, 9, -2, -7; US: 3, 7, 3; ASIA: 4. What was stored before (t1, t2 within 34 days) adds nothing.
    assert found == {"COUNT": 8, "SUM": 24, "MAX": 9 + 7 + 4, "UNIQUE": 4 + 2 + 1, "LATEST": -7 + 3 + 4, "SQL": 24}


def test_events_at_the_ends_of_the_calendar_cost_nothing(store: Store) -> None:
    for year in ("0001", "9999"):
        stamp = f"{year}-{'01-01' if year == '0001' else '12-31'}T00:00:00Z"
        event = Event.model_validate(_event(50, "03-01", 1) | {"timestamp": stamp, "customer_id": ACME})
        assert preview_events(store, ACME, [event], merge=True, now=NOW)
