"""Stored usage answers the same whoever is read into memory and whoever is asked about, then, and after changes.

Made-up events under all five aggregations and a query, with filters, group keys, windows and routes, are taken into a
real ledger in several parts, merged or not. Every split of the customers answers as plain events in memory do: at
first, after an alias went to another customer, and after late events.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from store.bundle import parse_bundle
from store.database import Store
from store.rating.measure import Claims, MeasuredPeriod, Measurement, MeasureRequest, Route
from store.rating.statement import Unmatched
from store.terms.book import Book
from store.terms.event import Event
from store.usage.ledger.compaction import compact
from store.usage.ledger.tally import Tally
from store.usage.measure import EventUsage
from store.usage.stored import StoredUsage, StoredUsages
from tests.store.usage.engines.made import REFS, START, Case, cases
from tests.store.usage.ledger.feed import BY, NOW, accept

QUERY = "SELECT SUM(properties.v) AS value, properties.region FROM events WHERE properties.v <> '' GROUP BY 2"
SPLITS = (frozenset[str](), frozenset({"acme"}), frozenset({"other"}), frozenset({"acme", "other"}))
MOVED = {"acme": ("acme", "acme'2"), "other": ("other", "acme@x")}
Answers = tuple[list[Measurement], list[Unmatched]]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store whose ledger is emptied for every case."""
    opened = Store.open(str(Path(tmp_path_factory.mktemp("splits")) / "book.db"))
    yield opened
    opened.close()


def emptied(store: Store) -> None:
    """As if no event had ever come; the ledger's state goes on."""
    with store.work(by=BY, now=NOW) as work:
        for name in ("usage_file", "usage_seen", "usage_month"):
            work.session.execute(text(f"DELETE FROM {name}"))
        work.session.execute(text("UPDATE usage_ledger SET state = state + 1"))


def with_query(book: Book, refs: Mapping[str, tuple[str, ...]]) -> Book:
    """The metrics beside one in SQL, and the customers with those ids and aliases."""
    customers = [{"id": id, "name": id, "ingest_aliases": list(names[1:])} for id, names in refs.items()]
    other = parse_bundle({"customers": customers, "billable_metrics": [{"id": "q", "name": "q", "sql": QUERY}]})
    return book.replace(customers=other.customers, billable_metrics=(*book.billable_metrics, *other.billable_metrics))


def by_query() -> Iterator[MeasureRequest]:
    """What is asked of the metric in SQL."""
    edges = [START + timedelta(days=31 * k) for k in range(3)]
    for customer, groups in (("acme", ("region",)), ("other", ())):
        periods = tuple(
            MeasuredPeriod(a, (a + timedelta(days=9), b), (Route(a, b, "region", frozenset(("eu", "ü"))),))
            for a, b in pairwise(edges)
        )
        yield MeasureRequest(customer, "contract", "product", "q", groups, periods)


def answers(usage: StoredUsage, requests: Sequence[MeasureRequest], claims: Claims) -> Answers:
    """Everything that is asked, asked in order."""
    measured = [usage.measure(request) for request in requests]
    return measured, [one for one in usage.unmatched(claims) if one.reason != "unknown_customer"]


@given(case=cases(), cuts=st.lists(st.integers(0, 80), max_size=3), merged=st.booleans(), tallied=st.booleans())
@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_split_answers_as_events_in_memory(
    store: Store, case: Case, cuts: list[int], merged: bool, tallied: bool
) -> None:
    emptied(store)
    requests = (*case.requests, *by_query())
    late = case.events[len(case.events) * 3 // 4 :]
    begun = case.events[: len(case.events) - len(late)]
    for low, high in pairwise(sorted({0, len(begun), *(cut for cut in cuts if cut < len(begun))})):
        accept(store, begun[low:high])
    if merged:
        for month in ("2024-12", "2025-01", "2025-02", "2025-03", "2025-04"):
            compact(store, month, by=BY, now=NOW)
    tally = Tally(store) if tallied else None
    usages = {split: StoredUsages(store, tally=tally) for split in SPLITS}

    def told(refs: Mapping[str, tuple[str, ...]], events: Sequence[Event]) -> None:
        book = with_query(case.book, refs)
        expected = answers(EventUsage(events, book, deduped=True), requests, case.claims)
        for split, usage in usages.items():
            with pytest.MonkeyPatch.context() as patched:
                patched.setattr(StoredUsages, "_many", lambda *_, split=split: set(split))
                found = usage.of(refs, book)
            assert answers(found, requests, case.claims) == expected, sorted(split)
            assert answers(found.over(book), requests, case.claims) == expected, "asked again"

    told(REFS, begun)
    told(MOVED, begun)
    accept(store, late)
    told(MOVED, case.events)
    told(REFS, case.events)


@pytest.mark.parametrize("few", [-1, 0, 1, 2, 3, 5, 8, 10**9])
def test_the_split_that_sizes_lead_to_answers_the_same(store: Store, few: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("store.usage.stored.TOGETHER", 0)
    emptied(store)
    events = [
        Event(
            transaction_id=f"{name}{k}", customer_id=name, event_type="call", timestamp=START, properties={"v": "0.1"}
        )
        for name, count in (("acme", 5), ("other", 2), ("acme@x", 1))
        for k in range(count)
    ]
    accept(store, events)
    metric = {
        "id": "m",
        "name": "m",
        "aggregation_type": "SUM",
        "aggregation_key": "v",
        "property_filters": [{"name": "v"}],
    }
    book = with_query(parse_bundle({"billable_metrics": [metric]}), REFS)
    end = START + timedelta(days=31)
    period = MeasuredPeriod(START, (end,), (Route(START, end, None, frozenset()),))
    usage = StoredUsages(store, few=few).of(REFS, book)
    sums = [usage.measure(MeasureRequest(id, "c", "p", "m", (), (period,))).periods[0][()].values[-1] for id in REFS]
    assert sums == [Decimal("0.6"), Decimal("0.2")]
